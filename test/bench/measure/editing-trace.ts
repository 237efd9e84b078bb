/** A real editing session, keystroke by keystroke, in the format of josephg/editing-traces. Not part of the project. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** Beside the checkout. From the compiled file, dist/bench/test/bench/measure/. */
const FILE = fileURLToPath(new URL('../../../../../../shared/data/automerge-paper.json.gz', import.meta.url));

/** Where, how many characters go, what comes. */
export type Patch = readonly [at: number, deleted: number, inserted: string];
export type Trace = { readonly patches: readonly Patch[]; readonly end: string };

/** Null: the file is not there. */
export function readTrace(file = FILE): Trace | null {
  if (!existsSync(file)) return null;
  const { endContent, txns } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as {
    endContent: string;
    txns: { patches: Patch[] }[];
  };
  return { patches: txns.flatMap(({ patches }) => patches), end: endContent };
}

/** The first `share` (0 to 1) of it, and the text that it leads to. */
export function beginningOf(trace: Trace, share: number): Trace {
  if (share >= 1) return trace;
  const patches = trace.patches.slice(0, Math.round(trace.patches.length * share));
  const text: string[] = [];
  for (const [at, deleted, inserted] of patches) text.splice(at, deleted, ...inserted);
  return { patches, end: text.join('') };
}

/** What the product's source says about labels, and where it signs and seals: read from its syntax trees. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';
import { KINDS } from '../../../src/wire/record.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Functions that take a label, which of their arguments it is, and what they put before it. */
const LABELLING = new Map([
  ['labelled', { at: 0, before: '' }],
  ['deriveKey', { at: 1, before: '' }],
  ['keyedHash', { at: 1, before: 'service/' }],
]);

/** The one call of a file whose label is no literal, and what it may be. Two of them pass on what their own callers name. */
const COMPUTED: Readonly<Record<string, readonly string[]>> = {
  'src/wire/record.ts': KINDS.map((kind) => `record/${kind}`),
  'src/engine/accounts/safety-number.ts': ['safety-number/1', 'safety-number/2'],
  'sync-server/service/attempts.ts': ['name', 'address', 'sign-up', 'lookup', 'invitation', 'knock'].map(
    (of) => `service/${of}`,
  ),
  'src/engine/seal/sodium.ts': [],
  'sync-server/service/keyed-hash.ts': [],
};

/** What the engine's only way to libsodium offers for signing and sealing. */
const SEALING = new Set(['sign', 'aeadSeal', 'boxSeal']);
const IMPORTS_SODIUM = /from '[^']*\/sodium\.ts'/;

type Node = { readonly type: string } & Record<string, unknown>;

const sourcesUnder = (folder: string): string[] =>
  readdirSync(`${ROOT}${folder}`, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sourcesUnder(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });

/** Every file of client and server, with its text. */
export const PRODUCT: ReadonlyMap<string, string> = new Map(
  ['src', 'sync-server'].flatMap(sourcesUnder).map((path) => [path, readFileSync(`${ROOT}${path}`, 'utf8')]),
);

function callsIn(node: unknown, onCall: (name: string, args: readonly Node[]) => void): void {
  if (Array.isArray(node)) for (const child of node) callsIn(child, onCall);
  if (node === null || typeof node !== 'object' || Array.isArray(node)) return;
  const { type, callee, arguments: args } = node as Node;
  if (type === 'CallExpression') {
    const { type: kind, name, property } = callee as Node;
    const called = kind === 'MemberExpression' ? (property as Node).name : name;
    if (typeof called === 'string') onCall(called, args as Node[]);
  }
  for (const child of Object.values(node)) callsIn(child, onCall);
}

export type CodeFacts = {
  /** Without `sealroom/1/`. */
  readonly labels: ReadonlySet<string>;
  /** `file function`: how often the file signs or seals. */
  readonly sites: Readonly<Record<string, number>>;
  /** Where a label is computed in a way that nobody has written down here. */
  readonly unknown: readonly string[];
};

export function factsOf(sources: ReadonlyMap<string, string>): CodeFacts {
  const labels = new Set<string>();
  const sites: Record<string, number> = {};
  const unknown: string[] = [];
  const computed = new Map(Object.entries(COMPUTED));
  for (const [path, source] of sources) {
    const { program } = parseSync(path, source);
    callsIn(program, (name, args) => {
      if (SEALING.has(name) && IMPORTS_SODIUM.test(source))
        sites[`${path} ${name}`] = (sites[`${path} ${name}`] ?? 0) + 1;
      const labelling = LABELLING.get(name);
      if (!labelling) return;
      const value = args[labelling.at]?.value;
      const isLiteral = typeof value === 'string';
      const found = isLiteral ? [labelling.before + value] : computed.get(path);
      if (!isLiteral) computed.delete(path);
      if (!found) unknown.push(`${path}: ${name}`);
      for (const label of found ?? []) labels.add(label);
    });
  }
  return { labels, sites, unknown };
}

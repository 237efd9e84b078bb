/** Inputs that are kept: those that once failed (`found-…`) and valid ones that reach deep (`valid-…`). One file an input. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../fuzz/corpus', import.meta.url));

export type KeptInput = { readonly file: string; readonly bytes: Uint8Array };

export function keptInputs(decoder: string): KeptInput[] {
  const folder = join(FOLDER, decoder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((file) => ({ file, bytes: new Uint8Array(readFileSync(join(folder, file))) }));
}

/** Returns the file's path inside the project. */
export function keep(decoder: string, kind: 'found' | 'valid', bytes: Uint8Array): string {
  const file = `${kind}-${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}.bin`;
  mkdirSync(join(FOLDER, decoder), { recursive: true });
  writeFileSync(join(FOLDER, decoder, file), bytes);
  return `test/fuzz/corpus/${decoder}/${file}`;
}

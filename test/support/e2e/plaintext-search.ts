/** Looks for known text in bytes, in the encodings in which it could lie there. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SecretSearch } from '../secret-search.ts';

export function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

export const readAll = (folder: string): Buffer => Buffer.concat(filesBelow(folder).map((path) => readFileSync(path)));

/** The phrases that occur, as plain text or encoded. */
export const found = (phrases: readonly string[], bytes: Buffer): string[] =>
  new SecretSearch(Object.fromEntries(phrases.map((phrase) => [phrase, phrase]))).found(bytes);

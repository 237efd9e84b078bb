/** Looks for known text in bytes, in the encodings in which it could lie there. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

export const readAll = (folder: string): Buffer => Buffer.concat(filesBelow(folder).map((path) => readFileSync(path)));

/** The phrases that occur as UTF-8, UTF-16 or base64 of any alignment. */
export function found(phrases: readonly string[], bytes: Buffer): string[] {
  return phrases.filter((phrase) => {
    const utf8 = Buffer.from(phrase);
    // The ends of a base64 piece depend on what surrounds it: leave them out.
    const base64 = [0, 1, 2].map((shift) =>
      Buffer.concat([Buffer.alloc(shift), utf8])
        .toString('base64')
        .slice(4, -4),
    );
    return [utf8, Buffer.from(phrase, 'utf16le'), ...base64.map((text) => Buffer.from(text))].some((needle) =>
      bytes.includes(needle),
    );
  });
}

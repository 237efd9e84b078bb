/** Project Wycheproof's vectors (Apache-2.0) lie outside the repository. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FILES, type VectorFiles } from './suite.ts';

const FOLDER = fileURLToPath(new URL('../../../../shared/vectors/wycheproof/', import.meta.url));

/** Null, with a word about it, where they are not there. */
export function readVectorFiles(): VectorFiles | null {
  if (!existsSync(FOLDER)) {
    console.warn(`SKIPPED: no public test vectors in ${FOLDER}; only the answers that the tests bring were checked`);
    return null;
  }
  return Object.fromEntries(
    FILES.map((name) => [name, JSON.parse(readFileSync(`${FOLDER}${name}_test.json`, 'utf8'))]),
  ) as VectorFiles;
}

/** The labels that docs/cryptography.md lists. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { KINDS } from '../../../src/wire/record.ts';

const PAGE = fileURLToPath(new URL('../../../docs/cryptography.md', import.meta.url));

/** First column of the table behind "The labels:", without `sealroom/1/`. */
export function labelsInDocs(): string[] {
  const [, after = ''] = readFileSync(PAGE, 'utf8').split('The labels:');
  const [table = ''] = after.split('\n## ');
  return table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, label = '']) => label))
    .flatMap((label) => (label === 'record/<kind>' ? KINDS.map((kind) => `record/${kind}`) : [label]));
}

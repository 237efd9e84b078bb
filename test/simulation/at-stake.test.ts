/**
 * Few seeds in which an invariant, or the answer to a hostile deed, is at stake. The negative controls take the defence away
 * and expect the test of that name to fail.
 */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeFailure, runBatch } from '../support/simulation/batch.ts';
import type { SeedReport } from '../support/simulation/run-seed.ts';
import AT_STAKE from './at-stake.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '../..');
const failuresOf = async (seeds: readonly number[]): Promise<readonly SeedReport[]> =>
  (await runBatch(ROOT, seeds)).failures;

describe('what is at stake in a few seeds', () => {
  const isControl = process.env.SEALROOM_TAKE_AWAY !== undefined;
  let together: readonly SeedReport[] = [];
  // A control looks at one of them.
  beforeAll(async () => {
    if (!isControl) together = await failuresOf([...new Set(AT_STAKE.flatMap(({ seeds }) => seeds))]);
  }, 120_000);

  for (const { name, invariant, seeds } of AT_STAKE)
    it(`${name}: [${invariant}] holds`, async () => {
      const failures = isControl ? await failuresOf(seeds) : together.filter(({ seed }) => seeds.includes(seed));
      expect(failures.map(describeFailure).join('\n\n')).toBe('');
    });
});

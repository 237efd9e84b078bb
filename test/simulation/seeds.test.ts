import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeFailure, runBatch } from '../support/simulation/batch.ts';
import KEPT_SEEDS from './seeds.json' with { type: 'json' };

/** How many seeds, and the first of them. */
const COUNT = Number(process.env.SIMULATION_SEEDS ?? 300);
const FROM = Number(process.env.SIMULATION_FROM ?? 1_000);
/** Fewer seeds need not meet every fault. */
const ENOUGH_FOR_ALL = 200;

const EXPECTED = [
  'edits',
  'edits by viewers',
  'reconnects',
  'record: update',
  'record: snapshot',
  'record: notice',
  'read: snapshot',
  'fault: cut',
  'fault: half-open',
  'fault: stall',
  'fault: offline',
  'fault: relay crash',
  'fault: relay restart',
  'fault: relay crash: committed, not acknowledged',
  'fault: relay crash: neither',
  'fault: batch failed: written',
  'fault: batch failed: not written',
  'fault: server disk full',
  'fault: slow server',
  'fault: engine crash',
  'fault: engine restart',
  'fault: vault full',
  'fault: tab reload',
  'fault: clock jump',
  'fault: mischief: dropped',
  'fault: mischief: replayed',
  'fault: mischief: reordered',
  'fault: mischief: altered',
  'fault: mischief: rolled back',
  'fault: mischief: forked',
];

describe('the whole system, from seeds', () => {
  it(
    `keeps every invariant over ${KEPT_SEEDS.length} kept seeds and ${COUNT} others`,
    async () => {
      const seeds = [...KEPT_SEEDS, ...Array.from({ length: COUNT }, (_, i) => FROM + i)];
      const { failures, counts, seconds } = await runBatch(join(import.meta.dirname, '../..'), seeds);
      const covered = Object.entries(counts).map(([kind, count]) => `${kind} ${count}`);
      console.log(`${seeds.length} seeds in ${seconds.toFixed(1)} s\n${covered.sort().join(', ')}`);
      expect(failures.slice(0, 3).map(describeFailure).join('\n\n')).toBe('');
      if (COUNT >= ENOUGH_FOR_ALL) expect(EXPECTED.filter((kind) => !counts[kind])).toEqual([]);
    },
    120_000 + COUNT * 2_000,
  );
});

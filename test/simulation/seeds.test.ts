import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeFailure, runBatch } from '../support/simulation/batch.ts';
import { KINDS_OF_DEED } from '../support/simulation/hostile/deeds.ts';
import { DIRECTORY_TRICKS } from '../support/simulation/hostile/directory.ts';
import { KINDS_OF_EPOCH } from '../support/simulation/hostile/epoch-deeds.ts';
import { PRELUDE_FORGERIES } from '../support/simulation/hostile/forged-prelude.ts';
import { MEMBER_MISCHIEF } from '../support/simulation/member-mischief.ts';
import { MISCHIEF } from '../support/simulation/mischief.ts';
import { summaryOf } from '../support/simulation/summary.ts';
import KEPT_SEEDS from './seeds.json' with { type: 'json' };

/** How many seeds, and the first of them. */
const COUNT = Number(process.env.SIMULATION_SEEDS ?? 205);
const FROM = Number(process.env.SIMULATION_FROM ?? 1_000);
/** Fewer seeds need not meet every fault; every deed needs more. */
const ENOUGH_FOR_FAULTS = 205;
const ENOUGH_FOR_DEEDS = 3_000;
/** Progress is told so often. Seeds. */
const TELL_EVERY = 500;

const FAULTS = [
  'edits',
  'edits by viewers',
  'reconnects',
  'rooms at rest',
  'hostile records taken',
  'snapshot.disputed',
  'snapshot.withdrawn',
  'snapshots that are false',
  'snapshots that are true',
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
  'fault: room forgotten',
  'hostile: a snapshot that rewrites history',
  'hostile: a snapshot that silences others',
  'hostile: a viewer’s update',
  'hostile: adds a stranger',
  'hostile: different secrets',
  'membership: add: granted',
  'membership: remove: granted',
  'membership: leave: granted',
  'membership: role: granted',
  'membership: make-link: granted',
  'membership: end-link: granted',
  'membership: renew: granted',
  'offenders named',
  'runs with members in which prekeys died',
  'noticed within 5 s',
];
/** Epochs that nobody had a right to write. */
const MIN_ADDITIONS = 1_000;
const DEEDS = [
  ...KINDS_OF_DEED.map((kind) => `hostile: ${kind}`),
  ...PRELUDE_FORGERIES.map((forgery) => `fault: forged prelude: ${forgery}`),
  ...[...MISCHIEF, ...MEMBER_MISCHIEF].map((mischief) => `fault: mischief: ${mischief}`),
  ...KINDS_OF_EPOCH.map((kind) => `hostile: ${kind}`),
  ...DIRECTORY_TRICKS.map((trick) => `fault: directory: ${trick}`),
];

describe('the whole system, from seeds', () => {
  it(
    `keeps every invariant over ${KEPT_SEEDS.length} kept seeds and ${COUNT} others`,
    async () => {
      const seeds = [...KEPT_SEEDS, ...Array.from({ length: COUNT }, (_, i) => FROM + i)];
      const tell = (done: number, failed: number): void => {
        if (done % TELL_EVERY === 0) console.log(`${done} of ${seeds.length} seeds, ${failed} failed`);
      };
      const { failures, counts, seconds } = await runBatch(join(import.meta.dirname, '../..'), seeds, tell);
      console.log(`${seeds.length} seeds in ${seconds.toFixed(1)} s\n${summaryOf(counts)}`);
      if (failures.length > 0) console.log(`failed: ${failures.map(({ seed }) => seed).join(' ')}`);
      expect(failures.slice(0, 3).map(describeFailure).join('\n\n')).toBe('');
      const expected = [...(COUNT >= ENOUGH_FOR_FAULTS ? FAULTS : []), ...(COUNT >= ENOUGH_FOR_DEEDS ? DEEDS : [])];
      expect(expected.filter((kind) => !counts[kind])).toEqual([]);
      if (COUNT >= ENOUGH_FOR_FAULTS) expect(counts['unauthorised additions']).toBeGreaterThanOrEqual(MIN_ADDITIONS);
    },
    120_000 + COUNT * 2_000,
  );
});

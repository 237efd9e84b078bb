/** When a room's log is worth a snapshot, and who makes it. */
import { decodeRecord, kindOf } from '../../wire/record.ts';
import type { SnapshotLimits } from '../ports.ts';
import type { KeptLog } from './replay.ts';

export const DEFAULT_SNAPSHOT_LIMITS: SnapshotLimits = {
  minLogBytes: 96 * 1024,
  maxGrowth: 2,
  lastWriterDelayMs: 1_500,
  othersDelayMs: 12_000,
  checkDelayMs: 300,
  checkJitterMs: 1_500,
};

export function isWorthSnapshot({ minLogBytes, maxGrowth }: SnapshotLimits, kept: KeptLog): boolean {
  const limit = Math.max(minLogBytes, maxGrowth * (kept.snapshot?.record.length ?? 0));
  let bytes = 0;
  // Snapshots do not make the next one worth while: two that were made at once would never come to an end.
  for (const stored of kept.log)
    if ('entry' in stored && kindOf(stored.entry.record) !== 'snapshot') bytes += stored.entry.record.length;
  return bytes > limit;
}

/** Somewhere between the delay and twice that. `isSoon`: of the last writer, or somebody waits for it. `jitter`: 0 to 1. */
export const snapshotDelay = (limits: SnapshotLimits, isSoon: boolean, jitter: number): number =>
  (isSoon ? limits.lastWriterDelayMs : limits.othersDelayMs) * (1 + jitter);

export const senderOfLast = (kept: KeptLog): string | undefined => {
  const last = kept.log.at(-1);
  return last && 'entry' in last ? decodeRecord(last.entry.record).header.sender : undefined;
};

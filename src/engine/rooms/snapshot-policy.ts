/** When a room's log is worth a snapshot, and who makes it. */
import { decodeRecord } from '../../wire/record.ts';
import type { KeptLog } from './replay.ts';

/** A log shorter than this is read faster than a snapshot is made. Bytes. */
const MIN_LOG_BYTES = 96 * 1024;
/** The log since the last snapshot may grow to this many times its size. */
const MAX_GROWTH = 2;
/** The last writer waits this long for a pause; the others longer, should it have gone. Milliseconds. */
const LAST_WRITER_DELAY_MS = 1_500;
const OTHERS_DELAY_MS = 12_000;

export function isWorthSnapshot(kept: KeptLog): boolean {
  const limit = Math.max(MIN_LOG_BYTES, MAX_GROWTH * (kept.snapshot?.record.length ?? 0));
  let bytes = 0;
  for (const stored of kept.log) if ('entry' in stored) bytes += stored.entry.record.length;
  return bytes > limit;
}

/** Somewhere between the delay and twice that. `jitter`: 0 to 1. */
export const snapshotDelay = (wroteLast: boolean, jitter: number): number =>
  (wroteLast ? LAST_WRITER_DELAY_MS : OTHERS_DELAY_MS) * (1 + jitter);

export const senderOfLast = (kept: KeptLog): string | undefined => {
  const last = kept.log.at(-1);
  return last && 'entry' in last ? decodeRecord(last.entry.record).header.sender : undefined;
};

/** What the log remembers of each stream, so that a fresh reader's start is found without reading the records. */
import { ByteReader, ByteWriter } from '../../src/wire/bytes.ts';
import { type Hash, hashId, ID_BYTES, idBytes } from '../../src/wire/ids.ts';
import type { Header, Stream } from '../../src/wire/record.ts';

const VERSION = 1;
/** Snapshots remembered of one stream. More than one, because peers may object to the last. */
export const MAX_KEPT_SNAPSHOTS = 8;

/** A snapshot in the log: its own position, the one it covers, its record's hash. */
export type SnapshotMark = { readonly seq: number; readonly cover: number; readonly record: Hash };

export type StreamState = {
  readonly stream: Stream;
  /** Positions of the first and the last update, 0 for none. */
  readonly first: number;
  readonly last: number;
  /** Ascending by position. */
  readonly snapshots: readonly SnapshotMark[];
};

export const emptyStream = (stream: Stream): StreamState => ({ stream, first: 0, last: 0, snapshots: [] });

/** The last snapshot that nobody has objected to. */
export const undisputedSnapshot = (state: StreamState, disputed: ReadonlySet<Hash>): SnapshotMark | undefined =>
  state.snapshots.findLast((mark) => !disputed.has(mark.record));

/** After an update or a snapshot at `seq`. Disputed snapshots are forgotten before undisputed ones. */
export function streamAfter(
  state: StreamState,
  header: Header,
  seq: number,
  record: Hash,
  disputed: ReadonlySet<Hash>,
): StreamState {
  if (!header.cover) return { ...state, first: state.first || seq, last: seq };
  const snapshots = [...state.snapshots, { seq, cover: header.cover.seq, record }];
  if (snapshots.length > MAX_KEPT_SNAPSHOTS) {
    const oldestDisputed = snapshots.findIndex((mark) => disputed.has(mark.record));
    snapshots.splice(Math.max(oldestDisputed, 0), 1);
  }
  return { ...state, snapshots };
}

export function encodeStream({ first, last, snapshots }: StreamState): Uint8Array {
  const out = new ByteWriter().u8(VERSION).u64(first).u64(last).u8(snapshots.length);
  for (const { seq, cover, record } of snapshots) out.u64(seq).u64(cover).raw(idBytes(record));
  return out.bytes();
}

/** @throws WireError if the database holds something else */
export function decodeStream(stream: Stream, value: Uint8Array): StreamState {
  const reader = new ByteReader(value);
  assertVersion(reader.u8(), VERSION);
  const [first, last, count] = [reader.u64(), reader.u64(), reader.u8()];
  const snapshots = Array.from({ length: count }, () => ({
    seq: reader.u64(),
    cover: reader.u64(),
    record: hashId(reader.raw(ID_BYTES)),
  }));
  reader.end();
  return { stream, first, last, snapshots };
}

/** A value that a newer version wrote is never guessed at. */
export function assertVersion(found: number, known: number): void {
  if (found !== known) throw new Error(`the database holds version ${found} of a value, this server knows ${known}`);
}

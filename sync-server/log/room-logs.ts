/**
 * The rooms' logs on the store. The archive is logical: a covered record stays where it is and is read by pages.
 *
 * Invariants:
 * 1. `head` is the only key that every append checks, so of two appends to one position one is a conflict.
 * 2. Positions 1 to `head.seq` have an outline each; the record of a position may be missing (dropped), never wrong.
 * 3. Nothing is scanned when the server starts: a room is read when somebody asks for it.
 */
import { type DeviceId, type Hash, hashId, ID_BYTES, type Position, type RoomId, START } from '../../src/wire/ids.ts';
import { isControl, type StreamKey, streamKey } from '../../src/wire/record.ts';
import { RoomKeys, seqOfKey, streamOfKey } from '../store/keys.ts';
import type { Check, CommitResult, Store, Write } from '../store/store.ts';
import {
  decodeCounter,
  decodeHead,
  decodeOutline,
  decodeRecordValue,
  encodeCounter,
  encodeHead,
  encodeOutline,
  encodeRecordValue,
  type NewEntry,
  type Outline,
} from './entries.ts';
import { decodeStream, encodeStream, type StreamState } from './streams.ts';

export type LogState = { readonly head: Position; readonly streams: Map<StreamKey, StreamState> };

/** What commits together with an append: a charge, a change of membership. */
export type Companion = { readonly checks: readonly Check[]; readonly writes: readonly Write[] };

/** A position of a page. `record`: undefined where it was not wanted or has been dropped. */
export type PageItem = { readonly outline: Outline; readonly record: Uint8Array | undefined };

export type PageRequest = {
  readonly from: number;
  /** The last position wanted. */
  readonly upTo: number;
  /** A page ends before this many bytes, but holds at least one position. */
  readonly maxBytes: number;
  readonly maxRecords: number;
  /** Positions whose record is not read; by default every record is. */
  readonly wants?: (outline: Outline) => boolean;
};

/** A control record's place in the log. `renews`: it is a plain renewal [EP10]. */
export type ControlMark = { readonly seq: number; readonly renews: boolean };

const EMPTY: Uint8Array = new Uint8Array();
/** What the index of control records says of plain renewals. Of all others, and of those that an earlier version wrote, nothing. */
const RENEWS: Uint8Array = Uint8Array.of(1);
/** What a position without its record adds to a page, in bytes. */
const OUTLINE_BYTES = 48;

export type RoomLogs = ReturnType<typeof createRoomLogs>;

/** All functions throw StorageFailed as the store does. */
export function createRoomLogs(store: Store) {
  return {
    /** Appends `entries`, whose positions follow `expected` without gaps. */
    append(
      room: RoomId,
      expected: Position,
      entries: readonly NewEntry[],
      companion?: Companion,
    ): Promise<CommitResult> {
      const keys = new RoomKeys(room);
      const check = { key: keys.head(), value: expected.seq === START.seq ? null : encodeHead(expected) };
      const writes = writesOf(keys, expected, entries);
      if (!companion) return store.commit([check], writes);
      return store.commit([check, ...companion.checks], [...writes, ...companion.writes]);
    },

    /** Undefined: there is no such room. */
    async head(room: RoomId): Promise<Position | undefined> {
      const value = await store.get(new RoomKeys(room).head());
      return value && decodeHead(value);
    },

    /** Head and streams. Undefined: there is no such room. */
    async state(room: RoomId): Promise<LogState | undefined> {
      const keys = new RoomKeys(room);
      const value = await store.get(keys.head());
      if (!value) return undefined;
      const streams = new Map<StreamKey, StreamState>();
      for await (const entry of store.range(keys.streams())) {
        const stream = streamOfKey(entry.key);
        streams.set(streamKey(stream), decodeStream(stream, entry.value));
      }
      return { head: decodeHead(value), streams };
    },

    /** The last counter that `device` has used in `room`, 0 for none. */
    async counter(room: RoomId, device: DeviceId): Promise<number> {
      const value = await store.get(new RoomKeys(room).counter(device));
      return value ? decodeCounter(value) : 0;
    },

    async chainAt(room: RoomId, seq: number): Promise<Hash | undefined> {
      if (seq === START.seq) return START.hash;
      const value = await store.get(new RoomKeys(room).outline(seq));
      return value && hashId(decodeOutline(seq, value).chain);
    },

    /** The next control records, from `from` on. */
    async controls(room: RoomId, from: number, limit: number): Promise<ControlMark[]> {
      const keys = new RoomKeys(room);
      const range = { from: keys.control(from), to: keys.control(Number.MAX_SAFE_INTEGER), limit };
      const marks: ControlMark[] = [];
      for await (const { key, value } of store.range(range))
        marks.push({ seq: seqOfKey(key), renews: value[0] === RENEWS[0] });
      return marks;
    },

    /** Position of the last epoch record up to `upTo`, 0 for none. */
    async lastEpoch(room: RoomId, upTo: number): Promise<number> {
      const keys = new RoomKeys(room);
      for await (const { key } of store.range({ from: keys.control(0), to: keys.control(upTo + 1), reverse: true })) {
        const seq = seqOfKey(key);
        if (knownOutline(seq, await store.get(keys.outline(seq))).kind === 'epoch') return seq;
      }
      return 0;
    },

    /** The hashes of the records at `seqs`, dropped ones too. */
    async recordHashes(room: RoomId, seqs: readonly number[]): Promise<Uint8Array[]> {
      const keys = new RoomKeys(room);
      const values = await store.getMany(seqs.map((seq) => keys.outline(seq)));
      return values.map((value, i) => knownOutline(seqs[i] ?? 0, value).recordHash);
    },

    /** The records at `seqs`, ascending. Undefined: dropped. */
    records(room: RoomId, seqs: readonly number[]): Promise<(Uint8Array | undefined)[]> {
      return readRecords(store, new RoomKeys(room), seqs);
    },

    /** The recipient's wrap of the epoch at `seq`. `recipients`: 32-byte keys, the first that has one counts. */
    async wrap(room: RoomId, seq: number, recipients: readonly Uint8Array[]): Promise<Uint8Array> {
      const keys = new RoomKeys(room);
      const values = await store.getMany(recipients.map((recipient) => keys.wrap(seq, recipient)));
      return values.find((value) => value !== undefined) ?? EMPTY;
    },

    async page(room: RoomId, request: PageRequest): Promise<PageItem[]> {
      const keys = new RoomKeys(room);
      const wanted = (outline: Outline) => request.wants?.(outline) ?? true;
      const outlines = await readOutlines(store, keys, request, wanted);
      const seqs = outlines.filter(wanted).map((outline) => outline.seq);
      const records = await readRecords(store, keys, seqs);
      const recordBySeq = new Map(seqs.map((seq, i) => [seq, records[i]]));
      return outlines.map((outline) => ({ outline, record: recordBySeq.get(outline.seq) }));
    },
  };
}

function writesOf(keys: RoomKeys, expected: Position, entries: readonly NewEntry[]): Write[] {
  const writes: Write[] = [];
  const streams = new Map<StreamKey, StreamState>();
  const counters = new Map<DeviceId, number>();
  let head = expected;
  for (const entry of entries) {
    const { record, position, stream, wraps, renews } = entry;
    if (position.seq !== head.seq + 1) throw new Error('entries of an append follow each other without gaps');
    writes.push(
      { key: keys.record(position.seq), value: encodeRecordValue(record.bytes) },
      { key: keys.outline(position.seq), value: encodeOutline(entry) },
    );
    if (isControl(record.header.kind)) writes.push({ key: keys.control(position.seq), value: renews ? RENEWS : EMPTY });
    for (const wrap of wraps) writes.push({ key: keys.wrap(position.seq, wrap.subarray(0, ID_BYTES)), value: wrap });
    if (stream) streams.set(streamKey(stream.stream), stream);
    counters.set(record.header.sender, record.header.counter);
    head = position;
  }
  for (const stream of streams.values()) writes.push({ key: keys.stream(stream.stream), value: encodeStream(stream) });
  for (const [device, counter] of counters) writes.push({ key: keys.counter(device), value: encodeCounter(counter) });
  writes.push({ key: keys.head(), value: encodeHead(head) });
  return writes;
}

function knownOutline(seq: number, value: Uint8Array | undefined): Outline {
  if (!value) throw new Error('the log has no outline of a record that it had');
  return decodeOutline(seq, value);
}

/** As many outlines as fit the page, together with the records that are wanted. */
async function readOutlines(
  store: Store,
  keys: RoomKeys,
  { from, upTo, maxBytes, maxRecords }: PageRequest,
  wanted: (outline: Outline) => boolean,
): Promise<Outline[]> {
  const outlines: Outline[] = [];
  let bytes = 0;
  const range = { from: keys.outline(from), to: keys.outline(upTo + 1), limit: maxRecords };
  for await (const { key, value } of store.range(range)) {
    const outline = decodeOutline(seqOfKey(key), value);
    bytes += OUTLINE_BYTES + (wanted(outline) ? outline.length : 0);
    if (outlines.length > 0 && bytes > maxBytes) break;
    outlines.push(outline);
  }
  return outlines;
}

async function readRecords(store: Store, keys: RoomKeys, seqs: readonly number[]): Promise<(Uint8Array | undefined)[]> {
  const [first, last] = [seqs.at(0), seqs.at(-1)];
  if (first === undefined || last === undefined) return [];
  // One sweep over neighbours is faster than as many look-ups.
  if (last - first + 1 !== seqs.length) {
    const values = await store.getMany(seqs.map((seq) => keys.record(seq)));
    return values.map((value) => value && decodeRecordValue(value));
  }
  const records = new Map<number, Uint8Array>();
  for await (const { key, value } of store.range({ from: keys.record(first), to: keys.record(last + 1) }))
    records.set(seqOfKey(key), decodeRecordValue(value));
  return seqs.map((seq) => records.get(seq));
}

/**
 * How one entry of a log is stored. The record and its outline are kept apart: hashes, kind and size of a position are
 * read without its body, and outlive a body that is dropped.
 */
import { ByteReader, ByteWriter } from '../../src/wire/bytes.ts';
import { type Hash, hashId, ID_BYTES, idBytes, type Position } from '../../src/wire/ids.ts';
import { KINDS, type Kind, type SignedRecord, type Stream } from '../../src/wire/record.ts';
import { STREAM_CLASSES } from '../../src/wire/roles.ts';
import { assertVersion, type StreamState } from './streams.ts';

const VERSION = 1;

/** A record whose place in the log has been decided. */
export type NewEntry = {
  readonly record: SignedRecord;
  readonly recordHash: Hash;
  /** Its sequence number and the chain hash after it. */
  readonly position: Position;
  /** Updates and snapshots: their stream, this record included. */
  readonly stream: StreamState | null;
  /** Epoch records: what travels beside them, each beginning with its recipient's key. */
  readonly wraps: readonly Uint8Array[];
  /** An epoch record that is a plain renewal [EP10]: readers who start after it need not see it. */
  readonly renews: boolean;
};

export type Outline = {
  readonly seq: number;
  readonly kind: Kind;
  readonly stream: Stream;
  /** Bytes of the record. */
  readonly length: number;
  /** Chain hash after the record. */
  readonly chain: Uint8Array;
  readonly recordHash: Uint8Array;
};

const HASHES_OFFSET = 1 + 1 + 1 + 4 + 4;

/** Written without a writer, like all that every record needs: small arrays are what costs most. */
export function encodeOutline({ record, recordHash, position }: NewEntry): Uint8Array {
  const { kind, stream } = record.header;
  const value = Buffer.allocUnsafe(HASHES_OFFSET + 2 * ID_BYTES);
  value[0] = VERSION;
  value[1] = KINDS.indexOf(kind);
  value[2] = STREAM_CLASSES.indexOf(stream.class);
  value.writeUInt32BE(stream.segment, 3);
  value.writeUInt32BE(record.bytes.length, 7);
  value.set(idBytes(position.hash), HASHES_OFFSET);
  value.set(idBytes(recordHash), HASHES_OFFSET + ID_BYTES);
  return value;
}

export function decodeOutline(seq: number, value: Uint8Array): Outline {
  const reader = new ByteReader(value);
  assertVersion(reader.u8(), VERSION);
  const kind = KINDS[reader.u8()];
  const streamClass = STREAM_CLASSES[reader.u8()];
  if (!kind || !streamClass) throw new Error('the database holds an outline of an unknown kind');
  const stream = { class: streamClass, segment: reader.u32() };
  const length = reader.u32();
  return { seq, kind, stream, length, chain: reader.raw(ID_BYTES), recordHash: reader.raw(ID_BYTES) };
}

export function encodeRecordValue(record: Uint8Array): Uint8Array {
  const value = Buffer.allocUnsafe(1 + record.length);
  value[0] = VERSION;
  value.set(record, 1);
  return value;
}

/** A view on `value`. */
export function decodeRecordValue(value: Uint8Array): Uint8Array {
  assertVersion(value[0] ?? 0, VERSION);
  return value.subarray(1);
}

export const encodeHead = (head: Position): Uint8Array =>
  new ByteWriter().u8(VERSION).u64(head.seq).raw(idBytes(head.hash)).bytes();

export function decodeHead(value: Uint8Array): Position {
  const reader = new ByteReader(value);
  assertVersion(reader.u8(), VERSION);
  return { seq: reader.u64(), hash: hashId(reader.raw(ID_BYTES)) };
}

export const encodeCounter = (counter: number): Uint8Array => new ByteWriter().u8(VERSION).u64(counter).bytes();

export function decodeCounter(value: Uint8Array): number {
  const reader = new ByteReader(value);
  assertVersion(reader.u8(), VERSION);
  return reader.u64();
}

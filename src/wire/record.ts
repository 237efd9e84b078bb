/**
 * Records and signals: one layout. A fixed header, for snapshots the position they cover, for sealed kinds a nonce,
 * the body, the signature. The header is the AEAD's associated data; the signature covers everything before it.
 * Rules [RE1]–[RE6] in docs/protocol.md.
 */
import { ByteReader, ByteWriter, concatBytes, labelled, WireError } from './bytes.ts';
import { type DeviceId, deviceId, hashId, ID_BYTES, idBytes, type Position, type RoomId, roomId } from './ids.ts';
import {
  MAX_EPOCH_RECORD_BYTES,
  MAX_NOTICE_RECORD_BYTES,
  MAX_SIGNAL_BYTES,
  MAX_SNAPSHOT_RECORD_BYTES,
  MAX_UPDATE_RECORD_BYTES,
} from './limits.ts';
import { STREAM_CLASSES, type StreamClass } from './roles.ts';

export const RECORD_VERSION = 1;
export const NONCE_BYTES = 24;
export const SIGNATURE_BYTES = 64;

/** `signal` is never stored; the others are. */
export const KINDS = ['epoch', 'update', 'snapshot', 'notice', 'signal'] as const;
export type Kind = (typeof KINDS)[number];

/** Which Yjs document of the room a record belongs to. `none` for kinds that belong to the room itself. */
export type Stream = { readonly class: StreamClass; readonly segment: number };
export const NO_STREAM: Stream = { class: 'none', segment: 0 };
export const CONTENT: Stream = { class: 'content', segment: 0 };
export type StreamKey = `${StreamClass}/${number}`;
export const streamKey = (stream: Stream): StreamKey => `${stream.class}/${stream.segment}`;

export type Header = {
  readonly kind: Kind;
  readonly stream: Stream;
  readonly room: RoomId;
  readonly epoch: number;
  readonly sender: DeviceId;
  /** Per device and room, only increasing, gaps allowed. Signals count on their own. */
  readonly counter: number;
  /** The last position that the sender had seen. */
  readonly head: Position;
  /** What the record costs, in the tariff's units. */
  readonly units: number;
  /** Snapshots only: the state is that after this position. */
  readonly cover: Position | null;
};

/** A decoded record. The byte fields are views into `bytes`. */
export type SignedRecord = {
  readonly header: Header;
  readonly headerBytes: Uint8Array;
  /** Empty for the clear kinds. */
  readonly nonce: Uint8Array;
  /** Ciphertext, or the clear body of `epoch` and `notice`. */
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
  readonly bytes: Uint8Array;
};

const limitByKind: { readonly [K in Kind]: number } = {
  epoch: MAX_EPOCH_RECORD_BYTES,
  update: MAX_UPDATE_RECORD_BYTES,
  snapshot: MAX_SNAPSHOT_RECORD_BYTES,
  notice: MAX_NOTICE_RECORD_BYTES,
  signal: MAX_SIGNAL_BYTES,
};

export const isSealed = (kind: Kind): boolean => kind === 'update' || kind === 'snapshot' || kind === 'signal';
const hasStream = (kind: Kind): boolean => kind === 'update' || kind === 'snapshot';
/** [RE6] Control records say who is in; they are never compacted away. */
export const isControl = (kind: Kind): boolean => kind === 'epoch' || kind === 'notice';

export function encodeHeader(header: Header): Uint8Array {
  const out = new ByteWriter()
    .u8(RECORD_VERSION)
    .u8(KINDS.indexOf(header.kind) + 1)
    .u8(STREAM_CLASSES.indexOf(header.stream.class))
    .u32(header.stream.segment)
    .raw(idBytes(header.room))
    .u32(header.epoch)
    .raw(idBytes(header.sender))
    .u64(header.counter);
  writePosition(out, header.head).u32(header.units);
  if (header.cover) writePosition(out, header.cover);
  return out.bytes();
}

export const writePosition = (out: ByteWriter, position: Position): ByteWriter =>
  out.u64(position.seq).raw(idBytes(position.hash));

export const readPosition = (reader: ByteReader): Position => ({
  seq: reader.u64(),
  hash: hashId(reader.raw(ID_BYTES)),
});

/** [RE2] What the device signs: a label with the kind, then header, nonce and body as they are sent. */
export const signedBytes = (kind: Kind, unsigned: Uint8Array): Uint8Array => labelled(`record/${kind}`, unsigned);

/** The bytes before the signature. */
export const unsignedBytes = (record: SignedRecord): Uint8Array =>
  record.bytes.subarray(0, record.bytes.length - SIGNATURE_BYTES);

export const assembleRecord = (unsigned: Uint8Array, signature: Uint8Array): Uint8Array =>
  concatBytes(unsigned, signature);

// Where fields of every header lie, for whoever passes records on and has no use for the rest.
const SENDER_OFFSET = 1 + 1 + 1 + 4 + ID_BYTES + 4;
const COUNTER_OFFSET = SENDER_OFFSET + ID_BYTES;

/** The kind in the bytes of a record, undefined if it is none. */
export const kindOf = (record: Uint8Array): Kind | undefined => KINDS[(record[1] ?? 0) - 1];

/** The sender's key in the bytes of a record that has been decoded before. A view. */
export const senderBytes = (record: Uint8Array): Uint8Array => record.subarray(SENDER_OFFSET, COUNTER_OFFSET);

/** The counter in the bytes of a record that has been decoded before. */
export const counterOf = (record: Uint8Array): number => new ByteReader(record.subarray(COUNTER_OFFSET)).u64();

function readHeader(reader: ByteReader): Header {
  const version = reader.u8();
  if (version !== RECORD_VERSION) throw new WireError('unknown-version', `record version ${version}`);
  const kind = KINDS[reader.u8() - 1];
  if (!kind) throw new WireError('unknown-version', 'unknown kind of record');
  const streamClass = STREAM_CLASSES[reader.u8()];
  const segment = reader.u32();
  if (!streamClass || hasStream(kind) !== (streamClass !== 'none') || (streamClass === 'none' && segment !== 0))
    throw new WireError('malformed', 'stream does not fit the kind');
  return {
    kind,
    stream: { class: streamClass, segment },
    room: roomId(reader.raw(ID_BYTES)),
    epoch: reader.u32(),
    sender: deviceId(reader.raw(ID_BYTES)),
    counter: reader.u64(),
    head: readPosition(reader),
    units: reader.u32(),
    cover: kind === 'snapshot' ? readPosition(reader) : null,
  };
}

/** @throws WireError `malformed`, `too-large` or `unknown-version` */
export function decodeRecord(bytes: Uint8Array): SignedRecord {
  const reader = new ByteReader(bytes);
  const header = readHeader(reader);
  if (bytes.length > limitByKind[header.kind])
    throw new WireError(
      'too-large',
      `${header.kind} record of ${bytes.length} bytes, limit ${limitByKind[header.kind]}`,
    );
  const headerBytes = bytes.subarray(0, bytes.length - reader.remaining);
  const nonce = reader.raw(isSealed(header.kind) ? NONCE_BYTES : 0);
  const bodyLength = reader.remaining - SIGNATURE_BYTES;
  if (bodyLength < 0) throw new WireError('malformed', 'too short');
  const body = reader.raw(bodyLength);
  const signature = reader.raw(SIGNATURE_BYTES);
  return { header, headerBytes, nonce, body, signature, bytes };
}

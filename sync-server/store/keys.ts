/**
 * The key layout: one byte for the table, then fixed-width parts, so that the order of the keys is the order in which a
 * table is read. Room and device ids are their 32 raw bytes, positions 8 bytes big-endian.
 */
import { type DeviceId, ID_BYTES, idBytes, type PrincipalId, type RoomId } from '../../src/wire/ids.ts';
import type { Stream } from '../../src/wire/record.ts';
import { STREAM_CLASSES } from '../../src/wire/roles.ts';

/** Numbers are never reused: databases outlive versions. 1–31 belong to the relay: rooms' logs, and what devices offer. */
const TABLES = {
  head: 1,
  record: 2,
  outline: 3,
  wrap: 4,
  counter: 5,
  stream: 6,
  control: 7,
  prekey: 8,
  linkUse: 11,
  linkUses: 12,
} as const;
type Table = Exclude<keyof typeof TABLES, 'prekey'>;

const SEQ_BYTES = 8;
const TWO_32 = 2 ** 32;
const ROOM_END = 1 + ID_BYTES;

/** The keys of one room. */
export class RoomKeys {
  readonly #room: Uint8Array;

  constructor(room: RoomId) {
    this.#room = idBytes(room);
  }

  head(): Uint8Array {
    return this.#key('head', 0);
  }
  record(seq: number): Uint8Array {
    return this.#numbered('record', seq);
  }
  /** What a reader must know of a record that it is not sent. */
  outline(seq: number): Uint8Array {
    return this.#numbered('outline', seq);
  }
  /** Index of the control records. */
  control(seq: number): Uint8Array {
    return this.#numbered('control', seq);
  }
  /** `recipient`: the 32 bytes of a device's or a link's key. */
  wrap(seq: number, recipient: Uint8Array): Uint8Array {
    const key = this.#numbered('wrap', seq, ID_BYTES);
    key.set(recipient, ROOM_END + SEQ_BYTES);
    return key;
  }
  counter(device: DeviceId): Uint8Array {
    const key = this.#key('counter', ID_BYTES);
    key.set(idBytes(device), ROOM_END);
    return key;
  }
  /** A device that has come in by a link. */
  linkUse(link: PrincipalId, device: DeviceId): Uint8Array {
    const key = this.#key('linkUse', 2 * ID_BYTES);
    key.set(idBytes(link), ROOM_END);
    key.set(idBytes(device), ROOM_END + ID_BYTES);
    return key;
  }
  /** How many devices have. */
  linkUses(link: PrincipalId): Uint8Array {
    const key = this.#key('linkUses', ID_BYTES);
    key.set(idBytes(link), ROOM_END);
    return key;
  }
  stream(stream: Stream): Uint8Array {
    const key = this.#key('stream', 1 + 4);
    key[ROOM_END] = STREAM_CLASSES.indexOf(stream.class);
    writeU32(key, ROOM_END + 1, stream.segment);
    return key;
  }
  /** All streams of the room. */
  streams(): { readonly from: Uint8Array; readonly to: Uint8Array } {
    const to = this.#key('stream', 1);
    to[ROOM_END] = 0xff;
    return { from: this.#key('stream', 0), to };
  }

  #key(table: Table, tail: number): Uint8Array {
    // From Node's pool: a record takes half a dozen keys, and small arrays of their own are what costs most.
    const key = Buffer.allocUnsafe(ROOM_END + tail);
    key[0] = TABLES[table];
    key.set(this.#room, 1);
    return key;
  }
  #numbered(table: Table, seq: number, tail = 0): Uint8Array {
    const key = this.#key(table, SEQ_BYTES + tail);
    writeU32(key, ROOM_END, Math.floor(seq / TWO_32));
    writeU32(key, ROOM_END + 4, seq % TWO_32);
    return key;
  }
}

/** A device's signed prekey. */
export function prekeyKey(device: DeviceId): Uint8Array {
  const key = Buffer.allocUnsafe(1 + ID_BYTES);
  key[0] = TABLES.prekey;
  key.set(idBytes(device), 1);
  return key;
}

/** The position in a key of `record`, `outline` or `control`. */
export const seqOfKey = (key: Uint8Array): number => readU32(key, ROOM_END) * TWO_32 + readU32(key, ROOM_END + 4);

/** The stream in a key of `stream`. */
export function streamOfKey(key: Uint8Array): Stream {
  const streamClass = STREAM_CLASSES[key[ROOM_END] ?? 0] ?? 'none';
  return { class: streamClass, segment: readU32(key, ROOM_END + 1) };
}

function writeU32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}

function readU32(bytes: Uint8Array, offset: number): number {
  const byte = (i: number) => bytes[offset + i] ?? 0;
  return byte(0) * 2 ** 24 + byte(1) * 2 ** 16 + byte(2) * 2 ** 8 + byte(3);
}

/**
 * What a client says on the one WebSocket. Rooms are named by id until the relay has opened them, then by the channel number
 * that it answers with. Rules [FR1]–[FR12] in docs/protocol.md.
 */
import { type ByteReader, ByteWriter, labelled, utf8, WireError } from './bytes.ts';
import { assertAscending } from './device-list.ts';
import { MAX_WRAPS, WRAP_BYTES } from './epoch.ts';
import { type DeviceId, deviceId, ID_BYTES, idBytes, type RoomId, roomId } from './ids.ts';
import {
  MAX_ASKED_PREKEYS,
  MAX_FRAMES_PER_MESSAGE,
  MAX_PAGE_RECORDS,
  MAX_SIGNAL_BYTES,
  MAX_SNAPSHOT_RECORD_BYTES,
  PROTOCOL_VERSION,
} from './limits.ts';
import { readMessage } from './message.ts';
import { type OpenProof, readOpenProof, writeOpenProof } from './open-proof.ts';
import { PREKEY_BYTES } from './prekey.ts';
import { SIGNATURE_LENGTH } from './proof.ts';

const OPEN_MODES = ['live', 'head', 'whole'] as const;
export type OpenMode = (typeof OPEN_MODES)[number];

export type ClientFrame =
  /** Proof of the device's key. `signature` over `helloSignedBytes`. */
  | { readonly type: 'hello'; readonly version: number; readonly device: DeviceId; readonly signature: Uint8Array }
  /**
   * Opens a room. `from`: the last position this device holds, 0 to start from snapshots. `proof`: where the log may not know it.
   * `mode` `head`: only the head is wanted (a dormant room); `whole`: from the log's beginning, past all snapshots.
   */
  | {
      readonly type: 'open';
      readonly room: RoomId;
      readonly mode: OpenMode;
      readonly from: number;
      readonly proof: OpenProof;
    }
  /** Makes a room: its first record and the wraps. */
  | {
      readonly type: 'create';
      readonly room: RoomId;
      readonly record: Uint8Array;
      readonly wraps: readonly Uint8Array[];
    }
  /** Appends a record. `wraps`: epoch records only. */
  | {
      readonly type: 'append';
      readonly channel: number;
      readonly record: Uint8Array;
      readonly wraps: readonly Uint8Array[];
    }
  | { readonly type: 'signal'; readonly channel: number; readonly record: Uint8Array }
  | { readonly type: 'leave'; readonly channel: number }
  /** Asks for `count` old records from `from` on, newest last. */
  | { readonly type: 'page'; readonly channel: number; readonly from: number; readonly count: number }
  | { readonly type: 'ping' }
  /** The sender's own signed prekey, for whoever seals to it next. */
  | { readonly type: 'offer'; readonly prekey: Uint8Array }
  /** Asks for the prekeys of `devices`, ascending by their bytes. `ticket`: by which the answer is known again. */
  | { readonly type: 'ask'; readonly ticket: number; readonly devices: readonly DeviceId[] };

const CLIENT = {
  hello: 1,
  open: 2,
  create: 3,
  append: 4,
  signal: 5,
  leave: 6,
  page: 7,
  ping: 8,
  offer: 9,
  ask: 10,
} as const;

/** [FR2] The host is part of it, so a relay cannot pass another relay's challenge on. */
export const helloSignedBytes = (challenge: Uint8Array, host: string): Uint8Array =>
  labelled('hello', challenge, utf8(host));

export function encodeClientFrame(frame: ClientFrame): Uint8Array {
  const out = new ByteWriter().u8(CLIENT[frame.type]);
  switch (frame.type) {
    case 'hello':
      return out.u8(frame.version).raw(idBytes(frame.device)).raw(frame.signature).bytes();
    case 'open':
      out.raw(idBytes(frame.room)).u8(OPEN_MODES.indexOf(frame.mode)).varUint(frame.from);
      return writeOpenProof(out, frame.proof).bytes();
    case 'create':
      return writeWraps(out.raw(idBytes(frame.room)).block(frame.record), frame.wraps).bytes();
    case 'append':
      return writeWraps(out.varUint(frame.channel).block(frame.record), frame.wraps).bytes();
    case 'signal':
      return out.varUint(frame.channel).block(frame.record).bytes();
    case 'leave':
      return out.varUint(frame.channel).bytes();
    case 'page':
      return out.varUint(frame.channel).varUint(frame.from).varUint(frame.count).bytes();
    case 'ping':
      return out.bytes();
    case 'offer':
      return out.block(frame.prekey).bytes();
    case 'ask':
      return writeDevices(out.varUint(frame.ticket), frame.devices).bytes();
  }
}

function readClientFrame(reader: ByteReader): ClientFrame {
  const tag = reader.u8();
  switch (tag) {
    case CLIENT.hello: {
      const version = reader.u8();
      if (version !== PROTOCOL_VERSION) throw new WireError('unknown-version', `protocol version ${version}`);
      return {
        type: 'hello',
        version,
        device: deviceId(reader.raw(ID_BYTES)),
        signature: reader.raw(SIGNATURE_LENGTH),
      };
    }
    case CLIENT.open: {
      const room = roomId(reader.raw(ID_BYTES));
      const mode = OPEN_MODES[reader.u8()];
      if (!mode) throw new WireError('unknown-version', 'mode of opening');
      return { type: 'open', room, mode, from: reader.varUint(), proof: readOpenProof(reader) };
    }
    case CLIENT.create:
      return {
        type: 'create',
        room: roomId(reader.raw(ID_BYTES)),
        record: reader.block(MAX_SNAPSHOT_RECORD_BYTES),
        wraps: readWraps(reader),
      };
    case CLIENT.append:
      return {
        type: 'append',
        channel: reader.varUint(),
        record: reader.block(MAX_SNAPSHOT_RECORD_BYTES),
        wraps: readWraps(reader),
      };
    case CLIENT.signal:
      return { type: 'signal', channel: reader.varUint(), record: reader.block(MAX_SIGNAL_BYTES) };
    case CLIENT.leave:
      return { type: 'leave', channel: reader.varUint() };
    case CLIENT.page: {
      const [channel, from, count] = [reader.varUint(), reader.varUint(), reader.varUint()];
      if (count === 0 || count > MAX_PAGE_RECORDS) throw new WireError('too-large', `page of ${count} records`);
      return { type: 'page', channel, from, count };
    }
    case CLIENT.ping:
      return { type: 'ping' };
    case CLIENT.offer:
      return { type: 'offer', prekey: reader.block(PREKEY_BYTES) };
    case CLIENT.ask:
      return { type: 'ask', ticket: reader.varUint(), devices: readDevices(reader) };
    default:
      throw new WireError('unknown-version', `frame ${tag}`);
  }
}

/** The frames of one message, in order. Byte fields are views into `message`. @throws WireError */
export const decodeClientMessage = (message: Uint8Array): ClientFrame[] =>
  readMessage(message, readClientFrame, MAX_FRAMES_PER_MESSAGE);

function writeWraps(out: ByteWriter, wraps: readonly Uint8Array[]): ByteWriter {
  out.u16(wraps.length);
  for (const wrap of wraps) out.raw(wrap);
  return out;
}

function readWraps(reader: ByteReader): Uint8Array[] {
  const count = reader.u16();
  if (count > MAX_WRAPS) throw new WireError('too-large', `${count} wraps`);
  return Array.from({ length: count }, () => reader.raw(WRAP_BYTES));
}

function writeDevices(out: ByteWriter, devices: readonly DeviceId[]): ByteWriter {
  out.u16(devices.length);
  for (const device of devices) out.raw(idBytes(device));
  return out;
}

function readDevices(reader: ByteReader): DeviceId[] {
  const count = reader.u16();
  if (count === 0 || count > MAX_ASKED_PREKEYS) throw new WireError('too-large', `the prekeys of ${count} devices`);
  const keys: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const key = reader.raw(ID_BYTES);
    assertAscending(keys.at(-1), key);
    keys.push(key);
  }
  return keys.map(deviceId);
}

/**
 * Frames on the one WebSocket. A message is one or more frames, each a tag and its fields. Rooms are named by id until
 * the relay has opened them, then by the channel number that it answers with. Rules [FR1]–[FR9] in docs/protocol.md.
 */
import { ByteReader, ByteWriter, labelled, utf8, WireError } from './bytes.ts';
import { MAX_WRAPS, WRAP_BYTES } from './epoch.ts';
import { type DeviceId, deviceId, ID_BYTES, idBytes, type Position, type RoomId, roomId } from './ids.ts';
import {
  MAX_FRAMES_PER_MESSAGE,
  MAX_MESSAGE_BYTES,
  MAX_PAGE_RECORDS,
  MAX_SIGNAL_BYTES,
  MAX_SNAPSHOT_RECORD_BYTES,
  PROTOCOL_VERSION,
} from './limits.ts';
import { type OpenProof, readOpenProof, writeOpenProof } from './open-proof.ts';
import { SIGNATURE_LENGTH } from './proof.ts';
import { readPosition, writePosition } from './record.ts';
import { type Reason, reasonCode, reasonFromCode } from './refusals.ts';

export const CHALLENGE_BYTES = 32;

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
  | { readonly type: 'ping' };

export type RelayFrame =
  | { readonly type: 'challenge'; readonly version: number; readonly challenge: Uint8Array }
  | { readonly type: 'welcome' }
  /** `base`: where the tail begins for this reader; control records and snapshots up to there come as `prelude`. */
  | {
      readonly type: 'opened';
      readonly room: RoomId;
      readonly channel: number;
      readonly head: Position;
      readonly base: Position;
    }
  /** A control record or snapshot that a fresh reader needs, in log order. `wrap`: the reader's own, or empty. */
  | {
      readonly type: 'prelude';
      readonly channel: number;
      readonly seq: number;
      readonly record: Uint8Array;
      readonly wrap: Uint8Array;
    }
  | {
      readonly type: 'entry';
      readonly channel: number;
      readonly seq: number;
      readonly record: Uint8Array;
      readonly wrap: Uint8Array;
    }
  /** An entry whose body is not sent: covered by a snapshot, dropped, or just sent as `prelude`. */
  | { readonly type: 'stub'; readonly channel: number; readonly seq: number; readonly recordHash: Uint8Array }
  /** The sender's copy of its own record, in log order: it is on disk at `seq`. */
  | { readonly type: 'ack'; readonly channel: number; readonly seq: number; readonly counter: number }
  | { readonly type: 'signal'; readonly channel: number; readonly record: Uint8Array }
  /** A dormant room's head. */
  | { readonly type: 'head'; readonly channel: number; readonly head: Position }
  /** The answer to `page`: entries, oldest first; `full` false when there is nothing before `from`. */
  | { readonly type: 'page'; readonly channel: number; readonly from: number; readonly records: readonly Uint8Array[] }
  /** A record (by its counter, 0: none) or a room is refused. */
  | {
      readonly type: 'refused';
      readonly room: RoomId;
      readonly counter: number;
      readonly reason: Reason;
      readonly detail: string;
    }
  /** The last frame before the relay closes the socket. */
  | { readonly type: 'ended'; readonly reason: Reason }
  | { readonly type: 'pong' };

const CLIENT = { hello: 1, open: 2, create: 3, append: 4, signal: 5, leave: 6, page: 7, ping: 8 } as const;
const RELAY = {
  challenge: 1,
  welcome: 2,
  opened: 3,
  prelude: 4,
  entry: 5,
  stub: 6,
  ack: 7,
  signal: 8,
  head: 9,
  page: 10,
  refused: 11,
  ended: 12,
  pong: 13,
} as const;
const MAX_DETAIL_BYTES = 200;

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
    default:
      throw new WireError('unknown-version', `frame ${tag}`);
  }
}

export function encodeRelayFrame(frame: RelayFrame): Uint8Array {
  const out = new ByteWriter().u8(RELAY[frame.type]);
  switch (frame.type) {
    case 'challenge':
      return out.u8(frame.version).raw(frame.challenge).bytes();
    case 'welcome':
    case 'pong':
      return out.bytes();
    case 'opened':
      return writePosition(
        writePosition(out.raw(idBytes(frame.room)).varUint(frame.channel), frame.head),
        frame.base,
      ).bytes();
    case 'prelude':
    case 'entry':
      return out.varUint(frame.channel).varUint(frame.seq).block(frame.record).block(frame.wrap).bytes();
    case 'stub':
      return out.varUint(frame.channel).varUint(frame.seq).raw(frame.recordHash).bytes();
    case 'ack':
      return out.varUint(frame.channel).varUint(frame.seq).varUint(frame.counter).bytes();
    case 'signal':
      return out.varUint(frame.channel).block(frame.record).bytes();
    case 'head':
      return writePosition(out.varUint(frame.channel), frame.head).bytes();
    case 'page':
      out.varUint(frame.channel).varUint(frame.from).varUint(frame.records.length);
      for (const record of frame.records) out.block(record);
      return out.bytes();
    case 'refused':
      return out
        .raw(idBytes(frame.room))
        .varUint(frame.counter)
        .u8(reasonCode(frame.reason))
        .text(frame.detail.slice(0, MAX_DETAIL_BYTES / 4))
        .bytes();
    case 'ended':
      return out.u8(reasonCode(frame.reason)).bytes();
  }
}

function readRelayFrame(reader: ByteReader): RelayFrame {
  const tag = reader.u8();
  switch (tag) {
    case RELAY.challenge:
      return { type: 'challenge', version: reader.u8(), challenge: reader.raw(CHALLENGE_BYTES) };
    case RELAY.welcome:
      return { type: 'welcome' };
    case RELAY.opened:
      return {
        type: 'opened',
        room: roomId(reader.raw(ID_BYTES)),
        channel: reader.varUint(),
        head: readPosition(reader),
        base: readPosition(reader),
      };
    case RELAY.prelude:
    case RELAY.entry:
      return {
        type: tag === RELAY.entry ? 'entry' : 'prelude',
        channel: reader.varUint(),
        seq: reader.varUint(),
        record: reader.block(MAX_MESSAGE_BYTES),
        wrap: reader.block(WRAP_BYTES),
      };
    case RELAY.stub:
      return { type: 'stub', channel: reader.varUint(), seq: reader.varUint(), recordHash: reader.raw(ID_BYTES) };
    case RELAY.ack:
      return { type: 'ack', channel: reader.varUint(), seq: reader.varUint(), counter: reader.varUint() };
    case RELAY.signal:
      return { type: 'signal', channel: reader.varUint(), record: reader.block(MAX_SIGNAL_BYTES) };
    case RELAY.head:
      return { type: 'head', channel: reader.varUint(), head: readPosition(reader) };
    case RELAY.page: {
      const [channel, from, count] = [reader.varUint(), reader.varUint(), reader.varUint()];
      if (count > MAX_PAGE_RECORDS) throw new WireError('too-large', 'page');
      const records: Uint8Array[] = [];
      for (let i = 0; i < count; i++) records.push(reader.block(MAX_MESSAGE_BYTES));
      return { type: 'page', channel, from, records };
    }
    case RELAY.refused:
      return {
        type: 'refused',
        room: roomId(reader.raw(ID_BYTES)),
        counter: reader.varUint(),
        reason: reasonFromCode(reader.u8()),
        detail: reader.text(MAX_DETAIL_BYTES),
      };
    case RELAY.ended:
      return { type: 'ended', reason: reasonFromCode(reader.u8()) };
    case RELAY.pong:
      return { type: 'pong' };
    default:
      throw new WireError('unknown-version', `frame ${tag}`);
  }
}

/** The frames of one message, in order. Byte fields are views into `message`. @throws WireError */
export const decodeClientMessage = (message: Uint8Array): ClientFrame[] =>
  readAll(message, readClientFrame, MAX_FRAMES_PER_MESSAGE);
export const decodeRelayMessage = (message: Uint8Array): RelayFrame[] =>
  readAll(message, readRelayFrame, Number.POSITIVE_INFINITY);

function readAll<T>(message: Uint8Array, read: (reader: ByteReader) => T, limit: number): T[] {
  const reader = new ByteReader(message);
  const frames: T[] = [];
  do {
    if (frames.length >= limit) throw new WireError('too-large', `more than ${limit} frames`);
    frames.push(read(reader));
  } while (reader.remaining > 0);
  return frames;
}

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

/** What a relay says on the one WebSocket. Rules [FR1]–[FR12] in docs/protocol.md. */
import { type ByteReader, ByteWriter, WireError } from './bytes.ts';
import { WRAP_BYTES } from './epoch.ts';
import { ID_BYTES, idBytes, type Position, type RoomId, roomId } from './ids.ts';
import { MAX_ASKED_PREKEYS, MAX_MESSAGE_BYTES, MAX_PAGE_RECORDS, MAX_SIGNAL_BYTES } from './limits.ts';
import { readMessage } from './message.ts';
import { PREKEY_BYTES } from './prekey.ts';
import { readPosition, writePosition } from './record.ts';
import { type Reason, reasonCode, reasonFromCode } from './refusals.ts';

export const CHALLENGE_BYTES = 32;

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
  | { readonly type: 'pong' }
  /** The answer to `offer`: which of the device's prekeys is on disk now. */
  | { readonly type: 'offered'; readonly id: number }
  /** The answer to `ask`: the signed prekeys that are known, in the order asked. */
  | { readonly type: 'prekeys'; readonly ticket: number; readonly prekeys: readonly Uint8Array[] };

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
  offered: 14,
  prekeys: 15,
} as const;
const MAX_DETAIL_BYTES = 200;

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
    case 'offered':
      return out.u32(frame.id).bytes();
    case 'prekeys':
      out.varUint(frame.ticket).u16(frame.prekeys.length);
      for (const prekey of frame.prekeys) out.block(prekey);
      return out.bytes();
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
    case RELAY.offered:
      return { type: 'offered', id: reader.u32() };
    case RELAY.prekeys: {
      const [ticket, count] = [reader.varUint(), reader.u16()];
      if (count > MAX_ASKED_PREKEYS) throw new WireError('too-large', `${count} prekeys`);
      return { type: 'prekeys', ticket, prekeys: Array.from({ length: count }, () => reader.block(PREKEY_BYTES)) };
    }
    default:
      throw new WireError('unknown-version', `frame ${tag}`);
  }
}

/** The frames of one message, in order. Byte fields are views into `message`. @throws WireError */
export const decodeRelayMessage = (message: Uint8Array): RelayFrame[] =>
  readMessage(message, readRelayFrame, Number.POSITIVE_INFINITY);

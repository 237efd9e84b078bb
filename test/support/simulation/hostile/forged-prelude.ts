/**
 * A hostile relay that deals with whoever starts from a snapshot: control records arrive out of the order of the log, so the
 * reader cannot follow the chain over them. Whatever is slipped in or kept back, the reader ends up with the log's content.
 */
import { makeIdentity } from '../../../../src/engine/epochs/identity.ts';
import { clearRecord } from '../../../../src/engine/seal/record-seal.ts';
import { blake2b } from '../../../../src/engine/seal/sodium.ts';
import { decodeCertificate, encodeCertificate } from '../../../../src/wire/certificate.ts';
import { recordHash } from '../../../../src/wire/chain.ts';
import { hashId, idBytes } from '../../../../src/wire/ids.ts';
import { encodeNotice, type Notice } from '../../../../src/wire/notice.ts';
import { decodeRecord, kindOf, NO_STREAM } from '../../../../src/wire/record.ts';
import { decodeRelayMessage, encodeRelayFrame, type RelayFrame } from '../../../../src/wire/relay-frames.ts';
import type { SeededRandom } from '../seeded-random.ts';

type Prelude = Extract<RelayFrame, { type: 'prelude' }>;
type Stub = Extract<RelayFrame, { type: 'stub' }>;
/** What is sent instead of a frame of the prelude. Null: nothing can be done to this one. */
type Forgery = (frame: Prelude, random: SeededRandom) => readonly (Prelude | Stub)[] | null;

const NO_WRAP = new Uint8Array();

/** Behind the epoch, where the prelude has a hole or the first introduction. */
const slipIn = (frame: Prelude, record: Uint8Array): Prelude[] => [
  { ...frame, seq: frame.seq + 1, record, wrap: NO_WRAP },
  frame,
];

function forgedNotice(frame: Prelude, random: SeededRandom, of: 'stranger' | 'sender'): Uint8Array {
  const { header } = decodeRecord(frame.record);
  const identity = makeIdentity(random, 0);
  const sender = of === 'stranger' ? identity.device : header.sender;
  const bytes = encodeCertificate(identity.principal, random.bytes(64));
  const notice: Notice =
    of === 'stranger'
      ? { type: 'visitor', certificate: decodeCertificate(bytes, header.room, sender) }
      : { type: 'objection', seq: frame.seq, record: hashId(random.bytes(32)) };
  const forged = { ...header, kind: 'notice' as const, stream: NO_STREAM, sender, counter: header.counter + 1 };
  return clearRecord(forged, encodeNotice(notice), identity.signing);
}

/** [TH1] As if it were a plain renewal. */
const hidden = ({ channel, seq, record }: Prelude): Stub[] => [
  { type: 'stub', channel, seq, recordHash: idBytes(recordHash(blake2b, record)) },
];

const FORGERIES = {
  'a stranger': (frame, random) =>
    kindOf(frame.record) === 'epoch' ? slipIn(frame, forgedNotice(frame, random, 'stranger')) : null,
  'a notice in another’s name': (frame, random) =>
    kindOf(frame.record) === 'epoch' ? slipIn(frame, forgedNotice(frame, random, 'sender')) : null,
  noise: (frame, random) => (kindOf(frame.record) === 'epoch' ? slipIn(frame, random.bytes(300)) : null),
  'a notice hidden': (frame) => (kindOf(frame.record) === 'notice' ? hidden(frame) : null),
  'an epoch hidden': (frame) => (kindOf(frame.record) === 'epoch' ? hidden(frame) : null),
  'a renewal invented': (frame, random) =>
    kindOf(frame.record) === 'notice'
      ? [{ type: 'stub', channel: frame.channel, seq: frame.seq - 1, recordHash: random.bytes(32) }, frame]
      : null,
  'a record kept back': (frame) => (kindOf(frame.record) === 'notice' ? [] : null),
  'a snapshot with a bad signature': (frame) => {
    if (kindOf(frame.record) !== 'snapshot') return null;
    const record = frame.record.slice();
    record[record.length - 1] = (record.at(-1) ?? 0) ^ 1;
    return [{ ...frame, record }];
  },
} satisfies Record<string, Forgery>;

export const PRELUDE_FORGERIES = Object.keys(FORGERIES) as readonly (keyof typeof FORGERIES)[];

/** Changes what one device is sent. `onForged`: was done now. */
export function forgePreludes(
  random: SeededRandom,
  onForged: (forgery: string) => void,
): (message: Uint8Array) => readonly Uint8Array[] {
  const name = random.pick(PRELUDE_FORGERIES);
  const forge: Forgery = FORGERIES[name];
  return (message) =>
    decodeRelayMessage(message).flatMap((frame) => {
      const changed = frame.type === 'prelude' ? forge(frame, random) : null;
      if (changed) onForged(name);
      return (changed ?? [frame]).map(encodeRelayFrame);
    });
}

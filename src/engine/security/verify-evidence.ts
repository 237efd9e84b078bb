/**
 * What a file of evidence shows to somebody who has nothing else. The relay signs nothing, so the most that can be shown is that two
 * devices have signed heads which no one log can have: then the relay showed them different logs, or one of the devices lies.
 */
import { fromBase64Url } from '../../wire/base64url.ts';
import { WireError } from '../../wire/bytes.ts';
import { chainAfter } from '../../wire/chain.ts';
import { type DeviceId, type Hash, idBytes, type Position, parseRoomId, type RoomId } from '../../wire/ids.ts';
import { MAX_HEAD_LAG } from '../../wire/limits.ts';
import { decodeRecord, type SignedRecord, signedBytes, unsignedBytes } from '../../wire/record.ts';
import { blake2b, sodiumReady, verify } from '../seal/sodium.ts';
import { GRAVE_ALARMS, type GraveAlarm } from './api.ts';
import { EVIDENCE_FORMAT, EVIDENCE_VERSION, type Evidence } from './evidence.ts';

export type Verified = {
  readonly alarm: GraveAlarm;
  readonly noticedAt: number;
  /**
   * `contradiction`: two signed heads that exclude each other, at `at`. `word`: signatures hold, and what somebody signed does not fit
   * what the relay is said to have said. `nothing`: only what the device that wrote the file says.
   */
  readonly shows: 'contradiction' | 'word' | 'nothing';
  readonly at: number | null;
  /** Whose signatures these are. */
  readonly devices: readonly DeviceId[];
};
export type Verdict =
  | { readonly ok: true; readonly room: RoomId; readonly evidence: readonly Verified[] }
  /** It is no such file, or something in it does not hold. */
  | { readonly ok: false; readonly why: string };

/** To be awaited before. */
export { sodiumReady };

class Unsound extends Error {}
const hold: (holds: boolean, why: string) => asserts holds = (holds, why) => {
  if (!holds) throw new Unsound(why);
};

export function verifyEvidence(text: string): Verdict {
  try {
    const file = JSON.parse(text) as { format?: unknown; version?: unknown; room?: unknown; evidence?: unknown };
    hold(file?.format === EVIDENCE_FORMAT, 'not a file of evidence');
    hold(file.version === EVIDENCE_VERSION, 'of a version that is not known here');
    const room = typeof file.room === 'string' ? parseRoomId(file.room) : undefined;
    hold(room !== undefined, 'names no room');
    hold(Array.isArray(file.evidence), 'holds no evidence');
    return { ok: true, room, evidence: file.evidence.map((item: Evidence) => verifyOne(room, item)) };
  } catch (error) {
    if (error instanceof Unsound) return { ok: false, why: error.message };
    // Whatever else does not read as it should: the file comes from anywhere.
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof WireError)
      return { ok: false, why: 'damaged' };
    throw error;
  }
}

function verifyOne(room: RoomId, evidence: Evidence): Verified {
  hold(GRAVE_ALARMS.includes(evidence.alarm), 'names no alarm');
  hold(Number.isSafeInteger(evidence.noticedAt), 'says no time');
  const own = evidence.own === null ? null : signedBy(room, evidence.own);
  hold(own === null || own.header.sender === evidence.device, 'signed by another device than it says');
  const others = evidence.others.flatMap((record) => (typeof record === 'string' ? [signedBy(room, record)] : []));
  const chain = chainOf(evidence.log);
  const head = own?.header.head;
  hold(!head || chain.get(head.seq) === head.hash, 'its log does not lead to the head that was signed');
  const against = others.find(({ header }) => {
    const known = chain.get(header.head.seq);
    return own !== null && known !== undefined && known !== header.head.hash;
  });
  const isWord = others.some(({ header }) => contradictsRelay(header.head, evidence)) || isBefore(evidence, own);
  return {
    alarm: evidence.alarm,
    noticedAt: evidence.noticedAt,
    shows: against ? 'contradiction' : isWord ? 'word' : 'nothing',
    at: against?.header.head.seq ?? null,
    devices: [...new Set([...(own ? [own] : []), ...others].map(({ header }) => header.sender))],
  };
}

/** A record of this room whose signature holds. */
function signedBy(room: RoomId, text: string): SignedRecord {
  const bytes = fromBase64Url(text);
  hold(bytes !== undefined, 'bytes that cannot be read');
  const record = decodeRecord(bytes);
  const { header, signature } = record;
  hold(header.room === room, 'a record of another room');
  const message = signedBytes(header.kind, unsignedBytes(record));
  hold(verify({ key: idBytes(header.sender), message, signature }), 'a signature does not hold');
  return record;
}

/** The chain hash after each position. */
function chainOf({ from, records }: Evidence['log']): Map<number, Hash> {
  hold(records.length <= MAX_HEAD_LAG && Number.isSafeInteger(from.seq), 'a log that is too long');
  idBytes32(from.hash);
  let at = from;
  const chain = new Map([[at.seq, at.hash]]);
  for (const record of records) {
    at = chainAfter(blake2b, at, idBytes32(record));
    chain.set(at.seq, at.hash);
  }
  return chain;
}

function idBytes32(hash: Hash): Hash {
  hold(typeof hash === 'string' && parseRoomId(hash) !== undefined, 'a hash that is none');
  return hash;
}

/** Somebody has seen more than the relay says that there is, or something else. */
function contradictsRelay(head: Position, { relay, log }: Evidence): boolean {
  if (relay?.said === 'head')
    return head.seq > relay.head.seq || (head.seq === relay.head.seq && head.hash !== relay.head.hash);
  // What comes next is further on than the log that this device was shown, and its sender has seen what lies between.
  return relay?.said === 'next' && head.seq > log.from.seq + log.records.length;
}

/** The relay says less than this device has signed that it saw. */
function isBefore({ relay }: Evidence, own: SignedRecord | null): boolean {
  if (!own || own.header.head.seq === 0) return false;
  return relay?.said === 'unknown-room' || (relay?.said === 'head' && relay.head.seq < own.header.head.seq);
}

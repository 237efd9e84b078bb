/**
 * What the relay decides about a record when its position is given, as functions of the log before it. The rules are
 * those of src/wire/access.ts, which peers run too; here stand those that only the relay checks. Signatures have been
 * checked before.
 */
import { type Access, judgeHeader, roleOf } from '../../src/wire/access.ts';
import { accessAfter } from '../../src/wire/access-after.ts';
import { type Blake2b256, chainAfter, recordHash } from '../../src/wire/chain.ts';
import { wrapsFit } from '../../src/wire/epoch.ts';
import { isPlainRenewal } from '../../src/wire/epoch-access.ts';
import { type Hash, type Position, type RoomId, START } from '../../src/wire/ids.ts';
import { type Introduction, roleOfReader } from '../../src/wire/introduction.ts';
import { MAX_HEAD_LAG } from '../../src/wire/limits.ts';
import { withIntroducedDevice } from '../../src/wire/notice-access.ts';
import type { Parsed } from '../../src/wire/parsed-record.ts';
import { type Header, type StreamKey, streamKey } from '../../src/wire/record.ts';
import { accept, type Refused, refuse, type Verdict } from '../../src/wire/refusals.ts';
import type { NewEntry } from '../log/entries.ts';
import { emptyStream, type StreamState, streamAfter } from '../log/streams.ts';
import { MAX_STREAMS_PER_ROOM } from './limits.ts';

/** The state of a room after the last position that was given. */
export type Standing = {
  readonly access: Access;
  readonly head: Position;
  readonly streams: ReadonlyMap<StreamKey, StreamState>;
};

export type Candidate = {
  readonly parsed: Parsed;
  readonly wraps: readonly Uint8Array[];
  /** The sender's last counter in this room, 0 for none. */
  readonly counter: number;
  /** The relay's chain hash at the head that the record names, as far as it lies within the last MAX_HEAD_LAG. */
  readonly chainAtHead: Hash | undefined;
  /** Snapshots: the relay's chain hash at the position that the record covers. */
  readonly chainAtCover: Hash | undefined;
};

/** The record's entry, and who is in the room after it. */
export type Placed = { readonly entry: NewEntry; readonly access: Access };

/** [CO1], [CO2] */
export function decideAppend(hash: Blake2b256, standing: Standing, candidate: Candidate): Verdict<Placed> {
  const { access, head } = standing;
  const { parsed, counter } = candidate;
  const { header } = parsed.record;
  const judged = judgeHeader(withIntroducedDevice(access, parsed), header, counter, head);
  if (!judged.ok) return judged;
  const refused = judgeHead(header, head, candidate.chainAtHead) ?? judgeCover(standing, candidate);
  if (refused) return refused;
  const seq = head.seq + 1;
  const next = accessAfter(hash, access, parsed, seq);
  if (!next.ok) return next;
  return place(hash, standing, next.value, candidate);
}

/** [EP2] The record that makes a room. `room`: the id that the client asked for. */
export function decideFirst(hash: Blake2b256, room: RoomId, candidate: Candidate): Verdict<Placed> {
  const { parsed, counter } = candidate;
  const { header } = parsed.record;
  if (header.room !== room) return refuse('wrong-room');
  if (header.counter <= counter) return refuse('replayed-counter');
  const next = accessAfter(hash, null, parsed, 1);
  if (!next.ok) return next;
  return place(hash, { access: next.value, head: START, streams: new Map() }, next.value, candidate);
}

function place(hash: Blake2b256, standing: Standing, access: Access, candidate: Candidate): Verdict<Placed> {
  const { parsed, wraps } = candidate;
  const { record, control } = parsed;
  if (control.type === 'epoch' && !wrapsFit(hash, control.body, wraps))
    return refuse('bad-epoch', 'the wraps are not those that the record names');
  const hashOfRecord = recordHash(hash, record.bytes);
  const position = chainAfter(hash, standing.head, hashOfRecord);
  const stream = streamState(standing, record.header, position.seq, hashOfRecord);
  if (!stream.ok) return stream;
  const renews = control.type === 'epoch' && isPlainRenewal(access);
  return accept({ entry: { record, recordHash: hashOfRecord, position, stream: stream.value, wraps, renews }, access });
}

function streamState(standing: Standing, header: Header, seq: number, record: Hash): Verdict<StreamState | null> {
  if (header.kind !== 'update' && header.kind !== 'snapshot') return accept(null);
  const known = standing.streams.get(streamKey(header.stream));
  if (!known && standing.streams.size >= MAX_STREAMS_PER_ROOM) return refuse('document-full', 'too many streams');
  const before = known ?? emptyStream(header.stream);
  return accept(streamAfter(before, header, seq, record, standing.access.disputed));
}

/** [CO2] The head that the sender saw must be ours. */
function judgeHead(header: Header, at: Position, chainAtHead: Hash | undefined): Refused | undefined {
  if (header.head.seq < at.seq - MAX_HEAD_LAG) return refuse('stale-head', `more than ${MAX_HEAD_LAG} records ago`);
  return chainAtHead === header.head.hash ? undefined : refuse('unknown-head', 'another log than ours');
}

/** [SN2] */
function judgeCover(standing: Standing, { parsed, chainAtCover }: Candidate): Refused | undefined {
  const { cover, stream } = parsed.record.header;
  if (!cover) return undefined;
  if (chainAtCover !== cover.hash) return refuse('bad-snapshot', 'covers another log than ours');
  const before = standing.streams.get(streamKey(stream))?.snapshots.at(-1);
  return before && cover.seq <= before.cover ? refuse('bad-snapshot', 'covers no more than the one before') : undefined;
}

/**
 * [FR7] A signal's sender, place and order; its signature is for peers to check. `introduction`: what the sender showed when it
 * opened the room. `counter`: the sender's last one on this socket.
 */
export function judgeSignal(
  access: Access,
  header: Header,
  introduction: Introduction | null,
  counter: number,
  at: Position,
): Refused | undefined {
  // Visitors who may not append are in no log, and yet are seen by the others. Peers judge an account's new device by the log.
  const isIntroduced =
    !roleOf(access, header.sender) && roleOfReader(access, header.sender, introduction) !== undefined;
  if (!isIntroduced) {
    const judged = judgeHeader(access, header, counter, at);
    return judged.ok ? undefined : judged;
  }
  if (header.room !== access.room) return refuse('wrong-room');
  if (header.epoch !== access.epoch) return refuse('stale-epoch');
  if (header.counter <= counter) return refuse('replayed-counter');
  return header.head.seq > at.seq ? refuse('unknown-head') : undefined;
}

/** Appending records and making rooms: the reads that a decision needs, the decision, its effect [FR5]. */
import { type Hash, type Position, START } from '../../src/wire/ids.ts';
import { MAX_HEAD_LAG } from '../../src/wire/limits.ts';
import { withIntroducedDevice } from '../../src/wire/notice-access.ts';
import { refuse } from '../../src/wire/refusals.ts';
import { type Candidate, decideAppend, decideFirst, type Placed } from './decide.ts';
import type { RecordJob } from './job.ts';
import { judgeSender } from './link-limits.ts';
import { admitMaker } from './open-room.ts';
import type { RequestContext, Requester } from './requester.ts';
import type { Room } from './room.ts';

/** @throws StorageFailed */
export async function append(context: RequestContext, requester: Requester, job: RecordJob): Promise<void> {
  if (job.frame.type !== 'append') throw new Error('not an append');
  const { header } = job.parsed.record;
  const subscription = requester.subscriptions.get(job.frame.channel);
  const room = context.rooms.byChannel(job.frame.channel);
  if (!subscription || !room || subscription.mode === 'head')
    return requester.refuse(header.room, header.counter, refuse('not-open', 'open the room before appending'));
  if (!(await isAuthentic(requester, job))) return;
  const chainAtCover = await recallChain(context, room, job);
  // Meanwhile the device may have been removed, or the room may be spent.
  if (subscription.closed) return requester.refuse(header.room, header.counter, refuse('not-open'));
  const introduced = withIntroducedDevice(room.standing.access, job.parsed);
  const over = judgeSender(introduced, requester.device, subscription.link, context.date());
  if (over) return requester.refuse(header.room, header.counter, over);
  const candidate: Candidate = {
    parsed: job.parsed,
    wraps: job.frame.wraps,
    counter: room.counters.get(header.sender) ?? 0,
    chainAtHead: room.chainAt(header.head.seq),
    chainAtCover,
  };
  const placed = decideAppend(context.hash, room.standing, candidate);
  if (!placed.ok) return requester.refuse(header.room, header.counter, placed);
  put(requester, room, placed.value, job.bytes);
}

/** @throws StorageFailed */
export async function createRoom(context: RequestContext, requester: Requester, job: RecordJob): Promise<void> {
  if (job.frame.type !== 'create') throw new Error('not a create');
  const id = job.frame.room;
  const { counter } = job.parsed.record.header;
  if (!(await isAuthentic(requester, job))) return;
  const existing = await context.rooms.pin(id);
  if (existing) existing.pins--;
  if (requester.ended) return;
  if (existing || context.rooms.has(id)) return requester.refuse(id, counter, refuse('room-exists'));
  if (requester.subscriptions.size >= context.limits.maxRoomsPerSocket)
    return requester.refuse(id, counter, refuse('too-many-rooms', `at most ${context.limits.maxRoomsPerSocket}`));
  const candidate: Candidate = {
    parsed: job.parsed,
    wraps: job.frame.wraps,
    counter: 0,
    chainAtHead: START.hash,
    chainAtCover: undefined,
  };
  const placed = decideFirst(context.hash, id, candidate);
  if (!placed.ok) return requester.refuse(id, counter, placed);
  const room = context.rooms.add(id, { access: placed.value.access, head: START, streams: new Map() });
  put(requester, room, placed.value, job.bytes, () => {
    if (!requester.ended) admitMaker(requester, room);
  });
}

/** Refuses a record of another device, or one whose signatures do not hold. */
async function isAuthentic(requester: Requester, { parsed, verified }: RecordJob): Promise<boolean> {
  const { room, counter } = parsed.record.header;
  if (verified === null) {
    requester.refuse(room, counter, refuse('unknown-device', 'the record of another device'));
    return false;
  }
  if (await verified) return true;
  requester.refuse(room, counter, refuse('bad-signature'));
  return false;
}

/**
 * Reads chain hashes that the room does not remember: the one at the record's head into the room, the one at a
 * snapshot's cover as the result.
 */
async function recallChain(context: RequestContext, room: Room, { parsed }: RecordJob): Promise<Hash | undefined> {
  const { head, cover } = parsed.record.header;
  const { committed } = room;
  const isRecent = head.seq <= committed.seq && head.seq >= committed.seq - MAX_HEAD_LAG;
  if (isRecent && !room.chainAt(head.seq)) {
    const hash = await context.logs.chainAt(room.id, head.seq);
    if (hash) room.rememberChain({ seq: head.seq, hash } satisfies Position);
  }
  if (!cover) return undefined;
  return room.chainAt(cover.seq) ?? (await context.logs.chainAt(room.id, cover.seq));
}

function put(requester: Requester, room: Room, { entry, access }: Placed, bytes: number, opening?: () => void): void {
  requester.placed(bytes);
  room.place({ entry, access, from: requester, bytes, ...(opening && { opening }) });
}

/** Opening and leaving rooms: who may read, where the reader's tail begins [FR3], [FR4], [FR8]. */
import type { Access } from '../../src/wire/access.ts';
import type { ClientFrame } from '../../src/wire/client-frames.ts';
import { type DeviceId, type Position, type PrincipalId, START } from '../../src/wire/ids.ts';
import { type Introduction, introductionOf, roleOfReader } from '../../src/wire/introduction.ts';
import { refuse } from '../../src/wire/refusals.ts';
import { encodeRelayFrame } from '../../src/wire/relay-frames.ts';
import { judgeEntry, linkOfReader } from './link-limits.ts';
import { NO_SKIPS, type Prelude, type Skips, type Subscription } from './peer.ts';
import type { RequestContext, Requester } from './requester.ts';
import type { Room } from './room.ts';
import { freshStart, streamsOf } from './start.ts';

type OpenFrame = ClientFrame & { readonly type: 'open' };

/** @throws StorageFailed, WireError for a proof that breaks the layout */
export async function openRoom(context: RequestContext, requester: Requester, frame: OpenFrame): Promise<void> {
  const room = await context.rooms.pin(frame.room);
  if (!room) return requester.refuse(frame.room, 0, refuse('unknown-room'));
  try {
    // A room whose first record is still on its way does not exist yet.
    if (room.committed.seq === 0) return requester.refuse(frame.room, 0, refuse('unknown-room'));
    const introduction = await provenIntroduction(context, requester, frame, room.standing.access);
    const { access } = room.standing;
    const link = linkOfReader(access, requester.device, introduction);
    const over = await judgeEntry(context, access, requester.device, link);
    if (over) return requester.refuse(room.id, 0, over);
    const known = await context.logs.counter(room.id, requester.device);
    const plan = await planStart(context, room, frame);
    if (requester.ended) return;
    if (room.failed) return requester.refuse(frame.room, 0, refuse('storage-failed'));
    const counter = Math.max(known, room.counters.get(requester.device) ?? 0);
    if (subscribe(context, requester, room, frame, { introduction, link }, plan))
      room.counters.set(requester.device, counter);
  } finally {
    room.pins--;
  }
}

/** [CE1], [FR3] What the device shows, if all its signatures hold. */
async function provenIntroduction(
  context: RequestContext,
  requester: Requester,
  { proof, room }: OpenFrame,
  access: Access,
): Promise<Introduction | null> {
  const shown = introductionOf(context.hash, proof, room, requester.device);
  if (!shown || !(await context.verifier.verify(shown.proofs))) return null;
  const { introduction } = shown;
  // The room's own text of it: each reader would keep one otherwise.
  const principal = [...access.members.keys()].find((known) => known === introduction.principal);
  return principal ? { ...introduction, principal } : introduction;
}

type Plan = {
  readonly base: Position;
  readonly prelude: Prelude | null;
  readonly skips: Skips;
};

/** @throws StorageFailed */
async function planStart(context: RequestContext, room: Room, { mode, from }: OpenFrame): Promise<Plan> {
  const { committed, standing } = room;
  const nothing = { prelude: null, skips: NO_SKIPS };
  if (mode === 'head') return { base: committed, ...nothing };
  if (mode === 'whole') return { base: START, ...nothing };
  if (from > 0) return { base: await positionAt(context, room, Math.min(from, committed.seq)), ...nothing };
  const { access } = standing;
  const current = streamsOf(access.core.segment, standing.streams);
  const { base, snapshots, covers } = freshStart(current, access.disputed, committed.seq);
  if (snapshots.length === 0) return { base: await positionAt(context, room, base), ...nothing };
  const controlsUpTo = Math.max(base, snapshots.at(-1) ?? 0);
  const thinnedBefore = await context.logs.lastEpoch(room.id, base);
  const prelude = { nextControl: 1, controlsUpTo, thinnedBefore, snapshots };
  const skips = { preluded: new Set(snapshots), preludedControls: controlsUpTo, covers };
  return { base: await positionAt(context, room, base), prelude, skips };
}

async function positionAt(context: RequestContext, room: Room, seq: number): Promise<Position> {
  if (seq === START.seq) return START;
  const hash = room.chainAt(seq) ?? (await context.logs.chainAt(room.id, seq));
  if (!hash) throw new Error('the log has no outline of a committed position');
  return { seq, hash };
}

function subscribe(
  context: RequestContext,
  requester: Requester,
  room: Room,
  frame: OpenFrame,
  { introduction, link }: Pick<Subscription, 'introduction' | 'link'>,
  plan: Plan,
): boolean {
  const { access } = room.standing;
  const before = requester.subscriptions.get(room.channel);
  const refused = !roleOfReader(access, requester.device, introduction)
    ? refuse('unknown-device')
    : !before && requester.subscriptions.size >= context.limits.maxRoomsPerSocket
      ? refuse('too-many-rooms', `at most ${context.limits.maxRoomsPerSocket}`)
      : undefined;
  if (refused) {
    requester.refuse(room.id, 0, refused);
    return false;
  }
  if (before) leaveRoom(context, requester, before);
  const head = room.committed;
  const subscription: Subscription = {
    peer: requester,
    room,
    mode: frame.mode === 'head' ? 'head' : 'live',
    introduction,
    principal: principalOf(access, requester.device, introduction),
    link,
    position: plan.base.seq,
    behind: frame.mode !== 'head' && (plan.prelude !== null || plan.base.seq < head.seq),
    closed: false,
    ownAfter: head.seq,
    prelude: plan.prelude,
    skips: plan.skips,
    signalCounter: 0,
  };
  admit(requester, room, subscription, head, plan.base);
  return true;
}

function principalOf(access: Access, device: DeviceId, introduction: Introduction | null): PrincipalId | null {
  // A visitor may have lost the link that the log knows it by: it opens the wraps of the one that it shows.
  if (introduction?.type === 'certificate') return introduction.principal;
  return access.principalOfDevice.get(device) ?? introduction?.principal ?? null;
}

function admit(requester: Requester, room: Room, subscription: Subscription, head: Position, base: Position): void {
  room.admit(subscription);
  requester.subscriptions.set(room.channel, subscription);
  requester.push(encodeRelayFrame({ type: 'opened', room: room.id, channel: room.channel, head, base }));
  if (subscription.behind) requester.fallBehind(subscription);
}

/** The maker of a room reads it from the start: its first record, just committed, is the next that it is told of. */
export function admitMaker(requester: Requester, room: Room): void {
  const subscription: Subscription = {
    peer: requester,
    room,
    mode: 'live',
    introduction: null,
    principal: principalOf(room.standing.access, requester.device, null),
    link: null,
    position: START.seq,
    behind: false,
    closed: false,
    ownAfter: START.seq,
    prelude: null,
    skips: NO_SKIPS,
    signalCounter: 0,
  };
  admit(requester, room, subscription, START, START);
}

export function leaveRoom(context: RequestContext, requester: Requester, subscription: Subscription): void {
  requester.subscriptions.delete(subscription.room.channel);
  subscription.closed = true;
  context.rooms.byChannel(subscription.room.channel)?.leave(subscription);
}

/** One function for each request of a client whose device has proved its key. */

import { NO_ROOM } from '../../src/wire/epoch.ts';
import { refuse } from '../../src/wire/refusals.ts';
import { encodeRelayFrame } from '../../src/wire/relay-frames.ts';
import { append, createRoom } from './append.ts';
import { judgeSignal } from './decide.ts';
import { fanOutSignal } from './fan-out.ts';
import type { Job, OfferJob, PlainJob, RecordJob, SignalJob } from './job.ts';
import { PAGE_BYTES } from './limits.ts';
import { leaveRoom, openRoom } from './open-room.ts';
import { sendPrekeys, takeOffer } from './prekeys.ts';
import type { RequestContext, Requester } from './requester.ts';

const EMPTY: Uint8Array = new Uint8Array();
const PONG = encodeRelayFrame({ type: 'pong' });

/** Returns a promise only where something is waited for. It rejects with StorageFailed or WireError. */
export function handle(context: RequestContext, requester: Requester, job: Job): Promise<void> | undefined {
  switch (job.type) {
    case 'append':
      return append(context, requester, job as RecordJob);
    case 'create':
      return createRoom(context, requester, job as RecordJob);
    case 'signal':
      passOn(context, requester, job as SignalJob);
      return undefined;
    case 'offer':
      return takeOffer(context, requester, job as OfferJob);
    default:
      return handlePlain(context, requester, (job as PlainJob).frame);
  }
}

function handlePlain(
  context: RequestContext,
  requester: Requester,
  frame: PlainJob['frame'],
): Promise<void> | undefined {
  switch (frame.type) {
    case 'open':
      return openRoom(context, requester, frame);
    case 'page':
      return sendPage(context, requester, frame);
    case 'ask':
      return sendPrekeys(context, requester, frame);
    case 'leave': {
      const subscription = requester.subscriptions.get(frame.channel);
      if (subscription) leaveRoom(context, requester, subscription);
      return undefined;
    }
    case 'ping':
      requester.push(PONG);
      return undefined;
  }
}

/** [FR7] Signals that break a rule, or are too many, are dropped: the next one makes them good. */
function passOn(context: RequestContext, requester: Requester, { frame, record }: SignalJob): void {
  const subscription = requester.subscriptions.get(frame.channel);
  const room = context.rooms.byChannel(frame.channel);
  const { header } = record;
  const isWelcome =
    subscription?.mode === 'live' &&
    room !== undefined &&
    header.sender === requester.device &&
    requester.takeSignal() &&
    !judgeSignal(
      room.standing.access,
      header,
      subscription.introduction,
      subscription.signalCounter,
      room.standing.head,
    );
  if (!isWelcome) return context.metrics.signalsDropped.add(1);
  subscription.signalCounter = header.counter;
  context.metrics.signalled.add(fanOutSignal(room, room.subscriptions, requester, frame.record));
}

/** Old records for a reader who knows where it is: as many from `from` on as fit one answer. */
async function sendPage(
  context: RequestContext,
  requester: Requester,
  frame: PlainJob['frame'] & { readonly type: 'page' },
): Promise<void> {
  const subscription = requester.subscriptions.get(frame.channel);
  if (!subscription) return requester.refuse(NO_ROOM, 0, refuse('not-open'));
  const { room } = subscription;
  const from = Math.max(1, frame.from);
  const items = await context.logs.page(room.id, {
    from,
    upTo: Math.min(from + frame.count - 1, room.committed.seq),
    maxBytes: PAGE_BYTES,
    maxRecords: frame.count,
  });
  if (subscription.closed) return;
  const records = items.map(({ record }) => record ?? EMPTY);
  requester.push(encodeRelayFrame({ type: 'page', channel: room.channel, from, records }));
}

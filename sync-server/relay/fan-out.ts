/** Passing on what a room has committed, and signals. A frame is encoded once for all sockets that get the same. */

import type { Access } from '../../src/wire/access.ts';
import { roleOfReader } from '../../src/wire/introduction.ts';
import { encodeRelayFrame } from '../../src/wire/relay-frames.ts';
import type { NewEntry } from '../log/entries.ts';
import { wrapFor } from './catch-up.ts';
import { type Peer, type RoomView, recipientsOf, type Subscription } from './peer.ts';

const EMPTY: Uint8Array = new Uint8Array();

/**
 * [FR5] Sends an entry that has just been committed to the subscriptions that are at the head; the others pull it later.
 * Returns how many got it.
 */
export function fanOutEntry(
  room: RoomView,
  subscriptions: ReadonlySet<Subscription>,
  entry: NewEntry,
  from: Peer,
  headChanged: (subscription: Subscription) => void,
): number {
  const seq = entry.position.seq;
  const personal = entry.wraps.length > 0;
  let shared: Uint8Array | undefined;
  let delivered = 0;
  for (const subscription of subscriptions) {
    if (subscription.mode === 'head') {
      headChanged(subscription);
      continue;
    }
    if (subscription.behind) continue;
    const { peer } = subscription;
    if (peer.congested) {
      subscription.behind = true;
      peer.fallBehind(subscription);
      continue;
    }
    if (peer === from) peer.push(ackFrame(room.channel, entry));
    else if (personal) peer.push(entryFrame(room.channel, entry, wrapFor(entry.wraps, recipientsOf(subscription))));
    else {
      shared ??= entryFrame(room.channel, entry, EMPTY);
      peer.push(shared);
    }
    subscription.position = seq;
    delivered++;
  }
  return delivered;
}

const ackFrame = (channel: number, { position, record }: NewEntry): Uint8Array =>
  encodeRelayFrame({ type: 'ack', channel, seq: position.seq, counter: record.header.counter });

const entryFrame = (channel: number, { position, record }: NewEntry, wrap: Uint8Array): Uint8Array =>
  encodeRelayFrame({ type: 'entry', channel, seq: position.seq, record: record.bytes, wrap });

/** [FR7] Signals are dropped where a socket has more to take than it can. Returns how many got it. */
export function fanOutSignal(
  room: RoomView,
  subscriptions: ReadonlySet<Subscription>,
  from: Peer,
  record: Uint8Array,
): number {
  let frame: Uint8Array | undefined;
  let delivered = 0;
  for (const { mode, peer } of subscriptions) {
    if (mode !== 'live' || peer === from || peer.congested) continue;
    frame ??= encodeRelayFrame({ type: 'signal', channel: room.channel, record });
    peer.push(frame);
    delivered++;
  }
  return delivered;
}

/** The subscriptions whose devices have no role any more. */
export const strangersTo = (access: Access, subscriptions: ReadonlySet<Subscription>): Subscription[] =>
  [...subscriptions].filter(({ peer, introduction }) => !roleOfReader(access, peer.device, introduction));

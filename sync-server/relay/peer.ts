/** What rooms and sockets know of each other. */
import { type DeviceId, idBytes, type Position, type PrincipalId, type RoomId } from '../../src/wire/ids.ts';
import type { Introduction } from '../../src/wire/introduction.ts';
import type { StreamKey } from '../../src/wire/record.ts';
import type { Reason, Refused } from '../../src/wire/refusals.ts';

/** A socket whose device has proved its key. */
export interface Peer {
  readonly device: DeviceId;
  /** More waits to be sent than the socket takes: nothing may be pushed. */
  readonly congested: boolean;
  push(frame: Uint8Array): void;
  refuse(room: RoomId, counter: number, refused: Refused): void;
  /** The subscription is no longer at the head: the socket pulls from the log when it can take more. */
  fallBehind(subscription: Subscription): void;
  /** One of its appends is on disk or has failed. `bytes` as when it was placed. */
  settled(bytes: number): void;
  /** The room is closed to this device. `stays`: its socket is not ended for it. */
  lostRoom(subscription: Subscription, why: Refused, stays: boolean): void;
  end(reason: Reason): void;
}

export interface RoomView {
  readonly id: RoomId;
  /** Stands for the room in frames; the same for all sockets, so that a frame is encoded once. */
  readonly channel: number;
  /** The last position on disk. */
  readonly committed: Position;
}

/** What a fresh reader is sent before the tail. */
export type Prelude = {
  /** The next position whose control record has not been sent. */
  nextControl: number;
  readonly controlsUpTo: number;
  /** Of plain renewals before this position the hash alone is sent [TH1]. */
  readonly thinnedBefore: number;
  /** Positions of snapshots still to be sent. */
  snapshots: readonly number[];
};

/** What a fresh reader's tail leaves out. Most rooms have nothing of it: a server with many subscriptions shares that. */
export type Skips = {
  /** Snapshots that were sent as prelude, by position. */
  readonly preluded: ReadonlySet<number>;
  /** Control records up to here were sent as prelude. */
  readonly preludedControls: number;
  /** Up to where each stream is covered. */
  readonly covers: ReadonlyMap<StreamKey, number>;
};
export const NO_SKIPS: Skips = { preluded: new Set(), preludedControls: 0, covers: new Map() };

/**
 * A reader of one room.
 *
 * Invariants: `position` is the last one put into the socket's queue, and they are put there in order; unless `behind`,
 * it is the room's `committed`. A subscription that is `closed` is sent nothing any more.
 */
export type Subscription = {
  readonly peer: Peer;
  readonly room: RoomView;
  readonly mode: 'live' | 'head';
  /** What the reader showed when it opened the room, with all signatures checked. */
  readonly introduction: Introduction | null;
  /** Whom the reader stands for: it may have the wraps for this link or account where it has none of its own. */
  readonly principal: PrincipalId | null;
  /** By which it came in: the link's limits are its. Null: by an account's right. */
  readonly link: PrincipalId | null;
  position: number;
  behind: boolean;
  closed: boolean;
  /** Own records after this position are answered with `ack`: they were appended on this socket. */
  readonly ownAfter: number;
  prelude: Prelude | null;
  readonly skips: Skips;
  /** Signals count on their own. */
  signalCounter: number;
};

/** The keys whose wraps a reader may have, its own first. Made when an epoch is passed on: that is rare. */
export const recipientsOf = ({ peer, principal }: Subscription): Uint8Array[] =>
  (principal ? [peer.device, principal] : [peer.device]).map(idBytes);

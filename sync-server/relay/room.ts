/**
 * A room in memory: the state after the last position given out, the records on their way to disk, its readers.
 *
 * Invariants:
 * 1. `placed` may be ahead of the disk, `committed` never is. Positions are given out only here.
 * 2. Acknowledgement and fan-out follow the commit, in log order.
 * 3. Appends are handed to the store in order, each naming the head that the one before leaves behind; so when one
 *    fails, all later ones do.
 * 4. After a failure the room is spent: everything in memory may be ahead of the disk. Its senders are refused, its
 *    readers' sockets ended, and whoever asks next loads it anew.
 */
import type { Access } from '../../src/wire/access.ts';
import { type DeviceId, type Hash, type Position, type RoomId, START } from '../../src/wire/ids.ts';
import { MAX_HEAD_LAG } from '../../src/wire/limits.ts';
import { type StreamKey, streamKey } from '../../src/wire/record.ts';
import { type Refused, refuse } from '../../src/wire/refusals.ts';
import type { NewEntry } from '../log/entries.ts';
import type { RoomLogs } from '../log/room-logs.ts';
import type { StreamState } from '../log/streams.ts';
import type { Standing } from './decide.ts';
import { fanOutEntry, strangersTo } from './fan-out.ts';
import { MAX_APPEND_BYTES } from './limits.ts';
import { hasExpired, isOver } from './link-limits.ts';
import type { Peer, RoomView, Subscription } from './peer.ts';

/** What a room needs from the relay. */
export type RoomHost = {
  readonly logs: RoomLogs;
  /** Calls `commit` once, soon. */
  readonly scheduleCommit: (room: Room) => void;
  readonly headChanged: (subscription: Subscription) => void;
  /** Somebody has the room open now (1), or nobody any more (-1). */
  readonly openRooms: (change: 1 | -1) => void;
  readonly committed: (records: number, delivered: number, startedAt: number) => void;
  readonly now: () => number;
  /** The room is spent. `error`: null when another writer got ahead. */
  readonly failed: (room: Room, error: unknown) => void;
};

/** A record whose position has been given out. */
export type Pending = {
  readonly entry: NewEntry;
  /** Who is in the room after it. */
  readonly access: Access;
  readonly from: Peer;
  /** What the record takes of the sender's backlog. */
  readonly bytes: number;
  /** Runs after the commit, before anybody is told. */
  readonly opening?: () => void;
};

export type RoomState = {
  readonly access: Access;
  readonly head: Position;
  readonly streams: Map<StreamKey, StreamState>;
};

const REMOVED = refuse('unknown-device', 'no longer in this room');

export class Room implements RoomView {
  readonly id: RoomId;
  readonly channel: number;
  readonly #subscriptions = new Set<Subscription>();
  /** Last counters that were used, of devices that have the room open. */
  readonly counters = new Map<DeviceId, number>();
  readonly #host: RoomHost;
  readonly #streams: Map<StreamKey, StreamState>;
  /** Chain hashes of the last MAX_HEAD_LAG positions, as far as they have been needed. */
  readonly #chain = new Map<number, Hash>();
  #access: Access;
  #placed: Position;
  /** The head as the last append handed to the store leaves it. */
  #handed: Position;
  #committed: Position;
  #waiting: Pending[] = [];
  /** Batches that the store has, in order. */
  #onTheirWay: (readonly Pending[])[] = [];
  #failed = false;
  /** Requests that hold the room while they wait for something else. */
  pins = 0;

  constructor(id: RoomId, channel: number, state: RoomState, host: RoomHost) {
    this.id = id;
    this.channel = channel;
    this.#host = host;
    this.#streams = state.streams;
    this.#access = state.access;
    this.#placed = state.head;
    this.#handed = state.head;
    this.#committed = state.head;
    this.rememberChain(state.head);
    if (state.head.seq <= MAX_HEAD_LAG) this.rememberChain(START);
  }

  get subscriptions(): ReadonlySet<Subscription> {
    return this.#subscriptions;
  }
  get committed(): Position {
    return this.#committed;
  }
  get standing(): Standing {
    return { access: this.#access, head: this.#placed, streams: this.#streams };
  }
  get failed(): boolean {
    return this.#failed;
  }
  /** Nobody needs it in memory. */
  get idle(): boolean {
    return this.#subscriptions.size === 0 && this.pins === 0 && !this.busy;
  }
  /** Something is on its way to disk. */
  get busy(): boolean {
    return this.#waiting.length + this.#onTheirWay.length > 0;
  }

  chainAt(seq: number): Hash | undefined {
    return this.#chain.get(seq);
  }

  /** Keeps what was read from disk, while it is recent enough to be asked for again. */
  rememberChain({ seq, hash }: Position): void {
    if (seq >= this.#placed.seq - MAX_HEAD_LAG) this.#chain.set(seq, hash);
  }

  /** Gives the entry its place. It was decided on by this room's `standing` in the same turn. */
  place(pending: Pending): void {
    const { entry, access, from } = pending;
    if (this.#failed || entry.position.seq !== this.#placed.seq + 1) throw new Error('placed on another standing');
    this.#access = access;
    this.#placed = entry.position;
    this.#chain.set(entry.position.seq, entry.position.hash);
    this.#chain.delete(entry.position.seq - MAX_HEAD_LAG - 1);
    if (entry.stream) this.#streams.set(streamKey(entry.stream.stream), entry.stream);
    this.counters.set(from.device, entry.record.header.counter);
    this.#waiting.push(pending);
    if (this.#waiting.length === 1) this.#host.scheduleCommit(this);
  }

  /** Hands everything that waits to the store. */
  commit(): void {
    while (this.#waiting.length > 0 && !this.#failed) {
      const batch = this.#takeBatch();
      const expected = this.#handed;
      this.#handed = batch.at(-1)?.entry.position ?? expected;
      this.#onTheirWay.push(batch);
      const startedAt = this.#host.now();
      this.#host.logs
        .append(
          this.id,
          expected,
          batch.map(({ entry }) => entry),
        )
        .then(
          (result) => (result === 'committed' && !this.#failed ? this.#onCommitted(batch, startedAt) : this.fail(null)),
          (error: unknown) => this.fail(error),
        );
    }
  }

  /** Memory and disk have come apart. `error`: null when another writer got ahead. */
  fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    const readers = [...this.#subscriptions];
    const lost = [...this.#onTheirWay.flat(), ...this.#waiting];
    this.#onTheirWay = [];
    this.#waiting = [];
    this.#host.failed(this, error);
    for (const { entry, from, bytes } of lost) {
      from.refuse(this.id, entry.record.header.counter, refuse('storage-failed', 'it may be in the log all the same'));
      from.settled(bytes);
    }
    for (const reader of readers) {
      this.leave(reader);
      reader.peer.end('storage-failed');
    }
  }

  admit(subscription: Subscription): void {
    if (this.#subscriptions.size === 0) this.#host.openRooms(1);
    this.#subscriptions.add(subscription);
  }

  /** [LI4] Whoever came by a link that has expired is out. `now`: milliseconds since 1970. */
  endExpired(now: number): void {
    if (!this.#access.core.links.some((link) => hasExpired(link, now))) return;
    for (const subscription of [...this.#subscriptions]) {
      const { peer, link } = subscription;
      if (isOver(this.#access, peer.device, link, now)) this.#dismiss(subscription, refuse('link-expired'), true);
    }
  }

  /** The reader goes. */
  leave(subscription: Subscription): void {
    subscription.closed = true;
    if (!this.#subscriptions.delete(subscription)) return;
    if (this.#subscriptions.size === 0) this.#host.openRooms(-1);
    // While something is on its way the disk does not know the last counter yet.
    if (!this.busy) this.counters.delete(subscription.peer.device);
  }

  #takeBatch(): Pending[] {
    let bytes = 0;
    let count = 0;
    for (const { entry } of this.#waiting) {
      bytes += entry.record.bytes.length;
      if (count > 0 && bytes > MAX_APPEND_BYTES) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  #onCommitted(batch: readonly Pending[], startedAt: number): void {
    if (this.#onTheirWay.shift() !== batch) throw new Error('commits out of order');
    let delivered = 0;
    for (const { entry, access, from, bytes, opening } of batch) {
      this.#committed = entry.position;
      opening?.();
      const isControl = entry.record.header.kind === 'epoch' || entry.record.header.kind === 'notice';
      // A reader who is no longer in does not get the record that says so, except as its own acknowledgement.
      const strangers = isControl ? strangersTo(access, this.#subscriptions) : [];
      for (const stranger of strangers) if (stranger.peer !== from) this.#dismiss(stranger, REMOVED, false);
      delivered += fanOutEntry(this, this.#subscriptions, entry, from, this.#host.headChanged);
      for (const stranger of strangers) if (stranger.peer === from) this.#dismiss(stranger, REMOVED, true);
      from.settled(bytes);
    }
    this.#host.committed(batch.length, delivered, startedAt);
  }

  #dismiss(subscription: Subscription, why: Refused, stays: boolean): void {
    this.leave(subscription);
    subscription.peer.lostRoom(subscription, why, stays);
  }
}

/**
 * Brings one socket's subscriptions that are behind back to the head: reads a page from the log whenever the socket can
 * take more, in turn for each.
 *
 * Invariants: `#behind` holds exactly the open subscriptions that are `behind`; at most one page is being read, so what
 * a socket holds in memory is its queue and one page.
 */
import type { RoomLogs } from '../log/room-logs.ts';
import { pullNext } from './catch-up.ts';
import type { OutQueue } from './out-queue.ts';
import type { Subscription } from './peer.ts';

export class Pump {
  readonly #logs: RoomLogs;
  readonly #queue: OutQueue;
  readonly #delivered: (frames: number) => void;
  readonly #onError: (error: unknown) => void;
  #behind: Subscription[] = [];
  #running = false;

  constructor(logs: RoomLogs, queue: OutQueue, delivered: (frames: number) => void, onError: (error: unknown) => void) {
    this.#logs = logs;
    this.#queue = queue;
    this.#delivered = delivered;
    this.#onError = onError;
  }

  add(subscription: Subscription): void {
    this.#behind.push(subscription);
    this.run();
  }

  /** To be called whenever the queue has drained. */
  run(): void {
    if (this.#running || this.#behind.length === 0) return;
    this.#running = true;
    this.#pullAll().catch(this.#onError);
  }

  stop(): void {
    this.#behind = [];
  }

  async #pullAll(): Promise<void> {
    try {
      while (!this.#queue.congested) {
        const subscription = this.#behind.shift();
        if (!subscription) return;
        if (!subscription.closed) await this.#advance(subscription);
      }
    } finally {
      // In the same turn as the last look at the list: what is added next starts a new run.
      this.#running = false;
    }
  }

  async #advance(subscription: Subscription): Promise<void> {
    if (isAtHead(subscription)) {
      subscription.behind = false;
      return;
    }
    this.#behind.push(subscription);
    const { frames, apply } = await pullNext(this.#logs, subscription);
    if (subscription.closed) return;
    for (const frame of frames) this.#queue.push(frame);
    apply();
    this.#delivered(frames.length);
  }
}

const isAtHead = ({ prelude, position, room }: Subscription): boolean =>
  prelude === null && position >= room.committed.seq;

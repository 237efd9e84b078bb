/**
 * What a socket has sent and has not been dealt with: requests wait here for their turn, and the socket is not read
 * while too much waits.
 *
 * Invariants:
 * 1. Requests are handled one after the other, in the order of their arrival.
 * 2. They wait while the socket has too much to take or its rate is used up; with a full backlog it is not read.
 * 3. What `grow` has added, `shrink` takes away: the backlogs are empty when the socket has gone and its records are on
 *    disk.
 */
import type { ClientFrame } from '../../src/wire/client-frames.ts';
import type { Clock } from '../clock.ts';
import { Backlog } from './backlog.ts';
import { type Job, requestsOf, weightOf } from './job.ts';
import type { RelayLimits } from './limits.ts';
import type { PeerSocket } from './peer-socket.ts';
import { TokenBucket } from './token-bucket.ts';

export type Waiting = {
  readonly frame: ClientFrame;
  /** Bytes of the backlog. */
  readonly weight: number;
  /** Null: not looked at yet. */
  readonly job: Job | null;
};

export type IntakeOwner = {
  readonly congested: boolean;
  /** Begins with what can be done ahead of the request's turn. @throws WireError */
  prepare(frame: ClientFrame, weight: number): Job | null;
  handle(waiting: Waiting): Promise<void> | undefined;
  /** A request could not be handled: the socket ends. */
  endBy(error: unknown): void;
};

export type IntakeContext = {
  readonly limits: RelayLimits;
  readonly clock: Clock;
  /** Of all sockets together. */
  readonly totalBacklog: Backlog;
};

export class Intake {
  readonly #socket: PeerSocket;
  readonly #owner: IntakeOwner;
  readonly #clock: Clock;
  readonly #totalBacklog: Backlog;
  readonly #backlog: Backlog;
  readonly #requests: TokenBucket;
  readonly #bytes: TokenBucket;
  #waiting: Waiting[] = [];
  #working = false;
  #wake: (() => void) | null = null;
  #paused = false;
  #stopped = false;

  constructor(socket: PeerSocket, owner: IntakeOwner, { limits, clock, totalBacklog }: IntakeContext) {
    const now = clock.now();
    this.#socket = socket;
    this.#owner = owner;
    this.#clock = clock;
    this.#totalBacklog = totalBacklog;
    this.#backlog = new Backlog(limits.backlogBytes);
    this.#requests = new TokenBucket(limits.requestsPerSecond, limits.requestBurst, now);
    this.#bytes = new TokenBucket(limits.bytesPerSecond, limits.byteBurst, now);
  }

  /** The socket is not being read. */
  get paused(): boolean {
    return this.#paused;
  }

  /** @throws WireError */
  receive(frames: readonly ClientFrame[]): void {
    if (this.#stopped) return;
    for (const frame of frames) {
      const weight = weightOf(frame);
      this.#waiting.push({ frame, weight, job: this.#owner.prepare(frame, weight) });
      this.grow(weight);
    }
    this.#pauseIfFull();
    this.#work();
  }

  grow(bytes: number): void {
    this.#backlog.grow(bytes);
    this.#totalBacklog.grow(bytes);
  }

  shrink(bytes: number): void {
    this.#backlog.shrink(bytes);
    this.#totalBacklog.shrink(bytes);
  }

  /** The socket has taken something. */
  drained(): void {
    if (!this.#owner.congested) this.#wake?.();
  }

  /** Drops what waits; nothing is handled any more. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const { weight } of this.#waiting.splice(0)) this.shrink(weight);
    this.#wake?.();
    // A socket that is not read would not notice that the other side has gone.
    if (this.#paused) this.#socket.resume();
  }

  #work(): void {
    if (this.#working) return;
    this.#working = true;
    this.#handleAll().catch((error: unknown) => this.#owner.endBy(error));
  }

  async #handleAll(): Promise<void> {
    try {
      for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
        // Signals have a rate of their own, beyond which they are dropped.
        if (next.frame.type !== 'signal') await this.#untilAllowed(next);
        if (this.#stopped) return;
        const done = this.#owner.handle(next);
        if (done) await done;
        if (this.#stopped) return;
        this.#waiting.shift();
        this.shrink(next.weight);
      }
    } finally {
      // In the same turn as the last look at the list: what comes next starts anew.
      this.#working = false;
    }
  }

  async #untilAllowed({ frame, weight }: Waiting): Promise<void> {
    while (this.#owner.congested && !this.#stopped)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    const now = this.#clock.now();
    const wait = Math.max(this.#requests.take(requestsOf(frame), now), this.#bytes.take(weight, now));
    if (wait > 0 && !this.#stopped) await this.#pause(wait);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, resolve);
      this.#wake = () => {
        if (!this.#stopped) return;
        cancel();
        resolve();
      };
    });
  }

  #pauseIfFull(): void {
    const full = [this.#backlog, this.#totalBacklog].find((backlog) => backlog.full);
    if (!full || this.#paused || this.#stopped) return;
    this.#paused = true;
    this.#socket.pause();
    full.whenRelieved(() => {
      this.#paused = false;
      if (!this.#stopped) this.#socket.resume();
    });
  }
}

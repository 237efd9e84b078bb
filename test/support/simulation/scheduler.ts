/**
 * Virtual time: everything that happens later waits here. Events of one moment come in an order that the seed decides;
 * after each, all promises that can settle have settled before the next.
 */
import type { SeededRandom } from './seeded-random.ts';

/** What a right wall clock shows when a run begins. */
export const BEGINNING = 1_800_000_000_000;

type Event = { readonly at: number; readonly tie: number; readonly run: () => void; cancelled: boolean };

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class Scheduler {
  readonly #random: SeededRandom;
  readonly #heap: Event[] = [];
  #now = 0;
  /** Events that have happened. */
  count = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** Milliseconds since the run began. */
  get now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const event = { at: this.#now + Math.max(0, ms), tie: this.#random.u32(), run, cancelled: false };
    this.#push(event);
    return () => {
      event.cancelled = true;
    };
  }

  delay(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Lets events happen until `done` holds or `ms` milliseconds have passed. Returns whether it holds. */
  async runUntil(done: () => boolean, ms: number): Promise<boolean> {
    const end = this.#now + ms;
    await settled();
    while (!done()) {
      const next = this.#pop(end);
      if (!next) {
        this.#now = end;
        return done();
      }
      this.#now = next.at;
      this.count++;
      next.run();
      await settled();
    }
    return true;
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(event, heap[parent] as Event)) break;
      heap[index] = heap[parent] as Event;
      index = parent;
    }
    heap[index] = event;
  }

  /** The next event up to `end`. */
  #pop(end: number): Event | undefined {
    for (let first = this.#heap[0]; first && first.at <= end; first = this.#heap[0]) {
      this.#removeFirst();
      if (!first.cancelled) return first;
    }
    return undefined;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop() as Event;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Event, heap[child] as Event)) child++;
      if (!before(heap[child] as Event, last)) break;
      heap[index] = heap[child] as Event;
      index = child;
    }
    heap[index] = last;
  }
}

const before = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.tie < b.tie);

/** One life of a process: what it has asked for does not happen after its death. */
export class Life {
  readonly #scheduler: Scheduler;
  #alive = true;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  get alive(): boolean {
    return this.#alive;
  }
  end(): void {
    this.#alive = false;
  }
  after(ms: number, run: () => void): () => void {
    return this.#scheduler.after(ms, () => {
      if (this.#alive) run();
    });
  }
  /** Never settles in a process that has died meanwhile. */
  delay(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }
}

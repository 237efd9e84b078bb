import type { Cancel, Clock } from '../../src/engine/ports.ts';
import { nodeClock } from '../../src/platform/node/clock.ts';

/** Shorter timers are about sockets and answers, which take the time that they take. Milliseconds. */
const LONG_MS = 25_000;

type Timer = { readonly at: number; readonly run: () => void };

/** A clock that runs like the real one and leaps when a test says so: long timers fall due by leaps alone. */
export class LeapClock implements Clock {
  #offset = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return nodeClock.now() + this.#offset;
  }

  after(ms: number, run: () => void): Cancel {
    if (ms < LONG_MS) return nodeClock.after(ms, run);
    const timer = { at: this.now() + ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Runs what falls due on the way, in order. Backwards, nothing does. */
  leap(ms: number): void {
    const end = this.#offset + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= nodeClock.now() + end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers.delete(due);
      this.#offset = Math.max(this.#offset, due.at - nodeClock.now());
      due.run();
    }
    this.#offset = end;
  }
}

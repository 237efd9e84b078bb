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

  /** As for a computer that slept: what fell due meanwhile runs now, in order, and once. Backwards, nothing does. */
  leap(ms: number): void {
    this.#offset += ms;
    const due = [...this.#timers].filter(({ at }) => at <= this.now()).sort((a, b) => a.at - b.at);
    for (const timer of due) if (this.#timers.delete(timer)) timer.run();
  }
}

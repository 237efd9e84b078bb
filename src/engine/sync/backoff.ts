/** Waiting times between attempts: doubling, with jitter so that clients do not come back all at once. */
import type { Random } from '../ports.ts';

export type BackoffLimits = { readonly firstMs: number; readonly maxMs: number };

export class Backoff {
  readonly #limits: BackoffLimits;
  readonly #random: Random;
  #attempts = 0;

  constructor(limits: BackoffLimits, random: Random) {
    this.#limits = limits;
    this.#random = random;
  }

  /** Milliseconds until the next attempt: between half and all of the doubled time. */
  next(): number {
    const full = Math.min(this.#limits.maxMs, this.#limits.firstMs * 2 ** Math.min(this.#attempts, 16));
    this.#attempts++;
    const [byte = 0] = this.#random.bytes(1);
    return full * (0.5 + byte / 510);
  }

  reset(): void {
    this.#attempts = 0;
  }
}

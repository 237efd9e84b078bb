/** What waits for a second request, or for several. In memory: after a restart the person begins again. */
import { toBase64Url } from '../../src/wire/base64url.ts';

/** More than these, and the oldest is forgotten: who finishes at once still gets through a flood. */
export const MAX_PENDING = 10_000;

export class Pending<T> {
  readonly #now: () => number;
  readonly #lifeMs: number;
  /** In the order in which they expire. */
  readonly #byId = new Map<string, { readonly value: T; readonly expiresAt: number }>();

  /** `now` in milliseconds, never going back. */
  constructor(now: () => number, lifeMs: number) {
    this.#now = now;
    this.#lifeMs = lifeMs;
  }

  /** In the place of what waits under this id. `id`: unguessable, or nothing is gained by guessing it. */
  add(id: Uint8Array, value: T): void {
    const now = this.#now();
    const key = toBase64Url(id);
    // What is there already would keep its place in the order.
    this.#byId.delete(key);
    for (const [oldest, { expiresAt }] of this.#byId) {
      if (expiresAt > now && this.#byId.size < MAX_PENDING) break;
      this.#byId.delete(oldest);
    }
    this.#byId.set(key, { value, expiresAt: now + this.#lifeMs });
  }

  /** Leaves it waiting, for no longer than before. */
  find(id: Uint8Array): T | undefined {
    const found = this.#byId.get(toBase64Url(id));
    return found && found.expiresAt > this.#now() ? found.value : undefined;
  }

  /** Once: whoever comes with the same id later finds nothing. */
  take(id: Uint8Array): T | undefined {
    const key = toBase64Url(id);
    const found = this.#byId.get(key);
    this.#byId.delete(key);
    return found && found.expiresAt > this.#now() ? found.value : undefined;
  }
}

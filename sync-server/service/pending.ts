/** What waits for the second of two requests. In memory: after a restart the person begins again. */
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

  /** `id`: unguessable, or nothing is gained by guessing it. */
  add(id: Uint8Array, value: T): void {
    const now = this.#now();
    for (const [key, { expiresAt }] of this.#byId) {
      if (expiresAt > now && this.#byId.size < MAX_PENDING) break;
      this.#byId.delete(key);
    }
    this.#byId.set(toBase64Url(id), { value, expiresAt: now + this.#lifeMs });
  }

  /** Once: whoever comes with the same id later finds nothing. */
  take(id: Uint8Array): T | undefined {
    const key = toBase64Url(id);
    const found = this.#byId.get(key);
    this.#byId.delete(key);
    return found && found.expiresAt > this.#now() ? found.value : undefined;
  }
}

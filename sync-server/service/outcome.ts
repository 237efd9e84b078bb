/** What a request to the service comes to. Refusals are expected and are values; only our own bugs are thrown. */
import type { ApiReason } from '../../src/wire/http/errors.ts';

export type Declined = {
  readonly ok: false;
  readonly reason: ApiReason;
  /** When it may be tried again, where that is known. Seconds from now. */
  readonly retryAfterS?: number;
};
export type Outcome<T> = { readonly ok: true; readonly value: T } | Declined;

export const done = <T>(value: T): Outcome<T> => ({ ok: true, value });
export const decline = (reason: ApiReason, retryAfterS?: number): Declined => ({
  ok: false,
  reason,
  ...(retryAfterS !== undefined && { retryAfterS }),
});

/** Times that a change is tried when others change the same at the same moment. */
const MAX_TRIES = 16;

/**
 * Reads, decides and commits anew as long as the commit meets a conflict.
 * @throws StorageFailed as the store does
 */
export async function retried<T>(attempt: () => Promise<Outcome<T> | 'conflict'>): Promise<Outcome<T>> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const outcome = await attempt();
    if (outcome !== 'conflict') return outcome;
  }
  return decline('busy');
}

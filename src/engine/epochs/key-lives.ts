/** How long keys serve: the shorter, the sooner a copied device reads nothing new, and the less a seized one opens of what was. */
import type { KeyLives } from '../ports.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const PREKEY_LIFE_MS = DAY_MS;
export const EPOCH_LIFE_MS = HOUR_MS;
/** Whoever was away for so long has no prekey that anybody seals to, and comes back with a new one. */
export const MAX_PREKEY_AGE_MS = 30 * DAY_MS;

export const DEFAULT_KEY_LIVES: KeyLives = {
  prekeyMs: PREKEY_LIFE_MS,
  replacedMs: DAY_MS,
  maxPrekeyMs: MAX_PREKEY_AGE_MS,
  epochMs: EPOCH_LIFE_MS,
  epochJitterMs: 5 * 60_000,
  leftOutMs: 60_000,
  lookEveryMs: HOUR_MS,
};

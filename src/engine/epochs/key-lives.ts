/** How long keys serve: the shorter, the sooner a copied device reads nothing new, and the less a seized one opens of what was. */
import type { KeyLives } from '../ports.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const PREKEY_LIFE_MS = DAY_MS;
export const EPOCH_LIFE_MS = HOUR_MS;
/** Nobody seals to a prekey that is older by its date: whoever was away for so long comes back with a new one. */
export const MAX_PREKEY_AGE_MS = 30 * DAY_MS;

export const DEFAULT_KEY_LIVES: KeyLives = {
  prekeyMs: PREKEY_LIFE_MS,
  replacedMs: DAY_MS,
  epochMs: EPOCH_LIFE_MS,
  epochJitterMs: 5 * MINUTE_MS,
  leftOutMs: MINUTE_MS,
  knownMs: MINUTE_MS,
  lookEveryMs: HOUR_MS,
};

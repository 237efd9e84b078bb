/** What a new link may be bound to, as it is chosen; and what is said of a link that is. */
import type { LinkTerms, RoomLink } from '../../engine/membership/api.ts';
import { strings } from '../strings.ts';

const words = strings.share;
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

const LASTS_MS = { ever: null, hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS } as const;
const USES = { any: null, one: 1, five: 5, many: 25 } as const;

export type Lasts = keyof typeof LASTS_MS;
export type Uses = keyof typeof USES;
export type Chosen = { readonly password: string; readonly lasts: Lasts; readonly uses: Uses };

export const NOTHING_CHOSEN: Chosen = { password: '', lasts: 'ever', uses: 'any' };

const choices = <T extends string>(names: Readonly<Record<T, string>>) =>
  (Object.keys(names) as T[]).map((id) => ({ id, name: names[id] }));
export const LASTS_CHOICES = choices<Lasts>(words.lastsFor);
export const USES_CHOICES = choices<Uses>(words.usesBy);

export const termsOf = ({ password, lasts, uses }: Chosen): LinkTerms => ({
  password: password === '' ? null : password,
  lastsMs: LASTS_MS[lasts],
  maxUses: USES[uses],
});

/** Empty: it is bound to nothing. `now`: milliseconds since 1970. */
export function describeLimits({ limits, hasPassword }: Pick<RoomLink, 'limits' | 'hasPassword'>, now: number): string {
  const { expiresAt, maxUses } = limits;
  const parts: string[] = [];
  if (expiresAt > 0)
    parts.push(expiresAt > now ? words.until(momentOf(expiresAt)) : words.expired(momentOf(expiresAt)));
  if (maxUses > 0) parts.push(words.atMost(maxUses));
  if (hasPassword) parts.push(words.withPassword);
  const text = parts.join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const momentOf = (at: number): string =>
  new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' }).format(at);

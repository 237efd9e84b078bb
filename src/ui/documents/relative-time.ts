import { strings } from '../strings.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

/**
 * When something happened, as people say it. `at` and `now` in milliseconds since 1970. A time that is still to come, by a clock that
 * is wrong here or where it was written, is shown as it stands: it must not lead to "in 3 hours", nor pass for one that just was.
 */
export function describeTime(at: number, now: number, locale = 'en'): string {
  const ago = now - at;
  if (ago <= -MINUTE_MS) return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(at);
  if (ago < MINUTE_MS) return strings.time.justNow;
  if (ago >= WEEK_MS) return new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(at);
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  if (ago < HOUR_MS) return format.format(-Math.floor(ago / MINUTE_MS), 'minute');
  if (ago < DAY_MS) return format.format(-Math.floor(ago / HOUR_MS), 'hour');
  return format.format(-Math.floor(ago / DAY_MS), 'day');
}

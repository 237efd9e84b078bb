import { strings } from '../strings.ts';
import type { Estimate } from './strength-estimator.ts';

const words = strings.passwordStrength;

export const MIN_PASSWORD_LENGTH = 8;
/** zxcvbn's scores 0 and 1 fall to somebody who tries for minutes to hours. */
const MIN_SCORE = 2;

export type PasswordVerdict = {
  readonly accepted: boolean;
  /** 0 to 4. Null: not known yet. */
  readonly score: number | null;
  /** Why it is not accepted; otherwise how strong it is. */
  readonly sentence: string;
};

const isReason = (warning: string): warning is keyof typeof words.reasons => Object.hasOwn(words.reasons, warning);

/**
 * What to say about a new password. Length counts characters as people do. There are no rules about which kinds of
 * characters: they make passwords worse (NIST SP 800-63B, 3.1.1.2). `estimate`: null where none could be made; then the length alone
 * decides.
 */
export function judgePassword(password: string, estimate: Estimate | null): PasswordVerdict {
  const length = [...password].length;
  if (length < MIN_PASSWORD_LENGTH) {
    return { accepted: false, score: length === 0 ? null : 0, sentence: words.short(MIN_PASSWORD_LENGTH - length) };
  }
  if (estimate === null) return { accepted: true, score: null, sentence: '' };
  if (estimate.score >= MIN_SCORE) {
    return { accepted: true, score: estimate.score, sentence: words.levels[estimate.score] ?? '' };
  }
  const why = isReason(estimate.warning) ? words.reasons[estimate.warning] : words.refused;
  return { accepted: false, score: estimate.score, sentence: `${why} ${words.advice}` };
}

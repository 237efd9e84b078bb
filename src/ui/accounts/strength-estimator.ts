/** How many guesses a password withstands. Loaded when somebody first types one: it brings 430 kB of common passwords. */
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

export type Estimate = {
  /** 0 (guessed at once) to 4. */
  readonly score: number;
  /** A key of `strings.passwordStrength.reasons`, or empty. */
  readonly warning: string;
};

/** Characters. What comes behind makes a password no weaker, and estimating takes time that grows with the square. */
const JUDGED_LENGTH = 72;

const zxcvbn = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: JUDGED_LENGTH });

/** `known`: what an attacker tries first, such as the user name. */
export function estimateStrength(password: string, known: readonly string[]): Estimate {
  const { score, feedback } = zxcvbn.check(password, [...known]);
  return { score, warning: feedback.warning ?? '' };
}

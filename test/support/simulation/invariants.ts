/** What must hold in every run, by name. */
export const INVARIANTS = [
  'replicas-converge',
  'acknowledged-survives',
  'nothing-typed-is-lost',
  'log-without-gap',
  'viewer-never-lands',
  'all-judge-alike',
  'nothing-leaves-unsealed',
  'counters-never-repeat',
  'mischief-is-noticed',
  'no-false-alarm',
  /** A record that breaks a rule is refused by the relay, or void for everybody. */
  'forgery-never-counts',
  /** No tab is shown a presence that is not its sender's. */
  'nobody-speaks-for-others',
  /** Nothing throws that nobody catches, and no part reports a mistake of its own. */
  'no-mistake',
] as const;
export type Invariant = (typeof INVARIANTS)[number];

export class InvariantBroken extends Error {
  readonly invariant: Invariant;
  constructor(invariant: Invariant, message: string) {
    super(`${invariant}: ${message}`);
    this.name = 'InvariantBroken';
    this.invariant = invariant;
  }
}

export function hold(invariant: Invariant, condition: boolean, message: string | (() => string)): asserts condition {
  if (!condition) throw new InvariantBroken(invariant, typeof message === 'string' ? message : message());
}

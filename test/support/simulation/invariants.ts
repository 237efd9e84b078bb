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
  /** Within 5 seconds after it has shown. */
  'gap-noticed-in-time',
  'no-false-alarm',
  /** A record that breaks a rule is refused by the relay, or void for everybody. */
  'forgery-never-counts',
  /** No tab is shown a presence that is not its sender's. */
  'nobody-speaks-for-others',
  /** An epoch is sealed to nobody but the devices that the members really have, and to links that were really made. */
  'no-stranger-sealed-to',
  /** Who is not in has no secret of what is written then. */
  'who-is-out-opens-nothing',
  /** All who are in know who else is, as the log says. */
  'all-agree-who-is-in',
  /** What a person asks for is answered, and what was granted is in the log. */
  'requests-are-answered',
  'a-room-keeps-an-owner',
  /** Of a wrap that does not open the signer alone is blamed, and only if it has signed that. */
  'offender-is-named',
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

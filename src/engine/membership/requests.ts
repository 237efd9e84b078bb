/**
 * What this device's person has asked to change about who is in a room, until it is in the log or never will be.
 *
 * Invariants: one epoch is asked for at a time, in the order of asking; each request is answered exactly once.
 */
import type { Access } from '../../wire/access.ts';
import type { PrincipalId } from '../../wire/ids.ts';
import type { EpochPlan } from '../epochs/next-epoch.ts';
import type { Cancel, Clock } from '../ports.ts';
import { type AccessRequest, isMet, planOf } from './access-change.ts';
import type { MembershipFailure, MembershipOutcome } from './api.ts';

/** How long a person waits for the relay. Milliseconds. */
const REQUEST_MS = 20_000;

type Waiting = {
  readonly wants: AccessRequest | { readonly type: 'leave' };
  readonly answer: (outcome: MembershipOutcome<null>) => void;
  readonly cancel: Cancel;
};

export class AccessRequests {
  readonly #clock: Clock;
  readonly #own: PrincipalId;
  readonly #waiting: Waiting[] = [];

  /** `own`: the account of this device. */
  constructor(clock: Clock, own: PrincipalId) {
    this.#clock = clock;
    this.#own = own;
  }

  /** Resolves when the room is as it was asked for, or why it is not going to be. */
  ask(wants: Waiting['wants']): Promise<MembershipOutcome<null>> {
    return new Promise((answer) => {
      const cancel = this.#clock.after(REQUEST_MS, () => this.#end(waiting, { ok: false, reason: 'offline' }));
      const waiting: Waiting = { wants, answer, cancel };
      this.#waiting.push(waiting);
    });
  }

  /** Answers those that are met. Returns what the next one needs; null: nothing is asked for. */
  next(access: Access): EpochPlan | 'leave' | null {
    for (const waiting of [...this.#waiting]) {
      const { wants } = waiting;
      if (wants.type === 'leave') {
        if (access.members.has(this.#own)) return 'leave';
        this.#end(waiting, DONE);
      } else if (isMet(access, wants)) this.#end(waiting, DONE);
      else {
        const planned = planOf(access, this.#own, wants);
        if (planned.ok) return planned.plan;
        this.#end(waiting, planned);
      }
    }
    return null;
  }

  /** The relay will not take what the first one needs, or the room is closed. */
  fail(reason: MembershipFailure): void {
    const [first] = this.#waiting;
    if (first) this.#end(first, { ok: false, reason });
  }
  stop(): void {
    while (this.#waiting.length > 0) this.fail('offline');
  }

  #end(waiting: Waiting, outcome: MembershipOutcome<null>): void {
    const at = this.#waiting.indexOf(waiting);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    waiting.cancel();
    waiting.answer(outcome);
  }
}

const DONE = { ok: true, value: null } as const;

import { type Accessor, createSignal } from 'solid-js';
import type { AccountFailure } from '../../engine/accounts/api.ts';
import type { MembershipFailure } from '../../engine/membership/api.ts';
import { explainFailure, explainMembership } from '../strings.ts';

type Refused<Reason> = { readonly ok: false; readonly reason: Reason; readonly waitSeconds?: number };
type Outcome<T, Reason> = { readonly ok: true; readonly value: T } | Refused<Reason>;

/** `sentence`: what happened, what it means, what to do. */
export type Failure<Reason = AccountFailure> = Refused<Reason> & { readonly sentence: string };

export type Command<Reason = AccountFailure> = {
  readonly busy: Accessor<boolean>;
  readonly failure: Accessor<Failure<Reason> | undefined>;
  readonly sentence: Accessor<string | undefined>;
  /** Undefined: one is under way already, or it failed; then `failure` says why. */
  run<T>(command: () => Promise<Outcome<T, Reason>>): Promise<{ readonly value: T } | undefined>;
  clear(): void;
};

/** One command at a time, and how the last one went. */
function createCommandWith<Reason>(explain: (refused: Refused<Reason>) => string): Command<Reason> {
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<Failure<Reason>>();
  const run: Command<Reason>['run'] = async (command) => {
    if (busy()) return undefined;
    setBusy(true);
    try {
      const outcome = await command();
      setFailure(() => (outcome.ok ? undefined : { ...outcome, sentence: explain(outcome) }));
      return outcome.ok ? { value: outcome.value } : undefined;
    } finally {
      setBusy(false);
    }
  };
  return { busy, failure, sentence: () => failure()?.sentence, run, clear: () => setFailure(undefined) };
}

export const createCommand = (): Command => createCommandWith<AccountFailure>(explainFailure);
/** About who is in a room. */
export const createMembershipCommand = (): Command<MembershipFailure> =>
  createCommandWith<MembershipFailure>(explainMembership);

import { type Accessor, createSignal } from 'solid-js';
import type { AccountOutcome } from '../../engine/accounts/api.ts';
import { explainFailure } from '../strings.ts';

export type Failure = Extract<AccountOutcome<unknown>, { ok: false }>;

export type Command = {
  readonly busy: Accessor<boolean>;
  readonly failure: Accessor<Failure | undefined>;
  /** What happened, what it means, what to do. */
  readonly sentence: Accessor<string | undefined>;
  /** Undefined: one is under way already, or it failed; then `failure` says why. */
  run<T>(command: () => Promise<AccountOutcome<T>>): Promise<{ readonly value: T } | undefined>;
  clear(): void;
};

/** One command at a time, and how the last one went. */
export function createCommand(): Command {
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<Failure>();
  const sentence = (): string | undefined => {
    const current = failure();
    return current && explainFailure(current);
  };
  const run: Command['run'] = async (command) => {
    if (busy()) return undefined;
    setBusy(true);
    try {
      const outcome = await command();
      setFailure(outcome.ok ? undefined : outcome);
      return outcome.ok ? { value: outcome.value } : undefined;
    } finally {
      setBusy(false);
    }
  };
  return { busy, failure, sentence, run, clear: () => setFailure(undefined) };
}

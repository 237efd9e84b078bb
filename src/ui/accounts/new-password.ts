import { type Accessor, createMemo, createResource, createSignal } from 'solid-js';
import { judgePassword, type PasswordVerdict } from './password-strength.ts';
import type { Estimate } from './strength-estimator.ts';

type Estimator = (password: string, known: readonly string[]) => Estimate;
const loadEstimator = async (): Promise<Estimator> => (await import('./strength-estimator.ts')).estimateStrength;

export type NewPassword = {
  readonly text: Accessor<string>;
  readonly set: (text: string) => void;
  readonly verdict: Accessor<PasswordVerdict>;
};

/** A password that is being chosen, and what is to be said about it. `known`: what an attacker tries first. */
export function createNewPassword(known: Accessor<readonly string[]>, load = loadEstimator): NewPassword {
  const [text, set] = createSignal('');
  const [estimator] = createResource(
    () => text() !== '',
    // Without it (offline, at the first visit) the length alone decides here; the engine judges once more.
    () =>
      load().then(
        (found) => ({ found }),
        () => ({ found: null }),
      ),
  );
  const verdict = createMemo(() => {
    const estimate = text() === '' ? null : (estimator.latest?.found?.(text(), known()) ?? null);
    return judgePassword(text(), estimate);
  });
  return { text, set, verdict };
}

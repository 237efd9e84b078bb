/** How often, within how many milliseconds, an editor that failed is replaced by a fresh one before we give up. */
const MAX_RENEWALS = 3;
const WITHIN_MS = 20_000;

/**
 * Decides what to do about an editor that failed. Nearly always a fresh one that is drawn from the document is the cure: then
 * the person notices next to nothing. If fresh ones fail too, the document itself is what cannot be shown.
 */
export function makeRecovery(now: () => number): () => 'renew' | 'give-up' {
  let renewals: number[] = [];
  return () => {
    renewals = renewals.filter((at) => now() - at < WITHIN_MS);
    if (renewals.length >= MAX_RENEWALS) return 'give-up';
    renewals.push(now());
    return 'renew';
  };
}

/**
 * A sorted set of texts that stays quick when it is large: adding moves the neighbours in one run, not all that follow.
 *
 * Invariants: runs are sorted, none is empty but the only one, and every text of a run is smaller than those of the next.
 */
const MAX_RUN = 512;

export class SortedKeys {
  readonly #runs: string[][] = [[]];

  /** `key` must not be in the set. */
  add(key: string): void {
    const index = this.#runOf(key);
    const run = this.#runs[index] ?? [];
    run.splice(placeOf(run, key), 0, key);
    if (run.length > MAX_RUN) this.#runs.splice(index + 1, 0, run.splice(MAX_RUN / 2));
  }

  /** `key` must be in the set. */
  delete(key: string): void {
    const index = this.#runOf(key);
    const run = this.#runs[index] ?? [];
    run.splice(placeOf(run, key), 1);
    if (run.length === 0 && this.#runs.length > 1) this.#runs.splice(index, 1);
  }

  /** From `from` up to, but without, `to`; in `reverse` the largest first. */
  between(from: string, to: string, limit: number, reverse: boolean): string[] {
    const found: string[] = [];
    const step = reverse ? -1 : 1;
    for (let i = this.#runOf(reverse ? to : from); found.length < limit; i += step) {
      const run = this.#runs[i];
      if (!run) break;
      const part = run.slice(placeOf(run, from), placeOf(run, to));
      found.push(...(reverse ? part.reverse() : part));
      if (reverse ? (run[0] ?? '') < from : (run.at(-1) ?? '') >= to) break;
    }
    return found.slice(0, limit);
  }

  /** The run that holds `key`, or would. */
  #runOf(key: string): number {
    let low = 0;
    let high = this.#runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#runs[middle]?.[0] ?? '') <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** The index of the first text that is not smaller. */
function placeOf(run: readonly string[], key: string): number {
  let low = 0;
  let high = run.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((run[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Durations that are too many to be sent between processes one by one. */
const MAX_KEPT = 400_000;
const MAX_TOLD = 4_000;

export class Samples {
  #values: number[] = [];

  add(value: number): void {
    if (this.#values.length < MAX_KEPT) this.#values.push(value);
  }

  clear(): void {
    this.#values = [];
  }

  /** Ascending; if there are too many, evenly spaced ones, the largest always among them. */
  told(): number[] {
    const sorted = this.#values.sort((a, b) => a - b);
    if (sorted.length <= MAX_TOLD) return sorted;
    const last = sorted.length - 1;
    return Array.from({ length: MAX_TOLD }, (_, i) => sorted[Math.round((i * last) / (MAX_TOLD - 1))] ?? 0);
  }
}

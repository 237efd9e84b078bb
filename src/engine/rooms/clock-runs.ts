/** A number for every clock of every client, kept as runs: the clocks at which it changes. */
import type { ByteReader, ByteWriter } from '../../wire/bytes.ts';

type Runs = { readonly starts: number[]; readonly values: number[] };

export class ClockRuns {
  readonly #runsByClient = new Map<number, Runs>();

  /** `clock` must not lie before what was added for this client. */
  add(client: number, clock: number, value: number): void {
    let runs = this.#runsByClient.get(client);
    if (!runs) {
      runs = { starts: [], values: [] };
      this.#runsByClient.set(client, runs);
    }
    if (runs.values.at(-1) === value) return;
    runs.starts.push(clock);
    runs.values.push(value);
  }

  /** 0 if nothing is known at that place. */
  at(client: number, clock: number): number {
    const runs = this.#runsByClient.get(client);
    if (!runs) return 0;
    let low = 0;
    let high = runs.starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((runs.starts[middle] ?? 0) <= clock) low = middle + 1;
      else high = middle;
    }
    return runs.values[low - 1] ?? 0;
  }

  /** Takes over what was staged after this. */
  join(later: ClockRuns): void {
    for (const [client, runs] of later.#runsByClient)
      runs.starts.forEach((start, i) => {
        this.add(client, start, runs.values[i] ?? 0);
      });
  }

  get largest(): number {
    let largest = 0;
    for (const { values } of this.#runsByClient.values())
      for (const value of values) largest = Math.max(largest, value);
    return largest;
  }

  write(out: ByteWriter, client: number): void {
    const runs = this.#runsByClient.get(client);
    out.varUint(runs?.starts.length ?? 0);
    let before = 0;
    runs?.starts.forEach((start, i) => {
      out.varUint(start - before).varUint(runs.values[i] ?? 0);
      before = start;
    });
  }

  read(reader: ByteReader, client: number): void {
    const count = reader.varUint();
    let clock = 0;
    for (let i = 0; i < count; i++) {
      clock += reader.varUint();
      this.add(client, clock, reader.varUint());
    }
  }
}

/**
 * How deep every struct of a stream lies, as runs: client id → clocks at which the level changes. Kept beside the Y.Doc
 * because Yjs forgets where deleted things were, at moments that depend on one's own unsent edits; a limit judged
 * on the Y.Doc would let replicas disagree.
 */
import type { ByteReader, ByteWriter } from '../../wire/bytes.ts';

type Runs = { readonly starts: number[]; readonly levels: number[] };

export class Levels {
  readonly #runsByClient = new Map<number, Runs>();

  /** `clock` must not lie before what was added for this client. */
  add(client: number, clock: number, level: number): void {
    let runs = this.#runsByClient.get(client);
    if (!runs) {
      runs = { starts: [], levels: [] };
      this.#runsByClient.set(client, runs);
    }
    if (runs.levels.at(-1) === level) return;
    runs.starts.push(clock);
    runs.levels.push(level);
  }

  /** Level of a struct, 0 if nothing is known at that place. */
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
    return runs.levels[low - 1] ?? 0;
  }

  /** Takes over what was staged after this. */
  join(later: Levels): void {
    for (const [client, runs] of later.#runsByClient)
      runs.starts.forEach((start, i) => {
        this.add(client, start, runs.levels[i] ?? 0);
      });
  }

  write(out: ByteWriter, client: number): void {
    const runs = this.#runsByClient.get(client);
    out.varUint(runs?.starts.length ?? 0);
    let before = 0;
    runs?.starts.forEach((start, i) => {
      out.varUint(start - before).varUint(runs.levels[i] ?? 0);
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

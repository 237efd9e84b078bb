/** What has happened in a run: the last events for whoever reads a failure, and how often each kind of thing occurred. */
import { InvariantBroken } from './invariants.ts';

const KEPT_EVENTS = Number(process.env.SIMULATION_EVENTS ?? 80);

export class Chronicle {
  readonly #now: () => number;
  readonly #last: string[] = [];
  readonly counts = new Map<string, number>();
  /** The first thing that went wrong where nobody could catch it. */
  #broken: InvariantBroken | null = null;

  constructor(now: () => number) {
    this.#now = now;
  }

  note(event: string): void {
    this.#last.push(`${this.#now().toFixed(0).padStart(8)} ms  ${event}`);
    if (this.#last.length > KEPT_EVENTS) this.#last.shift();
    if (process.env.SIMULATION_TRACE) process.stderr.write(`${this.#last.at(-1)}\n`);
  }
  count(kind: string, amount = 1): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + amount);
  }
  /** Notes and counts. */
  fault(kind: string, where = ''): void {
    this.count(`fault: ${kind}`);
    this.note(`${where} ${kind}`.trim());
  }

  get lastEvents(): readonly string[] {
    return this.#last;
  }

  /** To be called where an exception would be swallowed. */
  broke(error: unknown): void {
    this.#broken ??=
      error instanceof InvariantBroken
        ? error
        : new InvariantBroken('no-mistake', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  get isBroken(): boolean {
    return this.#broken !== null;
  }
  /** @throws InvariantBroken */
  check(): void {
    if (this.#broken) throw this.#broken;
  }
}

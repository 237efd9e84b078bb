/**
 * How much has been received and is not yet on disk. Beyond a bound sockets are not read: honest bursts are slowed down
 * rather than refused, and TCP makes the sender wait.
 */
export class Backlog {
  readonly #limit: number;
  readonly #paused = new Set<() => void>();
  #bytes = 0;

  /** `limit` in bytes. Reading goes on below half of it. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get full(): boolean {
    return this.#bytes > this.#limit;
  }

  grow(bytes: number): void {
    this.#bytes += bytes;
  }

  shrink(bytes: number): void {
    this.#bytes -= bytes;
    if (this.#paused.size === 0 || this.#bytes > this.#limit / 2) return;
    const resumes = [...this.#paused];
    this.#paused.clear();
    for (const resume of resumes) resume();
  }

  /** Calls `resume` once, when there is room again. */
  whenRelieved(resume: () => void): void {
    this.#paused.add(resume);
  }
}

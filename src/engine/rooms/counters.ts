/**
 * This device's counters in one room: only increasing, gaps allowed. Blocks are reserved on disk before any of their
 * numbers is used, so that a crash never uses one twice.
 */
const BLOCK = 4_096;
/** Another block is reserved when this many are left, so that nobody waits for the disk. */
const LOW = 512;

export class Counters {
  #next: number;
  /** Numbers below this are reserved on disk. */
  #reserved: number;
  #asked: number;
  /** Number of the write that reserves the last block. */
  #reservation = 0;
  readonly #reserve: (upTo: number) => number;

  /** `reserved`: as the disk has it. `reserve` writes a new bound and returns the write's number. */
  constructor(reserved: number, reserve: (upTo: number) => number) {
    this.#next = reserved;
    this.#reserved = reserved;
    this.#asked = reserved;
    this.#reserve = reserve;
    this.#topUp();
  }

  /** The next number, or undefined while the disk has not confirmed any. */
  take(): number | undefined {
    if (this.#next >= this.#reserved) return undefined;
    const counter = this.#next++;
    this.#topUp();
    return counter;
  }

  /** The relay has seen a higher one: never use a lower again. */
  skipTo(counter: number): void {
    this.#next = Math.max(this.#next, counter);
    this.#topUp();
  }

  /** All writes up to this number are on disk. */
  confirm(written: number): void {
    if (written >= this.#reservation) this.#reserved = this.#asked;
  }

  #topUp(): void {
    if (this.#next + LOW <= this.#asked) return;
    this.#asked = this.#next + BLOCK;
    this.#reservation = this.#reserve(this.#asked);
  }
}

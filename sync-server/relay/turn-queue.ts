import type { Clock } from '../clock.ts';

/** Collects things that need attention and gives it to all of them together, at the end of the turn. */
export class TurnQueue<T> {
  readonly #clock: Pick<Clock, 'soon'>;
  readonly #attend: (item: T) => void;
  #items: T[] = [];

  constructor(clock: Pick<Clock, 'soon'>, attend: (item: T) => void) {
    this.#clock = clock;
    this.#attend = attend;
  }

  /** The caller sees to it that an item is not added twice. */
  add(item: T): void {
    this.#items.push(item);
    if (this.#items.length === 1) this.#clock.soon(this.#run);
  }

  readonly #run = (): void => {
    const items = this.#items;
    this.#items = [];
    for (const item of items) this.#attend(item);
  };
}

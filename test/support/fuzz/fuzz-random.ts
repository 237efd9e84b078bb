/** Randomness that a seed repeats: xoshiro128** (Blackman and Vigna, 2018), seeded by SplitMix32. */
export class FuzzRandom {
  readonly #state: Uint32Array;

  constructor(seed: number) {
    let mixed = seed >>> 0;
    this.#state = Uint32Array.from({ length: 4 }, () => {
      mixed = (mixed + 0x9e3779b9) >>> 0;
      let word = mixed;
      word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
      word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
      return word ^ (word >>> 15);
    });
  }

  u32(): number {
    const state = this.#state as unknown as [number, number, number, number];
    const result = Math.imul(rotated(Math.imul(state[1], 5), 7), 9) >>> 0;
    const shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotated(state[3], 11);
    return result;
  }

  /** A whole number from 0 to `end` − 1; `end` is at most 2^32. */
  below(end: number): number {
    return Math.floor((this.u32() / 2 ** 32) * end);
  }
  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }
  /** Up to `Number.MAX_SAFE_INTEGER`, mostly small. */
  u53(): number {
    return this.below(4) > 0 ? this.below(1 << this.between(1, 30)) : this.below(2 ** 21) * 2 ** 32 + this.u32();
  }
  /** True once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
  /** Has the shape of the engine's port. */
  readonly bytes = (length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += 4) {
      const word = this.u32();
      for (let i = 0; i < 4 && at + i < length; i++) bytes[at + i] = word >>> (8 * i);
    }
    return bytes;
  };
}

const rotated = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

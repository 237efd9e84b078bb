/** Makes a failing input shorter and plainer while it still fails: first pieces go (halves, quarters, …), then bytes become 0. */
import { concatBytes } from '../../../src/wire/bytes.ts';

const MAX_TRIALS = 3_000;

export function minimise(input: Uint8Array, fails: (candidate: Uint8Array) => boolean): Uint8Array {
  let smallest = input;
  let trials = 0;
  const tries = (candidate: Uint8Array): boolean => {
    if (trials++ >= MAX_TRIALS || !fails(candidate)) return false;
    smallest = candidate;
    return true;
  };
  for (let piece = Math.ceil(input.length / 2); piece >= 1; piece = piece === 1 ? 0 : Math.ceil(piece / 2)) {
    for (let at = 0; at < smallest.length; ) {
      const shorter = concatBytes(smallest.subarray(0, at), smallest.subarray(at + piece));
      if (!tries(shorter)) at += piece;
    }
  }
  for (let at = 0; at < smallest.length; at++) {
    if (smallest[at] === 0) continue;
    const plainer = smallest.slice();
    plainer[at] = 0;
    tries(plainer);
  }
  return smallest;
}

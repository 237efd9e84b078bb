/** Small damage to bytes: what a fuzzer without knowledge of the layout does to an input that has one. */
import { concatBytes } from '../../../src/wire/bytes.ts';
import type { FuzzRandom } from './fuzz-random.ts';

const TELLING_BYTES = [0, 1, 2, 3, 4, 7, 8, 0x20, 0x40, 0x7e, 0x7f, 0x80, 0x81, 0xc0, 0xfe, 0xff];
const MAX_PIECE = 24;

type Mutation = (bytes: Uint8Array, random: FuzzRandom, other: () => Uint8Array) => Uint8Array;

const replaced = (bytes: Uint8Array, at: number, removed: number, ...added: Uint8Array[]): Uint8Array =>
  concatBytes(bytes.subarray(0, at), ...added, bytes.subarray(at + removed));

const placed = (bytes: Uint8Array, random: FuzzRandom, value: number): Uint8Array => {
  const copy = bytes.slice();
  if (copy.length > 0) copy[random.below(copy.length)] = value;
  return copy;
};

const MUTATIONS: readonly Mutation[] = [
  (bytes, random) => placed(bytes, random, random.below(256)),
  (bytes, random) => placed(bytes, random, random.pick(TELLING_BYTES)),
  (bytes, random) => {
    const copy = bytes.slice();
    const at = random.below(Math.max(1, copy.length));
    if (copy.length > 0) copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    return copy;
  },
  (bytes, random) => {
    const copy = bytes.slice();
    const at = random.below(Math.max(1, copy.length));
    if (copy.length > 0) copy[at] = (copy[at] ?? 0) + random.pick([-2, -1, 1, 2]);
    return copy;
  },
  // Shorter, from the end and from the middle.
  (bytes, random) => bytes.slice(0, random.below(bytes.length + 1)),
  (bytes, random) => replaced(bytes, random.below(bytes.length + 1), random.between(1, MAX_PIECE)),
  // Longer: noise, what stands elsewhere, a large number in lib0's spelling.
  (bytes, random) => replaced(bytes, random.below(bytes.length + 1), 0, random.bytes(random.between(1, MAX_PIECE))),
  (bytes, random) => {
    const from = random.below(bytes.length + 1);
    const piece = bytes.slice(from, from + random.between(1, MAX_PIECE));
    return replaced(bytes, random.below(bytes.length + 1), 0, piece);
  },
  (bytes, random) => {
    const large = Uint8Array.from({ length: random.between(1, 9) }, () => 0x80 | random.below(128));
    return replaced(bytes, random.below(bytes.length + 1), random.below(3), large, new Uint8Array([random.below(128)]));
  },
  // Splices with another input, at places of each's own.
  (bytes, random, other) => {
    const tail = other();
    return concatBytes(bytes.subarray(0, random.below(bytes.length + 1)), tail.subarray(random.below(tail.length + 1)));
  },
  (bytes, random, other) => {
    const source = other();
    const from = random.below(source.length + 1);
    const piece = source.slice(from, from + random.between(1, 4 * MAX_PIECE));
    return replaced(bytes, random.below(bytes.length + 1), random.once(2) ? piece.length : 0, piece);
  },
];

/** `other`: another valid input of the same decoder, to splice with. */
export function mutate(bytes: Uint8Array, random: FuzzRandom, other: () => Uint8Array): Uint8Array {
  let mutated = bytes;
  // Mostly one change, so that what stands behind it is still reached.
  for (let left = 1 + random.below(1 + random.below(4)); left > 0; left--)
    mutated = random.pick(MUTATIONS)(mutated, random, other);
  return mutated;
}

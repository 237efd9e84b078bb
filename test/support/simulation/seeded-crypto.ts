/**
 * Randomness that nobody hands in (the ids of Y.Docs, encapsulation in libsodium) follows from the seed too, so that a run is
 * repeated byte by byte. To be loaded before anything that keeps a reference to `crypto`.
 */
import { webcrypto } from 'node:crypto';
import { SeededRandom } from './seeded-random.ts';

let random = new SeededRandom('before the first run');

/** From now on. */
export function seedCrypto(seed: number): void {
  random = new SeededRandom(`crypto/${seed}`);
}

Object.defineProperty(webcrypto, 'getRandomValues', {
  value: <T extends ArrayBufferView>(array: T): T => {
    if (array instanceof Uint32Array) for (let i = 0; i < array.length; i++) array[i] = random.u32();
    else new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(random.bytes(array.byteLength));
    return array;
  },
});

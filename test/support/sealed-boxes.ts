/** Sealed boxes under a key of tests, and what a new start finds in them. */
import type { Box, BoxContents, BoxStore } from '../../src/engine/ports.ts';
import { SealedBox } from '../../src/engine/vault/sealed-box.ts';
import { nodeRandom } from '../../src/platform/node/random.ts';
import { ManualClock } from './manual-clock.ts';

export const KEY = new Uint8Array(32).fill(9);
export const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);
export const sealedBox = (box: Box, key = KEY, name = 'room', clock = new ManualClock()): SealedBox =>
  new SealedBox(box, name, key, { random: nodeRandom, clock }, () => undefined);

export type Plain = { values: Record<string, number[]>; lists: Record<string, number[][]> };
export const plainOf = ({ values, lists }: BoxContents): Plain => ({
  values: Object.fromEntries([...values].map(([name, value]) => [name, [...value]])),
  lists: Object.fromEntries([...lists].map(([name, items]) => [name, items.map((item) => [...item])])),
});
/** What a new start would find. */
export const onDisk = async (store: BoxStore, key = KEY): Promise<Plain> =>
  plainOf(await sealedBox(await store.open('room'), key).read());

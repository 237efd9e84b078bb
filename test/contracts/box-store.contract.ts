import { describe, expect, it } from 'vitest';
import type { Box, BoxContents, BoxStore } from '../../src/engine/ports.ts';

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);

const plain = ({ values, lists }: BoxContents) => ({
  values: Object.fromEntries([...values].map(([key, value]) => [key, [...value]])),
  lists: Object.fromEntries([...lists].map(([name, items]) => [name, items.map((item) => [...item])])),
});
const contentsOf = async (box: Box) => plain(await box.read());

/** What every box store promises, whatever it is made of. `makeStore` starts with an empty one each time. */
export function describeBoxStore(name: string, makeStore: () => BoxStore): void {
  describe(`a box store: ${name}`, () => {
    it('opens an unknown box empty', async () => {
      const box = await makeStore().open('new');
      expect(await contentsOf(box)).toEqual({ values: {}, lists: {} });
    });

    it('keeps values and lists over closing and opening', async () => {
      const store = makeStore();
      const box = await store.open('kept');
      await box.commit({ values: { key: bytes(1, 2) }, lists: { log: { append: [bytes(3), bytes(4), bytes()] } } });
      await box.close();
      const again = await store.open('kept');
      expect(await contentsOf(again)).toEqual({ values: { key: [1, 2] }, lists: { log: [[3], [4], []] } });
    });

    it('drops from the front of a list before it appends to its end', async () => {
      const box = await makeStore().open('lists');
      await box.commit({ lists: { log: { append: [bytes(1), bytes(2), bytes(3)] } } });
      await box.commit({ lists: { log: { drop: 2, append: [bytes(4)] } } });
      expect((await contentsOf(box)).lists).toEqual({ log: [[3], [4]] });
    });

    it('overwrites a value, and deletes it with null', async () => {
      const box = await makeStore().open('values');
      await box.commit({ values: { a: bytes(1), b: bytes(2) } });
      await box.commit({ values: { a: bytes(9), b: null, unknown: null } });
      expect((await contentsOf(box)).values).toEqual({ a: [9] });
    });

    it('leaves out a list that has become empty', async () => {
      const box = await makeStore().open('emptied');
      await box.commit({ lists: { log: { append: [bytes(1)] } } });
      await box.commit({ lists: { log: { drop: 1 } } });
      expect((await contentsOf(box)).lists).toEqual({});
    });

    it('refuses to drop more than there is, and changes nothing then', async () => {
      const box = await makeStore().open('short');
      await box.commit({ lists: { log: { append: [bytes(1)] } } });
      await expect(box.commit({ values: { key: bytes(1) }, lists: { log: { drop: 2 } } })).rejects.toThrow(RangeError);
      expect(await contentsOf(box)).toEqual({ values: {}, lists: { log: [[1]] } });
    });

    it('applies commits in the order of the calls, without waiting for one another', async () => {
      const store = makeStore();
      const box = await store.open('order');
      const commits: Promise<void>[] = [];
      for (let i = 0; i < 50; i++) {
        commits.push(box.commit({ values: { last: bytes(i) }, lists: { log: { append: [bytes(i)] } } }));
      }
      await Promise.all(commits);
      await box.close();
      const { values, lists } = await contentsOf(await store.open('order'));
      expect(values).toEqual({ last: [49] });
      expect(lists.log).toEqual(Array.from({ length: 50 }, (_, i) => [i]));
    });

    it('takes an empty change', async () => {
      const box = await makeStore().open('nothing');
      await box.commit({});
      expect(await contentsOf(box)).toEqual({ values: {}, lists: {} });
    });

    it('is not touched by what the caller does to the bytes afterwards', async () => {
      const box = await makeStore().open('copies');
      const given = bytes(1);
      await box.commit({ values: { key: given }, lists: { log: { append: [given] } } });
      given[0] = 7;
      const read = await box.read();
      read.values.get('key')?.fill(8);
      read.lists.get('log')?.[0]?.fill(8);
      expect(await contentsOf(box)).toEqual({ values: { key: [1] }, lists: { log: [[1]] } });
    });

    it('keeps boxes apart, and removes one without the other', async () => {
      const store = makeStore();
      const [one, two] = [await store.open('one'), await store.open('two')];
      await one.commit({ values: { key: bytes(1) } });
      await two.commit({ values: { key: bytes(2) } });
      await store.remove('one');
      await store.remove('never-was');
      expect(await contentsOf(await store.open('one'))).toEqual({ values: {}, lists: {} });
      expect(await contentsOf(two)).toEqual({ values: { key: [2] }, lists: {} });
    });

    it('refuses commits after it was closed', async () => {
      const box = await makeStore().open('closed');
      await box.close();
      await box.close();
      await expect(box.commit({ values: { key: bytes(1) } })).rejects.toThrow('storage failed');
    });
  });
}

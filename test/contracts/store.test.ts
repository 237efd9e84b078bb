import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Entry, type Range, StorageFailed, type Store } from '../../sync-server/store/store.ts';
import { STORE_VERSIONS } from '../support/server/stores.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const put = (key: number, value: number) => ({ key: bytes(key), value: bytes(value) });
const ALL: Range = { from: bytes(), to: bytes(255, 255) };

async function read(store: Store, range: Range): Promise<number[][]> {
  const entries: Entry[] = [];
  for await (const entry of store.range(range)) entries.push(entry);
  return entries.map(({ key, value }) => [...key, ...value]);
}

describe.each(STORE_VERSIONS)('a store $name', ({ open }) => {
  let opened: Awaited<ReturnType<typeof open>>;
  let store: Store;

  beforeEach(async () => {
    opened = await open();
    store = opened.store;
  });
  afterEach(() => opened.dispose());

  it('holds what was committed', async () => {
    expect(await store.commit([], [put(1, 10)])).toBe('committed');
    expect(await store.get(bytes(1))).toEqual(bytes(10));
    expect(await store.get(bytes(2))).toBeUndefined();
  });

  it('answers getMany in the order of the keys asked for', async () => {
    await store.commit([], [put(1, 10), put(2, 20)]);
    expect(await store.getMany([bytes(2), bytes(9), bytes(1)])).toEqual([bytes(20), undefined, bytes(10)]);
    expect(await store.getMany([])).toEqual([]);
  });

  it('removes a key whose write is null, and keeps empty values apart from absent ones', async () => {
    await store.commit([], [put(1, 10), { key: bytes(2), value: bytes() }]);
    await store.commit([], [{ key: bytes(1), value: null }]);
    expect(await store.get(bytes(1))).toBeUndefined();
    expect(await store.get(bytes(2))).toEqual(bytes());
    expect(await store.commit([{ key: bytes(2), value: null }], [put(3, 1)])).toBe('conflict');
    expect(await store.commit([{ key: bytes(2), value: bytes() }], [put(3, 1)])).toBe('committed');
    expect(await read(store, ALL)).toEqual([[2], [3, 1]]);
  });

  it('commits when the checked key holds exactly the value, else writes nothing at all', async () => {
    await store.commit([], [put(1, 10)]);
    expect(await store.commit([put(1, 11)], [put(2, 1), put(3, 1)])).toBe('conflict');
    expect(await read(store, ALL)).toEqual([[1, 10]]);
    expect(await store.commit([put(1, 10)], [put(1, 11)])).toBe('committed');
    expect(await store.get(bytes(1))).toEqual(bytes(11));
  });

  it('commits when a key that must be absent is absent', async () => {
    expect(await store.commit([{ key: bytes(1), value: null }], [put(1, 10)])).toBe('committed');
    expect(await store.commit([{ key: bytes(1), value: null }], [put(1, 20)])).toBe('conflict');
    expect(await store.get(bytes(1))).toEqual(bytes(10));
  });

  it('judges all checks of a commit, not only the first', async () => {
    await store.commit([], [put(1, 10)]);
    expect(await store.commit([put(1, 10), put(2, 20)], [put(3, 30)])).toBe('conflict');
    expect(await store.get(bytes(3))).toBeUndefined();
  });

  it('lets exactly one of many simultaneous compare-and-sets win', async () => {
    const attempts = Array.from({ length: 20 }, (_, i) => store.commit([{ key: bytes(1), value: null }], [put(1, i)]));
    const results = await Promise.all(attempts);
    expect(results.filter((result) => result === 'committed')).toHaveLength(1);
    expect(results[0]).toBe('committed');
    expect(await store.get(bytes(1))).toEqual(bytes(0));
  });

  it('judges commits made in one turn by those before them', async () => {
    const results = await Promise.all([
      store.commit([{ key: bytes(1), value: null }], [put(1, 1)]),
      store.commit([put(1, 1)], [put(1, 2)]),
      store.commit([put(1, 1)], [put(1, 3)]),
      store.commit([put(1, 2)], [{ key: bytes(1), value: null }]),
      store.commit([{ key: bytes(1), value: null }], [put(2, 9)]),
    ]);
    expect(results).toEqual(['committed', 'committed', 'conflict', 'committed', 'committed']);
    expect(await read(store, ALL)).toEqual([[2, 9]]);
  });

  it('settles commits in the order in which they were made', async () => {
    const order: number[] = [];
    await Promise.all([1, 2, 3, 4].map((i) => store.commit([], [put(i, i)]).then(() => order.push(i))));
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it('reads ranges by the bytes of the keys, from inclusive to exclusive, both ways, up to a limit', async () => {
    await store.commit(
      [],
      [put(1, 0), put(0x7f, 1), put(0x80, 2), put(0xff, 3), { key: bytes(1, 0), value: bytes(4) }],
    );
    expect(await read(store, ALL)).toEqual([
      [1, 0],
      [1, 0, 4],
      [0x7f, 1],
      [0x80, 2],
      [0xff, 3],
    ]);
    expect(await read(store, { from: bytes(1, 0), to: bytes(0x80) })).toEqual([
      [1, 0, 4],
      [0x7f, 1],
    ]);
    expect(await read(store, { ...ALL, limit: 2 })).toEqual([
      [1, 0],
      [1, 0, 4],
    ]);
    expect(await read(store, { ...ALL, limit: 2, reverse: true })).toEqual([
      [0xff, 3],
      [0x80, 2],
    ]);
    expect(await read(store, { from: bytes(2), to: bytes(3) })).toEqual([]);
  });

  it('shows a range as it was when its iteration began', async () => {
    await store.commit([], [put(1, 1), put(2, 2), put(3, 3)]);
    const seen: number[] = [];
    for await (const { key } of store.range(ALL)) {
      seen.push(key[0] ?? 0);
      if (seen.length === 1) await store.commit([], [{ key: bytes(2), value: null }, put(4, 4)]);
    }
    expect(seen).toEqual([1, 2, 3]);
    expect(await read(store, ALL)).toEqual([
      [1, 1],
      [3, 3],
      [4, 4],
    ]);
  });

  it('does not share memory with its callers', async () => {
    const value = bytes(10);
    await store.commit([], [{ key: bytes(1), value }]);
    value[0] = 99;
    expect(await store.get(bytes(1))).toEqual(bytes(10));
  });

  it('accepts until it is closed, and then rejects', async () => {
    expect(store.accepting()).toBe(true);
    await store.close();
    expect(store.accepting()).toBe(false);
    await expect(store.commit([], [put(1, 1)])).rejects.toThrow(StorageFailed);
    await expect(store.get(bytes(1))).rejects.toThrow(StorageFailed);
  });

  it('holds every acknowledged commit after it was closed and opened again', async ({ skip }) => {
    const { reopen } = opened;
    if (!reopen) return skip('nothing outlives the process');
    const commits = Array.from({ length: 50 }, (_, i) => store.commit([], [put(i, i)]));
    await Promise.all(commits);
    const late = store.commit([], [put(100, 1)]);
    const again = await reopen();
    expect(await late).toBe('committed');
    expect(await read(again, ALL)).toHaveLength(51);
  });

  it('does what a map does, whatever the sequence of commits', async () => {
    const key = fc.integer({ min: 0, max: 4 });
    const commit = fc.record({
      checks: fc.array(fc.tuple(key, fc.option(fc.integer({ min: 0, max: 2 }))), { maxLength: 2 }),
      writes: fc.array(fc.tuple(key, fc.option(fc.integer({ min: 0, max: 2 }))), { minLength: 1, maxLength: 3 }),
    });
    const pairs = (list: [number, number | null][]) =>
      list.map(([k, v]) => ({ key: bytes(k), value: v === null ? null : bytes(v) }));
    const model = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(commit, { maxLength: 12 }), async (commits) => {
        const results = commits.map(({ checks, writes }) => store.commit(pairs(checks), pairs(writes)));
        const expected = commits.map(({ checks, writes }) => {
          if (checks.some(([k, v]) => (model.get(k) ?? null) !== v)) return 'conflict';
          for (const [k, v] of writes)
            if (v === null) model.delete(k);
            else model.set(k, v);
          return 'committed';
        });
        expect(await Promise.all(results)).toEqual(expected);
        expect(await read(store, ALL)).toEqual([...model].sort(([a], [b]) => a - b).map(([k, v]) => [k, v]));
      }),
      { numRuns: 60, seed: 7 },
    );
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { type Box, StorageFault } from '../../../src/engine/ports.ts';
import { makeBoxStore } from '../../../src/platform/browser/box-store.ts';
import { nodeClock } from '../../../src/platform/node/clock.ts';
import { FaultyIndexedDb } from '../../support/faulty-indexeddb.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);
const append = (...values: number[]) => ({ lists: { log: { append: values.map((value) => bytes(value)) } } });
const logOf = async (box: Box) => ((await box.read()).lists.get('log') ?? []).map((item) => item[0]);
const faultOf = (commit: Promise<void>) =>
  commit.then(
    () => null,
    (error) => (error instanceof StorageFault ? error.kind : error),
  );

/** Stored entries, read past the box. */
async function entriesOf(name: string): Promise<Uint8Array[]> {
  const db = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open(`sealroom:${name}`);
    request.onsuccess = () => resolve(request.result);
  });
  const entries = await new Promise<Uint8Array[]>((resolve) => {
    const request = db.transaction(['updates']).objectStore('updates').getAll();
    request.onsuccess = () => resolve(request.result);
  });
  db.close();
  return entries;
}

describe('a box in IndexedDB', () => {
  let disk: FaultyIndexedDb;
  const store = () => makeBoxStore(nodeClock);

  beforeEach(() => {
    disk = new FaultyIndexedDb();
  });

  /** What another engine finds after this one crashed: the memory of `box` is gone. */
  const logAfterCrash = async () => logOf(await store().open('box'));

  it('resolves a commit only when it is on disk', async () => {
    const box = await store().open('box');
    await box.commit(append(1));
    expect(await logAfterCrash()).toEqual([1]);
  });

  it('writes one entry for a commit of many parts', async () => {
    const box = await store().open('box');
    const before = (await entriesOf('box')).length;
    await box.commit({ values: { a: bytes(1), b: bytes(2) }, lists: { log: { append: [bytes(1)] } } });
    expect((await entriesOf('box')).length).toBe(before + 1);
  });

  it('confirms commits that arrive together by one transaction', async () => {
    const box = await store().open('box');
    const before = disk.writes;
    await Promise.all(Array.from({ length: 20 }, (_, i) => box.commit(append(i))));
    expect(disk.writes - before).toBe(20 + 1);
  });

  it('rejects a commit on a full disk as full, and any other failure as failed', async () => {
    const box = await store().open('box');
    disk.writesFailWith = 'QuotaExceededError';
    expect(await faultOf(box.commit(append(1)))).toBe('full');
    disk.writesFailWith = 'UnknownError';
    expect(await faultOf(box.commit(append(2)))).toBe('failed');
    expect(await logAfterCrash()).toEqual([]);
  });

  it('undoes a rejected commit, and goes on with the next', async () => {
    const box = await store().open('box');
    await box.commit({ values: { key: bytes(1), old: bytes(2) }, ...append(1, 2) });
    disk.writesFailWith = 'QuotaExceededError';
    const change = {
      values: { key: null, old: bytes(3), fresh: bytes(4) },
      lists: { log: { drop: 1, ...append(9).lists.log } },
    };
    expect(await faultOf(box.commit(change))).toBe('full');
    expect(await logOf(box)).toEqual([1, 2]);
    expect([...(await box.read()).values]).toEqual([
      ['key', bytes(1)],
      ['old', bytes(2)],
    ]);
    disk.writesFailWith = null;
    await box.commit(append(3));
    expect(await logAfterCrash()).toEqual([1, 2, 3]);
  });

  it('removes from the disk what reached it and was rejected all the same', async () => {
    const box = await store().open('box');
    const commit = box.commit(append(1)); // Its put succeeds, its confirmation does not.
    disk.writesFailWith = 'QuotaExceededError';
    expect(await faultOf(commit)).toBe('full');
    expect(await logAfterCrash()).toEqual([1]);
    disk.writesFailWith = null;
    await box.commit(append(2));
    expect(await logAfterCrash()).toEqual([2]);
  });

  it('rejects what was committed behind a commit that fails', async () => {
    const box = await store().open('box');
    disk.writesFailWith = 'QuotaExceededError';
    const first = faultOf(box.commit(append(1)));
    await null;
    const second = faultOf(box.commit({ lists: { log: { drop: 1, append: [bytes(2)] } } }));
    expect(await Promise.all([first, second])).toEqual(['full', 'full']);
    disk.writesFailWith = null;
    await box.commit(append(3));
    expect(await logAfterCrash()).toEqual([3]);
  });

  it('notices a lost write although the transaction after it succeeds', async () => {
    const box = await store().open('box');
    disk.writesFailWith = 'QuotaExceededError';
    const commit = box.commit(append(1));
    disk.writesFailWith = null; // Only y-indexeddb's own put fails.
    await commit;
    expect(await logAfterCrash()).toEqual([1]);
  });

  it('goes on after the browser has closed the database', async () => {
    const box = await store().open('box');
    await box.commit(append(1));
    disk.closeAll();
    await box.commit(append(2));
    await box.commit(append(3));
    expect(await logAfterCrash()).toEqual([1, 2, 3]);
  });

  it('goes on after the data of the site was deleted', async () => {
    const box = await store().open('box');
    await box.commit(append(1));
    disk.closeAll();
    await store().remove('box');
    await box.commit(append(2));
    expect(await logAfterCrash()).toEqual([1, 2]);
  });

  it('says denied when the browser forbids storage', async () => {
    disk.forbidOpening();
    await expect(store().open('box')).rejects.toMatchObject({ name: 'StorageFault', kind: 'denied' });
  });

  it('opens and reads on a full disk', async () => {
    await (await store().open('box')).commit(append(1));
    disk.writesFailWith = 'QuotaExceededError';
    const box = await store().open('box');
    expect(await logOf(box)).toEqual([1]);
    expect(await faultOf(box.commit(append(2)))).toBe('full');
  });

  it('finishes what was committed before it closes', async () => {
    const box = await store().open('box');
    const commit = box.commit(append(1));
    await box.close();
    await commit;
    expect(await logAfterCrash()).toEqual([1]);
  });

  it('does not let the number of commits rewrite the database', async () => {
    const box = await store().open('box');
    const before = (await entriesOf('box')).length;
    for (let i = 0; i < 60; i++) await Promise.all(Array.from({ length: 10 }, () => box.commit(append(i))));
    expect((await entriesOf('box')).length).toBe(before + 600);
  });
});

describe('compaction of a box in IndexedDB', () => {
  const KIB = 1024;
  /** Longer than the box waits for idle time, in milliseconds. */
  const IDLE_MS = 10_000;
  const large = (size: number): Uint8Array => new Uint8Array(size).fill(1);
  /** Long enough for the transactions of a rewrite. */
  const settled = () => new Promise((resolve) => setTimeout(resolve, 50));

  beforeEach(() => {
    new FaultyIndexedDb();
  });

  it('rewrites in idle time what is mostly superseded', async () => {
    const clock = new ManualClock();
    const box = await makeBoxStore(clock).open('box');
    for (let i = 0; i < 6; i++) await box.commit({ values: { key: large(64 * KIB) } });
    expect((await entriesOf('box')).length).toBeGreaterThan(6);
    clock.advance(IDLE_MS);
    await settled();
    expect((await entriesOf('box')).length).toBe(1);
    await box.commit({ values: { other: bytes(1) } });
    await box.close();
    expect((await (await makeBoxStore(clock).open('box')).read()).values.size).toBe(2);
  });

  it('rewrites without idle time when far more was appended than there is', async () => {
    const box = await makeBoxStore(new ManualClock()).open('box');
    for (let i = 0; i < 40; i++) await box.commit({ values: { key: large(64 * KIB) } });
    expect((await entriesOf('box')).length).toBeLessThan(10);
  });

  it('forgets deleted things in the long run, without losing a commit made meanwhile', async () => {
    const clock = new ManualClock();
    const box = await makeBoxStore(clock).open('box');
    for (let i = 0; i < 300; i++) {
      const values = Object.fromEntries(Array.from({ length: 100 }, (_, key) => [`${i}/${key}`, bytes(i)]));
      void box.commit({ values });
      void box.commit({ values: Object.fromEntries(Object.keys(values).map((key) => [key, null])) });
    }
    await box.commit({ values: { kept: bytes(1) } });
    clock.advance(IDLE_MS);
    await null;
    const commits = [1, 2, 3].map((value) => box.commit(append(value)));
    await settled();
    await Promise.all(commits);
    await box.commit(append(4));
    const stored = (await entriesOf('box')).reduce((sum, entry) => sum + entry.length, 0);
    expect(stored).toBeLessThan(8 * KIB);
    const again = await makeBoxStore(clock).open('box');
    expect(await logOf(again)).toEqual([1, 2, 3, 4]);
    expect([...(await again.read()).values.keys()]).toEqual(['kept']);
  });

  it('leaves entries that one Yjs document can load', async () => {
    const clock = new ManualClock();
    const box = await makeBoxStore(clock).open('box');
    for (let i = 0; i < 10; i++) await box.commit({ values: { key: large(64 * KIB) }, ...append(i) });
    clock.advance(IDLE_MS);
    await settled();
    await box.commit(append(10));
    const doc = new Y.Doc();
    for (const entry of await entriesOf('box')) Y.applyUpdate(doc, entry);
    expect(doc.store.pendingStructs).toBeNull();
    expect(doc.getArray('list:log').length).toBe(11);
  });
});

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Box, type BoxChange, type BoxContents, StorageFault } from '../../../src/engine/ports.ts';
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { SealedBox } from '../../../src/engine/vault/sealed-box.ts';
import { MemoryBoxStore } from '../../../src/platform/node/memory-box-store.ts';
import { nodeRandom } from '../../../src/platform/node/random.ts';
import { FailingBoxStore } from '../../support/failing-box-store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { bytes, KEY, onDisk, type Plain, plainOf, sealedBox } from '../../support/sealed-boxes.ts';

beforeAll(sodiumReady);

const settled = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};
const RETRIED_AFTER_MS = 5_000;

/** A box whose commits wait until they are let through. */
class HeldBox implements Box {
  readonly commits: BoxChange[] = [];
  readonly #inner: Box;
  readonly #waiting: (() => void)[] = [];

  constructor(inner: Box) {
    this.#inner = inner;
  }
  read(): Promise<BoxContents> {
    return this.#inner.read();
  }
  async commit(change: BoxChange): Promise<void> {
    this.commits.push(change);
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    await this.#inner.commit(change);
  }
  close(): Promise<void> {
    return this.#inner.close();
  }
  async release(): Promise<void> {
    this.#waiting.shift()?.();
    await settled();
  }
}

describe('a sealed box', () => {
  it('gives back what was written, values and lists', async () => {
    const store = new MemoryBoxStore();
    const box = sealedBox(await store.open('room'));
    box.write({ values: { a: bytes(1), b: bytes() }, lists: { log: { append: [bytes(2), bytes(3)] } } });
    box.write({ values: { a: null }, lists: { log: { drop: 1, append: [bytes(4)] } } });
    await box.stored();
    expect(box).toMatchObject({ isStored: true, confirmed: 2, fault: null });
    expect(await onDisk(store)).toEqual({ values: { b: [] }, lists: { log: [[3], [4]] } });
  });

  it('joins what comes while a write is under way into one, in order', async () => {
    const store = new MemoryBoxStore();
    const held = new HeldBox(await store.open('room'));
    const box = sealedBox(held);
    for (let i = 1; i <= 100; i++) box.write({ values: { last: bytes(i) }, lists: { log: { append: [bytes(i)] } } });
    expect(held.commits).toHaveLength(1);
    expect(box.confirmed).toBe(0);
    await held.release();
    expect(box.confirmed).toBe(1);
    expect(held.commits).toHaveLength(2);
    expect(box.isStored).toBe(false);
    await held.release();
    expect(box).toMatchObject({ confirmed: 100, isStored: true });
    const { values, lists } = await onDisk(store);
    expect(values.last).toEqual([100]);
    expect(lists.log).toEqual(Array.from({ length: 100 }, (_, i) => [i + 1]));
  });

  it('makes and seals a value once for each write to the disk, however often it was changed', async () => {
    const store = new MemoryBoxStore();
    const held = new HeldBox(await store.open('room'));
    const box = sealedBox(held);
    const made: number[] = [];
    for (let i = 1; i <= 100; i++)
      box.write({
        values: {
          often: () => {
            made.push(i);
            return bytes(i);
          },
        },
      });
    await held.release();
    await held.release();
    expect(made).toEqual([1, 100]);
    expect((await onDisk(store)).values.often).toEqual([100]);
  });

  it('an item that is appended and dropped before it is written never reaches the disk', async () => {
    const store = new MemoryBoxStore();
    const held = new HeldBox(await store.open('room'));
    const box = sealedBox(held);
    box.write({ lists: { mine: { append: [bytes(1)] } } });
    box.write({ lists: { mine: { append: [bytes(2), bytes(3)] } } });
    box.write({ lists: { mine: { drop: 2, append: [bytes(4)] } } });
    await held.release();
    await held.release();
    expect(held.commits[1]?.lists?.mine).toMatchObject({ drop: 1, append: [expect.anything(), expect.anything()] });
    expect((await onDisk(store)).lists.mine).toEqual([[3], [4]]);
  });

  it('`stored` waits for the disk, and tells of a fault', async () => {
    const store = new FailingBoxStore(new MemoryBoxStore());
    const clock = new ManualClock();
    const box = sealedBox(await store.open('room'), KEY, 'room', clock);
    store.commitsFailWith = 'full';
    box.write({ values: { a: bytes(1) } });
    await expect(box.stored()).rejects.toMatchObject({ kind: 'full' });
    expect(box).toMatchObject({ fault: 'full', isStored: false, confirmed: 0 });
    box.write({ values: { b: bytes(2) } });
    await settled();
    expect(box.confirmed).toBe(0);
    store.commitsFailWith = null;
    clock.advance(RETRIED_AFTER_MS);
    await box.stored();
    expect(box).toMatchObject({ fault: null, isStored: true, confirmed: 2 });
    expect((await onDisk(store)).values).toEqual({ a: [1], b: [2] });
  });

  it('tries again by itself, for as long as the disk fails', async () => {
    const store = new FailingBoxStore(new MemoryBoxStore());
    const clock = new ManualClock();
    const box = sealedBox(await store.open('room'), KEY, 'room', clock);
    store.commitsFailWith = 'full';
    box.write({ values: { a: bytes(1) } });
    for (let i = 0; i < 5; i++) {
      await settled();
      expect(box.fault).toBe('full');
      clock.advance(RETRIED_AFTER_MS);
    }
    await settled();
    store.commitsFailWith = null;
    clock.advance(RETRIED_AFTER_MS);
    await settled();
    expect(box).toMatchObject({ fault: null, confirmed: 1 });
  });

  it('touches the disk no more once it is closed, although the last write failed', async () => {
    const inner = await new MemoryBoxStore().open('room');
    const clock = new ManualClock();
    let commits = 0;
    const failing: Box = {
      read: () => inner.read(),
      commit: async () => {
        commits++;
        throw new StorageFault('full');
      },
      close: () => inner.close(),
    };
    const box = sealedBox(failing, KEY, 'room', clock);
    box.write({ values: { a: bytes(1) } });
    await expect(box.close()).rejects.toMatchObject({ kind: 'full' });
    clock.advance(10 * RETRIED_AFTER_MS);
    await settled();
    expect(commits).toBe(1);
  });

  it('a fault that is none of the port’s counts as failed', async () => {
    const inner = await new MemoryBoxStore().open('room');
    const box = sealedBox({
      read: () => inner.read(),
      commit: () => Promise.reject(new TypeError('surprise')),
      close: () => inner.close(),
    });
    box.write({ values: { a: bytes(1) } });
    await expect(box.stored()).rejects.toMatchObject({ kind: 'failed' });
  });

  it('tells after every write, done or failed', async () => {
    const store = new FailingBoxStore(new MemoryBoxStore());
    const seen: (string | null)[] = [];
    const ports = { random: nodeRandom, clock: new ManualClock() };
    const box: SealedBox = new SealedBox(await store.open('room'), 'room', KEY, ports, () => seen.push(box.fault));
    box.write({ values: { a: bytes(1) } });
    await settled();
    store.commitsFailWith = 'denied';
    box.write({ values: { a: bytes(2) } });
    await settled();
    expect(seen).toEqual([null, 'denied']);
  });

  it('whatever fails and whenever it is tried again, nothing is lost, doubled or reordered', async () => {
    const name = fc.constantFrom('a', 'b');
    const write = fc.record({
      type: fc.constant('write' as const),
      value: fc.option(fc.tuple(name, fc.option(fc.nat(255))), { nil: undefined }),
      list: fc.option(fc.tuple(name, fc.nat(4), fc.array(fc.nat(255), { maxLength: 3 })), { nil: undefined }),
    });
    const step = fc.oneof(
      { weight: 6, arbitrary: write },
      { weight: 2, arbitrary: fc.record({ type: fc.constant('settle' as const) }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constant('fail' as const) }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constant('heal' as const) }) },
      { weight: 2, arbitrary: fc.record({ type: fc.constant('retry' as const) }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constant('tick' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const store = new FailingBoxStore(new MemoryBoxStore());
        const clock = new ManualClock();
        const box = sealedBox(await store.open('room'), KEY, 'room', clock);
        await box.read();
        const state: Plain = { values: {}, lists: {} };
        /** After each number of changes. */
        const states = [structuredClone(state)];
        const holdsTrue = async (): Promise<void> => {
          const { values, lists } = await onDisk(store);
          const expected = states[box.confirmed]!;
          const filled = Object.entries(expected.lists).filter(([, items]) => items.length > 0);
          expect({ values, lists }).toEqual({ values: expected.values, lists: Object.fromEntries(filled) });
        };
        for (const action of steps) {
          if (action.type === 'fail') store.commitsFailWith = 'full';
          if (action.type === 'heal') store.commitsFailWith = null;
          if (action.type === 'retry') clock.advance(RETRIED_AFTER_MS);
          if (action.type === 'tick') await Promise.resolve();
          if (action.type === 'settle') {
            await settled();
            await holdsTrue();
          }
          if (action.type !== 'write') continue;
          const { value, list } = action;
          const [valueName, content] = value ?? [];
          if (valueName && content === null) delete state.values[valueName];
          else if (valueName && typeof content === 'number') state.values[valueName] = [content];
          const [listName = 'a', asked = 0, items = []] = list ?? [];
          const before = state.lists[listName] ?? [];
          const drop = Math.min(asked, before.length);
          if (list) state.lists[listName] = [...before.slice(drop), ...items.map((item) => [item])];
          box.write({
            ...(valueName ? { values: { [valueName]: typeof content === 'number' ? bytes(content) : null } } : {}),
            ...(list ? { lists: { [listName]: { drop, append: items.map((item) => bytes(item)) } } } : {}),
          });
          states.push(structuredClone(state));
        }
        store.commitsFailWith = null;
        await settled();
        clock.advance(RETRIED_AFTER_MS);
        await box.stored();
        expect(box.confirmed).toBe(states.length - 1);
        await holdsTrue();
        // A new start knows the lists' lengths and drops from them.
        const again = sealedBox(await store.open('room'));
        const { lists } = plainOf(await again.read());
        for (const [listName, items] of Object.entries(lists)) {
          again.write({ lists: { [listName]: { drop: items.length, append: [bytes(1)] } } });
          await again.stored();
          expect((await onDisk(store)).lists[listName]).toEqual([[1]]);
        }
      }),
      { numRuns: 150 },
    );
  });
});

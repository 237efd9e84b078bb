import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Box, type BoxChange, type BoxContents, type BoxStore, StorageFault } from '../../../src/engine/ports.ts';
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { ProfileVault, roomBoxName } from '../../../src/engine/vault/profile-vault.ts';
import { type Entrance, RoomVault } from '../../../src/engine/vault/room-vault.ts';
import { DamagedVault, SealedBox } from '../../../src/engine/vault/sealed-box.ts';
import { MemoryBoxStore } from '../../../src/platform/node/memory-box-store.ts';
import { nodeRandom } from '../../../src/platform/node/random.ts';
import { toBase64Url } from '../../../src/wire/base64url.ts';
import { hashId, roomId } from '../../../src/wire/ids.ts';
import { FailingBoxStore } from '../../support/failing-box-store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { noService } from '../../support/no-service.ts';

beforeAll(sodiumReady);

const KEY = new Uint8Array(32).fill(9);
const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const settled = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};
const RETRIED_AFTER_MS = 5_000;
const sealedBox = (box: Box, key = KEY, name = 'room', clock = new ManualClock()): SealedBox =>
  new SealedBox(box, name, key, { random: nodeRandom, clock }, () => undefined);

type Plain = { values: Record<string, number[]>; lists: Record<string, number[][]> };
const plainOf = ({ values, lists }: BoxContents): Plain => ({
  values: Object.fromEntries([...values].map(([name, value]) => [name, [...value]])),
  lists: Object.fromEntries([...lists].map(([name, items]) => [name, items.map((item) => [...item])])),
});
/** What a new start would find. */
const onDisk = async (store: BoxStore, key = KEY): Promise<Plain> =>
  plainOf(await sealedBox(await store.open('room'), key).read());

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

describe('what is on disk', () => {
  it('opens under its own key alone', async () => {
    const store = new MemoryBoxStore();
    const box = sealedBox(await store.open('room'));
    box.write({ values: { a: bytes(1) } });
    await box.stored();
    await expect(onDisk(store, new Uint8Array(32))).rejects.toBeInstanceOf(DamagedVault);
    expect(await onDisk(store)).toMatchObject({ values: { a: [1] } });
  });

  it('with any byte changed, cut short, or put in another place it is damaged', async () => {
    const store = new MemoryBoxStore();
    const raw = await store.open('room');
    const box = sealedBox(raw);
    box.write({ values: { a: bytes(1, 2, 3) }, lists: { log: { append: [bytes(4)] } } });
    await box.stored();
    const stored = await raw.read();
    const sealed = stored.values.get('a')!;
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      await raw.commit({ values: { a: changed } });
      await expect(onDisk(store)).rejects.toBeInstanceOf(DamagedVault);
      await raw.commit({ values: { a: sealed.subarray(0, at) } });
      await expect(onDisk(store)).rejects.toBeInstanceOf(DamagedVault);
    }
    await raw.commit({ values: { a: sealed, b: sealed } });
    await expect(onDisk(store)).rejects.toBeInstanceOf(DamagedVault);
    await raw.commit({ values: { a: stored.lists.get('log')![0]!, b: null } });
    await expect(onDisk(store)).rejects.toBeInstanceOf(DamagedVault);
    await raw.commit({ values: { a: sealed } });
    const elsewhere = await store.open('other');
    await elsewhere.commit({ values: { a: sealed } });
    await expect(sealedBox(elsewhere, KEY, 'other').read()).rejects.toBeInstanceOf(DamagedVault);
    expect((await onDisk(store)).values).toEqual({ a: [1, 2, 3] });
  });

  it('shows nothing of what was written, and never the same bytes twice', async () => {
    const store = new MemoryBoxStore();
    const raw = await store.open(roomBoxName(roomId(KEY)));
    const vault = new RoomVault(sealedBox(raw));
    const secret = text('edit secret, 32 bytes in length!');
    const needle = text('the quick brown fox');
    const entrance: Entrance = { by: 'owner', editSecret: secret };
    vault.create(entrance, { record: needle, wraps: [needle] });
    const entry = { seq: 1, record: needle, wrap: needle };
    vault.write({
      addMine: [needle, needle],
      log: [{ entry }, { stub: { seq: 2, hash: hashId(secret) } }],
      controls: [entry],
      nonce: needle.subarray(0, 16),
      rescue: ['the quick brown fox'],
      counter: 7,
    });
    await vault.box.stored();
    const { values, lists } = await raw.read();
    const all = [...values.values(), ...[...lists.values()].flat()].map((item) => Buffer.from(item));
    for (const item of all)
      for (const plain of [needle, secret, needle.subarray(0, 8)]) {
        expect(item.includes(Buffer.from(plain))).toBe(false);
        expect(item.includes(toBase64Url(plain))).toBe(false);
      }
    expect(new Set(all.map((item) => item.toString('hex'))).size).toBe(all.length);
    expect(await new RoomVault(sealedBox(raw)).load()).toMatchObject({
      entrance,
      mine: [needle, needle],
      counter: 7,
      rescued: ['the quick brown fox'],
      log: [{ entry }, { stub: { seq: 2 } }],
    });
  });

  it('of the profile shows neither name nor keys, except for the vault’s own key', async () => {
    const boxes = new MemoryBoxStore();
    const ports = {
      clock: new ManualClock(),
      random: nodeRandom,
      relay: { host: 'none', connect: () => expect.fail() },
      boxes,
      log: () => undefined,
      ...noService,
    };
    const opened = await ProfileVault.open(ports);
    opened.vault.saveProfile({ name: 'Ada Lovelace', color: '#123456' });
    const summary = {
      room: roomId(KEY),
      title: 'A very secret title',
      role: 'owner',
      waiting: 3,
      changedAt: 5,
    } as const;
    opened.vault.saveRoom({ ...summary, kept: 'account' });
    await opened.vault.stored();
    const { values } = await (await boxes.open('profile')).read();
    for (const [name, value] of values) {
      if (name === 'key') continue;
      for (const plain of ['Ada Lovelace', '#123456', 'A very secret title'])
        expect(Buffer.from(value).includes(plain)).toBe(false);
      const { seeds, identitySeed } = opened.identity;
      for (const seed of [seeds.signing, seeds.prekey, identitySeed ?? expect.fail()])
        expect(Buffer.from(value).includes(Buffer.from(seed))).toBe(false);
    }
    const again = await ProfileVault.open(ports);
    expect(again.identity).toEqual(opened.identity);
    expect(again.profile).toEqual({ name: 'Ada Lovelace', color: '#123456' });
    expect(again.rooms).toMatchObject([{ title: 'A very secret title', role: 'owner', waiting: 3, kept: 'account' }]);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { ProfileVault, roomBoxName } from '../../../src/engine/vault/profile-vault.ts';
import { type Entrance, RoomVault } from '../../../src/engine/vault/room-vault.ts';
import { DamagedVault } from '../../../src/engine/vault/sealed-box.ts';
import { MemoryBoxStore } from '../../../src/platform/node/memory-box-store.ts';
import { nodeRandom } from '../../../src/platform/node/random.ts';
import { toBase64Url } from '../../../src/wire/base64url.ts';
import { hashId, roomId } from '../../../src/wire/ids.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { noService } from '../../support/no-service.ts';
import { bytes, KEY, onDisk, sealedBox } from '../../support/sealed-boxes.ts';

beforeAll(sodiumReady);

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

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
      for (const seed of [seeds.signing, seeds.prekey.seed, identitySeed ?? expect.fail()])
        expect(Buffer.from(value).includes(Buffer.from(seed))).toBe(false);
    }
    const again = await ProfileVault.open(ports);
    expect(again.identity).toEqual(opened.identity);
    expect(again.profile).toEqual({ name: 'Ada Lovelace', color: '#123456' });
    expect(again.rooms).toMatchObject([{ title: 'A very secret title', role: 'owner', waiting: 3, kept: 'account' }]);
  });
});

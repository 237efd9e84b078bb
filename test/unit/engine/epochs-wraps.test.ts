import { beforeAll, describe, expect, it } from 'vitest';
import { makeRoom } from '../../../src/engine/epochs/first-epoch.ts';
import {
  decodeIdentity,
  encodeIdentity,
  type Identity,
  kemKeyOf,
  MAX_REPLACED_PREKEYS,
  makeIdentity,
  withKept,
  withNext,
  withReplaced,
} from '../../../src/engine/epochs/identity.ts';
import { linkKeys, viewSecretOf } from '../../../src/engine/epochs/link-keys.ts';
import { commitment, type Recipient, unwrapSecret, wrapSecret } from '../../../src/engine/epochs/wraps.ts';
import { blake2b, type KemKey, kemKeyFromSeed, sodiumReady, verify } from '../../../src/engine/seal/sodium.ts';
import { nodeRandom } from '../../../src/platform/node/random.ts';
import { roleOf } from '../../../src/wire/access.ts';
import { accessAfter } from '../../../src/wire/access-after.ts';
import { ByteWriter, concatBytes } from '../../../src/wire/bytes.ts';
import { decodeDeviceList } from '../../../src/wire/device-list.ts';
import {
  decodeEpochBody,
  decodeWrap,
  type EpochCore,
  encodeWrap,
  wrapHash,
  wrapsFit,
} from '../../../src/wire/epoch.ts';
import { deviceId, hashId, START, ZERO_HASH } from '../../../src/wire/ids.ts';
import { parseRecord } from '../../../src/wire/parsed-record.ts';
import { decodePrekey } from '../../../src/wire/prekey.ts';
import { decodeRecord } from '../../../src/wire/record.ts';

beforeAll(sodiumReady);

const filled = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const SECRET = filled(5);
const CORE_HASH = hashId(filled(6));
const core: EpochCore = {
  room: hashId(filled(1)) as never,
  epoch: 4,
  previous: hashId(filled(2)),
  lastListChange: ZERO_HASH,
  position: START,
  date: 0,
  newcomers: 'see-all',
  segment: 0,
  access: [],
  lists: [],
  devices: [],
  links: [],
  commitment: new Uint8Array(),
};
const committed = (): EpochCore => ({ ...core, commitment: commitment(SECRET, core.epoch, core.previous) });

const someone = (byte: number): { recipient: Recipient; kem: KemKey } => {
  const kem = kemKeyFromSeed(filled(byte));
  return { recipient: { id: deviceId(filled(byte)), prekey: 1, kemKey: kem.publicKey }, kem };
};
const open = (wrap: Uint8Array, who: ReturnType<typeof someone>, under = committed(), hash = CORE_HASH) =>
  unwrapSecret(wrap, under, hash, who.recipient.id, who.kem.secretKey);

describe('[EP8] a wrap', () => {
  it('opens for its recipient, and gives the epoch’s key', () => {
    const alice = someone(10);
    const wrap = wrapSecret(SECRET, CORE_HASH, alice.recipient, nodeRandom);
    expect(open(wrap, alice)).toEqual({ ok: true, value: { epoch: 4, coreHash: CORE_HASH, secret: SECRET } });
  });

  it('opens for nobody else: not by name, not by key, not with both swapped in', () => {
    const [alice, mallory] = [someone(10), someone(11)];
    const wrap = wrapSecret(SECRET, CORE_HASH, alice.recipient, nodeRandom);
    expect(open(wrap, mallory)).toMatchObject({ reason: 'cannot-open', detail: 'a wrap for somebody else' });
    expect(open(wrap, { ...alice, kem: mallory.kem })).toMatchObject({ reason: 'cannot-open' });
    const renamed = encodeWrap({ ...decodeWrap(wrap), recipient: mallory.recipient.id });
    expect(open(renamed, mallory)).toMatchObject({ reason: 'cannot-open' });
    // To Alice's key under Mallory's name: the name is sealed in.
    expect(open(renamed, { recipient: mallory.recipient, kem: alice.kem })).toMatchObject({ reason: 'cannot-open' });
  });

  it('belongs to one core', () => {
    const alice = someone(10);
    const wrap = wrapSecret(SECRET, CORE_HASH, alice.recipient, nodeRandom);
    expect(open(wrap, alice, committed(), hashId(filled(9)))).toMatchObject({ reason: 'cannot-open' });
  });

  it('with any byte of ciphertext, nonce, secret or tag changed does not open; the prekey’s number is only a name', () => {
    const alice = someone(10);
    const wrap = wrapSecret(SECRET, CORE_HASH, alice.recipient, nodeRandom);
    for (let at = 36; at < wrap.length; at += at < 1150 ? 37 : 1) {
      const changed = wrap.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      if (open(changed, alice).ok) expect.fail(`byte ${at}`);
    }
    for (const length of [0, 1, 36, 1100, wrap.length - 1])
      expect(open(wrap.subarray(0, length), alice)).toMatchObject({ reason: 'cannot-open', detail: 'wrap' });
  });

  it('that holds another secret than the others’ is found out by the commitment', () => {
    const alice = someone(10);
    const wrap = wrapSecret(filled(99), CORE_HASH, alice.recipient, nodeRandom);
    expect(open(wrap, alice)).toMatchObject({ detail: 'secret does not match the commitment' });
  });

  it('the commitment is of one secret, one epoch and one place in the chain', () => {
    const all = [
      commitment(SECRET, 4, core.previous),
      commitment(filled(4), 4, core.previous),
      commitment(SECRET, 5, core.previous),
      commitment(SECRET, 4, ZERO_HASH),
    ].map((bytes) => Buffer.from(bytes).toString('hex'));
    expect(new Set(all).size).toBe(4);
    const alice = someone(10);
    const wrap = wrapSecret(SECRET, CORE_HASH, alice.recipient, nodeRandom);
    expect(open(wrap, alice, { ...committed(), epoch: 5 })).toMatchObject({ reason: 'cannot-open' });
    expect(open(wrap, alice, { ...committed(), previous: ZERO_HASH })).toMatchObject({ reason: 'cannot-open' });
  });
});

describe('[EP1] [EP2] a guest’s new room', () => {
  const identity = () => makeIdentity(nodeRandom, 1_700_000_000_000);

  it('has a first record that everybody accepts, with the guest as owner and both links in', () => {
    const me = identity();
    const made = makeRoom(me, nodeRandom, 0);
    const parsed = parseRecord(decodeRecord(made.record));
    expect(parsed.proofs.every(verify)).toBe(true);
    const access = accessAfter(blake2b, null, parsed, 1);
    if (!access.ok) throw new Error(access.detail);
    expect(access.value.room).toBe(made.room);
    expect(roleOf(access.value, me.device)).toBe('owner');
    const edit = linkKeys(made.editSecret);
    const view = linkKeys(viewSecretOf(made.editSecret));
    expect(access.value.members.get(edit.principal)).toEqual({ role: 'editor', kind: 'link' });
    expect(access.value.members.get(view.principal)).toEqual({ role: 'viewer', kind: 'link' });
    for (const [id, kem] of [
      [me.device, me.prekey],
      [edit.principal, edit.kem],
      [view.principal, view.kem],
    ] as const) {
      const own = made.wraps.filter((wrap) => decodeWrap(wrap).recipient === id);
      expect(own).toHaveLength(1);
      const key = unwrapSecret(own[0]!, access.value.core, access.value.coreHash, id, kem.secretKey);
      expect(key).toEqual({ ok: true, value: made.key });
    }
  });

  it('[EP8] swapped, missing, foreign and additional wraps do not fit the record', () => {
    const made = makeRoom(identity(), nodeRandom, 0);
    const body = decodeEpochBody(decodeRecord(made.record).body);
    const [a, b, c] = made.wraps as [Uint8Array, Uint8Array, Uint8Array];
    expect(wrapsFit(blake2b, body, [a, b, c])).toBe(true);
    expect(wrapsFit(blake2b, body, [b, a, c])).toBe(false);
    expect(wrapsFit(blake2b, body, [a, c, b])).toBe(false);
    expect(wrapsFit(blake2b, body, [a, b])).toBe(false);
    expect(wrapsFit(blake2b, body, [a, b, c, c])).toBe(false);
    const foreign = makeRoom(identity(), nodeRandom, 0).wraps[0]!;
    expect(wrapsFit(blake2b, body, [foreign, b, c])).toBe(false);
    expect(body.wrapHashes).toEqual(made.wraps.map((wrap) => wrapHash(blake2b, wrap)));
  });

  it('is another room every time, under another secret', () => {
    const me = identity();
    const [one, two] = [makeRoom(me, nodeRandom, 0), makeRoom(me, nodeRandom, 0)];
    expect(one.room).not.toBe(two.room);
    expect(one.key.secret).not.toEqual(two.key.secret);
    expect(one.editSecret).not.toEqual(two.editSecret);
  });

  it('[DL1] [PK1] an identity comes back from its seeds, with a list and a prekey that verify', () => {
    const me = identity();
    expect(decodeIdentity(encodeIdentity(me))).toEqual(me);
    const { list, proofs } = decodeDeviceList(me.list);
    expect(list).toMatchObject({ principal: me.principal, version: 1, devices: [me.device] });
    expect(proofs.every(verify)).toBe(true);
    const prekey = decodePrekey(me.signedPrekey);
    expect(verify(prekey.proof)).toBe(true);
    expect(prekey.prekey).toMatchObject({ device: me.device, date: 1_700_000_000_000, kemKey: me.prekey.publicKey });
    expect(() => decodeIdentity(encodeIdentity(me).subarray(0, 50))).toThrow();
  });
});

describe('prekeys of a device', () => {
  const DATE = 1_700_000_000_000;
  const guest = () => makeIdentity(nodeRandom, DATE);
  /** It replaces its prekey so often. */
  const replaced = (identity: Identity, times: number): Identity =>
    times === 0
      ? identity
      : replaced(withReplaced(withNext(identity, nodeRandom.bytes(32), DATE), DATE + times), times - 1);

  it('[PK5] the next one is signed and kept beside the current one until it takes its place; ids only go up', () => {
    const me = guest();
    // The clock was put back.
    const prepared = withNext(me, filled(5), DATE - 1);
    expect(prepared).toMatchObject({ prekeyId: 1, signedPrekey: me.signedPrekey, device: me.device, list: me.list });
    const next = decodePrekey(prepared.nextSigned ?? expect.fail());
    expect(verify(next.proof)).toBe(true);
    expect(next.prekey).toMatchObject({ id: 2, date: DATE - 1, kemKey: kemKeyFromSeed(filled(5)).publicKey });
    const after = withReplaced(prepared, DATE + 7);
    expect(after).toMatchObject({ prekeyId: 2, signedPrekey: prepared.nextSigned, nextSigned: null });
    expect(after.seeds.replaced).toEqual([{ ...me.seeds.prekey, replacedAt: DATE + 7 }]);
    expect(withReplaced(after, DATE)).toBe(after);
    // Somebody else's ids under its name are passed by.
    expect(withNext(after, filled(6), DATE, 9).seeds.next?.id).toBe(10);
    for (const one of [me, prepared, after]) expect(decodeIdentity(encodeIdentity(one))).toEqual(one);
  });

  it('opens a wrap by the prekey that it names, whether that is the next, the current or a replaced one', () => {
    const me = withNext(replaced(guest(), 2), filled(5), DATE);
    const { prekey, next, replaced: before } = me.seeds;
    for (const { id, seed } of [prekey, next ?? expect.fail(), ...before])
      expect(kemKeyOf(me, id)?.publicKey).toEqual(kemKeyFromSeed(seed).publicKey);
    expect([1, 2, 3, 4].map((id) => kemKeyOf(me, id) !== undefined)).toEqual([true, true, true, true]);
    expect(kemKeyOf(me, 5)).toBeUndefined();
    const dead = withKept(me, before.slice(1));
    expect(kemKeyOf(dead, 1)).toBeUndefined();
    expect(decodeIdentity(encodeIdentity(dead))).toEqual(dead);
  });

  it('are not kept without end: then the oldest goes', () => {
    const { seeds } = replaced(guest(), MAX_REPLACED_PREKEYS + 2);
    expect(seeds.replaced.map(({ id }) => id)).toEqual(Array.from({ length: MAX_REPLACED_PREKEYS }, (_, i) => i + 3));
  });

  it('a vault from before prekeys were replaced has one, under the first id', () => {
    const me = guest();
    const { signing, prekey } = me.seeds;
    const of = (kind: number, ...parts: Uint8Array[]): Uint8Array =>
      concatBytes(new ByteWriter().u8(kind).u64(DATE).bytes(), ...parts);
    const identitySeed = me.identitySeed ?? expect.fail();
    expect(decodeIdentity(of(1, identitySeed, signing, prekey.seed))).toEqual(me);
    expect(decodeIdentity(of(2, signing, prekey.seed, me.list))).toEqual({ ...me, identitySeed: null });
    expect(() => decodeIdentity(of(5, signing, prekey.seed, me.list))).toThrow();
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { commitment, unwrapSecret } from '../../src/engine/epochs/wraps.ts';
import { clearRecord } from '../../src/engine/seal/record-seal.ts';
import {
  aeadSeal,
  blake2b,
  decapsulate,
  deriveKey,
  kemKeyFromSeed,
  signingKeyFromSeed,
  sodiumReady,
  verify,
} from '../../src/engine/seal/sodium.ts';
import { accessAfter } from '../../src/wire/access-after.ts';
import { concatBytes } from '../../src/wire/bytes.ts';
import { recordHash } from '../../src/wire/chain.ts';
import {
  coreHash,
  decodeCore,
  decodeEpochBody,
  decodeWrap,
  encodeCore,
  encodeEpochBody,
  encodeWrap,
  roomIdOf,
  wrapHash,
  wrapsFit,
} from '../../src/wire/epoch.ts';
import { deviceId, hashId, idBytes } from '../../src/wire/ids.ts';
import { parseRecord } from '../../src/wire/parsed-record.ts';
import { decodeRecord } from '../../src/wire/record.ts';
import { fromHex, readVectors, refusalOf, toHex, toVector } from '../support/vectors.ts';

beforeAll(sodiumReady);

type Epoch = {
  name: string;
  signingSeed: string;
  secret: string;
  core: { epoch: number; previous: string };
  coreBytes: string;
  room: string;
  coreHash: string;
  commitment: string;
  lists: string[];
  wraps: string[];
  wrapHashes: string[];
  body: string;
  record: string;
  recordHash: string;
};
const epochs = readVectors<Epoch>('epochs');

describe('vectors of epochs [EP1]–[EP8]', () => {
  it.each(epochs.valid)('$name: read, made anew, every hash', (vector) => {
    const core = decodeCore(fromHex(vector.coreBytes));
    expect(toVector(core)).toEqual(vector.core);
    expect(toHex(encodeCore(core))).toBe(vector.coreBytes);
    expect(toVector(coreHash(blake2b, fromHex(vector.coreBytes)))).toBe(vector.coreHash);
    if (core.epoch === 1) expect(toVector(roomIdOf(blake2b, core))).toBe(vector.room);
    expect(toHex(commitment(fromHex(vector.secret), core.epoch, core.previous))).toBe(vector.commitment);
    const body = decodeEpochBody(fromHex(vector.body));
    expect(toHex(body.coreBytes)).toBe(vector.coreBytes);
    expect(body.lists.map(({ bytes }) => toHex(bytes))).toEqual(vector.lists);
    expect(toVector(body.wrapHashes)).toEqual(vector.wrapHashes);
    const lists = body.lists.map(({ bytes }) => bytes);
    expect(toHex(encodeEpochBody(body.coreBytes, lists, body.wrapHashes))).toBe(vector.body);
    const wraps = vector.wraps.map(fromHex);
    expect(toVector(wraps.map((wrap) => wrapHash(blake2b, wrap)))).toEqual(vector.wrapHashes);
    expect(wrapsFit(blake2b, body, wraps)).toBe(true);
    const { header } = decodeRecord(fromHex(vector.record));
    const signer = signingKeyFromSeed(fromHex(vector.signingSeed));
    expect(toHex(clearRecord(header, fromHex(vector.body), signer))).toBe(vector.record);
    expect(toVector(recordHash(blake2b, fromHex(vector.record)))).toBe(vector.recordHash);
  });

  it('epoch 2 follows epoch 1, and all signatures hold', () => {
    const [first, second] = epochs.valid.map(({ record }) => parseRecord(decodeRecord(fromHex(record))));
    expect([...first!.proofs, ...second!.proofs].every(verify)).toBe(true);
    const one = accessAfter(blake2b, null, first!, 1);
    if (!one.ok) throw new Error(one.detail);
    const two = accessAfter(blake2b, one.value, second!, 2);
    if (!two.ok) throw new Error(two.detail);
    expect(toVector(two.value.epochHash)).toBe(epochs.valid[1]!.recordHash);
    expect(two.value.members.size).toBe(5);
  });

  it('[EP7] the home makes a room of one account, whose second device is known and not sealed to', () => {
    const parsed = parseRecord(decodeRecord(fromHex(epochs.valid[2]!.record)));
    expect(parsed.proofs.every(verify)).toBe(true);
    const access = accessAfter(blake2b, null, parsed, 1);
    if (!access.ok) throw new Error(access.detail);
    const { members, principalOfDevice, core } = access.value;
    expect([members.size, principalOfDevice.size, core.devices.length]).toEqual([1, 2, 1]);
    expect(core.links.map(({ principal }) => principal)).toEqual([...members.keys()]);
  });

  it.each(epochs.hostile.filter(({ step }) => step === 'decode'))('refused as $reason: $name', (vector) => {
    expect(refusalOf(() => decodeEpochBody(fromHex(vector.bytes)))).toBe(vector.reason);
  });

  it.each(epochs.hostile.filter(({ step }) => step === 'judge'))('makes no room, $reason: $name', (vector) => {
    const parsed = parseRecord(decodeRecord(fromHex(vector.record as string)));
    expect(parsed.proofs.every(verify)).toBe(true);
    expect(accessAfter(blake2b, null, parsed, 1)).toMatchObject({ ok: false, reason: vector.reason });
  });
});

describe('vectors of wraps [EP8]', () => {
  type Wrap = {
    name: string;
    epoch: number;
    secret: string;
    coreHash: string;
    recipient: string;
    prekey: number;
    kemSeed: string;
    kemPublicKey: string;
    kemCiphertext: string;
    sharedSecret: string;
    wrapKey: string;
    nonce: string;
    sealedSecret: string;
    bytes: string;
    hash: string;
  };
  type Committed = { secret: string; epoch: number; previous: string; commitment: string };
  const { valid, hostile, commitments } = readVectors<Wrap, { commitments: Committed[] }>('wraps');
  const epochOf = (hash: string) => epochs.valid.find(({ coreHash }) => coreHash === hash)!;
  const coreOf = (epoch: number) => decodeCore(fromHex(epochs.valid[epoch - 1]!.coreBytes));
  const coreHashOf = (epoch: number) => hashId(fromHex(epochs.valid[epoch - 1]!.coreHash));

  it.each(valid)('$name: read, made anew, opened by its recipient', (vector) => {
    const bytes = fromHex(vector.bytes);
    const wrap = decodeWrap(bytes);
    expect(toVector(wrap)).toEqual({
      recipient: vector.recipient,
      prekey: vector.prekey,
      kemCiphertext: vector.kemCiphertext,
      nonce: vector.nonce,
      sealedSecret: vector.sealedSecret,
    });
    expect(toHex(encodeWrap(wrap))).toBe(vector.bytes);
    expect(toVector(wrapHash(blake2b, bytes))).toBe(vector.hash);
    const kem = kemKeyFromSeed(fromHex(vector.kemSeed));
    expect(toHex(kem.publicKey)).toBe(vector.kemPublicKey);
    const shared = decapsulate(wrap.kemCiphertext, kem.secretKey);
    expect(toHex(shared)).toBe(vector.sharedSecret);
    const wrapKey = deriveKey(shared, 'wrap-key');
    expect(toHex(wrapKey)).toBe(vector.wrapKey);
    const associated = concatBytes(fromHex(vector.coreHash), idBytes(wrap.recipient));
    expect(toHex(aeadSeal(fromHex(vector.secret), associated, wrap.nonce, wrapKey))).toBe(vector.sealedSecret);
    const core = decodeCore(fromHex(epochOf(vector.coreHash).coreBytes));
    const hash = hashId(fromHex(vector.coreHash));
    const opened = unwrapSecret(bytes, core, hash, wrap.recipient, kem.secretKey);
    expect(opened).toMatchObject({ ok: true, value: { epoch: vector.epoch, secret: fromHex(vector.secret) } });
  });

  it.each(commitments)('the commitment to a secret in epoch $epoch', (vector) => {
    const previous = hashId(fromHex(vector.previous));
    expect(toHex(commitment(fromHex(vector.secret), vector.epoch, previous))).toBe(vector.commitment);
  });

  it.each(hostile)('refused as $reason: $name', (vector) => {
    const bytes = fromHex(vector.bytes);
    if (vector.step === 'decode') {
      expect(refusalOf(() => decodeWrap(bytes))).toBe(vector.reason);
      return;
    }
    const { epoch, recipient, kemSeed } = vector as unknown as { epoch: number; recipient: string; kemSeed: string };
    const kem = kemKeyFromSeed(fromHex(kemSeed));
    const opened = unwrapSecret(bytes, coreOf(epoch), coreHashOf(epoch), deviceId(fromHex(recipient)), kem.secretKey);
    expect(opened).toMatchObject({ ok: false, reason: vector.reason });
  });
});

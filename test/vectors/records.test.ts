import { beforeAll, describe, expect, it } from 'vitest';
import { pad, paddedLength, unpad } from '../../src/engine/seal/padding.ts';
import { clearRecord, openRecord, RecordKeys, sealRecord } from '../../src/engine/seal/record-seal.ts';
import { aeadSeal, blake2b, signingKeyFromSeed, sodiumReady, verify } from '../../src/engine/seal/sodium.ts';
import { chainAfter, controlChainAfter, recordHash } from '../../src/wire/chain.ts';
import { hashId, idBytes, type Position } from '../../src/wire/ids.ts';
import {
  counterOf,
  decodeRecord,
  encodeHeader,
  isControl,
  isSealed,
  KINDS,
  type SignedRecord,
  senderBytes,
  signedBytes,
  unsignedBytes,
} from '../../src/wire/record.ts';
import { proofHolds } from '../../sync-server/relay/verifier.ts';
import { fromHex, type Hostile, randomFrom, readVectors, refusalOf, toHex, toVector } from '../support/vectors.ts';

beforeAll(sodiumReady);

type Header = { kind: (typeof KINDS)[number]; sender: string; counter: number; epoch: number };
type Valid = {
  name: string;
  signingSeed: string;
  header: Header;
  headerBytes: string;
  signature: string;
  record: string;
  hash: string;
  body?: string;
  epochSecret: string;
  coreHash: string;
  key: string;
  nonce: string;
  plain: string;
  padded: string;
  ciphertext: string;
};
const { valid, hostile } = readVectors<Valid>('records');

const proofOf = (record: SignedRecord) => ({
  key: idBytes(record.header.sender),
  message: signedBytes(record.header.kind, unsignedBytes(record)),
  signature: record.signature,
});
const epochKeyOf = (vector: { epochSecret: string; coreHash: string }, epoch: number) => ({
  epoch,
  coreHash: hashId(fromHex(vector.coreHash)),
  secret: fromHex(vector.epochSecret),
});

describe('vectors of records [RE1]–[RE4]', () => {
  it('there is one of each kind', () => {
    expect(new Set(valid.map(({ header }) => header.kind))).toEqual(new Set(KINDS));
  });

  it.each(valid)('$name: read, hashed, its signature checked by both ends', (vector) => {
    const record = decodeRecord(fromHex(vector.record));
    expect(toVector(record.header)).toEqual(vector.header);
    expect(toHex(record.headerBytes)).toBe(vector.headerBytes);
    expect(toHex(encodeHeader(record.header))).toBe(vector.headerBytes);
    expect(toHex(record.signature)).toBe(vector.signature);
    expect(toHex(senderBytes(record.bytes))).toBe(vector.header.sender);
    expect(counterOf(record.bytes)).toBe(vector.header.counter);
    expect(toVector(recordHash(blake2b, record.bytes))).toBe(vector.hash);
    expect(verify(proofOf(record))).toBe(true);
    expect(proofHolds(proofOf(record))).toBe(true);
  });

  it.each(valid.filter(({ header }) => !isSealed(header.kind)))('$name: made anew, clear', (vector) => {
    const { header, body, nonce } = decodeRecord(fromHex(vector.record));
    expect(toHex(body)).toBe(vector.body);
    expect(nonce).toHaveLength(0);
    expect(toHex(clearRecord(header, body, signingKeyFromSeed(fromHex(vector.signingSeed))))).toBe(vector.record);
  });

  it.each(valid.filter(({ header }) => isSealed(header.kind)))('$name: opened, and sealed anew', (vector) => {
    const record = decodeRecord(fromHex(vector.record));
    const { header } = record;
    const keys = new RecordKeys();
    const epoch = epochKeyOf(vector, header.epoch);
    const key = keys.of(epoch, header.stream, header.kind, header.sender);
    const plain = fromHex(vector.plain);
    const nonce = fromHex(vector.nonce);
    expect(toHex(key)).toBe(vector.key);
    expect(toHex(record.nonce)).toBe(vector.nonce);
    expect(toHex(record.body)).toBe(vector.ciphertext);
    expect(toHex(pad(plain))).toBe(vector.padded);
    expect(toHex(unpad(fromHex(vector.padded)))).toBe(vector.plain);
    expect(toHex(aeadSeal(fromHex(vector.padded), record.headerBytes, nonce, key))).toBe(vector.ciphertext);
    expect(openRecord(keys, epoch, record)).toEqual({ ok: true, value: plain });
    const signer = signingKeyFromSeed(fromHex(vector.signingSeed));
    expect(toHex(sealRecord(keys, epoch, header, plain, signer, randomFrom(nonce)))).toBe(vector.record);
  });

  function bytesOf(vector: Hostile): Uint8Array {
    const bytes = fromHex(vector.bytes);
    const filled = new Uint8Array(Math.max(bytes.length, (vector.zeroFillTo as number | undefined) ?? 0));
    filled.set(bytes);
    return filled;
  }

  it.each(hostile)('refused as $reason: $name', (vector) => {
    if (vector.step === 'decode') {
      expect(refusalOf(() => decodeRecord(bytesOf(vector)))).toBe(vector.reason);
      return;
    }
    const record = decodeRecord(bytesOf(vector));
    const holds = verify(proofOf(record));
    expect(proofHolds(proofOf(record))).toBe(holds);
    expect(holds).toBe(vector.step === 'open');
    if (vector.step === 'verify') return;
    const secrets = vector as unknown as { epochSecret: string; coreHash: string; epoch: number };
    const opened = openRecord(new RecordKeys(), epochKeyOf(secrets, secrets.epoch), record);
    expect(opened).toMatchObject({ ok: false, reason: vector.reason });
  });
});

describe('vectors of the chains [CH1]–[CH3]', () => {
  type At = { seq: number; hash: string };
  type Step = {
    before: At;
    recordHash: string;
    after: At;
    isControl: boolean;
    controlBefore: string;
    controlAfter: string;
  };
  const steps = readVectors<Step>('chain').valid;
  const hashOf = (text: string) => hashId(fromHex(text));
  const positionOf = ({ seq, hash }: At): Position => ({ seq, hash: hashOf(hash) });

  it.each(steps.map((step, i) => ({ ...step, name: `step ${i + 1}` })))('$name', (step) => {
    expect(toVector(chainAfter(blake2b, positionOf(step.before), hashOf(step.recordHash)))).toEqual(step.after);
    const control = controlChainAfter(blake2b, hashOf(step.controlBefore), step.after.seq, hashOf(step.recordHash));
    expect(step.isControl ? toVector(control) : step.controlBefore).toBe(step.controlAfter);
  });

  it('[RE6] epochs and notices alone are control records', () => {
    expect(KINDS.filter(isControl)).toEqual(['epoch', 'notice']);
  });
});

describe('vectors of padding [RE4]', () => {
  const lengths = readVectors<{ length: number; padded: number }>('padding').valid;

  it.each(lengths)('$length bytes become $padded', ({ length, padded }) => {
    expect(paddedLength(length)).toBe(padded);
  });
});

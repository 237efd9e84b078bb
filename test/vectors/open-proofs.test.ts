import { beforeAll, describe, expect, it } from 'vitest';
import { blake2b, sodiumReady, verify } from '../../src/engine/seal/sodium.ts';
import type { Access } from '../../src/wire/access.ts';
import { accessAfter } from '../../src/wire/access-after.ts';
import { ByteReader, ByteWriter } from '../../src/wire/bytes.ts';
import { deviceId } from '../../src/wire/ids.ts';
import { introductionOf, roleOfReader } from '../../src/wire/introduction.ts';
import { type OpenProof, readOpenProof, writeOpenProof } from '../../src/wire/open-proof.ts';
import { parseRecord } from '../../src/wire/parsed-record.ts';
import { decodeRecord } from '../../src/wire/record.ts';
import { fromHex, readVectors, refusalOf, toHex, toVector } from '../support/vectors.ts';

type Valid = { name: string; device: string; fields: object; bytes: string; role: string };
const { valid, hostile } = readVectors<Valid>('open-proofs');
const epochs = readVectors<{ record: string }>('epochs');
let access: Access;

beforeAll(async () => {
  await sodiumReady();
  const after = epochs.valid.slice(0, 2).reduce<Access | null>((before, { record }, i) => {
    const next = accessAfter(blake2b, before, parseRecord(decodeRecord(fromHex(record))), i + 1);
    if (!next.ok) throw new Error(next.detail);
    return next.value;
  }, null);
  if (!after) throw new Error('no epochs');
  access = after;
});

function read(bytes: string): OpenProof {
  const reader = new ByteReader(fromHex(bytes));
  const proof = readOpenProof(reader);
  reader.end();
  return proof;
}
const introduced = (bytes: string, device: string) =>
  introductionOf(blake2b, read(bytes), access.room, deviceId(fromHex(device)));

describe('vectors of proofs shown at opening [FR3]', () => {
  it.each(valid)('$name: read, made anew, judged', (vector) => {
    const proof = read(vector.bytes);
    expect(toVector(proof)).toEqual(vector.fields);
    expect(toHex(writeOpenProof(new ByteWriter(), proof).bytes())).toBe(vector.bytes);
    const shown = introduced(vector.bytes, vector.device);
    expect(shown?.proofs.every(verify) ?? true).toBe(true);
    expect(roleOfReader(access, deviceId(fromHex(vector.device)), shown?.introduction ?? null)).toBe(vector.role);
  });

  it.each(hostile)('refused as $reason: $name', (vector) => {
    const { device = '00'.repeat(32) } = vector as { device?: string };
    if (vector.step === 'decode') {
      expect(refusalOf(() => introduced(vector.bytes, device))).toBe(vector.reason);
      return;
    }
    const shown = introduced(vector.bytes, device);
    const holds = shown?.proofs.every(verify) ?? true;
    expect(holds).toBe(vector.step === 'judge');
    if (holds) expect(roleOfReader(access, deviceId(fromHex(device)), shown?.introduction ?? null)).toBeUndefined();
  });
});

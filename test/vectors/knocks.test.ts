import { beforeAll, describe, expect, it } from 'vitest';
import { sign, signingKeyFromSeed, sodiumReady, verify } from '../../src/engine/seal/sodium.ts';
import { concatBytes } from '../../src/wire/bytes.ts';
import { decodeKnock, encodeKnock, knockSignedBytes } from '../../src/wire/knock.ts';
import { fromHex, readVectors, refusalOf, toHex, toVector } from '../support/vectors.ts';

beforeAll(sodiumReady);

describe('vectors of knocks [KN1]–[KN3]', () => {
  type Valid = { name: string; deviceSeed: string; fields: object; bytes: string };
  const { valid, hostile } = readVectors<Valid>('knocks');

  it.each(valid)('$name: read, made anew, signed anew', (vector) => {
    const { note, proof } = decodeKnock(fromHex(vector.bytes));
    expect(toVector({ ...note, list: note.list.bytes })).toEqual(vector.fields);
    expect([proof, ...note.list.proofs].every(verify)).toBe(true);
    const unsigned = encodeKnock(note);
    const device = signingKeyFromSeed(fromHex(vector.deviceSeed));
    expect(toHex(concatBytes(unsigned, sign(knockSignedBytes(unsigned), device)))).toBe(vector.bytes);
  });

  it.each(hostile)('refused as $reason: $name', ({ reason, step, bytes }) => {
    if (step === 'decode') return expect(refusalOf(() => decodeKnock(fromHex(bytes)))).toBe(reason);
    const { note, proof } = decodeKnock(fromHex(bytes));
    return expect([proof, ...note.list.proofs].every(verify)).toBe(false);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { sign, signingKeyFromSeed, sodiumReady, verify } from '../../src/engine/seal/sodium.ts';
import { concatBytes } from '../../src/wire/bytes.ts';
import { decodeInvitation, encodeInvitation, invitationSignedBytes } from '../../src/wire/invitation.ts';
import { fromHex, readVectors, refusalOf, toHex, toVector } from '../support/vectors.ts';

beforeAll(sodiumReady);

describe('vectors of invitations [IN1]–[IN3]', () => {
  type Valid = { name: string; deviceSeed: string; fields: object; bytes: string };
  const { valid, hostile } = readVectors<Valid>('invitations');

  it.each(valid)('$name: read, made anew, signed anew', (vector) => {
    const { note, proof } = decodeInvitation(fromHex(vector.bytes));
    expect(toVector({ ...note, list: note.list.bytes })).toEqual(vector.fields);
    expect([proof, ...note.list.proofs].every(verify)).toBe(true);
    const unsigned = encodeInvitation(note);
    const device = signingKeyFromSeed(fromHex(vector.deviceSeed));
    expect(toHex(concatBytes(unsigned, sign(invitationSignedBytes(unsigned), device)))).toBe(vector.bytes);
  });

  it.each(hostile)('refused as $reason: $name', ({ reason, step, bytes }) => {
    if (step === 'decode') return expect(refusalOf(() => decodeInvitation(fromHex(bytes)))).toBe(reason);
    const { note, proof } = decodeInvitation(fromHex(bytes));
    return expect([proof, ...note.list.proofs].every(verify)).toBe(false);
  });
});

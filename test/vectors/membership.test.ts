import { beforeAll, describe, expect, it } from 'vitest';
import { certify, linkKeys, passwordCheckOf, passwordKeyOf, viewSecretOf } from '../../src/engine/epochs/link-keys.ts';
import {
  blake2b,
  kemKeyFromSeed,
  sign,
  signingKeyFromSeed,
  sodiumReady,
  verify,
} from '../../src/engine/seal/sodium.ts';
import { concatBytes } from '../../src/wire/bytes.ts';
import { decodeCertificate, encodeCertificate } from '../../src/wire/certificate.ts';
import {
  decodeDeviceList,
  deviceListHash,
  deviceListSignedBytes,
  encodeDeviceList,
} from '../../src/wire/device-list.ts';
import { deviceId, roomId } from '../../src/wire/ids.ts';
import { decodeLink, encodeLink } from '../../src/wire/link.ts';
import { decodeNotice, encodeNotice } from '../../src/wire/notice.ts';
import { comparePrekeys, decodePrekey, encodePrekey, prekeySignedBytes } from '../../src/wire/prekey.ts';
import type { Proof } from '../../src/wire/proof.ts';
import { fromHex, type Hostile, readVectors, refusalOf, toHex, toVector } from '../support/vectors.ts';

beforeAll(sodiumReady);

/** Decodes, and where the step says so checks the signature. */
function refusal(
  hostile: Hostile,
  decode: (bytes: Uint8Array) => { readonly proof?: Proof; readonly proofs?: readonly Proof[] },
): string {
  const bytes = fromHex(hostile.bytes);
  if (hostile.step === 'decode') return refusalOf(() => decode(bytes));
  const { proof, proofs = [] } = decode(bytes);
  return [...proofs, ...(proof ? [proof] : [])].every(verify) ? 'accepted' : 'bad-signature';
}

describe('vectors of device lists [DL1]', () => {
  type Valid = { name: string; identitySeed: string; fields: object; unsigned: string; bytes: string; hash: string };
  const { valid, hostile } = readVectors<Valid>('device-lists');

  it.each(valid)('$name: read, made anew, signed anew, hashed', (vector) => {
    const bytes = fromHex(vector.bytes);
    const { list, proofs } = decodeDeviceList(bytes);
    expect(toVector(list)).toEqual(vector.fields);
    expect(proofs.every(verify)).toBe(true);
    const unsigned = encodeDeviceList(list);
    expect(toHex(unsigned)).toBe(vector.unsigned);
    const identity = signingKeyFromSeed(fromHex(vector.identitySeed));
    expect(toHex(concatBytes(unsigned, sign(deviceListSignedBytes(unsigned), identity)))).toBe(vector.bytes);
    expect(toVector(deviceListHash(blake2b, bytes))).toBe(vector.hash);
  });

  it.each(hostile)('refused as $reason: $name', (vector) => {
    expect(refusal(vector, decodeDeviceList)).toBe(vector.reason);
  });
});

describe('vectors of prekeys [PK1], [PK2]', () => {
  type Valid = { name: string; deviceSeed: string; kemSeed: string; fields: { kemKey: string }; bytes: string };
  type Compared = { name: string; one: string; other: string; is: 'newer' | 'same' | 'older' | 'contradictory' };
  const { valid, hostile, compared } = readVectors<Valid, { compared: Compared[] }>('prekeys');

  it.each(valid)('$name: read, made anew, signed anew', (vector) => {
    const { prekey, proof } = decodePrekey(fromHex(vector.bytes));
    expect(toVector(prekey)).toEqual(vector.fields);
    expect(verify(proof)).toBe(true);
    expect(toHex(kemKeyFromSeed(fromHex(vector.kemSeed)).publicKey)).toBe(vector.fields.kemKey);
    const unsigned = encodePrekey(prekey);
    const device = signingKeyFromSeed(fromHex(vector.deviceSeed));
    expect(toHex(concatBytes(unsigned, sign(prekeySignedBytes(unsigned), device)))).toBe(vector.bytes);
  });

  it.each(hostile)('refused as $reason: $name', (vector) => {
    expect(refusal(vector, decodePrekey)).toBe(vector.reason);
  });

  it.each(compared)('[PK2] $name: $is', ({ one, other, is }) => {
    const [a, b] = [decodePrekey(fromHex(one)), decodePrekey(fromHex(other))];
    expect(comparePrekeys(a, b)).toBe(is);
    expect(comparePrekeys(b, a)).toBe(is === 'newer' ? 'older' : is === 'older' ? 'newer' : is);
  });
});

describe('vectors of certificates [CE1]', () => {
  type Place = { room: string; device: string };
  const { valid, hostile } = readVectors<Place & { name: string; linkSeed: string; link: string; bytes: string }>(
    'certificates',
  );
  const placeOf = ({ room, device }: Place) => [roomId(fromHex(room)), deviceId(fromHex(device))] as const;

  it.each(valid)('$name: read, made anew, signed anew', (vector) => {
    const bytes = fromHex(vector.bytes);
    const [room, device] = placeOf(vector);
    const { link, proof } = decodeCertificate(bytes, room, device);
    expect(toVector(link)).toBe(vector.link);
    expect(verify(proof)).toBe(true);
    expect(toHex(encodeCertificate(link, proof.signature))).toBe(vector.bytes);
    const signing = signingKeyFromSeed(fromHex(vector.linkSeed));
    const keys = { principal: link, signing, kem: signing };
    expect(toHex(certify(keys, room, device))).toBe(vector.bytes);
  });

  it.each(hostile)('refused as $reason: $name', (vector) => {
    const place = placeOf(vector as unknown as Place);
    expect(refusal(vector, (bytes) => decodeCertificate(bytes, ...place))).toBe(vector.reason);
  });
});

describe('vectors of notices', () => {
  type Valid = { name: string; fields: Record<string, unknown>; room?: string; device?: string; bytes: string };
  const { valid, hostile } = readVectors<Valid>('notices');
  const nowhere = '00'.repeat(32);
  const headerOf = ({ room = nowhere, device = nowhere }: { room?: string; device?: string }) => ({
    room: roomId(fromHex(room)),
    sender: deviceId(fromHex(device)),
  });

  it.each(valid)('$name: read and made anew', (vector) => {
    const notice = decodeNotice(fromHex(vector.bytes), headerOf(vector));
    const nested = notice.type === 'device-list' ? { list: toHex(notice.list.bytes) } : {};
    const shown = notice.type === 'visitor' ? { certificate: toHex(notice.certificate.bytes) } : {};
    expect(toVector({ ...notice, ...nested, ...shown })).toEqual(vector.fields);
    expect(toHex(encodeNotice(notice))).toBe(vector.bytes);
    if (notice.type === 'device-list') expect(notice.list.proofs.every(verify)).toBe(true);
    if (notice.type === 'visitor') expect(verify(notice.certificate.proof)).toBe(true);
  });

  it.each(hostile)('refused as $reason: $name', (vector) => {
    expect(refusalOf(() => decodeNotice(fromHex(vector.bytes), headerOf({})))).toBe(vector.reason);
  });
});

describe('vectors of links [LI1]–[LI3]', () => {
  type Valid = {
    name: string;
    fields: { secret: string };
    password: string | null;
    passwordKey: string | null;
    path: string;
    bytes: string;
    signingSeed: string;
    principal: string;
    kemSeed: string;
    kemPublicKey: string;
    viewSecret: string;
  };
  const { valid, hostile } = readVectors<Valid>('links');

  it.each(valid)(
    '$name: read and made anew, with all keys that follow from its secret and password',
    async (vector) => {
      const [room = '', fragment = ''] = vector.path.replace('/d/', '').split('#');
      const link = decodeLink(blake2b, room, fragment);
      expect(toVector(link)).toEqual(vector.fields);
      expect(decodeLink(blake2b, room, `#${fragment}`)).toEqual(link);
      expect(encodeLink(blake2b, link)).toBe(vector.path);
      expect(toHex(Buffer.from(fragment, 'base64url'))).toBe(vector.bytes);
      const passwordKey = vector.password === null ? null : await passwordKeyOf(link.secret, vector.password);
      expect(passwordKey && toHex(passwordKey)).toBe(vector.passwordKey);
      expect(passwordKey && passwordCheckOf(passwordKey)).toEqual(link.passwordCheck);
      const keys = linkKeys(passwordKey ?? link.secret);
      expect(toVector(keys.principal)).toBe(vector.principal);
      expect(keys.signing).toEqual(signingKeyFromSeed(fromHex(vector.signingSeed)));
      expect(keys.kem).toEqual(kemKeyFromSeed(fromHex(vector.kemSeed)));
      expect(toHex(keys.kem.publicKey)).toBe(vector.kemPublicKey);
      expect(toHex(viewSecretOf(link.secret))).toBe(vector.viewSecret);
    },
  );

  it.each(hostile)('refused as $reason: $name', (vector) => {
    expect(refusalOf(() => decodeLink(blake2b, vector.room as string, vector.fragment as string))).toBe(vector.reason);
  });
});

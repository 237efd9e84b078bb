import { beforeAll, describe, expect, it } from 'vitest';
import { decodeAccountRecord, encodeAccountRecord } from '../../src/engine/accounts/account-record.ts';
import { openBundle, openMaster, sealBundle, sealMaster } from '../../src/engine/accounts/bundle.ts';
import {
  decodeHomeEntry,
  decodeHomeSecrets,
  encodeHomeEntry,
  encodeHomeSecrets,
} from '../../src/engine/accounts/home-entry.ts';
import {
  decodeWelcome,
  encodeWelcome,
  openTwice,
  type Purpose,
  readCode,
  writeCode,
} from '../../src/engine/accounts/pairing-messages.ts';
import { makeRecoveryCode, parseRecoveryCode } from '../../src/engine/accounts/recovery-code.ts';
import { safetyNumber } from '../../src/engine/accounts/safety-number.ts';
import {
  aeadOpen,
  aeadSeal,
  boxKeyFromSeed,
  boxOpen,
  deriveKey,
  sign,
  signingKeyFromSeed,
  sodiumReady,
  verify,
} from '../../src/engine/seal/sodium.ts';
import { concatBytes, labelled, utf8 } from '../../src/wire/bytes.ts';
import type { WayIn } from '../../src/wire/http/accounts.ts';
import { accountId, accountIdBytes } from '../../src/wire/http/fields.ts';
import { claimSignedBytes, signInSignedBytes } from '../../src/wire/http/sign-in.ts';
import { deviceId, principalId } from '../../src/wire/ids.ts';
import { fromHex, type Hostile, randomFrom, readVectors, refusalOf, toHex, toVector } from '../support/vectors.ts';

beforeAll(sodiumReady);

const account = (hex: string) => accountId(fromHex(hex));

/** The bytes, or where the vector says so all of their proper prefixes. */
function spellings({ bytes, cut }: Hostile): Uint8Array[] {
  const whole = fromHex(bytes);
  return cut ? Array.from(whole, (_, length) => whole.slice(0, length)) : [whole];
}

describe('vectors of master wraps', () => {
  type Names = { account: string; way: WayIn; exportKey: string };
  type Valid = Names & { name: string; master: string; key: string; nonce: string; place: string; bytes: string };
  const { valid, hostile } = readVectors<Valid>('master-wraps');

  it.each(valid)('$name: opened, made anew, with key and place', (vector) => {
    const { way } = vector;
    const [id, exportKey, nonce] = [account(vector.account), fromHex(vector.exportKey), fromHex(vector.nonce)];
    expect(toVector(openMaster(fromHex(vector.bytes), id, way, exportKey))).toBe(vector.master);
    expect(toHex(sealMaster(fromHex(vector.master), id, way, exportKey, randomFrom(nonce)))).toBe(vector.bytes);
    const key = deriveKey(exportKey, 'master-wrap');
    const place = labelled('master', accountIdBytes(id), utf8(way));
    expect([toHex(key), toHex(place)]).toEqual([vector.key, vector.place]);
    expect(toHex(aeadOpen(fromHex(vector.bytes).slice(25), place, nonce, key) ?? expect.fail())).toBe(vector.master);
  });

  it.each(hostile)('not opened: $name', (vector) => {
    const { way, exportKey, ...rest } = vector as Hostile & Names;
    for (const bytes of spellings(vector))
      expect(openMaster(bytes, account(rest.account), way, fromHex(exportKey))).toBeUndefined();
  });
});

describe('vectors of bundles', () => {
  type Names = { account: string; version: number; master: string };
  type Valid = Names & {
    name: string;
    fields: object;
    principal: string;
    key: string;
    nonce: string;
    place: string;
    plain: string;
    bytes: string;
  };
  const { valid, hostile } = readVectors<Valid>('bundles');

  it.each(valid)('$name: opened, made anew, with key and place', (vector) => {
    const { version } = vector;
    const [id, master, nonce] = [account(vector.account), fromHex(vector.master), fromHex(vector.nonce)];
    const bundle = openBundle(fromHex(vector.bytes), id, version, master) ?? expect.fail();
    expect(toVector(bundle)).toEqual(vector.fields);
    expect(toHex(sealBundle(bundle, id, version, master, randomFrom(nonce)))).toBe(vector.bytes);
    expect(toHex(signingKeyFromSeed(bundle.identitySeed).publicKey)).toBe(vector.principal);
    const key = deriveKey(master, 'bundle-key');
    expect(toHex(key)).toBe(vector.key);
    const sealed = aeadSeal(fromHex(vector.plain), fromHex(vector.place), nonce, key);
    expect(toHex(concatBytes(Uint8Array.of(1), nonce, sealed))).toBe(vector.bytes);
  });

  it.each(hostile)('not opened: $name', (vector) => {
    const { version, master, ...rest } = vector as Hostile & Names;
    for (const bytes of spellings(vector))
      expect(openBundle(bytes, account(rest.account), version, fromHex(master))).toBeUndefined();
  });
});

describe('vectors of the home’s entries', () => {
  const { valid, hostile } = readVectors<{ name: string; fields: object; bytes: string }>('home-entries');

  it.each(valid)('$name: read and made anew', (vector) => {
    const entry = decodeHomeEntry(fromHex(vector.bytes)) ?? expect.fail();
    expect(toVector(entry)).toEqual(vector.fields);
    expect(toHex(encodeHomeEntry(entry))).toBe(vector.bytes);
  });

  it.each(hostile)('passed over: $name', (vector) => {
    for (const bytes of spellings(vector)) expect(decodeHomeEntry(bytes)).toBeUndefined();
  });
});

describe('vectors of secrets in the home', () => {
  const { valid, hostile } = readVectors<{ name: string; fields: object; bytes: string }>('home-secrets');

  it.each(valid)('$name: read and made anew', (vector) => {
    const secrets = decodeHomeSecrets(fromHex(vector.bytes)) ?? expect.fail();
    expect(toVector(secrets)).toEqual(vector.fields);
    expect(toHex(encodeHomeSecrets(secrets))).toBe(vector.bytes);
  });

  it.each(hostile)('passed over: $name', (vector) => {
    for (const bytes of spellings(vector)) expect(decodeHomeSecrets(bytes)).toBeUndefined();
  });
});

describe('vectors of adding a device by its code', () => {
  type Names = { purpose: Purpose; boxSeed: string; secret: string };
  type Valid = Names & { name: string; key: string; nonce: string; boxed: string; plain: string; bytes: string };
  type Rest = {
    codes: { device: string; boxSeed: string; boxKey: string; secret: string; text: string }[];
    hostileCodes: { name: string; text: string }[];
    welcomes: { name: string; fields: object; bytes: string }[];
  };
  const { codes, hostileCodes, valid, welcomes, hostile } = readVectors<Valid, Rest>('pairing');

  it.each(codes)('the code is read and made anew', ({ device, boxSeed, boxKey, secret, text }) => {
    const code = readCode(text) ?? expect.fail();
    expect(toVector(code)).toEqual({ device, boxKey, secret });
    expect(writeCode(code)).toBe(text);
    expect(toHex(boxKeyFromSeed(fromHex(boxSeed)).publicKey)).toBe(boxKey);
  });

  it.each(hostileCodes)('no code: $name', ({ text }) => {
    expect(readCode(text)).toBeUndefined();
  });

  it.each(valid)('$name: opened, each layer', (vector) => {
    const { purpose } = vector;
    const [box, secret] = [boxKeyFromSeed(fromHex(vector.boxSeed)), fromHex(vector.secret)];
    expect(toVector(openTwice(fromHex(vector.bytes), purpose, box, secret))).toBe(vector.plain);
    const key = deriveKey(secret, 'pairing-key', utf8(purpose));
    expect(toHex(key)).toBe(vector.key);
    expect(toVector(boxOpen(fromHex(vector.boxed), box))).toBe(vector.plain);
    const nonce = fromHex(vector.nonce);
    const outer = aeadSeal(fromHex(vector.boxed), labelled('pairing', utf8(purpose)), nonce, key);
    expect(toHex(concatBytes(nonce, outer))).toBe(vector.bytes);
  });

  it.each(welcomes)('a welcome $name: read and made anew', (vector) => {
    const welcome = decodeWelcome(fromHex(vector.bytes)) ?? expect.fail();
    expect(toVector(welcome)).toEqual(vector.fields);
    expect(toHex(encodeWelcome(welcome))).toBe(vector.bytes);
  });

  it.each(hostile)('refused: $name', (vector) => {
    const { purpose, boxSeed, secret } = vector as Hostile & Names;
    for (const bytes of spellings(vector))
      if (vector.step === 'decode') expect(decodeWelcome(bytes)).toBeUndefined();
      else expect(openTwice(bytes, purpose, boxKeyFromSeed(fromHex(boxSeed)), fromHex(secret))).toBeUndefined();
  });
});

describe('vectors of safety numbers', () => {
  const { valid } = readVectors<{ name: string; principals: string[]; digits: string; code: string }>('safety-numbers');

  it.each(valid)('$name: the same from both sides', ({ principals, digits, code }) => {
    const [a, b] = principals.map((principal) => principalId(fromHex(principal)));
    if (!a || !b) return expect.fail();
    expect(safetyNumber(a, b)).toEqual({ digits, code });
    expect(safetyNumber(b, a)).toEqual({ digits, code });
  });
});

describe('vectors of recovery codes', () => {
  type Valid = { name: string; random: string; shown: string; code: string; typed: string[] };
  type Rest = { confusable: { code: string; typed: string[] } };
  const file = readVectors<Valid, Rest>('recovery-codes');
  const hostile = file.hostile as unknown as { name: string; typed: string }[];

  it.each(file.valid)('$name: made of these random bytes, read as it is typed', ({ random, shown, code, typed }) => {
    expect(makeRecoveryCode(randomFrom(fromHex(random)))).toBe(shown);
    for (const text of [...typed, shown]) expect(parseRecoveryCode(text)).toBe(code);
  });

  it('characters that look alike count as alike', () => {
    for (const text of file.confusable.typed) expect(parseRecoveryCode(text)).toBe(file.confusable.code);
  });

  it.each(hostile)('not read: $name', ({ typed }) => {
    expect(parseRecoveryCode(typed)).toBeUndefined();
  });
});

describe('vectors of what a device keeps of its account', () => {
  const { valid, hostile } = readVectors<{ name: string; id: string; fields: object; bytes: string }>(
    'account-records',
  );

  it.each(valid)('$name: read and made anew', (vector) => {
    const { id, ...record } = decodeAccountRecord(fromHex(vector.bytes));
    expect(toHex(accountIdBytes(id))).toBe(vector.id);
    expect(toVector(record)).toEqual(vector.fields);
    expect(toHex(encodeAccountRecord({ id, ...record }))).toBe(vector.bytes);
  });

  it.each(hostile)('refused as $reason: $name', (vector) => {
    for (const bytes of spellings(vector)) expect(refusalOf(() => decodeAccountRecord(bytes))).toBe(vector.reason);
  });
});

describe('vectors of what a device signs for the service', () => {
  type Valid = {
    name: string;
    deviceSeed: string;
    attempt?: string;
    device?: string;
    host: string;
    signed: string;
    signature: string;
  };
  const { valid } = readVectors<Valid>('account-proofs');

  it.each(valid)('$name: the bytes, signed anew', ({ deviceSeed, attempt, device, host, signed, signature }) => {
    const key = signingKeyFromSeed(fromHex(deviceSeed));
    const message = attempt
      ? signInSignedBytes(fromHex(attempt), host)
      : claimSignedBytes(deviceId(fromHex(device ?? '')), host);
    expect(toHex(message)).toBe(signed);
    expect(toHex(sign(message, key))).toBe(signature);
    expect(verify({ key: key.publicKey, message, signature: fromHex(signature) })).toBe(true);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { openBundle, openMaster, sealBundle, sealMaster } from '../../../../src/engine/accounts/bundle.ts';
import { sodiumReady } from '../../../../src/engine/seal/sodium.ts';
import { nodeRandom } from '../../../../src/platform/node/random.ts';
import { accountId } from '../../../../src/wire/http/fields.ts';
import { roomId } from '../../../../src/wire/ids.ts';

beforeAll(sodiumReady);

const filled = (byte: number, length = 32): Uint8Array => new Uint8Array(length).fill(byte);
const [ACCOUNT, ANOTHER] = [accountId(filled(1, 16)), accountId(filled(2, 16))];
const [MASTER, EXPORT_KEY] = [filled(3), filled(4, 64)];
const BUNDLE = { identitySeed: filled(5), accountKeySeed: filled(6), home: roomId(filled(7)), serverKey: filled(8) };

describe('a bundle', () => {
  it('opens for its account, as its version, under its master key, and not otherwise', () => {
    const sealed = sealBundle(BUNDLE, ACCOUNT, 3, MASTER, nodeRandom);
    expect(openBundle(sealed, ACCOUNT, 3, MASTER)).toEqual(BUNDLE);
    expect(openBundle(sealed, ANOTHER, 3, MASTER)).toBeUndefined();
    for (const version of [2, 4]) expect(openBundle(sealed, ACCOUNT, version, MASTER)).toBeUndefined();
    expect(openBundle(sealed, ACCOUNT, 3, filled(9))).toBeUndefined();
  });

  it('has a master key that opens for its account and its way in alone', () => {
    const sealed = sealMaster(MASTER, ACCOUNT, 'password', EXPORT_KEY, nodeRandom);
    expect(openMaster(sealed, ACCOUNT, 'password', EXPORT_KEY)).toEqual(MASTER);
    expect(openMaster(sealed, ANOTHER, 'password', EXPORT_KEY)).toBeUndefined();
    expect(openMaster(sealed, ACCOUNT, 'recovery', EXPORT_KEY)).toBeUndefined();
    expect(openMaster(sealed, ACCOUNT, 'password', filled(9, 64))).toBeUndefined();
  });
});

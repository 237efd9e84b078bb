import sodium from 'sodium-native';
import { beforeAll, describe, expect, it } from 'vitest';
import { passwordKeyOf } from '../../../src/engine/epochs/link-keys.ts';
import { LINK_SALT_BYTES, stretchedPassword } from '../../../src/engine/epochs/link-password.ts';
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { CHEAP } from '../../support/account-engine.ts';

const salt = new Uint8Array(LINK_SALT_BYTES).fill(7);

function byLibsodium(password: string): Uint8Array {
  const out = Buffer.alloc(32);
  const algorithm = sodium.crypto_pwhash_ALG_ARGON2ID13;
  sodium.crypto_pwhash(out, Buffer.from(password), Buffer.from(salt), 3, 64 * 1024 * 1024, algorithm);
  return new Uint8Array(out);
}

beforeAll(sodiumReady);

describe('[LI2] a stretched password', () => {
  it('is what libsodium’s Argon2id makes of it, with 64 MiB and three passes', async () => {
    for (const password of ['open sesame', 'ünïcödé ☂', 'x'.repeat(200)])
      expect(await stretchedPassword(password, salt)).toEqual(byLibsodium(password));
  }, 120_000);

  it('is another one with another password or another salt', async () => {
    const stretched = await stretchedPassword('open sesame', salt, CHEAP);
    expect(await stretchedPassword('open sesamf', salt, CHEAP)).not.toEqual(stretched);
    expect(
      await stretchedPassword(
        'open sesame',
        salt.map((byte) => byte ^ 1),
        CHEAP,
      ),
    ).not.toEqual(stretched);
  });

  it('gives no key without the link’s secret', async () => {
    const [one, other] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    expect(await passwordKeyOf(one, 'open sesame', CHEAP)).toEqual(await passwordKeyOf(one, 'open sesame', CHEAP));
    expect(await passwordKeyOf(one, 'open sesame', CHEAP)).not.toEqual(
      await passwordKeyOf(other, 'open sesame', CHEAP),
    );
  });
});

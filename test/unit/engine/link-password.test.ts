import { beforeAll, describe, expect, it } from 'vitest';
import { STRETCHING_SEED_BYTES, stretchedPassword } from '../../../src/engine/accounts/opaque.ts';
import { passwordKeyOf } from '../../../src/engine/epochs/link-keys.ts';
import type { KeyStretching } from '../../../src/engine/ports.ts';
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { CHEAP } from '../../support/account-engine.ts';

const seed = new Uint8Array(STRETCHING_SEED_BYTES).fill(7);
const argon2id = (iterations: number, memory: number, parallelism: number): KeyStretching => ({
  'argon2id-custom': { iterations, memory, parallelism },
});

beforeAll(sodiumReady);

describe('[LI2] a stretched password', () => {
  it('follows from password and seed alone: the keys that OPAQUE draws besides do not matter', async () => {
    const stretched = await stretchedPassword('open sesame', seed, CHEAP);
    expect(stretched).toHaveLength(64);
    expect(await stretchedPassword('open sesame', seed, CHEAP)).toEqual(stretched);
  });

  it('is another one with another password, or with a bit of the seed changed at either end', async () => {
    const stretched = await stretchedPassword('open sesame', seed, CHEAP);
    expect(await stretchedPassword('open sesamf', seed, CHEAP)).not.toEqual(stretched);
    for (const at of [0, STRETCHING_SEED_BYTES - 1]) {
      const other = seed.slice();
      other[at] = 6;
      expect(await stretchedPassword('open sesame', other, CHEAP)).not.toEqual(stretched);
    }
    await expect(stretchedPassword('open sesame', seed.subarray(1), CHEAP)).rejects.toThrow();
  });

  it('has gone through Argon2id, by default with 64 MiB, three passes and four lanes', async () => {
    const stretched = await stretchedPassword('open sesame', seed);
    expect(await stretchedPassword('open sesame', seed, argon2id(3, 65_536, 4))).toEqual(stretched);
    for (const cost of [argon2id(1, 8, 1), argon2id(2, 8, 1), argon2id(1, 16, 1)])
      expect(await stretchedPassword('open sesame', seed, cost)).not.toEqual(stretched);
  }, 60_000);

  it('gives no key without the link’s secret', async () => {
    const [one, other] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    expect(await passwordKeyOf(one, 'open sesame', CHEAP)).toEqual(await passwordKeyOf(one, 'open sesame', CHEAP));
    expect(await passwordKeyOf(one, 'open sesame', CHEAP)).not.toEqual(
      await passwordKeyOf(other, 'open sesame', CHEAP),
    );
  });
});

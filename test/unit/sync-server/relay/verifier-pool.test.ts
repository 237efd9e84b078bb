import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildStale } from '../../../../scripts/build.mjs';
import type { Proof } from '../../../../src/wire/proof.ts';
import { createInlineVerifier, type Verifier } from '../../../../sync-server/relay/verifier.ts';
import { packProofs, unpackProofs } from '../../../../sync-server/relay/verifier-batch.ts';
import { realClock } from '../../../support/server/clock.ts';
import { signingKey } from '../../../support/server/identities.ts';

const COMPILED = pathToFileURL('dist/server/sync-server/relay/verifier-pool.js').href;
const BUILD_MS = 60_000;

const key = signingKey('prover');
function proof(bytes: number, holds = true): Proof {
  const message = new Uint8Array(bytes).fill(bytes);
  const signature = key.sign(message);
  if (!holds) signature[3] = (signature[3] ?? 0) ^ 1;
  return { key: key.publicKey, message, signature };
}

it('packs proofs into one buffer and back', () => {
  const proofs = [proof(0), proof(100), proof(5, false)];
  expect(unpackProofs(packProofs(proofs))).toEqual(proofs);
});

describe.each([
  { name: 'on the calling thread', make: async (): Promise<Verifier> => createInlineVerifier() },
  {
    name: 'in worker threads, as compiled',
    make: async (): Promise<Verifier> => {
      const { code, output } = await buildStale(['server']);
      if (code !== 0) throw new Error(output);
      const { createVerifierPool } = await import(/* @vite-ignore */ COMPILED);
      return createVerifierPool(2, realClock);
    },
  },
])('the verifier $name', ({ make }) => {
  let verifier: Verifier;
  beforeAll(async () => {
    verifier = await make();
  }, BUILD_MS);
  afterAll(() => verifier.close());

  it('[RE2] tells signatures that hold from those that do not', async () => {
    expect(await verifier.verify([proof(10)])).toBe(true);
    expect(await verifier.verify([proof(10, false)])).toBe(false);
  });

  it('asks for every proof to hold', async () => {
    expect(await verifier.verify([proof(10), proof(11)])).toBe(true);
    expect(await verifier.verify([proof(10), proof(11, false)])).toBe(false);
    expect(await verifier.verify([proof(10, false), proof(11)])).toBe(false);
  });

  it('answers each of many requests of one turn with its own verdict', async () => {
    const wanted = Array.from({ length: 300 }, (_, i) => i % 7 !== 0);
    const verdicts = await Promise.all(wanted.map((holds, i) => verifier.verify([proof(i, holds)])));
    expect(verdicts).toEqual(wanted);
  });

  it('checks large messages', async () => {
    const large = [proof(3_000_000), proof(2_000_000, false), proof(1_500_000)];
    expect(await Promise.all(large.map((one) => verifier.verify([one])))).toEqual([true, false, true]);
  });

  it('rejects what cannot be checked, and goes on', async () => {
    const broken = { ...proof(10), key: new Uint8Array(3) };
    await expect(verifier.verify([broken])).rejects.toThrow();
    expect(await verifier.verify([proof(10)])).toBe(true);
  });
});

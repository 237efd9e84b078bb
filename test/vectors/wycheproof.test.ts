/**
 * Public test vectors against the very libraries that the engine and the relay use. They lie outside the repository
 * (project Wycheproof, Apache-2.0); where they are not there, the tests are skipped and say so.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import libsodium from 'libsodium-wrappers';
import { beforeAll, describe, expect, it } from 'vitest';
import { aeadOpen, aeadSeal, sodiumReady, verify } from '../../src/engine/seal/sodium.ts';
import { concatBytes } from '../../src/wire/bytes.ts';
import { SIGNATURE_LENGTH } from '../../src/wire/proof.ts';
import { NONCE_BYTES } from '../../src/wire/record.ts';
import { proofHolds } from '../../sync-server/relay/verifier.ts';
import { fromHex, toHex } from '../support/vectors.ts';

const FOLDER = fileURLToPath(new URL('../../../shared/vectors/wycheproof/', import.meta.url));
const IS_THERE = existsSync(FOLDER);

beforeAll(sodiumReady);

type Result = 'valid' | 'invalid' | 'acceptable';
type Case<T> = T & {
  readonly tcId: number;
  readonly comment?: string;
  readonly flags?: string[];
  readonly result: Result;
};
type File<G, T> = {
  readonly numberOfTests: number;
  readonly testGroups: readonly (G & { tests: readonly Case<T>[] })[];
};
const read = <G, T>(name: string): File<G, T> => JSON.parse(readFileSync(`${FOLDER}${name}_test.json`, 'utf8'));

/** Runs all cases of a file and lists those whose verdict is another one than the vectors'. */
function compare<G, T>(name: string, accepts: (test: T, group: G) => boolean): { count: number; wrong: string[] } {
  const file = read<G, T>(name);
  const wrong: string[] = [];
  let count = 0;
  for (const group of file.testGroups)
    for (const test of group.tests) {
      count++;
      const accepted = accepts(test, group);
      // `acceptable` is for what a library may decide either way; no file used here has it for signatures or seals.
      if (test.result !== 'acceptable' && accepted !== (test.result === 'valid'))
        wrong.push(`case ${test.tcId} (${test.comment ?? ''} ${test.flags ?? ''}) is ${test.result}`);
    }
  expect(count).toBe(file.numberOfTests);
  return { count, wrong };
}

describe('where the public vectors are', () => {
  it.runIf(!IS_THERE)('they are not there: nothing was checked against them', () => {
    console.warn(`SKIPPED: no public test vectors in ${FOLDER}`);
  });
  it.runIf(IS_THERE)('they are there', () => {
    expect(existsSync(`${FOLDER}ed25519_test.json`)).toBe(true);
  });
});

describe.skipIf(!IS_THERE)('Wycheproof: Ed25519', () => {
  type Group = { publicKey: { pk: string } };
  type Signature = { msg: string; sig: string };
  const proofOf = ({ msg, sig }: Signature, { publicKey }: Group) => ({
    key: fromHex(publicKey.pk),
    message: fromHex(msg),
    signature: fromHex(sig),
  });
  // sodium-native throws for a signature that is too short and overlooks what follows the 64 bytes of a long one. Neither
  // gets that far in the relay: every signature comes out of a decoder that takes exactly 64 bytes.
  const relayAccepts = (proof: ReturnType<typeof proofOf>): boolean =>
    proof.signature.length === SIGNATURE_LENGTH && proofHolds(proof);

  it('the engine’s library accepts all that is valid and nothing that is not', () => {
    const { count, wrong } = compare<Group, Signature>('ed25519', (test, group) => verify(proofOf(test, group)));
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(100);
  });

  it('the relay’s library accepts all that is valid and nothing that is not', () => {
    const { wrong } = compare<Group, Signature>('ed25519', (test, group) => relayAccepts(proofOf(test, group)));
    expect(wrong).toEqual([]);
  });

  it('both judge alike where they are stricter than the standard asks: keys and points of small order', () => {
    const smallOrder = [
      '0100000000000000000000000000000000000000000000000000000000000000',
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      '0000000000000000000000000000000000000000000000000000000000000000',
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    ];
    for (const key of smallOrder) {
      // R is the neutral element, S is 0: a verifier without the check accepts this for every message.
      const signature = concatBytes(fromHex(smallOrder[0]!), new Uint8Array(32));
      const proof = { key: fromHex(key), message: new Uint8Array(3), signature };
      expect(verify(proof)).toBe(false);
      expect(relayAccepts(proof)).toBe(false);
    }
  });
});

describe.skipIf(!IS_THERE)('Wycheproof: XChaCha20-Poly1305', () => {
  type Group = { ivSize: number };
  type Seal = { key: string; iv: string; aad: string; msg: string; ct: string; tag: string };

  it('opens all that is valid and nothing that is not', () => {
    const { count, wrong } = compare<Group, Seal>('xchacha20_poly1305', (test) => {
      const sealed = concatBytes(fromHex(test.ct), fromHex(test.tag));
      const plain = aeadOpen(sealed, fromHex(test.aad), fromHex(test.iv), fromHex(test.key));
      return plain !== undefined && toHex(plain) === test.msg;
    });
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(200);
  });

  it('seals to the same bytes', () => {
    for (const group of read<Group, Seal>('xchacha20_poly1305').testGroups)
      for (const test of group.tests) {
        if (test.result !== 'valid' || group.ivSize !== 8 * NONCE_BYTES) continue;
        const sealed = aeadSeal(fromHex(test.msg), fromHex(test.aad), fromHex(test.iv), fromHex(test.key));
        expect(toHex(sealed)).toBe(test.ct + test.tag);
      }
  });
});

/** The post-quantum half of X-Wing. */
describe.skipIf(!IS_THERE)('Wycheproof: ML-KEM-768', () => {
  type Group = { parameterSet: string };

  it('makes the keys that belong to a seed', () => {
    const { wrong } = compare<Group, { seed: string; ek: string; dk: string }>('mlkem_768_keygen_seed', (test) => {
      const { publicKey, privateKey } = libsodium.crypto_kem_mlkem768_seed_keypair(fromHex(test.seed));
      return toHex(publicKey) === test.ek && toHex(privateKey) === test.dk;
    });
    expect(wrong).toEqual([]);
  });

  it('encapsulates to the same bytes, and to no key that is out of range', () => {
    const { wrong } = compare<Group, { m: string; ek: string; c: string; K: string }>('mlkem_768_encaps', (test) => {
      try {
        const made = libsodium.crypto_kem_mlkem768_enc_deterministic(fromHex(test.ek), fromHex(test.m));
        return toHex(made.ciphertext) === test.c && toHex(made.sharedSecret) === test.K;
      } catch {
        return false;
      }
    });
    expect(wrong).toEqual([]);
  });

  it('decapsulates to the same secret, by implicit rejection too, and takes no ciphertext of another length', () => {
    const { wrong } = compare<Group, { seed: string; ek?: string; c: string; K: string }>('mlkem_768', (test) => {
      try {
        const { privateKey } = libsodium.crypto_kem_mlkem768_seed_keypair(fromHex(test.seed));
        return toHex(libsodium.crypto_kem_mlkem768_dec(fromHex(test.c), privateKey)) === test.K;
      } catch {
        return false;
      }
    });
    expect(wrong).toEqual([]);
  });
});

/** The classical half of X-Wing. */
describe.skipIf(!IS_THERE)('Wycheproof: X25519', () => {
  type Exchange = { public: string; private: string; shared: string };
  const agree = (test: Exchange): string | undefined => {
    try {
      return toHex(libsodium.crypto_scalarmult(fromHex(test.private), fromHex(test.public)));
    } catch {
      return undefined;
    }
  };

  it('comes to the same secret in all that is valid', () => {
    const { count, wrong } = compare<object, Exchange>('x25519', (test) => agree(test) === test.shared);
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(500);
  });

  it('of what may be decided either way it refuses exactly the secrets that are zero', () => {
    for (const { tests } of read<object, Exchange>('x25519').testGroups)
      for (const test of tests) {
        if (test.result !== 'acceptable') continue;
        const isZero = /^0+$/.test(test.shared);
        expect(agree(test)).toBe(isZero ? undefined : test.shared);
      }
  });
});

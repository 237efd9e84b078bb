/** Every primitive that a client uses, in the very build that it uses: through the engine's functions where they take a vector. */
import libsodium from 'libsodium-wrappers';
import {
  aeadOpen,
  aeadSeal,
  blake2b,
  boxKeyFromSeed,
  boxOpen,
  boxSeal,
  decapsulate,
  kemKeyFromSeed,
  sodiumReady,
  verify,
} from '../../../src/engine/seal/sodium.ts';
import { concatBytes } from '../../../src/wire/bytes.ts';
import { NONCE_BYTES } from '../../../src/wire/record.ts';
import { blake2bSelfTest, SECRET_BOX, X_WING } from './known-answers.ts';
import {
  fromHex,
  judgeAll,
  judgeKnown,
  type Outcome,
  orUndefined,
  toHex,
  type VectorFile,
  type VectorFiles,
} from './suite.ts';

type SignedMessage = { readonly msg: string; readonly sig: string };
type SigningGroup = { readonly publicKey: { readonly pk: string } };
type Seal = Readonly<Record<'key' | 'iv' | 'aad' | 'msg' | 'ct' | 'tag', string>>;
type Exchange = Readonly<Record<'public' | 'private' | 'shared', string>>;

/** A signature of a vector, as the product hands it to either library. */
export const proofOf = ({ msg, sig }: SignedMessage, { publicKey }: SigningGroup) => ({
  key: fromHex(publicKey.pk),
  message: fromHex(msg),
  signature: fromHex(sig),
});

const seals = ({ key, iv, aad, msg }: Seal): string =>
  toHex(aeadSeal(fromHex(msg), fromHex(aad), fromHex(iv), fromHex(key)));

const opens = ({ key, iv, aad, ct, tag }: Seal): string | undefined => {
  const plain = aeadOpen(concatBytes(fromHex(ct), fromHex(tag)), fromHex(aad), fromHex(iv), fromHex(key));
  return plain && toHex(plain);
};

const agree = (test: Exchange): string | undefined =>
  orUndefined(() => toHex(libsodium.crypto_scalarmult(fromHex(test.private), fromHex(test.public))));

const fileSuites = (files: VectorFiles): Outcome[] => [
  judgeAll<SigningGroup, SignedMessage>('Ed25519, checking', files.ed25519, (test, group) =>
    verify(proofOf(test, group)),
  ),
  judgeAll<object, Seal>('XChaCha20-Poly1305, opening', files.xchacha20_poly1305, (test) => opens(test) === test.msg),
  judgeAll<{ readonly ivSize: number }, Seal>('XChaCha20-Poly1305, sealing', files.xchacha20_poly1305, (test, group) =>
    // What is not valid is a changed seal, or a nonce that the product never makes.
    group.ivSize === 8 * NONCE_BYTES ? seals(test) === test.ct + test.tag : false,
  ),
  judgeAll<object, Readonly<Record<'seed' | 'ek' | 'dk', string>>>(
    'ML-KEM-768, keys of a seed',
    files.mlkem_768_keygen_seed,
    (test) => {
      const { publicKey, privateKey } = libsodium.crypto_kem_mlkem768_seed_keypair(fromHex(test.seed));
      return toHex(publicKey) === test.ek && toHex(privateKey) === test.dk;
    },
  ),
  judgeAll<object, Readonly<Record<'m' | 'ek' | 'c' | 'K', string>>>(
    'ML-KEM-768, encapsulating, to no key that is out of range',
    files.mlkem_768_encaps,
    (test) => {
      const made = orUndefined(() =>
        libsodium.crypto_kem_mlkem768_enc_deterministic(fromHex(test.ek), fromHex(test.m)),
      );
      return made !== undefined && toHex(made.ciphertext) === test.c && toHex(made.sharedSecret) === test.K;
    },
  ),
  judgeAll<object, Readonly<Record<'seed' | 'c' | 'K', string>>>(
    'ML-KEM-768, decapsulating, with implicit rejection',
    files.mlkem_768,
    (test) => {
      const key = orUndefined(() => libsodium.crypto_kem_mlkem768_seed_keypair(fromHex(test.seed)).privateKey);
      const secret = key && orUndefined(() => libsodium.crypto_kem_mlkem768_dec(fromHex(test.c), key));
      return secret !== undefined && toHex(secret) === test.K;
    },
  ),
  judgeAll<object, Exchange>('X25519', files.x25519, (test) => agree(test) === test.shared),
  zeroSecrets(files),
];

/** Of what may be decided either way, libsodium refuses exactly the secrets that are zero. */
function zeroSecrets({ x25519 }: VectorFiles): Outcome {
  const tests = (x25519 as VectorFile<object, Exchange>).testGroups.flatMap(({ tests: all }) => all);
  return judgeKnown(
    'X25519, no secret of zeros',
    tests
      .filter(({ result }) => result === 'acceptable')
      .map((test, i) => [`acceptable ${i}`, agree(test) === (/^0+$/.test(test.shared) ? undefined : test.shared)]),
  );
}

const xWing = (): Outcome =>
  judgeKnown(
    'X-Wing',
    X_WING.flatMap(([seed, random, shared], i) => {
      const { publicKey, secretKey } = kemKeyFromSeed(fromHex(seed));
      const made = libsodium.crypto_kem_xwing_enc_deterministic(publicKey, fromHex(random));
      return [
        [`${i}: encapsulating`, toHex(made.sharedSecret) === shared],
        [`${i}: decapsulating`, toHex(decapsulate(made.ciphertext, secretKey)) === shared],
      ];
    }),
  );

function blake2bSuite(): Outcome {
  const { hashes, isRight } = blake2bSelfTest((length, input, key) => libsodium.crypto_generichash(length, input, key));
  return { suite: 'BLAKE2b, keyed and not', count: hashes, wrong: isRight ? [] : ['the hash over all'] };
}

/** A sealed box is X25519 and XSalsa20-Poly1305 under a nonce that is the hash of both public keys. */
function sealedBox(): Outcome {
  const [key, nonce, plain] = [SECRET_BOX.key, SECRET_BOX.nonce, SECRET_BOX.plain].map(fromHex) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const recipient = boxKeyFromSeed(key);
  const ephemeral = boxKeyFromSeed(blake2b(key));
  const boxNonce = libsodium.crypto_generichash(24, concatBytes(ephemeral.publicKey, recipient.publicKey), null);
  const box = libsodium.crypto_box_easy(plain, boxNonce, recipient.publicKey, ephemeral.secretKey);
  const opened = boxOpen(concatBytes(ephemeral.publicKey, box), recipient);
  const again = boxOpen(boxSeal(plain, recipient.publicKey), recipient);
  return judgeKnown('sealed box', [
    ['XSalsa20-Poly1305', toHex(libsodium.crypto_secretbox_easy(plain, nonce, key)) === SECRET_BOX.sealed],
    ['made of its parts', opened !== undefined && toHex(opened) === SECRET_BOX.plain],
    ['sealed and opened', again !== undefined && toHex(again) === SECRET_BOX.plain],
  ]);
}

/** `files`: null where project Wycheproof's vectors are not there; then only the answers that the tests bring are checked. */
export async function runClientSuites(files: VectorFiles | null): Promise<Outcome[]> {
  await sodiumReady();
  return [...(files ? fileSuites(files) : []), xWing(), blake2bSuite(), sealedBox()];
}

/**
 * libsodium, under the names that the rest of the engine uses. Everything that seals, opens, signs, verifies, hashes
 * or derives passes through here. Algorithms: docs/cryptography.md.
 */
import libsodium from 'libsodium-wrappers';
import { labelled } from '../../wire/bytes.ts';
import type { Proof } from '../../wire/proof.ts';

export const KEY_BYTES = 32;
export const HASH_BYTES = 32;
export const AEAD_TAG_BYTES = 16;

export type SigningKey = { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };
/** X25519, for what has to be short. */
export type BoxKey = { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };
export type KemKey = { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };

/** Resolves when the WebAssembly module is ready. Everything below needs it. */
export const sodiumReady = async (): Promise<void> => libsodium.ready;

/** BLAKE2b-256. */
export const blake2b = (bytes: Uint8Array): Uint8Array => libsodium.crypto_generichash(HASH_BYTES, bytes, null);

/** A 32-byte key from a 32-byte key: keyed BLAKE2b-256 over a labelled context. */
export const deriveKey = (key: Uint8Array, label: string, ...context: readonly Uint8Array[]): Uint8Array =>
  libsodium.crypto_generichash(HASH_BYTES, labelled(label, ...context), key);

export function signingKeyFromSeed(seed: Uint8Array): SigningKey {
  const { publicKey, privateKey } = libsodium.crypto_sign_seed_keypair(seed);
  return { publicKey, secretKey: privateKey };
}

/** X-Wing: X25519 and ML-KEM-768. */
export function kemKeyFromSeed(seed: Uint8Array): KemKey {
  const { publicKey, privateKey } = libsodium.crypto_kem_xwing_seed_keypair(seed);
  return { publicKey, secretKey: privateKey };
}

export function encapsulate(publicKey: Uint8Array): { ciphertext: Uint8Array; sharedSecret: Uint8Array } {
  return libsodium.crypto_kem_xwing_enc(publicKey);
}

/** Whether something can be encapsulated to it at all. */
export function isKemKey(publicKey: Uint8Array): boolean {
  try {
    encapsulate(publicKey);
    return true;
  } catch {
    return false;
  }
}

/** Never fails on a wrong ciphertext: the secret is then a different one (implicit rejection). */
export const decapsulate = (ciphertext: Uint8Array, secretKey: Uint8Array): Uint8Array =>
  libsodium.crypto_kem_xwing_dec(ciphertext, secretKey);

export function boxKeyFromSeed(seed: Uint8Array): BoxKey {
  const { publicKey, privateKey } = libsodium.crypto_box_seed_keypair(seed);
  return { publicKey, secretKey: privateKey };
}

/** To whoever holds the key, from nobody in particular. */
export const boxSeal = (plain: Uint8Array, publicKey: Uint8Array): Uint8Array =>
  libsodium.crypto_box_seal(plain, publicKey);

/** Undefined: for somebody else, or changed on its way. */
export function boxOpen(sealed: Uint8Array, key: BoxKey): Uint8Array | undefined {
  try {
    return libsodium.crypto_box_seal_open(sealed, key.publicKey, key.secretKey);
  } catch {
    return undefined;
  }
}

export const sign = (message: Uint8Array, key: SigningKey): Uint8Array =>
  libsodium.crypto_sign_detached(message, key.secretKey);

export function verify(proof: Proof): boolean {
  try {
    return libsodium.crypto_sign_verify_detached(proof.signature, proof.message, proof.key);
  } catch {
    return false; // libsodium throws on keys of a wrong length
  }
}

/** XChaCha20-Poly1305. `nonce`: 24 random bytes. */
export const aeadSeal = (plain: Uint8Array, associated: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array =>
  libsodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plain, associated, null, nonce, key);

/** The plaintext, or undefined if the ciphertext is not authentic. */
export function aeadOpen(
  sealed: Uint8Array,
  associated: Uint8Array,
  nonce: Uint8Array,
  key: Uint8Array,
): Uint8Array | undefined {
  if (sealed.length < AEAD_TAG_BYTES) return undefined;
  try {
    return libsodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, sealed, associated, nonce, key);
  } catch {
    return undefined;
  }
}

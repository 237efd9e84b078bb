/** Primitives: libsodium's C code for all but X-Wing, which only the WebAssembly build has. */
import libsodium from 'libsodium-wrappers';
import sodium from 'sodium-native';
import { cat, labelled, utf8 } from './layout.ts';

const asBuffer = (bytes: Uint8Array): Buffer => bytes as Buffer;

export const ready = (): Promise<void> => libsodium.ready;

/** BLAKE2b-256 under a label [EN3]. */
export const hash = (label: string, ...parts: readonly Uint8Array[]): Uint8Array => digest(labelled(label, ...parts));
/** The same, keyed: how every key is derived. */
export const derive = (key: Uint8Array, label: string, ...parts: readonly Uint8Array[]): Uint8Array =>
  digest(labelled(label, ...parts), key);

function digest(bytes: Uint8Array, key?: Uint8Array): Uint8Array {
  const out = new Uint8Array(32);
  if (key) sodium.crypto_generichash(asBuffer(out), asBuffer(bytes), asBuffer(key));
  else sodium.crypto_generichash(asBuffer(out), asBuffer(bytes));
  return out;
}

/** Bytes that stand for random ones: the same in every run. */
export function fixed(name: string, length = 32): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let i = 0; i * 32 < length; i++) parts.push(digest(utf8(`sealroom test vectors/${name}/${i}`)));
  return cat(...parts).slice(0, length);
}

export type Signer = { readonly seed: Uint8Array; readonly key: Uint8Array; readonly sign: Sign };
type Sign = (label: string, ...parts: readonly Uint8Array[]) => Uint8Array;

export function signer(seed: Uint8Array): Signer {
  const key = new Uint8Array(32);
  const secret = new Uint8Array(64);
  sodium.crypto_sign_seed_keypair(asBuffer(key), asBuffer(secret), asBuffer(seed));
  const sign: Sign = (label, ...parts) => {
    const signature = new Uint8Array(64);
    sodium.crypto_sign_detached(asBuffer(signature), asBuffer(labelled(label, ...parts)), asBuffer(secret));
    return signature;
  };
  return { seed, key, sign };
}

export type Kem = { readonly seed: Uint8Array; readonly key: Uint8Array };
export const kem = (seed: Uint8Array): Kem => ({ seed, key: libsodium.crypto_kem_xwing_seed_keypair(seed).publicKey });
/** `seed`: 64 bytes that stand for the randomness of an encapsulation. */
export const encapsulate = (key: Uint8Array, seed: Uint8Array): { ciphertext: Uint8Array; sharedSecret: Uint8Array } =>
  libsodium.crypto_kem_xwing_enc_deterministic(key, seed);

/** XChaCha20-Poly1305. */
export function seal(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, plain: Uint8Array): Uint8Array {
  const out = new Uint8Array(plain.length + 16);
  sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
    asBuffer(out),
    asBuffer(plain),
    asBuffer(associated),
    null,
    asBuffer(nonce),
    asBuffer(key),
  );
  return out;
}

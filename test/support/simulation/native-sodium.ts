/**
 * Stands in for `libsodium-wrappers` in the simulation: the same functions of the same library, compiled for this machine
 * instead of WebAssembly. What follows from its input alone is worked out once in a thread: a run has several engines, each
 * of which checks the same signature and opens the same wrap.
 */
import libsodium from 'libsodium-wrappers';
import sodium from 'sodium-native';

type KeyPair = { readonly publicKey: Uint8Array; readonly privateKey: Uint8Array };

const buffer = (bytes: Uint8Array): Buffer => bytes as Buffer;
const text = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** Kept results; beyond that all are forgotten. */
const MAX_KEPT = 4_000;

/** `inputs`: everything that the result depends on. */
function once<T>(work: (...inputs: Uint8Array[]) => T): (...inputs: Uint8Array[]) => T {
  const kept = new Map<string, T>();
  return (...inputs) => {
    const name = inputs.map(text).join('/');
    const known = kept.get(name);
    if (known !== undefined) return known;
    const made = work(...inputs);
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(name, made);
    return made;
  };
}

const copied = ({ publicKey, privateKey }: KeyPair): KeyPair => ({
  publicKey: publicKey.slice(),
  privateKey: privateKey.slice(),
});

const signingPair = once((seed): KeyPair => {
  const [publicKey, privateKey] = [new Uint8Array(32), new Uint8Array(64)];
  sodium.crypto_sign_seed_keypair(buffer(publicKey), buffer(privateKey), buffer(seed));
  return { publicKey, privateKey };
});
const kemPair = once((seed): KeyPair => libsodium.crypto_kem_xwing_seed_keypair(seed));
const decapsulated = once((ciphertext, secretKey) => libsodium.crypto_kem_xwing_dec(ciphertext, secretKey));

/** By signature: the key and the message that it was checked for. Longer messages are not worth the memory. */
const checked = new Map<string, { readonly key: Uint8Array; readonly message: Uint8Array; readonly holds: boolean }>();
const MAX_KEPT_MESSAGE_BYTES = 64 * 1024;

function verify(signature: Uint8Array, message: Uint8Array, key: Uint8Array): boolean {
  // The library throws on other lengths; this one looks at the first bytes alone.
  if (signature.length !== 64 || key.length !== 32) throw new TypeError('length of a signature or of a key');
  const name = text(signature);
  const known = checked.get(name);
  if (known && Buffer.compare(known.key, key) === 0 && Buffer.compare(known.message, message) === 0) return known.holds;
  const holds = sodium.crypto_sign_verify_detached(buffer(signature), buffer(message), buffer(key));
  if (message.length > MAX_KEPT_MESSAGE_BYTES) return holds;
  if (checked.size >= MAX_KEPT) checked.clear();
  checked.set(name, { key: key.slice(), message: message.slice(), holds });
  return holds;
}

function generichash(length: number, message: Uint8Array, key: Uint8Array | null): Uint8Array {
  const out = new Uint8Array(length);
  if (key) sodium.crypto_generichash(buffer(out), buffer(message), buffer(key));
  else sodium.crypto_generichash(buffer(out), buffer(message));
  return out;
}

const TAG_BYTES = sodium.crypto_aead_xchacha20poly1305_ietf_ABYTES;

// biome-ignore lint/style/noDefaultExport: it stands in for a module that has one
export default {
  ready: libsodium.ready,
  crypto_generichash: generichash,
  crypto_sign_seed_keypair: (seed: Uint8Array) => copied(signingPair(seed)),
  crypto_kem_xwing_seed_keypair: (seed: Uint8Array) => copied(kemPair(seed)),
  crypto_kem_xwing_enc: (publicKey: Uint8Array) => libsodium.crypto_kem_xwing_enc(publicKey),
  crypto_kem_xwing_dec: (ciphertext: Uint8Array, secretKey: Uint8Array) => decapsulated(ciphertext, secretKey).slice(),
  crypto_sign_detached: (message: Uint8Array, secretKey: Uint8Array) => {
    const signature = new Uint8Array(64);
    sodium.crypto_sign_detached(buffer(signature), buffer(message), buffer(secretKey));
    return signature;
  },
  crypto_sign_verify_detached: verify,
  crypto_aead_xchacha20poly1305_ietf_encrypt: (
    plain: Uint8Array,
    associated: Uint8Array,
    _: null,
    nonce: Uint8Array,
    key: Uint8Array,
  ) => {
    const sealed = new Uint8Array(plain.length + TAG_BYTES);
    sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
      buffer(sealed),
      buffer(plain),
      buffer(associated),
      null,
      buffer(nonce),
      buffer(key),
    );
    return sealed;
  },
  crypto_aead_xchacha20poly1305_ietf_decrypt: (
    _: null,
    sealed: Uint8Array,
    associated: Uint8Array,
    nonce: Uint8Array,
    key: Uint8Array,
  ) => {
    const plain = new Uint8Array(sealed.length - TAG_BYTES);
    sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
      buffer(plain),
      null,
      buffer(sealed),
      buffer(associated),
      buffer(nonce),
      buffer(key),
    );
    return plain;
  },
};

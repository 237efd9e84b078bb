/** [LI2] What a link's password comes to, by libsodium's Argon2id. */
import sodium from 'sodium-native';
import { derive } from './primitives.ts';

const MEMORY_BYTES = 64 * 1024 * 1024;
const PASSES = 3;

/** `password`: normalised. */
export function stretched(password: string, secret: Uint8Array): Uint8Array {
  const salt = Buffer.from(derive(secret, 'link-salt').subarray(0, sodium.crypto_pwhash_SALTBYTES));
  const out = Buffer.alloc(32);
  sodium.crypto_pwhash(out, Buffer.from(password), salt, PASSES, MEMORY_BYTES, sodium.crypto_pwhash_ALG_ARGON2ID13);
  return new Uint8Array(out);
}

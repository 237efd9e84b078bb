import sodium from 'sodium-native';
import { ID_BYTES } from '../../src/wire/ids.ts';

/** libsodium takes any typed array, its types ask for Node's. */
export const asBuffer = (bytes: Uint8Array): Buffer => bytes as Buffer;

/** BLAKE2b with 32 bytes of output [EN3]. */
export function blake2b256(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(ID_BYTES);
  sodium.crypto_generichash(asBuffer(out), asBuffer(bytes));
  return out;
}

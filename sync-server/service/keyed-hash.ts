import sodium from 'sodium-native';
import { labelled } from '../../src/wire/bytes.ts';
import { ID_BYTES } from '../../src/wire/ids.ts';
import { asBuffer } from '../relay/hash.ts';

/** BLAKE2b-256 keyed with 32 bytes, under a label. */
export function keyedHash(key: Uint8Array, label: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(ID_BYTES);
  sodium.crypto_generichash(asBuffer(out), asBuffer(labelled(`service/${label}`, ...parts)), asBuffer(key));
  return out;
}

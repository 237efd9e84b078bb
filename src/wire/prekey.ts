/** A device's public key for receiving epoch secrets (X-Wing), signed by the device [PK1]. */
import { ByteReader, ByteWriter, equalBytes, labelled, WireError } from './bytes.ts';
import { type DeviceId, deviceId, type Hash, hashId, ID_BYTES, idBytes } from './ids.ts';
import { type Proof, SIGNATURE_LENGTH } from './proof.ts';

const VERSION = 1;
export const KEM_PUBLIC_KEY_BYTES = 1216;
export const KEM_CIPHERTEXT_BYTES = 1120;
/** A signed one: version, device, id, date, list version and hash, key, signature. */
export const PREKEY_BYTES = 1 + ID_BYTES + 4 + 8 + 4 + ID_BYTES + KEM_PUBLIC_KEY_BYTES + SIGNATURE_LENGTH;

export type Prekey = {
  readonly device: DeviceId;
  /** Counts up with every replacement; a signer refuses one older than any it has seen. */
  readonly id: number;
  /** Milliseconds since 1970, by the device's clock. */
  readonly date: number;
  readonly listVersion: number;
  readonly listHash: Hash;
  readonly kemKey: Uint8Array;
};
export type SignedPrekey = { readonly prekey: Prekey; readonly bytes: Uint8Array; readonly proof: Proof };

export const encodePrekey = (prekey: Prekey): Uint8Array =>
  new ByteWriter()
    .u8(VERSION)
    .raw(idBytes(prekey.device))
    .u32(prekey.id)
    .u64(prekey.date)
    .u32(prekey.listVersion)
    .raw(idBytes(prekey.listHash))
    .raw(prekey.kemKey)
    .bytes();

export const prekeySignedBytes = (unsigned: Uint8Array): Uint8Array => labelled('prekey', unsigned);

export function decodePrekey(bytes: Uint8Array): SignedPrekey {
  const reader = new ByteReader(bytes);
  const version = reader.u8();
  if (version !== VERSION) throw new WireError('unknown-version', `prekey version ${version}`);
  const deviceKey = reader.raw(ID_BYTES);
  const prekey: Prekey = {
    device: deviceId(deviceKey),
    id: reader.u32(),
    date: reader.u64(),
    listVersion: reader.u32(),
    listHash: hashId(reader.raw(ID_BYTES)),
    kemKey: reader.raw(KEM_PUBLIC_KEY_BYTES),
  };
  const unsigned = bytes.subarray(0, bytes.length - reader.remaining);
  const signature = reader.raw(SIGNATURE_LENGTH);
  reader.end();
  return { prekey, bytes, proof: { key: deviceKey, message: prekeySignedBytes(unsigned), signature } };
}

/**
 * [PK2] What a device's prekey is beside another one of the same device. The higher id is newer. A device whose list has changed
 * signs the same key anew: of one id, the higher list version is newer, and all else stays. Anything else under an id
 * contradicts it.
 */
export function comparePrekeys(one: SignedPrekey, other: SignedPrekey): 'newer' | 'same' | 'older' | 'contradictory' {
  if (equalBytes(one.bytes, other.bytes)) return 'same';
  const [a, b] = [one.prekey, other.prekey];
  if (a.id !== b.id) return a.id > b.id ? 'newer' : 'older';
  if (a.listVersion === b.listVersion || a.date !== b.date || !equalBytes(a.kemKey, b.kemKey)) return 'contradictory';
  return a.listVersion > b.listVersion ? 'newer' : 'older';
}

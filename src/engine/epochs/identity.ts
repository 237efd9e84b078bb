/** Who this device is: a guest profile's identity key, the device's signing key and prekey. Made once, kept in the vault. */
import { ByteReader, ByteWriter, concatBytes } from '../../wire/bytes.ts';
import { deviceListHash, deviceListSignedBytes, encodeDeviceList, listingSignedBytes } from '../../wire/device-list.ts';
import { type DeviceId, deviceId, type PrincipalId, principalId, ZERO_HASH } from '../../wire/ids.ts';
import { encodePrekey, prekeySignedBytes } from '../../wire/prekey.ts';
import type { Random } from '../ports.ts';
import {
  blake2b,
  KEY_BYTES,
  type KemKey,
  kemKeyFromSeed,
  type SigningKey,
  sign,
  signingKeyFromSeed,
} from '../seal/sodium.ts';

export type Identity = {
  readonly principal: PrincipalId;
  readonly device: DeviceId;
  readonly signing: SigningKey;
  readonly prekey: KemKey;
  readonly prekeyId: number;
  /** Signed by the device, as others would be handed it. */
  readonly signedPrekey: Uint8Array;
  /** The signed device list. A guest's has this one device. */
  readonly list: Uint8Array;
  readonly listVersion: number;
  /** What the vault keeps: everything above follows from it. */
  readonly seeds: Uint8Array;
};

const VERSION = 1;
const FIRST = 1;

/** `now`: the prekey's date, milliseconds since 1970. */
export const makeIdentity = (random: Random, now: number): Identity =>
  identityFromSeeds(
    new ByteWriter()
      .u8(VERSION)
      .u64(now)
      .raw(random.bytes(KEY_BYTES))
      .raw(random.bytes(KEY_BYTES))
      .raw(random.bytes(KEY_BYTES))
      .bytes(),
  );

/** @throws WireError if the bytes are not what `makeIdentity` kept */
export function identityFromSeeds(seeds: Uint8Array): Identity {
  const reader = new ByteReader(seeds);
  if (reader.u8() !== VERSION) throw new Error('identity of another version');
  const date = reader.u64();
  const identity = signingKeyFromSeed(reader.raw(KEY_BYTES));
  const signing = signingKeyFromSeed(reader.raw(KEY_BYTES));
  const prekey = kemKeyFromSeed(reader.raw(KEY_BYTES));
  reader.end();
  const device = deviceId(signing.publicKey);
  const principal = principalId(identity.publicKey);
  const unsignedList = encodeDeviceList({
    principal,
    version: FIRST,
    previous: ZERO_HASH,
    devices: [device],
    listings: [sign(listingSignedBytes(principal), signing)],
  });
  const list = concatBytes(unsignedList, sign(deviceListSignedBytes(unsignedList), identity));
  const unsignedPrekey = encodePrekey({
    device,
    id: FIRST,
    date,
    listVersion: FIRST,
    listHash: deviceListHash(blake2b, list),
    kemKey: prekey.publicKey,
  });
  return {
    principal,
    device,
    signing,
    prekey,
    prekeyId: FIRST,
    signedPrekey: concatBytes(unsignedPrekey, sign(prekeySignedBytes(unsignedPrekey), signing)),
    list,
    listVersion: FIRST,
    seeds,
  };
}

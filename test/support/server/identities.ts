/** Keys of people, devices and links in tests: real ones, each from the name it is asked for by. */
import sodium from 'sodium-native';
import { concatBytes, utf8 } from '../../../src/wire/bytes.ts';
import { certificateSignedBytes, encodeCertificate } from '../../../src/wire/certificate.ts';
import {
  deviceListHash,
  deviceListSignedBytes,
  encodeDeviceList,
  listingSignedBytes,
  sortById,
} from '../../../src/wire/device-list.ts';
import {
  type DeviceId,
  deviceId,
  type Hash,
  type PrincipalId,
  principalId,
  type RoomId,
  ZERO_HASH,
} from '../../../src/wire/ids.ts';
import { asBuffer, blake2b256 } from '../../../sync-server/relay/hash.ts';

export type SigningKey = {
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly sign: (message: Uint8Array) => Uint8Array;
};
export type Device = SigningKey & { readonly id: DeviceId };
export type Link = SigningKey & { readonly id: PrincipalId };
export type SignedList = {
  readonly principal: PrincipalId;
  readonly version: number;
  readonly hash: Hash;
  readonly bytes: Uint8Array;
  readonly devices: readonly DeviceId[];
};
export type Person = {
  readonly key: SigningKey;
  readonly id: PrincipalId;
  readonly device: Device;
  readonly list: SignedList;
};

export function signingKey(name: string): SigningKey {
  const publicKey = new Uint8Array(sodium.crypto_sign_PUBLICKEYBYTES);
  const secretKey = new Uint8Array(sodium.crypto_sign_SECRETKEYBYTES);
  const seed = blake2b256(utf8(name));
  sodium.crypto_sign_seed_keypair(asBuffer(publicKey), asBuffer(secretKey), asBuffer(seed));
  const sign = (message: Uint8Array) => {
    const signature = new Uint8Array(sodium.crypto_sign_BYTES);
    sodium.crypto_sign_detached(asBuffer(signature), asBuffer(message), asBuffer(secretKey));
    return signature;
  };
  return { seed, publicKey, sign };
}

const deviceById = new Map<DeviceId, Device>();

export function makeDevice(name: string): Device {
  const key = signingKey(`device ${name}`);
  const device = { ...key, id: deviceId(key.publicKey) };
  deviceById.set(device.id, device);
  return device;
}

export function makeLink(name: string): Link {
  const key = signingKey(`link ${name}`);
  return { ...key, id: principalId(key.publicKey) };
}

export function signList(
  key: SigningKey,
  devices: readonly DeviceId[],
  version = 1,
  previous: Hash = ZERO_HASH,
): SignedList {
  const principal = principalId(key.publicKey);
  const sorted = sortById(devices, (device) => device);
  // Devices that this file has made sign their listing; another's signature cannot be had.
  const listings = sorted.map(
    (device) => deviceById.get(device)?.sign(listingSignedBytes(principal)) ?? new Uint8Array(64),
  );
  const unsigned = encodeDeviceList({ principal, version, previous, devices: sorted, listings });
  const bytes = concatBytes(unsigned, key.sign(deviceListSignedBytes(unsigned)));
  return { principal, version, hash: deviceListHash(blake2b256, bytes), bytes, devices: sorted };
}

/** A person with one device, or with those given. */
export function makePerson(name: string, devices: readonly Device[] = [makeDevice(name)]): Person {
  const key = signingKey(`person ${name}`);
  const [device] = devices;
  if (!device) throw new Error('a person has a device');
  const list = signList(
    key,
    devices.map(({ id }) => id),
  );
  return { key, id: principalId(key.publicKey), device, list };
}

/** Signs later lists of this person, which name the first as the one before unless told otherwise. */
export const listsOf =
  ({ key, list }: Person) =>
  (version: number, devices: readonly Pick<Device, 'id'>[], before: SignedList = list): SignedList =>
    signList(
      key,
      devices.map(({ id }) => id),
      version,
      before.hash,
    );

export const certify = (link: Link, room: RoomId, device: Device): Uint8Array =>
  encodeCertificate(link.id, link.sign(certificateSignedBytes(room, device.id)));

/**
 * An account's or guest profile's devices, signed by its identity key, and by each device [DL1]–[DL4]: else a member could put
 * somebody else's device on its own list, and with it take that device's place in a room.
 */
import { ByteReader, ByteWriter, labelled, WireError } from './bytes.ts';
import type { Blake2b256 } from './chain.ts';
import { type DeviceId, deviceId, type Hash, hashId, ID_BYTES, idBytes, type PrincipalId, principalId } from './ids.ts';
import { MAX_DEVICES_PER_LIST } from './limits.ts';
import { type Proof, SIGNATURE_LENGTH } from './proof.ts';

const VERSION = 1;

/** A signed list: its head, the devices with their listings, the signature. */
export const MAX_DEVICE_LIST_BYTES =
  1 + ID_BYTES + 4 + ID_BYTES + 2 + MAX_DEVICES_PER_LIST * (ID_BYTES + SIGNATURE_LENGTH) + SIGNATURE_LENGTH;

export type DeviceList = {
  readonly principal: PrincipalId;
  /** Starts at 1, grows by one. A log need not have seen every one [DL2]. */
  readonly version: number;
  /** Hash of the list before, zero for the first. */
  readonly previous: Hash;
  /** Ascending by bytes, without repetition. */
  readonly devices: readonly DeviceId[];
  /** Each device's signature over `listingSignedBytes`, in the order of the devices. */
  readonly listings: readonly Uint8Array[];
};
export type SignedDeviceList = {
  readonly list: DeviceList;
  readonly bytes: Uint8Array;
  /** The identity key's first, then the devices'. */
  readonly proofs: readonly Proof[];
};

export function encodeDeviceList(list: DeviceList): Uint8Array {
  const out = new ByteWriter().u8(VERSION).raw(idBytes(list.principal)).u32(list.version).raw(idBytes(list.previous));
  out.u16(list.devices.length);
  for (const [index, device] of list.devices.entries())
    out.raw(idBytes(device)).raw(list.listings[index] ?? new Uint8Array(SIGNATURE_LENGTH));
  return out.bytes();
}

/** What a device signs to be on a principal's lists. */
export const listingSignedBytes = (principal: PrincipalId): Uint8Array => labelled('listing', idBytes(principal));

/** What the identity key signs. */
export const deviceListSignedBytes = (unsigned: Uint8Array): Uint8Array => labelled('device-list', unsigned);

export const deviceListHash = (hash: Blake2b256, signed: Uint8Array): Hash =>
  hashId(hash(labelled('device-list-hash', signed)));

/** `bytes`: the encoding, then the identity key's signature. All signatures are returned as proofs to be checked. */
export function decodeDeviceList(bytes: Uint8Array): SignedDeviceList {
  const reader = new ByteReader(bytes);
  const version = reader.u8();
  if (version !== VERSION) throw new WireError('unknown-version', `device list version ${version}`);
  const principalKey = reader.raw(ID_BYTES);
  const listVersion = reader.u32();
  const previous = hashId(reader.raw(ID_BYTES));
  const count = reader.u16();
  if (count === 0 || count > MAX_DEVICES_PER_LIST) throw new WireError('malformed', `${count} devices`);
  const principal = principalId(principalKey);
  const listed: Proof[] = [];
  for (let i = 0; i < count; i++) {
    const key = reader.raw(ID_BYTES);
    assertAscending(listed.at(-1)?.key, key);
    listed.push({ key, message: listingSignedBytes(principal), signature: reader.raw(SIGNATURE_LENGTH) });
  }
  const unsigned = bytes.subarray(0, bytes.length - reader.remaining);
  const signature = reader.raw(SIGNATURE_LENGTH);
  reader.end();
  const devices = listed.map(({ key }) => deviceId(key));
  const listings = listed.map((proof) => proof.signature);
  return {
    list: { principal, version: listVersion, previous, devices, listings },
    bytes,
    proofs: [{ key: principalKey, message: deviceListSignedBytes(unsigned), signature }, ...listed],
  };
}

/** [DL1] A set of keys has one encoding: strictly ascending. */
export function assertAscending(before: Uint8Array | undefined, key: Uint8Array): void {
  if (before && compareBytes(before, key) >= 0) throw new WireError('malformed', 'keys are not ascending');
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Sorts identifiers as their bytes sort, which is not how their base64url text sorts. */
export const sortById = <T>(items: readonly T[], id: (item: T) => DeviceId | PrincipalId): T[] =>
  items
    .map((item) => ({ item, bytes: idBytes(id(item)) }))
    .sort((a, b) => compareBytes(a.bytes, b.bytes))
    .map(({ item }) => item);

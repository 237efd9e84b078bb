/** Making device lists [DL1], [DL2]: only whoever holds the identity key can. */
import { concatBytes, WireError } from '../../wire/bytes.ts';
import {
  type DeviceList,
  decodeDeviceList,
  deviceListHash,
  deviceListSignedBytes,
  encodeDeviceList,
  listingSignedBytes,
  type SignedDeviceList,
  sortById,
} from '../../wire/device-list.ts';
import { type DeviceId, deviceId, type PrincipalId, principalId, ZERO_HASH } from '../../wire/ids.ts';
import { blake2b, type SigningKey, sign, verify } from '../seal/sodium.ts';

/** A device with its own word that it belongs to the principal [DL4]. */
export type Listed = { readonly device: DeviceId; readonly listing: Uint8Array };

export const listingOf = (principal: PrincipalId, signing: SigningKey): Listed => ({
  device: deviceId(signing.publicKey),
  listing: sign(listingSignedBytes(principal), signing),
});

export function firstDeviceList(identity: SigningKey, device: SigningKey): Uint8Array {
  const principal = principalId(identity.publicKey);
  const { device: id, listing } = listingOf(principal, device);
  return signed({ principal, version: 1, previous: ZERO_HASH, devices: [id], listings: [listing] }, identity);
}

/** The list that follows `before`. */
export function nextDeviceList(
  identity: SigningKey,
  before: Uint8Array,
  change: { readonly add?: Listed; readonly remove?: DeviceId },
): Uint8Array {
  const { list } = decodeDeviceList(before);
  const kept = list.devices.flatMap((device, i): Listed[] =>
    device === change.remove ? [] : [{ device, listing: list.listings[i] ?? new Uint8Array() }],
  );
  const all = sortById(change.add ? [...kept, change.add] : kept, ({ device }) => device);
  const next: DeviceList = {
    principal: list.principal,
    version: list.version + 1,
    previous: deviceListHash(blake2b, before),
    devices: all.map(({ device }) => device),
    listings: all.map(({ listing }) => listing),
  };
  return signed(next, identity);
}

function signed(list: DeviceList, identity: SigningKey): Uint8Array {
  const unsigned = encodeDeviceList(list);
  return concatBytes(unsigned, sign(deviceListSignedBytes(unsigned), identity));
}

/** A list that the service hands out, if `principal` signed it and all its devices agreed. */
export function provenDeviceList(bytes: Uint8Array, principal: PrincipalId): SignedDeviceList | undefined {
  try {
    const decoded = decodeDeviceList(bytes);
    return decoded.list.principal === principal && decoded.proofs.every(verify) ? decoded : undefined;
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

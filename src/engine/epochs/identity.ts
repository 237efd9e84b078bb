/**
 * Who this device is: its signing key and prekey, and the principal that it stands for. A guest profile also holds the identity
 * key and has a device list of its own; a device of an account does not, and has the list that the account was told last.
 */
import { ByteReader, ByteWriter, concatBytes } from '../../wire/bytes.ts';
import { decodeDeviceList, deviceListHash } from '../../wire/device-list.ts';
import { type DeviceId, deviceId, type PrincipalId } from '../../wire/ids.ts';
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
import { firstDeviceList } from './device-lists.ts';

/** What a device keeps to itself. */
export type DeviceSeeds = {
  /** Of the prekey. Milliseconds since 1970. */
  readonly date: number;
  readonly signing: Uint8Array;
  readonly prekey: Uint8Array;
};

export type Identity = {
  readonly principal: PrincipalId;
  readonly device: DeviceId;
  readonly signing: SigningKey;
  readonly prekey: KemKey;
  readonly prekeyId: number;
  /** Signed by the device, as others are handed it. */
  readonly signedPrekey: Uint8Array;
  /** The signed device list, as far as this device knows. */
  readonly list: Uint8Array;
  readonly listVersion: number;
  readonly seeds: DeviceSeeds;
  /** Of the identity key; null on a device of an account. */
  readonly identitySeed: Uint8Array | null;
};

const GUEST = 1;
const ACCOUNT_DEVICE = 2;
const FIRST = 1;

/** `now`: milliseconds since 1970. */
export const makeDeviceSeeds = (random: Random, now: number): DeviceSeeds => ({
  date: now,
  signing: random.bytes(KEY_BYTES),
  prekey: random.bytes(KEY_BYTES),
});

/** A guest profile, alone on a device list of its own. `now`: milliseconds since 1970. */
export function makeIdentity(random: Random, now: number): Identity {
  const identitySeed = random.bytes(KEY_BYTES);
  return guestIdentity(makeDeviceSeeds(random, now), identitySeed);
}

function guestIdentity(seeds: DeviceSeeds, identitySeed: Uint8Array): Identity {
  const list = firstDeviceList(signingKeyFromSeed(identitySeed), signingKeyFromSeed(seeds.signing));
  return identityOf(seeds, list, identitySeed);
}

/** A device of the account whose list this is. It must be on the list. */
export const accountDevice = (seeds: DeviceSeeds, list: Uint8Array): Identity => identityOf(seeds, list, null);

function identityOf(seeds: DeviceSeeds, list: Uint8Array, identitySeed: Uint8Array | null): Identity {
  const signing = signingKeyFromSeed(seeds.signing);
  const prekey = kemKeyFromSeed(seeds.prekey);
  const device = deviceId(signing.publicKey);
  const { principal, version, devices } = decodeDeviceList(list).list;
  if (!devices.includes(device)) throw new Error('a device that is not on its list');
  const unsigned = encodePrekey({
    device,
    id: FIRST,
    date: seeds.date,
    listVersion: version,
    listHash: deviceListHash(blake2b, list),
    kemKey: prekey.publicKey,
  });
  const signedPrekey = concatBytes(unsigned, sign(prekeySignedBytes(unsigned), signing));
  const keys = { principal, device, signing, prekey, prekeyId: FIRST, signedPrekey };
  return { ...keys, list, listVersion: version, seeds, identitySeed };
}

/** What the vault keeps. */
export function encodeIdentity({ seeds, list, identitySeed }: Identity): Uint8Array {
  const out = new ByteWriter().u8(identitySeed ? GUEST : ACCOUNT_DEVICE).u64(seeds.date);
  if (identitySeed) out.raw(identitySeed);
  out.raw(seeds.signing).raw(seeds.prekey);
  return (identitySeed ? out : out.raw(list)).bytes();
}

/** @throws WireError if the bytes are not what `encodeIdentity` made */
export function decodeIdentity(bytes: Uint8Array): Identity {
  const reader = new ByteReader(bytes);
  const kind = reader.u8();
  if (kind !== GUEST && kind !== ACCOUNT_DEVICE) throw new Error('identity of another version');
  const date = reader.u64();
  const identitySeed = kind === GUEST ? reader.raw(KEY_BYTES).slice() : null;
  const seeds = { date, signing: reader.raw(KEY_BYTES).slice(), prekey: reader.raw(KEY_BYTES).slice() };
  if (!identitySeed) return accountDevice(seeds, reader.rest().slice());
  reader.end();
  return guestIdentity(seeds, identitySeed);
}

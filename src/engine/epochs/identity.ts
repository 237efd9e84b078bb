/**
 * Who this device is: its signing key and prekeys, and the principal that it stands for. A guest profile also holds the identity
 * key and has a device list of its own; a device of an account does not, and has the list that the account was told last.
 *
 * Invariants: an identity is a value, and a step returns the next; ids of prekeys only go up, whatever the clock says. A prekey is
 * the next one until the relay's directory has it: else somebody would leave out a device of which no prekey that counts is known [PK3].
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

export type OwnPrekey = {
  readonly id: number;
  /** When it was made. Milliseconds since 1970. */
  readonly date: number;
  readonly seed: Uint8Array;
};

/** What was sealed to it before everybody knew the one in its place is still opened by it. */
export type ReplacedPrekey = OwnPrekey & {
  /** When the relay's directory was seen to have the one in its place. Milliseconds since 1970. */
  readonly replacedAt: number;
};

/** What a device keeps to itself. */
export type DeviceSeeds = {
  readonly signing: Uint8Array;
  readonly prekey: OwnPrekey;
  /** The one that is about to take its place. */
  readonly next: OwnPrekey | null;
  /** Those whose private part still lives, oldest first. */
  readonly replaced: readonly ReplacedPrekey[];
};

export type Identity = {
  readonly principal: PrincipalId;
  readonly device: DeviceId;
  readonly signing: SigningKey;
  readonly prekey: KemKey;
  readonly prekeyId: number;
  /** Signed by the device, as others are handed it. */
  readonly signedPrekey: Uint8Array;
  /** That of the next prekey, if there is one. */
  readonly nextSigned: Uint8Array | null;
  /** The signed device list, as far as this device knows. */
  readonly list: Uint8Array;
  readonly listVersion: number;
  readonly seeds: DeviceSeeds;
  /** Of the identity key; null on a device of an account. */
  readonly identitySeed: Uint8Array | null;
};

/** Kinds 1 and 2 had one prekey, under the first id. */
const GUEST_OF_ONE = 1;
const ACCOUNT_DEVICE_OF_ONE = 2;
const GUEST = 3;
const ACCOUNT_DEVICE = 4;
const FIRST = 1;
/**
 * Prekeys that a device keeps after they were replaced, one a day: while a room cannot be read none of them dies, and there has to
 * be an end. Then the oldest goes.
 */
export const MAX_REPLACED_PREKEYS = 64;

/** `now`: milliseconds since 1970. */
export const makeDeviceSeeds = (random: Random, now: number): DeviceSeeds => ({
  signing: random.bytes(KEY_BYTES),
  prekey: { id: FIRST, date: now, seed: random.bytes(KEY_BYTES) },
  next: null,
  replaced: [],
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

/** The same device, about to replace its prekey. `above`: an id that was seen under its name. `now`: milliseconds since 1970. */
export function withNext({ seeds, list, identitySeed }: Identity, seed: Uint8Array, now: number, above = 0): Identity {
  const next = { id: Math.max(seeds.prekey.id, above) + 1, date: now, seed };
  return identityOf({ ...seeds, next }, list, identitySeed);
}

/** The next prekey, if there is one, has taken its place. `now`: milliseconds since 1970. */
export function withReplaced(identity: Identity, now: number): Identity {
  const { seeds, list, identitySeed } = identity;
  const { prekey, next } = seeds;
  if (!next) return identity;
  const replaced = [...seeds.replaced, { ...prekey, replacedAt: now }].slice(-MAX_REPLACED_PREKEYS);
  return identityOf({ ...seeds, prekey: next, next: null, replaced }, list, identitySeed);
}

export const withKept = (identity: Identity, replaced: readonly ReplacedPrekey[]): Identity => ({
  ...identity,
  seeds: { ...identity.seeds, replaced },
});

/** Undefined: it never was this device's, or its private part is dead. */
export function kemKeyOf({ prekey, prekeyId, seeds }: Identity, id: number): KemKey | undefined {
  if (id === prekeyId) return prekey;
  const other = [...(seeds.next ? [seeds.next] : []), ...seeds.replaced].find((one) => one.id === id);
  return other && kemKeyFromSeed(other.seed);
}

function identityOf(seeds: DeviceSeeds, list: Uint8Array, identitySeed: Uint8Array | null): Identity {
  const signing = signingKeyFromSeed(seeds.signing);
  const device = deviceId(signing.publicKey);
  const { principal, version, devices } = decodeDeviceList(list).list;
  if (!devices.includes(device)) throw new Error('a device that is not on its list');
  const listHash = deviceListHash(blake2b, list);
  const signed = ({ id, date }: OwnPrekey, { publicKey: kemKey }: KemKey): Uint8Array => {
    const unsigned = encodePrekey({ device, id, date, listVersion: version, listHash, kemKey });
    return concatBytes(unsigned, sign(prekeySignedBytes(unsigned), signing));
  };
  const prekey = kemKeyFromSeed(seeds.prekey.seed);
  return {
    ...{ principal, device, signing, prekey, prekeyId: seeds.prekey.id, list, listVersion: version },
    signedPrekey: signed(seeds.prekey, prekey),
    nextSigned: seeds.next && signed(seeds.next, kemKeyFromSeed(seeds.next.seed)),
    seeds,
    identitySeed,
  };
}

/** What the vault keeps. */
export function encodeIdentity({ seeds, list, identitySeed }: Identity): Uint8Array {
  const { signing, prekey, next, replaced } = seeds;
  const out = new ByteWriter().u8(identitySeed ? GUEST : ACCOUNT_DEVICE);
  if (identitySeed) out.raw(identitySeed);
  writePrekey(out.raw(signing), prekey).u8(next ? 1 : 0);
  if (next) writePrekey(out, next);
  out.u16(replaced.length);
  for (const one of replaced) writePrekey(out, one).u64(one.replacedAt);
  return (identitySeed ? out : out.raw(list)).bytes();
}

/** @throws WireError if the bytes are not what `encodeIdentity` made */
export function decodeIdentity(bytes: Uint8Array): Identity {
  const reader = new ByteReader(bytes);
  const kind = reader.u8();
  if (kind < GUEST_OF_ONE || kind > ACCOUNT_DEVICE) throw new Error('identity of another version');
  const isOfOne = kind === GUEST_OF_ONE || kind === ACCOUNT_DEVICE_OF_ONE;
  const date = isOfOne ? reader.u64() : 0;
  const identitySeed = kind === GUEST_OF_ONE || kind === GUEST ? readSeed(reader) : null;
  const signing = readSeed(reader);
  const seeds: DeviceSeeds = isOfOne
    ? { signing, prekey: { id: FIRST, date, seed: readSeed(reader) }, next: null, replaced: [] }
    : {
        signing,
        prekey: readPrekey(reader),
        next: reader.u8() === 1 ? readPrekey(reader) : null,
        replaced: Array.from({ length: reader.u16() }, () => ({ ...readPrekey(reader), replacedAt: reader.u64() })),
      };
  if (!identitySeed) return accountDevice(seeds, reader.rest().slice());
  reader.end();
  return guestIdentity(seeds, identitySeed);
}

const readSeed = (reader: ByteReader): Uint8Array => reader.raw(KEY_BYTES).slice();
const readPrekey = (reader: ByteReader): OwnPrekey => ({
  id: reader.u32(),
  date: reader.u64(),
  seed: readSeed(reader),
});
const writePrekey = (out: ByteWriter, { id, date, seed }: OwnPrekey): ByteWriter => out.u32(id).u64(date).raw(seed);

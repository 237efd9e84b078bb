/**
 * The epoch after the current one: a fresh secret for the people that shall be in it, by whatever is to change [EP3]–[EP7]. With the
 * same people it is a renewal.
 */
import type { Access } from '../../wire/access.ts';
import { WireError } from '../../wire/bytes.ts';
import { decodeDeviceList, deviceListHash, sortById } from '../../wire/device-list.ts';
import type { AccessEntry, EpochCore } from '../../wire/epoch.ts';
import { renewalAccess, segmentWith } from '../../wire/epoch-access.ts';
import type { DeviceId, Position } from '../../wire/ids.ts';
import { MAX_DEVICES } from '../../wire/limits.ts';
import { decodePrekey, type Prekey } from '../../wire/prekey.ts';
import { mayAppend } from '../../wire/roles.ts';
import type { Random } from '../ports.ts';
import { blake2b, isKemKey, KEY_BYTES, verify } from '../seal/sodium.ts';
import { type EpochDraft, type SealedEpoch, sealEpoch } from './epoch-record.ts';
import type { Identity } from './identity.ts';
import { MAX_PREKEY_AGE_MS } from './key-lives.ts';
import { commitment, type Recipient } from './wraps.ts';

/**
 * The prekey of another device, checked [PK1]: checking costs more than sealing, so it is done once, where a prekey comes in.
 * Undefined: nobody knows it; that device gets the secret from its account's home.
 */
export type PrekeyOf = (device: DeviceId) => Prekey | undefined;

/** What the next epoch says about people. All sets ascend by principal. */
export type EpochPlan = {
  readonly access: readonly AccessEntry[];
  /** Lasting keys: of the links of the access list; in a home, of the account. */
  readonly links: EpochCore['links'];
  /** Signed device lists that the log does not have: of accounts that come. */
  readonly lists: readonly Uint8Array[];
};

/** [EP4] A link never signs; whoever only reads does not either. */
export function mayRenew(access: Access, device: DeviceId): boolean {
  const principal = access.principalOfDevice.get(device);
  const member = principal && access.members.get(principal);
  return member?.kind === 'account' && mayAppend(member.role);
}

/** The same people; without those who left, and then without links. */
export function renewalPlan(access: Access): EpochPlan {
  const people = renewalAccess(access);
  // Links that stay, and the account key of a home.
  const links = access.core.links.filter(({ principal }) => people.some((entry) => entry.principal === principal));
  return { access: people, links, lists: [] };
}

/** Devices on the lists of the accounts in a plan, in no order. */
export function devicesIn(access: Access, plan: EpochPlan): DeviceId[] {
  return listsOf(access, plan).flatMap(({ devices }) => devices);
}

export function makeNextEpoch(
  identity: Identity,
  access: Access,
  plan: EpochPlan,
  at: Pick<EpochDraft, 'counter'> & { readonly position: Position; readonly date: number },
  prekeyOf: PrekeyOf,
  random: Random,
): SealedEpoch {
  const secret = random.bytes(KEY_BYTES);
  const epoch = access.epoch + 1;
  const fresh: PrekeyOf = (device) => {
    const prekey = prekeyOf(device);
    // [PK4] Nobody has replaced it for long: the device is lost, or in a drawer, and whoever finds it should not read on.
    return prekey && at.date - prekey.date <= MAX_PREKEY_AGE_MS ? prekey : undefined;
  };
  const prekeyBefore = new Map(access.core.devices.map(({ device, prekey }) => [device, prekey]));
  const known = sealable(identity, devicesIn(access, plan), fresh).filter(
    // [PK3] Nobody goes back behind a prekey that the room has seen: somebody else may have the older one by now.
    ({ id, prekey }) => prekey >= (prekeyBefore.get(id) ?? 0),
  );
  const devices = withinLimit(known, ({ id }) => (id === identity.device ? 0 : prekeyBefore.has(id) ? 1 : 2));
  const core: EpochCore = {
    room: access.room,
    epoch,
    previous: access.epochHash,
    lastListChange: access.lastListChange,
    position: at.position,
    date: at.date,
    newcomers: access.core.newcomers,
    segment: segmentWith(access, plan.access),
    access: plan.access,
    lists: listsOf(access, plan).map(({ principal, version, hash }) => ({ principal, version, hash })),
    devices: devices.map(({ id, prekey }) => ({ device: id, prekey })),
    links: plan.links,
    commitment: commitment(secret, epoch, access.epochHash),
  };
  const recipients = [...devices, ...plan.links.map(({ principal, kemKey }) => ({ id: principal, prekey: 0, kemKey }))];
  const { counter, position: head } = at;
  return sealEpoch(identity, { core, secret, recipients, lists: plan.lists, counter, head }, random);
}

/** One for each account of the plan: what the log has, or what the plan brings. */
function listsOf(access: Access, { access: people, lists }: EpochPlan) {
  const brought = new Map(
    lists.map((bytes) => {
      const { list } = decodeDeviceList(bytes);
      return [list.principal, { ...list, hash: deviceListHash(blake2b, bytes) }];
    }),
  );
  return people
    .filter(({ kind }) => kind === 'account')
    .flatMap(({ principal }) => {
      const list = brought.get(principal) ?? access.lists.get(principal);
      return list ? [{ principal, version: list.version, hash: list.hash, devices: list.devices }] : [];
    });
}

/**
 * As many as an epoch may name, lowest rank first. Device lists grow by notices, which nothing stops, and a room whose next epoch nobody
 * takes would stand still.
 */
export function withinLimit<T extends { readonly id: DeviceId }>(
  devices: readonly T[],
  rank: (device: T) => number,
): T[] {
  const byRank = [...devices].sort((a, b) => rank(a) - rank(b));
  return sortById(byRank.slice(0, MAX_DEVICES), ({ id }) => id);
}

/** Those whose prekeys are known. */
function sealable(
  identity: Identity,
  devices: readonly DeviceId[],
  prekeyOf: PrekeyOf,
): (Recipient & { readonly id: DeviceId })[] {
  const known = devices.flatMap((device) => {
    if (device === identity.device)
      return [{ id: device, prekey: identity.prekeyId, kemKey: identity.prekey.publicKey }];
    const prekey = prekeyOf(device);
    return prekey ? [{ id: device, prekey: prekey.id, kemKey: prekey.kemKey }] : [];
  });
  return sortById(known, ({ id }) => id);
}

/** Undefined: not this device's word. Any device of the account writes in the home, one that is to be left behind too. */
export function ownPrekey(device: DeviceId, signed: Uint8Array): Prekey | undefined {
  try {
    const { prekey, proof } = decodePrekey(signed);
    return prekey.device === device && verify(proof) && isKemKey(prekey.kemKey) ? prekey : undefined;
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** The epoch after the current one, with the same people: a fresh secret for those devices that are still on the lists [EP4]. */
import type { Access } from '../../wire/access.ts';
import { WireError } from '../../wire/bytes.ts';
import { sortById } from '../../wire/device-list.ts';
import type { EpochCore } from '../../wire/epoch.ts';
import { renewalAccess } from '../../wire/epoch-access.ts';
import type { DeviceId, Position } from '../../wire/ids.ts';
import { decodePrekey, type Prekey } from '../../wire/prekey.ts';
import { mayAppend } from '../../wire/roles.ts';
import type { Random } from '../ports.ts';
import { isKemKey, KEY_BYTES, verify } from '../seal/sodium.ts';
import { type EpochDraft, type SealedEpoch, sealEpoch } from './epoch-record.ts';
import type { Identity } from './identity.ts';
import { commitment, type Recipient } from './wraps.ts';

/** The signed prekey of another device, as the home has it. Undefined: that device gets the secret from the home itself. */
export type PrekeyOf = (device: DeviceId) => Uint8Array | undefined;

/** [EP4] A link never signs; whoever only reads does not either. */
export function mayRenew(access: Access, device: DeviceId): boolean {
  const principal = access.principalOfDevice.get(device);
  const member = principal && access.members.get(principal);
  return member?.kind === 'account' && mayAppend(member.role);
}

export function makeRenewal(
  identity: Identity,
  access: Access,
  at: Pick<EpochDraft, 'counter'> & { readonly position: Position },
  prekeyOf: PrekeyOf,
  random: Random,
): SealedEpoch {
  const secret = random.bytes(KEY_BYTES);
  const epoch = access.epoch + 1;
  const people = renewalAccess(access);
  const accounts = people.filter(({ kind }) => kind === 'account').map(({ principal }) => principal);
  const devices = devicesOf(identity, access, prekeyOf);
  // Links that stay, and the account key of a home.
  const links = access.core.links.filter(({ principal }) => people.some((entry) => entry.principal === principal));
  const core: EpochCore = {
    room: access.room,
    epoch,
    previous: access.epochHash,
    lastListChange: access.lastListChange,
    position: at.position,
    access: people,
    lists: accounts.flatMap((principal) => {
      const known = access.lists.get(principal);
      return known ? [{ principal, version: known.version, hash: known.hash }] : [];
    }),
    devices: devices.map(({ id, prekey }) => ({ device: id, prekey })),
    links,
    commitment: commitment(secret, epoch, access.epochHash),
  };
  const recipients = [...devices, ...links.map(({ principal, kemKey }) => ({ id: principal, prekey: 0, kemKey }))];
  return sealEpoch(identity, { core, secret, recipients, lists: [], counter: at.counter, head: at.position }, random);
}

/** Those on the lists whose prekeys are known and their own. */
function devicesOf(identity: Identity, access: Access, prekeyOf: PrekeyOf): (Recipient & { readonly id: DeviceId })[] {
  const listed = [...access.lists.values()].flatMap((list) => list.devices);
  const known = listed.flatMap((device) => {
    const signed = device === identity.device ? identity.signedPrekey : prekeyOf(device);
    const own = signed && ownPrekey(device, signed);
    return own ? [{ id: device, prekey: own.id, kemKey: own.kemKey }] : [];
  });
  return sortById(known, ({ id }) => id);
}

/** Undefined: not this device's word. Any device of the account writes in the home, one that is to be left behind too. */
function ownPrekey(device: DeviceId, signed: Uint8Array): Prekey | undefined {
  try {
    const { prekey, proof } = decodePrekey(signed);
    return prekey.device === device && verify(proof) && isKemKey(prekey.kemKey) ? prekey : undefined;
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

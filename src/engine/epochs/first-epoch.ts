/**
 * Epoch 1: of a document, with its maker as owner, an edit link and a view link beside, but where newcomers start empty; of a home, with
 * the account alone.
 */

import { deviceListHash, sortById } from '../../wire/device-list.ts';
import { type EpochCore, type Newcomers, NO_LIMITS, NO_ROOM, roomIdOf } from '../../wire/epoch.ts';
import { type PrincipalId, type RoomId, START, ZERO_HASH } from '../../wire/ids.ts';
import { LINK_SECRET_BYTES } from '../../wire/link.ts';
import type { Role } from '../../wire/roles.ts';
import type { Random } from '../ports.ts';
import { blake2b, KEY_BYTES } from '../seal/sodium.ts';
import { type SealedEpoch, sealEpoch } from './epoch-record.ts';
import type { Identity } from './identity.ts';
import { type LinkKeys, linkKeys, viewSecretOf } from './link-keys.ts';
import { commitment, type Recipient } from './wraps.ts';

export type NewRoom = SealedEpoch & {
  readonly room: RoomId;
  /** The device's own counter that the record used. */
  readonly counter: number;
};

const FIRST_COUNTER = 1;

/** `editSecret` gives both links. */
export type NewDocument = NewRoom & { readonly editSecret: Uint8Array };

/** A principal that the secret is sealed to by a lasting key, and its place in the access list if it is a link. */
type Sealed = { readonly principal: PrincipalId; readonly kemKey: Uint8Array; readonly role: Role | null };

/** `now`: milliseconds since 1970. */
export function makeRoom(identity: Identity, random: Random, now: number): NewDocument {
  const secret = random.bytes(KEY_BYTES);
  const editSecret = random.bytes(LINK_SECRET_BYTES);
  const sealed = [linkPlace(linkKeys(editSecret), 'editor'), linkPlace(linkKeys(viewSecretOf(editSecret)), 'viewer')];
  return { ...firstEpoch(identity, { secret, sealed, now, newcomers: 'see-all' }, random), editSecret };
}

/** [SG1] Without links: whoever comes by one sees all since it was made. */
export function makeRoomStartingEmpty(identity: Identity, random: Random, now: number): NewRoom {
  const secret = random.bytes(KEY_BYTES);
  return firstEpoch(identity, { secret, sealed: [], now, newcomers: 'start-empty' }, random);
}

/** [EP7] A home is sealed to the account key too, which the password brings back on a device that has nothing else. */
export function makeHome(identity: Identity, accountKey: Uint8Array, random: Random, now: number): NewRoom {
  const secret = random.bytes(KEY_BYTES);
  const sealed = [{ principal: identity.principal, kemKey: accountKey, role: null }];
  return firstEpoch(identity, { secret, sealed, now, newcomers: 'see-all' }, random);
}

const linkPlace = ({ principal, kem }: LinkKeys, role: Role): Sealed => ({ principal, kemKey: kem.publicKey, role });

type First = {
  readonly secret: Uint8Array;
  readonly sealed: readonly Sealed[];
  readonly now: number;
  readonly newcomers: Newcomers;
};

function firstEpoch(identity: Identity, { secret, sealed: keys, now, newcomers }: First, random: Random): NewRoom {
  const { principal, list } = identity;
  const sealed = sortById(keys, (key) => key.principal);
  const links = sealed.flatMap(({ principal: link, role }) =>
    role ? [{ principal: link, kind: 'link' as const, role }] : [],
  );
  const unnamed: EpochCore = {
    room: NO_ROOM,
    epoch: 1,
    previous: ZERO_HASH,
    lastListChange: ZERO_HASH,
    position: START,
    date: now,
    newcomers,
    segment: 0,
    access: sortById(
      [{ principal, kind: 'account' as const, role: 'owner' as Role }, ...links],
      (entry) => entry.principal,
    ),
    lists: [{ principal, version: identity.listVersion, hash: deviceListHash(blake2b, list) }],
    devices: [{ device: identity.device, prekey: identity.prekeyId }],
    links: sealed.map(({ principal: recipient, kemKey }) => ({ principal: recipient, kemKey, ...NO_LIMITS })),
    commitment: commitment(secret, 1, ZERO_HASH),
  };
  const core = { ...unnamed, room: roomIdOf(blake2b, unnamed) };
  const recipients: Recipient[] = [
    { id: identity.device, prekey: identity.prekeyId, kemKey: identity.prekey.publicKey },
    ...sealed.map(({ principal: recipient, kemKey }) => ({ id: recipient, prekey: 0, kemKey })),
  ];
  const draft = { core, secret, recipients, lists: [list], counter: FIRST_COUNTER, head: START };
  return { room: core.room, counter: FIRST_COUNTER, ...sealEpoch(identity, draft, random) };
}

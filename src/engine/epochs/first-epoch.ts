/** Epoch 1 of a guest's document: the guest as owner, an edit link and a view link beside. */

import { deviceListHash, sortById } from '../../wire/device-list.ts';
import {
  coreHash,
  type EpochCore,
  encodeCore,
  encodeEpochBody,
  NO_ROOM,
  roomIdOf,
  wrapHash,
} from '../../wire/epoch.ts';
import { type RoomId, START, ZERO_HASH } from '../../wire/ids.ts';
import { LINK_SECRET_BYTES } from '../../wire/link.ts';
import { NO_STREAM } from '../../wire/record.ts';
import type { Role } from '../../wire/roles.ts';
import type { Random } from '../ports.ts';
import { clearRecord, type EpochKey } from '../seal/record-seal.ts';
import { blake2b, KEY_BYTES } from '../seal/sodium.ts';
import type { Identity } from './identity.ts';
import { linkKeys, viewSecretOf } from './link-keys.ts';
import { commitment, type Recipient, wrapSecret } from './wraps.ts';

export type NewRoom = {
  readonly room: RoomId;
  readonly record: Uint8Array;
  readonly wraps: readonly Uint8Array[];
  readonly key: EpochKey;
  readonly editSecret: Uint8Array;
  /** The device's own counter that the record used. */
  readonly counter: number;
};

export function makeRoom(identity: Identity, random: Random): NewRoom {
  const secret = random.bytes(KEY_BYTES);
  const editSecret = random.bytes(LINK_SECRET_BYTES);
  const links = sortById(
    [
      { ...linkKeys(editSecret), role: 'editor' as Role },
      { ...linkKeys(viewSecretOf(editSecret)), role: 'viewer' as Role },
    ],
    (link) => link.principal,
  );
  const unnamed: EpochCore = {
    room: NO_ROOM,
    epoch: 1,
    previous: ZERO_HASH,
    lastListChange: ZERO_HASH,
    position: START,
    access: sortById(
      [
        { principal: identity.principal, kind: 'account' as const, role: 'owner' as Role },
        ...links.map(({ principal, role }) => ({ principal, kind: 'link' as const, role })),
      ],
      (entry) => entry.principal,
    ),
    lists: [
      { principal: identity.principal, version: identity.listVersion, hash: deviceListHash(blake2b, identity.list) },
    ],
    devices: [{ device: identity.device, prekey: identity.prekeyId }],
    links: links.map(({ principal, kem }) => ({ principal, kemKey: kem.publicKey })),
    commitment: commitment(secret, 1, ZERO_HASH),
  };
  const room = roomIdOf(blake2b, unnamed);
  const coreBytes = encodeCore({ ...unnamed, room });
  const hash = coreHash(blake2b, coreBytes);
  const recipients: Recipient[] = [
    { id: identity.device, prekey: identity.prekeyId, kemKey: identity.prekey.publicKey },
    ...links.map(({ principal, kem }) => ({ id: principal, prekey: 0, kemKey: kem.publicKey })),
  ];
  const wraps = recipients.map((recipient) => wrapSecret(secret, hash, recipient, random));
  const body = encodeEpochBody(
    coreBytes,
    [identity.list],
    wraps.map((wrap) => wrapHash(blake2b, wrap)),
  );
  const counter = 1;
  const header = {
    kind: 'epoch' as const,
    stream: NO_STREAM,
    room,
    epoch: 1,
    sender: identity.device,
    counter,
    head: START,
    units: 0,
    cover: null,
  };
  const record = clearRecord(header, body, identity.signing);
  return { room, record, wraps, key: { epoch: 1, coreHash: hash, secret }, editSecret, counter };
}

/** Vectors of invitations. The room is that of the other vectors, in whose epoch 2 Alice takes Bob in. */
import { epoch2, ROLES, type Role } from './epochs.ts';
import { type Hostile, otherVersions, refused, trailing, truncated } from './hostile.ts';
import { block, cat, flip, hex, type Json, patch, u8, u32, zeros } from './layout.ts';
import { alice, bob, mallory, signedList, someDevice } from './people.ts';
import { fixed, type Signer } from './primitives.ts';
import { recordHash } from './records.ts';

const room = epoch2.core.room;
const epochHash = recordHash(epoch2.record);

type Fields = {
  readonly role: Role;
  readonly recipient: Uint8Array;
  readonly sender: Uint8Array;
  readonly device: Uint8Array;
  readonly list: Uint8Array;
};
const fields: Fields = {
  role: 'editor',
  recipient: bob.identity.key,
  sender: alice.identity.key,
  device: someDevice.key,
  list: alice.list,
};

/** [IN1] */
const unsigned = ({ role, recipient, sender, device, list }: Fields): Uint8Array =>
  cat(u8(1), room, epochHash, u8(ROLES.indexOf(role)), recipient, sender, device, block(list));
function signed(of: Fields, by: Signer = someDevice): Uint8Array {
  const bytes = unsigned(of);
  return cat(bytes, by.sign('invitation', bytes));
}
const resigned = (bytes: Uint8Array): Uint8Array => {
  const covered = bytes.slice(0, -64);
  return cat(covered, someDevice.sign('invitation', covered));
};

const ROLE_AT = 1 + 32 + 32;
const RECIPIENT_AT = ROLE_AT + 1;
const LIST_AT = RECIPIENT_AT + 3 * 32;

const vector = (name: string, of: Fields): Json => ({
  name,
  deviceSeed: hex(someDevice.seed),
  fields: {
    room: hex(room),
    epochHash: hex(epochHash),
    role: of.role,
    recipient: hex(of.recipient),
    sender: hex(of.sender),
    device: hex(of.device),
    list: hex(of.list),
  },
  bytes: hex(signed(of)),
});

const invitation = signed(fields);
const forged = (name: string, bytes: Uint8Array): Hostile => refused(name, 'bad-signature', bytes, { step: 'verify' });
const unheard = signedList(alice.identity, {
  version: 2,
  previous: zeros(32),
  devices: [someDevice.key, fixed('nobody’s device')].sort(Buffer.compare),
});

export const invitations = {
  about: '[IN1]–[IN3] Invitations: what a device leaves for somebody whom it has put into a room.',
  valid: ROLES.map((role) => vector(`as ${role}`, { ...fields, role })),
  hostile: [
    ...otherVersions('an invitation', invitation),
    ...truncated('an invitation', invitation, [0, 1, 33, 65, 66, 98, 130, 162, 165, 166, -65, -64, -1]),
    trailing('an invitation', invitation),
    refused('a role that is none', 'malformed', resigned(patch(invitation, ROLE_AT, u8(ROLES.length)))),
    refused('to oneself', 'malformed', signed({ ...fields, recipient: fields.sender })),
    refused('another’s list', 'malformed', signed({ ...fields, list: bob.list })),
    refused('another’s device', 'malformed', signed({ ...fields, device: mallory.devices[0]?.key ?? zeros(32) })),
    refused('another sender than the list’s', 'malformed', signed({ ...fields, sender: mallory.identity.key })),
    refused('a list longer than any', 'too-large', patch(invitation, LIST_AT, u32(6_280))),
    refused('a list without a device', 'malformed', signed({ ...fields, list: emptyList() })),
    forged('for another room', flip(invitation, 1)),
    forged('through another epoch', flip(invitation, 1 + 32)),
    forged('with another role', patch(invitation, ROLE_AT, u8(ROLES.indexOf('owner')))),
    forged('for somebody else', patch(invitation, RECIPIENT_AT, mallory.identity.key)),
    forged('signed by another device', signed(fields, mallory.devices[0])),
    forged('signed by the identity', signed(fields, alice.identity)),
    forged('a list with a device that did not sign', signed({ ...fields, list: unheard })),
    forged('signature changed', flip(invitation, -1)),
  ] satisfies Hostile[],
};

function emptyList(): Uint8Array {
  return signedList(alice.identity, { version: 1, previous: zeros(32), devices: [] });
}

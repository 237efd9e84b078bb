/** Vectors of knocks. The room is that of the other vectors, at which Bob asks. */
import { epoch1 } from './epochs.ts';
import { type Hostile, otherVersions, refused, trailing, truncated } from './hostile.ts';
import { block, cat, flip, hex, type Json, patch, u8, u32, zeros } from './layout.ts';
import { alice, bob, type Device, mallory, signedList } from './people.ts';
import { fixed, type Signer } from './primitives.ts';

const room = epoch1.core.room;
const LINK_ROLES = ['viewer', 'commenter', 'editor'] as const;
const laptop = bob.devices[0] as Device;

type Fields = {
  readonly role: (typeof LINK_ROLES)[number];
  readonly principal: Uint8Array;
  readonly device: Uint8Array;
  readonly list: Uint8Array;
};
const fields: Fields = { role: 'editor', principal: bob.identity.key, device: laptop.key, list: bob.list };

/** [KN1] */
const unsigned = ({ role, principal, device, list }: Fields): Uint8Array =>
  cat(u8(1), room, u8(LINK_ROLES.indexOf(role)), principal, device, block(list));
function signed(of: Fields, by: Signer = laptop): Uint8Array {
  const bytes = unsigned(of);
  return cat(bytes, by.sign('knock', bytes));
}
const resigned = (bytes: Uint8Array): Uint8Array => {
  const covered = bytes.slice(0, -64);
  return cat(covered, laptop.sign('knock', covered));
};

const ROLE_AT = 1 + 32;
const LIST_AT = ROLE_AT + 1 + 2 * 32;

const vector = (role: Fields['role']): Json => ({
  name: `to be ${role}`,
  deviceSeed: hex(laptop.seed),
  fields: {
    room: hex(room),
    role,
    principal: hex(fields.principal),
    device: hex(fields.device),
    list: hex(fields.list),
  },
  bytes: hex(signed({ ...fields, role })),
});

const knock = signed(fields);
const forged = (name: string, bytes: Uint8Array): Hostile => refused(name, 'bad-signature', bytes, { step: 'verify' });
const unheard = signedList(bob.identity, {
  version: 2,
  previous: zeros(32),
  devices: [laptop.key, fixed('nobody’s device')].sort(Buffer.compare),
});

export const knocks = {
  about: '[KN1]–[KN3] Knocks: what a device leaves at a room that it is not let into.',
  valid: LINK_ROLES.map(vector),
  hostile: [
    ...otherVersions('a knock', knock),
    ...truncated('a knock', knock, [0, 1, 33, 34, 66, 98, 101, 102, -65, -64, -1]),
    trailing('a knock', knock),
    refused('to be owner', 'malformed', resigned(patch(knock, ROLE_AT, u8(LINK_ROLES.length)))),
    refused('another’s list', 'malformed', signed({ ...fields, list: alice.list })),
    refused('another’s device', 'malformed', signed({ ...fields, device: mallory.devices[0]?.key ?? zeros(32) })),
    refused('in another’s name', 'malformed', signed({ ...fields, principal: alice.identity.key })),
    refused('a list longer than any', 'too-large', patch(knock, LIST_AT, u32(6_280))),
    forged('at another room', flip(knock, 1)),
    forged('with another wish', patch(knock, ROLE_AT, u8(0))),
    forged('signed by another device', signed(fields, mallory.devices[0])),
    forged('signed by the identity', signed(fields, bob.identity)),
    forged('a list with a device that did not sign', signed({ ...fields, list: unheard })),
    forged('signature changed', flip(knock, -1)),
  ] satisfies Hostile[],
};

/** Vectors of device lists, prekeys, certificates, notices and links. */

import { NOTICE, objection } from './bodies.ts';
import { epoch1 } from './epochs.ts';
import { type Hostile, otherVersions, refused, trailing, truncated } from './hostile.ts';
import { base64url, cat, flip, hex, type Json, patch, u8, u16, u64, zeros } from './layout.ts';
import {
  alice,
  bob,
  certificate,
  composedLink,
  editLink,
  type Link,
  type Locked,
  listHash,
  lockedLink,
  type PrekeyFields,
  signedList,
  someDevice,
  unsignedPrekey,
  viewLink,
  viewSecret,
  visitor,
} from './people.ts';
import { fixed, hash, type Signer } from './primitives.ts';
import { recordHash } from './records.ts';

const room = epoch1.core.room;
const EDGE = 2 ** 53;
const COUNT_AT = 1 + 32 + 4 + 32;

const bobKeys = bob.devices.map(({ key }) => key);
const shorterList = signedList(bob.identity, {
  version: 2,
  previous: listHash(bob.list),
  devices: bobKeys.slice(0, 1),
});

function listVector(name: string, identity: Signer, signed: Uint8Array, version: number, previous: Uint8Array): Json {
  const unsigned = signed.slice(0, -64);
  const entries = unsigned.slice(COUNT_AT + 2);
  const parts = Array.from({ length: entries.length / 96 }, (_, i) => entries.slice(96 * i, 96 * (i + 1)));
  return {
    name,
    identitySeed: hex(identity.seed),
    fields: {
      principal: hex(identity.key),
      version,
      previous: hex(previous),
      devices: parts.map((part) => hex(part.slice(0, 32))),
      listings: parts.map((part) => hex(part.slice(32))),
    },
    unsigned: hex(unsigned),
    bytes: hex(signed),
    hash: hex(listHash(signed)),
  };
}

const signedAnyhow = (devices: readonly Uint8Array[]): Uint8Array =>
  signedList(bob.identity, { version: 1, previous: zeros(32), devices });

export const deviceLists = {
  about: '[DL1] Device lists. `hash` is what the next list and epoch cores name.',
  valid: [
    listVector('one device', alice.identity, alice.list, 1, zeros(32)),
    listVector('two devices', bob.identity, bob.list, 1, zeros(32)),
    listVector('the list after it, one device fewer', bob.identity, shorterList, 2, listHash(bob.list)),
  ],
  hostile: [
    ...otherVersions('a list', bob.list),
    ...truncated('a list', bob.list, [0, 1, 32, 36, 68, 70, 71, 102, 134, 135, -64, -1]),
    trailing('a list', bob.list),
    refused('a device that did not sign', 'bad-signature', signedAnyhow([fixed('nobody’s device')]), {
      step: 'verify',
    }),
    refused('no device', 'malformed', signedAnyhow([])),
    refused('devices descend', 'malformed', signedAnyhow([...bobKeys].reverse())),
    refused('a device twice', 'malformed', signedAnyhow([bobKeys[0], bobKeys[0]] as Uint8Array[])),
    refused(
      '65 devices',
      'malformed',
      signedAnyhow(Array.from({ length: 65 }, (_, i) => cat(u8(i), fixed(`device ${i}`, 31)))),
    ),
    refused('counts more devices than there are', 'malformed', patch(bob.list, COUNT_AT, u16(3))),
    refused('counts fewer devices than there are', 'malformed', patch(bob.list, COUNT_AT, u16(1))),
    refused('signature of other bytes', 'bad-signature', flip(bob.list, 40), { step: 'verify' }),
    refused('signature changed', 'bad-signature', flip(bob.list, -1), { step: 'verify' }),
  ] satisfies Hostile[],
};

const prekeyFields: PrekeyFields = {
  device: someDevice.key,
  id: 7,
  date: 1_790_000_000_000,
  listVersion: 1,
  listHash: listHash(alice.list),
  kemKey: someDevice.prekey.key,
};
const signPrekey = (fields: PrekeyFields): Uint8Array => {
  const unsigned = unsignedPrekey(fields);
  return cat(unsigned, someDevice.sign('prekey', unsigned));
};
export const signedPrekey = signPrekey(prekeyFields);

const prekeyVector = (name: string, fields: PrekeyFields): Json => ({
  name,
  deviceSeed: hex(someDevice.seed),
  kemSeed: hex(someDevice.prekey.seed),
  fields: {
    device: hex(fields.device),
    id: fields.id,
    date: Number(fields.date),
    listVersion: fields.listVersion,
    listHash: hex(fields.listHash),
    kemKey: hex(fields.kemKey),
  },
  bytes: hex(signPrekey(fields)),
});

const nextList = { listVersion: 2, listHash: listHash(shorterList) };
const compared = (name: string, one: Partial<PrekeyFields>, is: string): Json => ({
  name,
  one: hex(signPrekey({ ...prekeyFields, ...one })),
  other: hex(signedPrekey),
  is,
});

export const prekeys = {
  about:
    '[PK1] Prekeys: X-Wing public keys of a device, signed by it. `compared`: what `one` is beside `other` [PK2]; the other way round newer and older change places.',
  valid: [
    prekeyVector('a prekey', prekeyFields),
    prekeyVector('the latest date and the highest number', { ...prekeyFields, date: EDGE - 1, id: 2 ** 32 - 1 }),
  ],
  compared: [
    compared('the same', {}, 'same'),
    compared('a higher id', { id: 8, kemKey: visitor.prekey.key, date: 0 }, 'newer'),
    compared('a higher id under an older list', { id: 8, listVersion: 0 }, 'newer'),
    compared('a lower id', { id: 6, date: EDGE - 1, ...nextList }, 'older'),
    compared('signed anew under the next list', nextList, 'newer'),
    compared('as it was under a list before', { listVersion: 0, listHash: zeros(32) }, 'older'),
    compared('another list of the same version', { listHash: listHash(shorterList) }, 'contradictory'),
    compared('another key', { kemKey: visitor.prekey.key }, 'contradictory'),
    compared('another key under the next list', { kemKey: visitor.prekey.key, ...nextList }, 'contradictory'),
    compared('another date', { date: 0 }, 'contradictory'),
    compared('another date under the next list', { date: 0, ...nextList }, 'contradictory'),
  ],
  hostile: [
    ...otherVersions('a prekey', signedPrekey),
    ...truncated('a prekey', signedPrekey, [0, 1, 33, 37, 45, 49, 81, 1297, -64, -1]),
    trailing('a prekey', signedPrekey),
    refused('a date of 2^53', 'malformed', signPrekey({ ...prekeyFields, date: EDGE })),
    refused('the highest date of 64 bits', 'malformed', signPrekey({ ...prekeyFields, date: 2n ** 64n - 1n })),
    refused('the KEM key changed', 'bad-signature', flip(signedPrekey, 100), { step: 'verify' }),
  ] satisfies Hostile[],
};

const visitorCertificate = certificate(editLink, room, visitor.key);
const about = { room: hex(room), device: hex(visitor.key) };
const elsewhere = epoch1.key.coreHash; // 32 bytes that are no room

export const certificates = {
  about: '[CE1] Certificates: a link’s key, its signature over room and device.',
  valid: [
    {
      name: 'of an edit link',
      linkSeed: hex(editLink.seed),
      link: hex(editLink.key),
      ...about,
      bytes: hex(visitorCertificate),
    },
  ],
  hostile: [
    ...truncated('a certificate', visitorCertificate, [0, 31, 32, 95]).map((entry) => ({ ...entry, ...about })),
    { ...trailing('a certificate', visitorCertificate), ...about },
    refused('for another room', 'bad-signature', visitorCertificate, {
      ...about,
      room: hex(elsewhere),
      step: 'verify',
    }),
    refused('for another device', 'bad-signature', visitorCertificate, {
      ...about,
      device: hex(someDevice.key),
      step: 'verify',
    }),
    refused('by another link', 'bad-signature', patch(visitorCertificate, 0, viewLink.key), {
      ...about,
      step: 'verify',
    }),
  ] satisfies Hostile[],
};

const listNotice = cat(u8(NOTICE.deviceList), shorterList);
const disputed = recordHash(epoch1.record);
const objectionNotice = objection(EDGE - 1, disputed);
const visitorNotice = cat(u8(NOTICE.visitor), visitorCertificate);

export const notices = {
  about: 'Bodies of notices. A certificate speaks of the record’s own room and sender.',
  valid: [
    { name: 'device-list', fields: { type: 'device-list', list: hex(shorterList) }, bytes: hex(listNotice) },
    { name: 'leave', fields: { type: 'leave' }, bytes: hex(u8(NOTICE.leave)) },
    {
      name: 'objection',
      fields: { type: 'objection', seq: EDGE - 1, record: hex(disputed) },
      bytes: hex(objectionNotice),
    },
    {
      name: 'visitor',
      fields: { type: 'visitor', certificate: hex(visitorCertificate) },
      ...about,
      bytes: hex(visitorNotice),
    },
  ],
  hostile: [
    refused('nothing at all', 'malformed', zeros(0)),
    refused('tag 0', 'unknown-version', u8(0)),
    refused('tag 5', 'unknown-version', u8(5)),
    trailing('leave', u8(NOTICE.leave)),
    trailing('an objection', objectionNotice),
    trailing('a visitor', visitorNotice),
    trailing('a device list', listNotice),
    ...truncated('an objection', objectionNotice, [1, 8, 9, 40]),
    ...truncated('a visitor', visitorNotice, [1, 33, 96]),
    ...truncated('a device list', listNotice, [1, 2, 100, -1]),
    refused('a device list of version 2', 'unknown-version', cat(u8(NOTICE.deviceList), u8(2), bob.list.slice(1))),
    refused('an objection to position 2^53', 'malformed', cat(u8(NOTICE.objection), u64(EDGE), disputed)),
    refused('a device list without a device', 'malformed', cat(u8(NOTICE.deviceList), signedAnyhow([]))),
  ] satisfies Hostile[],
};

const LINK_ROLES = ['viewer', 'commenter', 'editor'];
const epochHash = recordHash(epoch1.record);

const covered = (role: number, secret: Uint8Array, version = 1, check = zeros(0)): Uint8Array =>
  cat(u8(version), u8(role), secret, epochHash, check);
const withChecksum = (bytes: Uint8Array, of: Uint8Array = room): Uint8Array =>
  cat(bytes, hash('link-checksum', of, bytes).slice(0, 4));

function linkVector(role: number, link: Link & Partial<Locked>, name = `${LINK_ROLES[role]} link`): Json {
  const { secret, password = null, passwordKey, check } = link;
  const bytes = withChecksum(check ? covered(role, secret, 2, check) : covered(role, secret));
  return {
    name,
    fields: {
      room: hex(room),
      role: LINK_ROLES[role] as string,
      secret: hex(secret),
      epochHash: hex(epochHash),
      passwordCheck: check ? hex(check) : null,
    },
    // As typed; then what stands in the secret's place for the keys.
    password,
    passwordKey: passwordKey ? hex(passwordKey) : null,
    path: `/d/${base64url(room)}#${base64url(bytes)}`,
    bytes: hex(bytes),
    signingSeed: hex(link.seed),
    principal: hex(link.key),
    kemSeed: hex(link.kem.seed),
    kemPublicKey: hex(link.kem.key),
    // [LI3] Derived from every secret; used for the edit link's.
    viewSecret: hex(viewSecret(link.secret)),
  };
}

const editBytes = withChecksum(covered(2, editLink.secret));
const fragmentText = base64url(editBytes);
const hostileLink = (name: string, fragment: string, reason = 'malformed', of: string = base64url(room)): Hostile => ({
  name,
  reason,
  step: 'decode',
  room: of,
  fragment,
});

export const links = {
  about: '[LI1]–[LI3] Share links: `/d/<room>#<fragment>`, both base64url; the keys that follow from the secret.',
  valid: [
    linkVector(2, editLink),
    linkVector(0, viewLink),
    linkVector(1, editLink),
    linkVector(2, lockedLink, 'editor link with a password'),
    linkVector(0, composedLink, 'viewer link with a password, typed uncomposed'),
  ],
  hostile: [
    hostileLink('no fragment', ''),
    hostileLink('a role that is none: owner', base64url(withChecksum(covered(3, editLink.secret)))),
    hostileLink('version 0', base64url(withChecksum(covered(2, editLink.secret, 0))), 'unknown-version'),
    hostileLink('version 3', base64url(withChecksum(covered(2, editLink.secret, 3))), 'unknown-version'),
    hostileLink('with a password, without its check', base64url(withChecksum(covered(2, editLink.secret, 2)))),
    hostileLink(
      'without a password, with a check',
      base64url(withChecksum(covered(2, lockedLink.secret, 1, lockedLink.check))),
    ),
    hostileLink(
      'the password’s check changed',
      base64url(flip(withChecksum(covered(2, lockedLink.secret, 2, lockedLink.check)), 66)),
    ),
    ...[1, 2, 33, 66, 69].map((length) => hostileLink(`cut to ${length} bytes`, base64url(editBytes.slice(0, length)))),
    hostileLink('a byte too many', base64url(cat(editBytes, u8(0)))),
    hostileLink('checksum changed', base64url(flip(editBytes, -1))),
    hostileLink('secret changed', base64url(flip(editBytes, 5))),
    hostileLink(
      'role changed from viewer to editor',
      base64url(patch(withChecksum(covered(0, viewLink.secret)), 1, u8(2))),
    ),
    hostileLink('checksum over another room', base64url(withChecksum(covered(2, editLink.secret), elsewhere))),
    hostileLink('put behind another room', fragmentText, 'malformed', base64url(elsewhere)),
    hostileLink('padded', `${fragmentText}==`),
    hostileLink('standard base64', `${fragmentText.slice(0, 4)}/${fragmentText.slice(5)}`),
    hostileLink('a blank inside', `${fragmentText.slice(0, 10)} ${fragmentText.slice(10)}`),
    hostileLink('loose bits at the end', loosened(fragmentText)),
    hostileLink('a letter lost', fragmentText.slice(0, -1)),
    hostileLink('room id too short', fragmentText, 'malformed', base64url(room).slice(1)),
    hostileLink('room id too long', fragmentText, 'malformed', `${base64url(room)}A`),
    hostileLink('no room id', fragmentText, 'malformed', ''),
  ],
};

/** The same bytes in text that nobody encodes so: the last letter's unused bits are set. */
function loosened(encoded: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = letters.indexOf(encoded.slice(-1));
  return `${encoded.slice(0, -1)}${letters[last + 1]}`;
}

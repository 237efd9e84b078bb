/** Vectors of epochs and wraps. */
import {
  type Access,
  type Core,
  commitment,
  coreJson,
  type Epoch,
  encodeBody,
  encodeCore,
  epoch1,
  epoch2,
  epochHeader,
  home,
  NO_LIMITS,
  named,
  type WrapParts,
  wrapHash,
} from './epochs.ts';
import { type Hostile, otherVersions, refused, trailing, truncated } from './hostile.ts';
import { ascending, cat, flip, hex, type Json, patch, u8, u16, u32, u64, zeros } from './layout.ts';
import {
  alice,
  bob,
  commentLink,
  dora,
  doraAccount,
  editLink,
  listHash,
  mallory,
  signedList,
  someDevice,
  viewLink,
} from './people.ts';
import { derive, encapsulate, fixed, type Kem, type Signer, seal } from './primitives.ts';
import { clearRecord, type Header, recordHash, START } from './records.ts';

const NEWCOMERS_AT = 1 + 32 + 4 + 32 + 32 + 40 + 8;
const ACCESS_AT = NEWCOMERS_AT + 1 + 4;
const wrapHashes = (epoch: Epoch): Uint8Array[] => epoch.wraps.map(({ bytes }) => wrapHash(bytes));
const bodyOf = (core: Core): Uint8Array => encodeBody(encodeCore(core), epoch1.lists, wrapHashes(epoch1));
/** The body of epoch 1 around a core of other bytes. */
const around = (core: Uint8Array): Uint8Array => encodeBody(core, epoch1.lists, wrapHashes(epoch1));

const core1 = epoch1.core;
const coreBytes = epoch1.coreBytes;
const swapped = <T>(items: readonly T[]): T[] => [...items].reverse();
const twice = <T>(items: readonly T[]): T[] => [items[0], ...items] as T[];
const many = (count: number): Uint8Array[] => Array.from({ length: count }, (_, i) => cat(u16(i), fixed('many', 30)));

/** A core whose set at `at` counts more than it may; what would follow is not there, and need not be. */
const counting = (at: number, count: number): Uint8Array => cat(coreBytes.slice(0, at), u16(count));
const LISTS_AT = ACCESS_AT + 2 + core1.access.length * 34;
const DEVICES_AT = LISTS_AT + 2 + core1.lists.length * 68;
const LINKS_AT = DEVICES_AT + 2 + core1.devices.length * 36;

const malformedBodies: Hostile[] = [
  ...truncated('a body', epoch1.body, [0, 3, 4, 5, 100, 144, 145, 300, 1000, -100, -33, -32, -1]),
  trailing('a body', epoch1.body),
  ...otherVersions('core', coreBytes, 3).map((entry, i) => ({
    ...entry,
    bytes: hex(around(cat(u8([0, 2, 4, 255][i] as number), coreBytes.subarray(1)))),
  })),
  refused('a byte too many inside the core', 'malformed', around(cat(coreBytes, u8(0)))),
  refused('the core cut by a byte', 'malformed', around(coreBytes.slice(0, -1))),
  refused('the core longer than the body', 'malformed', cat(u32(epoch1.body.length + 1), epoch1.body.subarray(4))),
  refused('a core above 1 MiB', 'too-large', u32(1024 * 1024 + 1)),
  refused('access list descends', 'malformed', bodyOf({ ...core1, access: swapped(core1.access) })),
  refused('a principal twice', 'malformed', bodyOf({ ...core1, access: twice(core1.access) })),
  refused('links descend', 'malformed', bodyOf({ ...core1, links: swapped(core1.links) })),
  refused('a link twice', 'malformed', bodyOf({ ...core1, links: twice(core1.links) })),
  refused('a device list twice', 'malformed', bodyOf({ ...core1, lists: twice(core1.lists) })),
  refused('a device twice', 'malformed', bodyOf({ ...core1, devices: twice(core1.devices) })),
  refused('a way with newcomers that is none', 'malformed', around(patch(coreBytes, NEWCOMERS_AT, u8(2)))),
  refused('a kind of principal that is none', 'malformed', around(patch(coreBytes, ACCESS_AT + 2 + 32, u8(2)))),
  refused('a role that is none', 'malformed', around(patch(coreBytes, ACCESS_AT + 2 + 33, u8(4)))),
  refused('1,001 principals', 'too-large', around(counting(ACCESS_AT, 1001))),
  refused('1,001 device lists', 'too-large', around(counting(LISTS_AT, 1001))),
  refused('2,001 devices', 'too-large', around(counting(DEVICES_AT, 2001))),
  refused('65 links', 'too-large', around(counting(LINKS_AT, 65))),
  refused('a position of 2^53', 'malformed', around(patch(coreBytes, 101, u64(2 ** 53)))),
  refused('one wrap hash fewer', 'malformed', encodeBody(coreBytes, epoch1.lists, wrapHashes(epoch1).slice(1))),
  refused('one wrap hash more', 'malformed', encodeBody(coreBytes, epoch1.lists, twice(wrapHashes(epoch1)))),
  refused(
    'a device list of version 2',
    'unknown-version',
    encodeBody(coreBytes, [cat(u8(2), alice.list.slice(1))], []),
  ),
  refused('an empty device list', 'malformed', encodeBody(coreBytes, [zeros(0)], wrapHashes(epoch1))),
  refused('counts one device list more than there are', 'malformed', patch(epoch1.body, 4 + coreBytes.length, u16(2))),
];

/** A first record that is well formed and signed, and still makes no room. */
function badFirst(name: string, reason: string, changes: Partial<Core>, rest: Partial<Rest> = {}): Hostile {
  const { of = epoch1, keepRoom = false, lists = of.lists, by = of.signer, header = {} } = rest;
  const changed: Core = { ...of.core, room: zeros(32), ...changes };
  const core = keepRoom ? { ...changed, room: of.core.room } : named(changed);
  const count = core.devices.length + core.links.length;
  const body = encodeBody(encodeCore(core), lists, many(count));
  const record = clearRecord({ ...epochHeader(core, START, 1), sender: by.key, ...header }, body, by);
  return { name, reason, step: 'judge', record: hex(record) };
}
type Rest = {
  readonly of: Epoch;
  readonly keepRoom: boolean;
  readonly lists: readonly Uint8Array[];
  readonly by: Signer;
  readonly header: Partial<Header>;
};

const role = (principal: Uint8Array, to: Access['role']): Access[] =>
  core1.access.map((entry) => (hex(entry.principal) === hex(principal) ? { ...entry, role: to } : entry));
const malloryDevice = mallory.devices[0]?.key as Uint8Array;
const laterList = signedList(alice.identity, {
  version: 2,
  previous: listHash(alice.list),
  devices: [someDevice.key, malloryDevice].sort(Buffer.compare),
});

const badFirsts: Hostile[] = [
  badFirst('a link as owner', 'bad-epoch', { access: role(editLink.key, 'owner') }),
  badFirst('the id is not the core’s hash', 'wrong-room', { commitment: zeros(32) }, { keepRoom: true }),
  badFirst('the header names another room', 'wrong-room', {}, { header: { room: fixed('another room') } }),
  badFirst('epoch 2', 'bad-epoch', { epoch: 2 }, { header: { epoch: 2 } }),
  badFirst('core and header disagree on the epoch', 'bad-epoch', {}, { header: { epoch: 2 } }),
  badFirst('names an epoch before', 'bad-epoch', { previous: fixed('epoch 0') }),
  badFirst('names a list change before', 'bad-epoch', { lastListChange: fixed('epoch 0') }),
  badFirst('begins with a later segment', 'bad-epoch', { newcomers: 'start-empty', segment: 1 }),
  badFirst('a position in an empty log', 'bad-epoch', { position: { seq: 1, hash: zeros(32) } }),
  badFirst('a head in an empty log', 'bad-epoch', {}, { header: { head: { seq: 1, hash: zeros(32) } } }),
  badFirst('made by an editor', 'wrong-role', { access: role(alice.identity.key, 'editor') }),
  badFirst('signed by a device of nobody', 'wrong-role', {}, { by: mallory.devices[0] as Signer }),
  badFirst('no device list', 'bad-epoch', {}, { lists: [] }),
  badFirst('no entry for a device list', 'bad-epoch', { lists: [] }),
  badFirst('another device list than named', 'bad-epoch', {}, { lists: [laterList] }),
  badFirst('sealed to a stranger', 'bad-epoch', {
    devices: [...core1.devices, { device: malloryDevice, prekey: 1 }].sort((a, b) =>
      Buffer.compare(a.device, b.device),
    ),
  }),
  badFirst('a link is left out', 'bad-epoch', { links: core1.links.slice(1) }),
  badFirst('sealed to a link that is not in', 'bad-epoch', {
    links: [{ principal: commentLink.key, kemKey: commentLink.kem.key, ...NO_LIMITS }],
    access: core1.access.filter(
      ({ principal }) => hex(principal) !== hex(editLink.key) && hex(principal) !== hex(viewLink.key),
    ),
  }),
];

/** [EP7] An account's key where it must not be sealed to, or another than the account's. */
const sealedTo = (...keys: readonly (readonly [Uint8Array, Kem])[]): Pick<Core, 'links'> => ({
  links: ascending(
    keys.map(([principal, { key }]) => ({ principal, kemKey: key, ...NO_LIMITS })),
    ({ principal }) => principal,
  ),
});
const ofDora = [dora.identity.key, doraAccount] as const;
const ofEditLink = [editLink.key, editLink.kem] as const;
const together = (...others: readonly Access[]): Access[] =>
  ascending([...home.core.access, ...others], ({ principal }) => principal);
const linkToo = together({ principal: editLink.key, kind: 'link', role: 'viewer' });
const bobToo = {
  access: together({ principal: bob.identity.key, kind: 'account', role: 'viewer' }),
  lists: ascending(
    [...home.core.lists, { principal: bob.identity.key, version: 1, hash: listHash(bob.list) }],
    ({ principal }) => principal,
  ),
};
const badHome = (name: string, changes: Partial<Core>, lists?: readonly Uint8Array[]): Hostile =>
  badFirst(name, 'bad-epoch', changes, { of: home, ...(lists && { lists }) });

const badHomes: Hostile[] = [
  badHome('a home sealed to another account’s key', sealedTo([mallory.identity.key, doraAccount])),
  badHome('a home sealed to its account’s key and another’s', sealedTo(ofDora, [mallory.identity.key, doraAccount])),
  badHome('a home sealed to a link that is not in', sealedTo(ofEditLink)),
  badHome('an account’s key beside a link’s', { access: linkToo, ...sealedTo(ofDora, ofEditLink) }),
  badHome('an account’s key instead of a link’s', { access: linkToo, ...sealedTo(ofDora) }),
  badHome('an account’s key with another account in', { ...bobToo, ...sealedTo(ofDora) }, [dora.list, bob.list]),
];

const epochVector = (name: string, epoch: Epoch): Json => ({
  name,
  signingSeed: hex(epoch.signer.seed),
  secret: hex(epoch.key.secret),
  core: coreJson(epoch.core),
  coreBytes: hex(epoch.coreBytes),
  room: hex(epoch.core.room),
  coreHash: hex(epoch.key.coreHash),
  commitment: hex(epoch.core.commitment),
  lists: epoch.lists.map(hex),
  wraps: epoch.wraps.map(({ bytes }) => hex(bytes)),
  wrapHashes: wrapHashes(epoch).map(hex),
  body: hex(epoch.body),
  record: hex(epoch.record),
  recordHash: hex(recordHash(epoch.record)),
});

export const epochs = {
  about:
    'Epochs 1 and 2 of one room, and epoch 1 of a home. Hostile bodies are refused when decoded; hostile records are well formed and signed, and are refused as a log’s first record.',
  valid: [
    epochVector('epoch 1: a guest’s new document', epoch1),
    epochVector('epoch 2: Bob comes', epoch2),
    epochVector('epoch 1 of a home: sealed to the account’s key, the second device left out', home),
  ],
  hostile: [...malformedBodies, ...badFirsts, ...badHomes],
};

const aliceWrap = epoch1.wraps[0] as WrapParts;
const linkWrap = epoch1.wraps[1] as WrapParts;
const otherSecret = fixed('another secret');

/** A wrap of any secret under any associated data, for Alice's device. */
function wrapOf(secret: Uint8Array, associated: Uint8Array): Uint8Array {
  const { ciphertext, sharedSecret } = encapsulate(aliceWrap.kemKey, fixed('hostile encapsulation', 64));
  const sealed = seal(derive(sharedSecret, 'wrap-key'), aliceWrap.nonce, associated, secret);
  return cat(aliceWrap.recipient, u32(1), ciphertext, aliceWrap.nonce, sealed);
}
const forAlice = { epoch: 1, recipient: hex(aliceWrap.recipient), kemSeed: hex(aliceWrap.kemSeed) };
const unopened = (name: string, bytes: Uint8Array, rest: object = {}): Hostile =>
  refused(name, 'cannot-open', bytes, { step: 'open', ...forAlice, ...rest });
const rightPlace = cat(epoch1.key.coreHash, aliceWrap.recipient);

const wrapVector = (epoch: Epoch, parts: WrapParts, without = 'a link'): Json => ({
  name: `epoch ${epoch.core.epoch}, ${parts.prekey === 0 ? without : 'a device'}`,
  epoch: epoch.core.epoch,
  secret: hex(epoch.key.secret),
  coreHash: hex(epoch.key.coreHash),
  recipient: hex(parts.recipient),
  prekey: parts.prekey,
  kemSeed: hex(parts.kemSeed),
  kemPublicKey: hex(parts.kemKey),
  encapsulationSeed: hex(parts.encapsulationSeed),
  kemCiphertext: hex(parts.kemCiphertext),
  sharedSecret: hex(parts.sharedSecret),
  wrapKey: hex(parts.wrapKey),
  nonce: hex(parts.nonce),
  sealedSecret: hex(parts.sealedSecret),
  bytes: hex(parts.bytes),
  hash: hex(wrapHash(parts.bytes)),
});

export const wraps = {
  about:
    'Wraps [EP8] of the epochs in epochs.json. `encapsulationSeed` stands for X-Wing’s randomness. Hostile ones of step `open` are opened as `recipient` of that epoch.',
  valid: [
    ...epoch1.wraps.map((parts) => wrapVector(epoch1, parts)),
    ...epoch2.wraps.map((parts) => wrapVector(epoch2, parts)),
    ...home.wraps.map((parts) => wrapVector(home, parts, 'the account')),
  ],
  commitments: [
    { secret: hex(fixed('secret a')), epoch: 1, previous: hex(zeros(32)) },
    { secret: hex(fixed('secret a')), epoch: 2, previous: hex(fixed('previous')) },
    { secret: hex(fixed('secret b')), epoch: 2 ** 32 - 1, previous: hex(fixed('previous')) },
  ].map((entry) => ({
    ...entry,
    commitment: hex(commitment(Buffer.from(entry.secret, 'hex'), entry.epoch, Buffer.from(entry.previous, 'hex'))),
  })),
  hostile: [
    ...truncated('a wrap', aliceWrap.bytes, [0, 31, 32, 35, 36, 1155, 1156, 1179, 1180, 1211, -1]),
    trailing('a wrap', aliceWrap.bytes),
    unopened('somebody else’s wrap', linkWrap.bytes),
    unopened('somebody else’s wrap under one’s own name', patch(linkWrap.bytes, 0, aliceWrap.recipient)),
    unopened('the KEM ciphertext changed', flip(aliceWrap.bytes, 40)),
    unopened('the nonce changed', flip(aliceWrap.bytes, 1156)),
    unopened('the sealed secret changed', flip(aliceWrap.bytes, 1180)),
    unopened('the tag changed', flip(aliceWrap.bytes, -1)),
    unopened('of another core', wrapOf(epoch1.key.secret, cat(epoch2.key.coreHash, aliceWrap.recipient))),
    unopened('a secret that is not the committed one', wrapOf(otherSecret, rightPlace)),
    unopened(
      'the epoch’s wrap for the wrong epoch',
      (epoch2.wraps.find(({ recipient }) => hex(recipient) === hex(aliceWrap.recipient)) as WrapParts).bytes,
    ),
    unopened('a byte too many', cat(aliceWrap.bytes, u8(0))),
    unopened('empty', zeros(0)),
  ] satisfies Hostile[],
};

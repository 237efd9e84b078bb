/** Device lists, prekeys, certificates, links: and the people and links that all other vectors are about. */

import { ascending, cat, u8, u16, u32, u64, zeros } from './layout.ts';
import { stretched } from './link-password.ts';
import { derive, fixed, hash, type Kem, kem, ready, type Signer, signer } from './primitives.ts';

await ready();

const deviceByKey = new Map<string, Signer>();
/** [DL4] A device's word for being on a list; 64 zeros for keys that nobody holds. */
const listing = (key: Uint8Array, principal: Uint8Array): Uint8Array =>
  deviceByKey.get(Buffer.from(key).toString('hex'))?.sign('listing', principal) ?? zeros(64);

export type ListFields = {
  readonly principal: Uint8Array;
  readonly version: number;
  readonly previous: Uint8Array;
  readonly devices: readonly Uint8Array[];
};
/** [DL1] */
export const unsignedList = (list: ListFields, version = 1): Uint8Array =>
  cat(
    u8(version),
    list.principal,
    u32(list.version),
    list.previous,
    u16(list.devices.length),
    ...list.devices.flatMap((key) => [key, listing(key, list.principal)]),
  );

export function signedList(identity: Signer, fields: Omit<ListFields, 'principal'>): Uint8Array {
  const unsigned = unsignedList({ ...fields, principal: identity.key });
  return cat(unsigned, identity.sign('device-list', unsigned));
}
export const listHash = (signed: Uint8Array): Uint8Array => hash('device-list-hash', signed);

export type PrekeyFields = {
  readonly device: Uint8Array;
  readonly id: number;
  readonly date: number | bigint;
  readonly listVersion: number;
  readonly listHash: Uint8Array;
  readonly kemKey: Uint8Array;
};
/** [PK1] */
export const unsignedPrekey = (prekey: PrekeyFields, version = 1): Uint8Array =>
  cat(
    u8(version),
    prekey.device,
    u32(prekey.id),
    u64(prekey.date),
    u32(prekey.listVersion),
    prekey.listHash,
    prekey.kemKey,
  );

/** [CE1] */
export const certificate = (link: Signer, room: Uint8Array, device: Uint8Array): Uint8Array =>
  cat(link.key, link.sign('certificate', room, device));

export type Device = Signer & { readonly prekey: Kem };
export type Person = {
  readonly identity: Signer;
  readonly devices: readonly Device[];
  readonly list: Uint8Array;
};

export function device(name: string): Device {
  const made = { ...signer(fixed(`${name} device`)), prekey: kem(fixed(`${name} prekey`)) };
  deviceByKey.set(Buffer.from(made.key).toString('hex'), made);
  return made;
}

export function person(name: string, deviceNames: readonly string[]): Person {
  const identity = signer(fixed(`${name} identity`));
  const devices = ascending(deviceNames.map(device), ({ key }) => key);
  const keys = devices.map(({ key }) => key);
  return { identity, devices, list: signedList(identity, { version: 1, previous: zeros(32), devices: keys }) };
}

export type Link = Signer & { readonly secret: Uint8Array; readonly kem: Kem };
/** [LI2] */
export const link = (secret: Uint8Array): Link => ({
  secret,
  ...signer(derive(secret, 'link-signing')),
  kem: kem(derive(secret, 'link-kem')),
});
/** The same from what secret and password gave together, and the check that stands in the link. */
export function passwordLink(secret: Uint8Array, password: string): Link & Locked {
  const passwordKey = derive(secret, 'link-password', stretched(password.normalize('NFKC'), secret));
  return { ...link(passwordKey), secret, password, passwordKey, check: derive(passwordKey, 'link-check').slice(0, 2) };
}
export type Locked = { readonly password: string; readonly passwordKey: Uint8Array; readonly check: Uint8Array };
/** [LI3] */
export const viewSecret = (editSecret: Uint8Array): Uint8Array => derive(editSecret, 'view-link');

export const alice = person('alice', ['alice laptop']);
export const bob = person('bob', ['bob laptop', 'bob phone']);
export const mallory = person('mallory', ['mallory']);
/** With a home, which is sealed to her account's key. */
export const dora = person('dora', ['dora laptop', 'dora phone']);
export const doraAccount = kem(fixed('dora account'));
/** Devices that are added later. */
export const alicePhone = device('alice phone');
export const bobTablet = device('bob tablet');
export const visitor = device('visitor');
export const editLink = link(fixed('edit secret'));
export const viewLink = link(viewSecret(editLink.secret));
export const commentLink = link(fixed('comment secret'));
export const lockedLink = passwordLink(fixed('password link secret'), 'quiet otters swim at dawn');
/** As typed on a keyboard that composes no letters. */
export const composedLink = passwordLink(fixed('password link secret'), 'A\u030angstro\u0308m \ufb01ve');
/** Nobody's in particular. */
export const someDevice = alice.devices[0] as Device;

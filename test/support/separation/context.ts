/**
 * Where a signed or sealed thing may stand. Two contexts differ in one field, so a thing that is taken in a context where it was
 * not made shows which field nothing binds.
 *
 * All keys of one kind come from the same bytes, and so do all secrets: only labels and associated data keep the kinds apart.
 */
import { kemKeyFromSeed, type SigningKey, signingKeyFromSeed } from '../../../src/engine/seal/sodium.ts';
import { type DeviceId, deviceId, hashId, type PrincipalId, principalId, roomId } from '../../../src/wire/ids.ts';
import type { Header, Kind } from '../../../src/wire/record.ts';

export const filled = (byte: number, length = 32): Uint8Array => new Uint8Array(length).fill(byte);

/** What the product makes of it stands beside each field. */
export type Context = {
  /** Record, certificate, invitation, and the core of an epoch. */
  readonly room: number;
  readonly epoch: number;
  readonly stream: 'content' | 'comments';
  readonly segment: number;
  /** Who signs or seals: a device; where it is a principal's key that signs, that principal. */
  readonly sender: number;
  /** To whom: a device or principal. */
  readonly recipient: number;
  readonly counter: number;
  readonly head: number;
  /** An epoch secret, a master key, an export key, a code's secret, a vault's key. */
  readonly secret: number;
  /** Relay and service, as the client addressed them. */
  readonly host: string;
  /** A challenge, an attempt to sign in. */
  readonly nonce: number;
  readonly account: number;
  readonly version: number;
  /** Of the vault. */
  readonly box: string;
  readonly place: string;
};
export type Field = keyof Context;

export const BASE: Context = {
  room: 1,
  epoch: 3,
  stream: 'content',
  segment: 0,
  sender: 1,
  recipient: 2,
  counter: 5,
  head: 9,
  secret: 8,
  host: 'sealroom.example',
  nonce: 6,
  account: 1,
  version: 3,
  box: 'profile',
  place: 'identity',
};

const OTHER: Context = {
  room: 31,
  epoch: 4,
  stream: 'comments',
  segment: 256,
  sender: 3,
  recipient: 4,
  counter: 6,
  head: 10,
  secret: 28,
  host: 'other.example',
  nonce: 7,
  account: 2,
  version: 4,
  box: 'room',
  place: 'account',
};

/** The base, and for each field the same with that field changed. */
export const contextsOf = (fields: readonly Field[]): readonly (readonly [string, Context])[] => [
  ['as it was made', BASE],
  ...fields.map((field) => [`another ${field}`, { ...BASE, [field]: OTHER[field] }] as const),
];

export const signerOf = (byte: number): SigningKey => signingKeyFromSeed(filled(byte));
export const deviceOf = (byte: number): DeviceId => deviceId(signerOf(byte).publicKey);
/** Not the keys of devices: who lists a device is somebody else. */
export const identityOf = (byte: number): SigningKey => signingKeyFromSeed(filled(100 + byte));
export const principalOf = (byte: number): PrincipalId => principalId(identityOf(byte).publicKey);
export const kemOf = (byte: number) => kemKeyFromSeed(filled(byte));
/** The core of an epoch belongs to one room. */
export const coreHashOf = ({ room, epoch }: Context) => hashId(filled(room + 10 * epoch));

export const headerOf = (kind: Kind, c: Context): Header => ({
  kind,
  stream:
    kind === 'update' || kind === 'snapshot' ? { class: c.stream, segment: c.segment } : { class: 'none', segment: 0 },
  room: roomId(filled(c.room)),
  epoch: c.epoch,
  sender: deviceOf(c.sender),
  counter: c.counter,
  head: { seq: c.head, hash: hashId(filled(c.head)) },
  units: 0,
  cover: kind === 'snapshot' ? { seq: 4, hash: hashId(filled(3)) } : null,
});

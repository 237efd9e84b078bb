/** Identifiers: 32 bytes on the wire, base64url text (43 characters) in memory, in URLs and as map keys. */
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { WireError } from './bytes.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** BLAKE2b-256 of epoch 1's core, see docs/protocol.md [EP1]. */
export type RoomId = Branded<'RoomId'>;
/** A device's Ed25519 signing key. */
export type DeviceId = Branded<'DeviceId'>;
/** The Ed25519 key of an account, a guest profile or a link. */
export type PrincipalId = Branded<'PrincipalId'>;
/** A BLAKE2b-256 hash. */
export type Hash = Branded<'Hash'>;

type Id = RoomId | DeviceId | PrincipalId | Hash;

export const ID_BYTES = 32;
export const ZERO_BYTES: Uint8Array = new Uint8Array(ID_BYTES);

const toText = (bytes: Uint8Array): string => {
  if (bytes.length !== ID_BYTES) throw new WireError('malformed', `identifier of ${bytes.length} bytes`);
  return toBase64Url(bytes);
};
export const roomId = (bytes: Uint8Array): RoomId => toText(bytes) as RoomId;
export const deviceId = (bytes: Uint8Array): DeviceId => toText(bytes) as DeviceId;
export const principalId = (bytes: Uint8Array): PrincipalId => toText(bytes) as PrincipalId;
export const hashId = (bytes: Uint8Array): Hash => toText(bytes) as Hash;

/** A copy of the identifier's bytes. */
export function idBytes(id: Id): Uint8Array {
  const bytes = fromBase64Url(id);
  if (bytes?.length !== ID_BYTES) throw new Error('an identifier that was not made by its function');
  return bytes;
}

/** A room id from a URL or a database key, or undefined if it is none. */
export function parseRoomId(text: string): RoomId | undefined {
  return fromBase64Url(text)?.length === ID_BYTES ? (text as RoomId) : undefined;
}

export const ZERO_HASH: Hash = hashId(ZERO_BYTES);

/** A place in a room's log: the number of the last record (0: none) and the chain hash after it. */
export type Position = { readonly seq: number; readonly hash: Hash };
export const START: Position = { seq: 0, hash: ZERO_HASH };

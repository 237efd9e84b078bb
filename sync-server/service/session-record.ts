/** How a session is stored: under a hash of its handle, its refresh tokens as hashes, so that a copied database signs nobody in. */
import { ByteReader, ByteWriter, equalBytes } from '../../src/wire/bytes.ts';
import type { AccountId } from '../../src/wire/http/fields.ts';
import { type DeviceId, deviceId, ID_BYTES, idBytes, ZERO_BYTES } from '../../src/wire/ids.ts';
import { assertVersion } from '../log/streams.ts';
import { accountKeys, sessionIdOf, sessionsOf } from '../store/account-keys.ts';
import type { Store } from '../store/store.ts';

/** 2: under hashes. */
const VERSION = 2;

export type Session = {
  readonly account: AccountId;
  /** What it is stored under; tokens hold the handle that this is the hash of. */
  readonly id: Uint8Array;
  /** Null: of no device yet. */
  readonly device: DeviceId | null;
  /** The account's when the session began. */
  readonly generation: number;
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number;
  readonly endsAt: number;
  /** Hash of the refresh token that counts. */
  readonly refreshHash: Uint8Array;
  /** Hash of the one before it, zero for none, and when it was replaced. */
  readonly previousHash: Uint8Array;
  readonly replacedAt: number;
};
export type StoredSession = { readonly session: Session; readonly value: Uint8Array };

export const encodeSession = (session: Session): Uint8Array =>
  new ByteWriter()
    .u8(VERSION)
    .raw(session.device ? idBytes(session.device) : ZERO_BYTES)
    .u32(session.generation)
    .u64(session.createdAt)
    .u64(session.endsAt)
    .raw(session.refreshHash)
    .raw(session.previousHash)
    .u64(session.replacedAt)
    .bytes();

export function decodeSession(account: AccountId, id: Uint8Array, value: Uint8Array): Session {
  const reader = new ByteReader(value);
  assertVersion(reader.u8(), VERSION);
  const device = reader.raw(ID_BYTES);
  const session = {
    account,
    id,
    device: equalBytes(device, ZERO_BYTES) ? null : deviceId(device),
    generation: reader.u32(),
    createdAt: reader.u64(),
    endsAt: reader.u64(),
    refreshHash: reader.raw(ID_BYTES),
    previousHash: reader.raw(ID_BYTES),
    replacedAt: reader.u64(),
  };
  reader.end();
  return session;
}

/** When a stored session ends, whosever it is. */
export const endOf = (value: Uint8Array): number => new ByteReader(value.subarray(1 + ID_BYTES + 4 + 8)).u64();

/** @throws StorageFailed */
export async function readSession(
  store: Store,
  account: AccountId,
  id: Uint8Array,
): Promise<StoredSession | undefined> {
  const value = await store.get(accountKeys.session(account, id));
  return value && { session: decodeSession(account, id, value), value };
}

/** All of an account's, dead ones included. @throws StorageFailed */
export async function readSessions(store: Store, account: AccountId): Promise<Session[]> {
  const sessions: Session[] = [];
  for await (const { key, value } of store.range(sessionsOf(account)))
    sessions.push(decodeSession(account, sessionIdOf(key), value));
  return sessions;
}

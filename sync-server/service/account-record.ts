/** How an account is stored: one value, so that every change of it is checked against all that it was decided by. */
import { ByteReader, ByteWriter } from '../../src/wire/bytes.ts';
import { MAX_DEVICE_LIST_BYTES } from '../../src/wire/device-list.ts';
import type { WayIn } from '../../src/wire/http/accounts.ts';
import { type AccountId, accountId, accountIdBytes } from '../../src/wire/http/fields.ts';
import {
  ACCOUNT_ID_BYTES,
  MAX_BUNDLE_BYTES,
  MAX_KEY_WRAP_BYTES,
  REGISTRATION_RECORD_BYTES,
} from '../../src/wire/http/limits.ts';
import { MAX_NAME_LENGTH, type UserName } from '../../src/wire/http/user-name.ts';
import { ID_BYTES, idBytes, type PrincipalId, principalId, type RoomId, roomId } from '../../src/wire/ids.ts';
import { assertVersion } from '../log/streams.ts';
import { accountKeys } from '../store/account-keys.ts';
import type { Store } from '../store/store.ts';

/** 2: bans. */
const VERSION = 2;
const NOT_BANNED = 0;

/** OPAQUE's record of one way in, and the master key under its export key. */
export type WayInRecord = { readonly record: Uint8Array; readonly wrap: Uint8Array };
export type Bundle = { readonly version: number; readonly bytes: Uint8Array };

export type Account = {
  readonly id: AccountId;
  readonly name: UserName;
  readonly principal: PrincipalId;
  readonly home: RoomId;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Counts up when all sessions end: those of an earlier generation are dead, also one that was just being made. */
  readonly generation: number;
  /** Since when nobody may use it, null: everybody who can sign in may. Milliseconds since 1970. */
  readonly bannedAt: number | null;
  readonly ways: { readonly [W in WayIn]: WayInRecord };
  readonly bundle: Bundle;
  /** Signed, with its listings. */
  readonly deviceList: Uint8Array;
};

/** An account as it was read, with the value that a change of it must still find. */
export type StoredAccount = { readonly account: Account; readonly value: Uint8Array };

export function encodeAccount(account: Account): Uint8Array {
  const { ways, bundle } = account;
  const out = new ByteWriter()
    .u8(VERSION)
    .raw(accountIdBytes(account.id))
    .text(account.name)
    .raw(idBytes(account.principal))
    .raw(idBytes(account.home))
    .u64(account.createdAt)
    .u32(account.generation)
    .u64(account.bannedAt ?? NOT_BANNED);
  for (const { record, wrap } of [ways.password, ways.recovery]) out.raw(record).block(wrap);
  return out.u32(bundle.version).block(bundle.bytes).block(account.deviceList).bytes();
}

/** @throws WireError if the database holds something else */
export function decodeAccount(value: Uint8Array): Account {
  const reader = new ByteReader(value);
  assertVersion(reader.u8(), VERSION);
  const head = {
    id: accountId(reader.raw(ACCOUNT_ID_BYTES)),
    name: reader.text(MAX_NAME_LENGTH) as UserName,
    principal: principalId(reader.raw(ID_BYTES)),
    home: roomId(reader.raw(ID_BYTES)),
    createdAt: reader.u64(),
    generation: reader.u32(),
    bannedAt: reader.u64() || null,
  };
  const way = () => ({ record: reader.raw(REGISTRATION_RECORD_BYTES), wrap: reader.block(MAX_KEY_WRAP_BYTES) });
  const ways = { password: way(), recovery: way() };
  const bundle = { version: reader.u32(), bytes: reader.block(MAX_BUNDLE_BYTES) };
  const deviceList = reader.block(MAX_DEVICE_LIST_BYTES);
  reader.end();
  return { ...head, ways, bundle, deviceList };
}

/** @throws StorageFailed */
export async function readAccount(store: Store, id: AccountId): Promise<StoredAccount | undefined> {
  const value = await store.get(accountKeys.account(id));
  return value && { account: decodeAccount(value), value };
}

/** The account that has a name. @throws StorageFailed */
export async function findAccountId(store: Store, name: UserName): Promise<AccountId | undefined> {
  const value = await store.get(accountKeys.name(name));
  return value && accountId(value);
}

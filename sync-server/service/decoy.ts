/**
 * The account that is looked up in place of one that does not exist: a record of a registration that nobody can open, and
 * as much beside it as accounts have. Without it a sign-in by a name that nobody has would spare the server reading an
 * account and checking its record, and the time of its answer would tell.
 */

import { accountId } from '../../src/wire/http/fields.ts';
import { ACCOUNT_ID_BYTES } from '../../src/wire/http/limits.ts';
import type { UserName } from '../../src/wire/http/user-name.ts';
import { ID_BYTES, principalId, roomId } from '../../src/wire/ids.ts';
import { accountKeys } from '../store/account-keys.ts';
import type { Store } from '../store/store.ts';
import { type Account, decodeAccount, encodeAccount } from './account-record.ts';
import type { ServiceParts } from './context.ts';
import { unopenableRecord } from './opaque.ts';
import type { Setup } from './setup.ts';

/** As an account with one device has them. */
const WRAP_BYTES = 72;
const BUNDLE_BYTES = 200;
const DEVICE_LIST_BYTES = 231;

/** Makes the decoy at first start. @throws StorageFailed */
export async function makeDecoy({ store, random, date }: ServiceParts, { opaque }: Setup): Promise<void> {
  const key = accountKeys.decoy();
  if (await store.get(key)) return;
  const way = () => ({ record: unopenableRecord(opaque, random), wrap: random(WRAP_BYTES) });
  const account: Account = {
    id: accountId(random(ACCOUNT_ID_BYTES)),
    name: 'nobody' as UserName,
    principal: principalId(random(ID_BYTES)),
    home: roomId(random(ID_BYTES)),
    createdAt: date(),
    generation: 1,
    bannedAt: null,
    ways: { password: way(), recovery: way() },
    bundle: { version: 1, bytes: random(BUNDLE_BYTES) },
    deviceList: random(DEVICE_LIST_BYTES),
  };
  await store.commit([{ key, value: null }], [{ key, value: encodeAccount(account) }]);
}

/** @throws StorageFailed */
export async function readDecoy(store: Store): Promise<Account> {
  const value = await store.get(accountKeys.decoy());
  if (!value) throw new Error('the decoy was there and is gone');
  return decodeAccount(value);
}

/**
 * The service's own secrets, made at first start and kept for good: whoever restores a backup restores them with it.
 * Without them no password opens anything any more.
 */
import { ByteReader, ByteWriter, utf8 } from '../../src/wire/bytes.ts';
import { type AccountId, accountId } from '../../src/wire/http/fields.ts';
import { ACCOUNT_ID_BYTES } from '../../src/wire/http/limits.ts';
import type { UserName } from '../../src/wire/http/user-name.ts';
import { assertVersion } from '../log/streams.ts';
import { accountKeys } from '../store/account-keys.ts';
import type { Store } from '../store/store.ts';
import { keyedHash } from './keyed-hash.ts';
import { createOpaqueSetup, opaqueReady } from './opaque.ts';

const VERSION = 1;
const SECRET_BYTES = 32;
const MAX_SETUP_BYTES = 1024;

export type Setup = {
  /** OPAQUE's server setup. */
  readonly opaque: Uint8Array;
  /** Signs access tokens. */
  readonly tokenKey: Uint8Array;
  /** Makes each refresh token from the one before. */
  readonly refreshKey: Uint8Array;
  /** What attempts are counted by, instead of names and addresses. */
  readonly attemptKey: Uint8Array;
  /** An account that does not exist, always the same for a name: what OPAQUE answers for it must not change. */
  readonly absentAccount: (name: UserName) => AccountId;
};

/**
 * Reads the setup, or makes it. Of two that start at once on an empty store one wins.
 * @throws StorageFailed
 */
export async function loadSetup(store: Store, random: (length: number) => Uint8Array): Promise<Setup> {
  await opaqueReady;
  const key = accountKeys.setup();
  const known = await store.get(key);
  if (known) return decodeSetup(known);
  const value = new ByteWriter().u8(VERSION).block(createOpaqueSetup()).raw(random(SECRET_BYTES)).bytes();
  if ((await store.commit([{ key, value: null }], [{ key, value }])) === 'committed') return decodeSetup(value);
  const other = await store.get(key);
  if (!other) throw new Error('the setup of the service was there and is gone');
  return decodeSetup(other);
}

function decodeSetup(value: Uint8Array): Setup {
  const reader = new ByteReader(value);
  assertVersion(reader.u8(), VERSION);
  const opaque = reader.block(MAX_SETUP_BYTES).slice();
  const secret = reader.raw(SECRET_BYTES).slice();
  reader.end();
  const absentKey = keyedHash(secret, 'absent-account');
  return {
    opaque,
    tokenKey: keyedHash(secret, 'token'),
    refreshKey: keyedHash(secret, 'refresh'),
    attemptKey: keyedHash(secret, 'attempt'),
    absentAccount: (name) => accountId(keyedHash(absentKey, 'name', utf8(name)).subarray(0, ACCOUNT_ID_BYTES)),
  };
}

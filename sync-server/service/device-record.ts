/** What the service knows of one device. Devices that were taken off a list stay known: they never come back. */
import { ByteReader, ByteWriter } from '../../src/wire/bytes.ts';
import { type AccountId, accountId, accountIdBytes } from '../../src/wire/http/fields.ts';
import { ACCOUNT_ID_BYTES } from '../../src/wire/http/limits.ts';
import type { DeviceId } from '../../src/wire/ids.ts';
import { assertVersion } from '../log/streams.ts';
import { accountKeys, SESSION_ID_BYTES } from '../store/account-keys.ts';
import type { Store } from '../store/store.ts';

const VERSION = 1;
const STATES = ['listed', 'revoked'] as const;

export type DeviceRecord = {
  readonly account: AccountId;
  readonly state: (typeof STATES)[number];
  /** Milliseconds since 1970, as `lastSeenAt`. */
  readonly addedAt: number;
  /** When it last began or renewed a session. */
  readonly lastSeenAt: number;
  /** Its one session, NO_SESSION for none: another one does not count, also when two begin at once. */
  readonly session: Uint8Array;
};
export const NO_SESSION: Uint8Array = new Uint8Array(SESSION_ID_BYTES);

export type StoredDevice = { readonly record: DeviceRecord; readonly value: Uint8Array };

export const encodeDevice = ({ account, state, addedAt, lastSeenAt, session }: DeviceRecord): Uint8Array =>
  new ByteWriter()
    .u8(VERSION)
    .raw(accountIdBytes(account))
    .u8(STATES.indexOf(state))
    .u64(addedAt)
    .u64(lastSeenAt)
    .raw(session)
    .bytes();

export function decodeDevice(value: Uint8Array): DeviceRecord {
  const reader = new ByteReader(value);
  assertVersion(reader.u8(), VERSION);
  const account = accountId(reader.raw(ACCOUNT_ID_BYTES));
  const state = STATES[reader.u8()];
  if (!state) throw new Error('the database holds a device in an unknown state');
  const times = { addedAt: reader.u64(), lastSeenAt: reader.u64() };
  const record = { account, state, ...times, session: reader.raw(SESSION_ID_BYTES) };
  reader.end();
  return record;
}

/** Undefined: a guest's, or nobody's. @throws StorageFailed */
export async function readDevice(store: Store, id: DeviceId): Promise<StoredDevice | undefined> {
  const value = await store.get(accountKeys.device(id));
  return value && { record: decodeDevice(value), value };
}

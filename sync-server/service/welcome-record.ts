/** What waits for a device that another one has added, until it comes for it. */
import { ByteReader, ByteWriter } from '../../src/wire/bytes.ts';
import { type AccountId, accountId, accountIdBytes } from '../../src/wire/http/fields.ts';
import { ACCOUNT_ID_BYTES, MAX_WELCOME_BYTES } from '../../src/wire/http/limits.ts';
import { assertVersion } from '../log/streams.ts';

const VERSION = 1;
/** How long it waits. */
export const WELCOME_MS = 10 * 60 * 1000;

export type Welcome = {
  readonly account: AccountId;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Sealed to the device. */
  readonly bytes: Uint8Array;
};

export const encodeWelcome = ({ account, at, bytes }: Welcome): Uint8Array =>
  new ByteWriter().u8(VERSION).raw(accountIdBytes(account)).u64(at).block(bytes).bytes();

export function decodeWelcome(value: Uint8Array): Welcome {
  const reader = new ByteReader(value);
  assertVersion(reader.u8(), VERSION);
  const account = accountId(reader.raw(ACCOUNT_ID_BYTES));
  const welcome = { account, at: reader.u64(), bytes: reader.block(MAX_WELCOME_BYTES) };
  reader.end();
  return welcome;
}

/** `now` in milliseconds since 1970. A clock that was set back does not keep it waiting for longer. */
export const isWaiting = ({ at }: Welcome, now: number): boolean => Math.abs(now - at) < WELCOME_MS;

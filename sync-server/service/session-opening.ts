/**
 * What it takes to begin a session: checks and writes that commit together with whatever else the request changes.
 * A device has one session, so that it can be said whose socket ends with it; an account has a bounded number.
 */
import type { DeviceId } from '../../src/wire/ids.ts';
import { ZERO_BYTES } from '../../src/wire/ids.ts';
import { accountKeys } from '../store/account-keys.ts';
import type { Check, Write } from '../store/store.ts';
import type { Account } from './account-record.ts';
import type { ServiceContext } from './context.ts';
import { encodeDevice, type StoredDevice } from './device-record.ts';
import { encodeSession, readSessions, type Session } from './session-record.ts';
import {
  idOfHandle,
  makeTokens,
  REFRESH_SECRET_BYTES,
  refreshHash,
  SESSION_HANDLE_BYTES,
  type Tokens,
} from './tokens.ts';

/** Beyond these, the oldest ends. */
export const MAX_SESSIONS_PER_ACCOUNT = 128;

export type Opening = {
  readonly session: Session;
  readonly tokens: Tokens;
  readonly checks: readonly Check[];
  readonly writes: readonly Write[];
  /** Devices whose earlier session makes room for this one. */
  readonly ended: readonly (DeviceId | null)[];
};

/**
 * `device`: with its record as it was read, or null for a session of no device yet. The caller checks the account's
 * value in the same commit.
 * @throws StorageFailed
 */
export async function openSession(
  context: ServiceContext,
  account: Account,
  device: { readonly id: DeviceId; readonly stored: StoredDevice } | null,
): Promise<Opening> {
  const now = context.date();
  const handle = context.random(SESSION_HANDLE_BYTES);
  const secret = context.random(REFRESH_SECRET_BYTES);
  const session: Session = {
    account: account.id,
    id: idOfHandle(handle),
    device: device?.id ?? null,
    generation: account.generation,
    createdAt: now,
    endsAt: now + context.settings.sessionMs,
    refreshHash: refreshHash(secret),
    previousHash: ZERO_BYTES,
    replacedAt: 0,
  };
  const replaced = makeRoom(await readSessions(context.store, account.id), device?.id ?? null);
  const writes: Write[] = [
    ...replaced.map(({ id }) => ({ key: accountKeys.session(account.id, id), value: null })),
    { key: accountKeys.session(account.id, session.id), value: encodeSession(session) },
  ];
  const checks: Check[] = [];
  if (device) {
    const key = accountKeys.device(device.id);
    checks.push({ key, value: device.stored.value });
    writes.push({ key, value: encodeDevice({ ...device.stored.record, lastSeenAt: now, session: session.id }) });
  }
  return {
    session,
    tokens: await makeTokens(context.setup.tokenKey, session, handle, secret, now),
    checks,
    writes,
    ended: replaced.map((other) => other.device),
  };
}

/** Those that go: the device's own, and the oldest of too many. */
function makeRoom(sessions: readonly Session[], device: DeviceId | null): Session[] {
  const own = sessions.filter((session) => device !== null && session.device === device);
  const others = sessions.filter((session) => !own.includes(session)).sort((a, b) => a.createdAt - b.createdAt);
  return [...own, ...others.slice(0, Math.max(0, others.length - MAX_SESSIONS_PER_ACCOUNT + 1))];
}

/**
 * Sessions after their beginning: who a request comes from, new tokens, the end.
 *
 * Invariants:
 * 1. A session counts only while it is stored, before its end, of its account's generation, and while its device is
 *    listed and has no newer one.
 * 2. A refresh token that was replaced is answered for REFRESH_GRACE_MS, with the one token that replaced it; after that
 *    it ends the session, because somebody else has a copy.
 * 3. What ended is told after it is on disk, and also when nobody knows whether it is.
 */
import { equalBytes } from '../../src/wire/bytes.ts';
import type { DeviceId } from '../../src/wire/ids.ts';
import { accountKeys } from '../store/account-keys.ts';
import type { Check, Write } from '../store/store.ts';
import { encodeAccount, readAccount, type StoredAccount } from './account-record.ts';
import { refusalOf } from './bans.ts';
import type { ServiceContext } from './context.ts';
import { encodeDevice, readDevice } from './device-record.ts';
import { commitEnding, listedDevices } from './endings.ts';
import { decline, done, type Outcome, retried } from './outcome.ts';
import { encodeSession, readSession, type StoredSession } from './session-record.ts';
import {
  makeTokens,
  nextSecret,
  type RefreshToken,
  readAccessToken,
  readRefreshToken,
  refreshHash,
  type Tokens,
} from './tokens.ts';

/** For two tabs that refresh at once, and for answers that get lost. */
export const REFRESH_GRACE_MS = 30_000;

/** Who a request comes from, as it was read for this request. */
export type SignedIn = { readonly account: StoredAccount; readonly session: StoredSession };

export type Sessions = ReturnType<typeof createSessions>;

/** All functions throw StorageFailed as the store does. */
export function createSessions(context: ServiceContext) {
  const { store, setup, date } = context;

  /** The session and its account, if the session counts. Declined with `not-signed-in` or `banned`. */
  async function living(name: Pick<RefreshToken, 'account' | 'id'>): Promise<Outcome<SignedIn>> {
    const [session, account] = await Promise.all([
      readSession(store, name.account, name.id),
      readAccount(store, name.account),
    ]);
    const isOfNow = session && session.session.endsAt > date();
    if (!isOfNow || session.session.generation !== account?.account.generation) return decline('not-signed-in');
    const { device } = session.session;
    if (device !== null && !(await hasSession(device, name))) return decline('not-signed-in');
    return refusalOf(account.account) ?? done({ account, session });
  }

  async function hasSession(device: DeviceId, { account, id }: Pick<RefreshToken, 'account' | 'id'>) {
    const known = await readDevice(store, device);
    return known?.record.state === 'listed' && known.record.account === account && equalBytes(known.record.session, id);
  }

  async function whoIs(accessToken: string | undefined): Promise<Outcome<SignedIn>> {
    const name = accessToken === undefined ? undefined : await readAccessToken(setup.tokenKey, accessToken, date());
    return name ? living(name) : decline('not-signed-in');
  }

  async function renew(token: RefreshToken, { session, value }: StoredSession): Promise<Outcome<Tokens> | 'conflict'> {
    const now = date();
    const next = nextSecret(setup.refreshKey, session.id, token.secret);
    const renewed = {
      ...session,
      refreshHash: refreshHash(next),
      previousHash: session.refreshHash,
      replacedAt: now,
    };
    const checks: Check[] = [{ key: accountKeys.session(session.account, session.id), value }];
    const writes: Write[] = [{ key: accountKeys.session(session.account, session.id), value: encodeSession(renewed) }];
    const device = session.device && (await readDevice(store, session.device));
    if (session.device && device) {
      const key = accountKeys.device(session.device);
      checks.push({ key, value: device.value });
      writes.push({ key, value: encodeDevice({ ...device.record, lastSeenAt: now }) });
    }
    if ((await store.commit(checks, writes)) === 'conflict') return 'conflict';
    return done(await makeTokens(setup.tokenKey, renewed, token.handle, next, now));
  }

  async function endReused({ session, value }: StoredSession): Promise<Outcome<Tokens> | 'conflict'> {
    const key = accountKeys.session(session.account, session.id);
    const committed = await commitEnding(context, [session.device], [{ key, value }], [{ key, value: null }]);
    return committed === 'conflict' ? 'conflict' : decline('not-signed-in');
  }

  return {
    /** Declined with `not-signed-in` or `banned`. */
    whoIs,

    /** New tokens for a refresh token. Declined with `not-signed-in` or `banned`. */
    refresh(text: string | undefined): Promise<Outcome<Tokens>> {
      const token = text === undefined ? undefined : readRefreshToken(text);
      if (!token) return Promise.resolve(decline('not-signed-in'));
      return retried(async () => {
        const signedIn = await living(token);
        if (!signedIn.ok) return signedIn;
        const { session } = signedIn.value.session;
        // Hashes: how long their comparison takes says nothing of the token.
        const hash = refreshHash(token.secret);
        if (equalBytes(hash, session.refreshHash)) return renew(token, signedIn.value.session);
        const isGrace = Math.abs(date() - session.replacedAt) <= REFRESH_GRACE_MS;
        if (!equalBytes(hash, session.previousHash) || !isGrace) return endReused(signedIn.value.session);
        const next = nextSecret(setup.refreshKey, session.id, token.secret);
        return done(await makeTokens(setup.tokenKey, session, token.handle, next, date()));
      });
    },

    /** Ends this session. */
    async signOut({ session: { session } }: SignedIn): Promise<void> {
      const key = accountKeys.session(session.account, session.id);
      await commitEnding(context, [session.device], [], [{ key, value: null }]);
    },

    /** Ends all sessions of the account, also those that are just being made. */
    signOutEverywhere(signedIn: SignedIn): Promise<Outcome<null>> {
      const { id } = signedIn.account.account;
      return retried(async () => {
        const stored = await readAccount(store, id);
        if (!stored) return decline('not-signed-in');
        const key = accountKeys.account(id);
        const next = { ...stored.account, generation: stored.account.generation + 1 };
        const committed = await commitEnding(
          context,
          listedDevices(stored.account),
          [{ key, value: stored.value }],
          [{ key, value: encodeAccount(next) }],
        );
        return committed === 'conflict' ? 'conflict' : done(null);
      });
    },

    /**
     * What a device may do with the session that it names. `guest`: it is on no account's list. `revoked`: it was, and
     * never will be again.
     */
    async admission(device: DeviceId, accessToken: string | undefined): Promise<Admission> {
      const known = await readDevice(store, device);
      if (!known) return { state: 'guest' };
      if (known.record.state === 'revoked') return { state: 'revoked' };
      const who = await whoIs(accessToken);
      if (!who.ok) return { state: who.reason === 'banned' ? 'banned' : 'session-needed' };
      const { session } = who.value.session;
      return session.device === device ? { state: 'signed-in', endsAt: session.endsAt } : { state: 'session-needed' };
    },
  };
}

export type Admission =
  | { readonly state: 'guest' | 'revoked' | 'session-needed' | 'banned' }
  /** Milliseconds since 1970. */
  | { readonly state: 'signed-in'; readonly endsAt: number };

/**
 * What a browser holds of its session. The access token (JWT, HS256) says which session; the refresh token gets a new
 * one. Neither is enough by itself: the session is looked up at every use.
 */
import { jwtVerify, SignJWT } from 'jose';
import { fromBase64Url, toBase64Url } from '../../src/wire/base64url.ts';
import { concatBytes, labelled } from '../../src/wire/bytes.ts';
import { type AccountId, accountId, accountIdBytes } from '../../src/wire/http/fields.ts';
import { ACCOUNT_ID_BYTES } from '../../src/wire/http/limits.ts';
import { blake2b256 } from '../relay/hash.ts';
import { SESSION_ID_BYTES } from '../store/account-keys.ts';
import { keyedHash } from './keyed-hash.ts';
import type { Session } from './session-record.ts';

const ALGORITHM = 'HS256';
const AUDIENCE = 'sealroom';
export const ACCESS_TOKEN_MS = 10 * 60 * 1000;
export const SESSION_HANDLE_BYTES = 16;
export const REFRESH_SECRET_BYTES = 32;
const SECOND_MS = 1000;

export type Tokens = {
  readonly access: string;
  readonly refresh: string;
  /** When the session ends. Milliseconds since 1970. */
  readonly endsAt: number;
};

/**
 * Which session a token names; not whether there still is one. Tokens carry the handle, the database has the id, which is
 * its hash: with the keys of a copied database alone nobody can make a token of a session in it.
 */
export type SessionName = { readonly account: AccountId; readonly id: Uint8Array; readonly handle: Uint8Array };
export type RefreshToken = SessionName & { readonly secret: Uint8Array };

/** `handle`: the session's. */
export async function makeTokens(
  tokenKey: Uint8Array,
  session: Session,
  handle: Uint8Array,
  secret: Uint8Array,
  now: number,
): Promise<Tokens> {
  const expiresAt = Math.min(now + ACCESS_TOKEN_MS, session.endsAt);
  const access = await new SignJWT({})
    .setProtectedHeader({ alg: ALGORITHM })
    .setAudience(AUDIENCE)
    .setSubject(session.account)
    .setJti(toBase64Url(handle))
    .setExpirationTime(Math.floor(expiresAt / SECOND_MS))
    .sign(tokenKey);
  const refresh = toBase64Url(concatBytes(accountIdBytes(session.account), handle, secret));
  return { access, refresh, endsAt: session.endsAt };
}

/** Undefined: not ours, or expired. */
export async function readAccessToken(
  tokenKey: Uint8Array,
  token: string,
  now: number,
): Promise<SessionName | undefined> {
  try {
    const { payload } = await jwtVerify(token, tokenKey, {
      algorithms: [ALGORITHM],
      audience: AUDIENCE,
      requiredClaims: ['sub', 'jti', 'exp'],
      currentDate: new Date(now),
    });
    const account = fromBase64Url(payload.sub ?? '');
    const handle = fromBase64Url(payload.jti ?? '');
    if (account?.length !== ACCOUNT_ID_BYTES || handle?.length !== SESSION_HANDLE_BYTES) return undefined;
    return { account: accountId(account), handle, id: idOfHandle(handle) };
  } catch {
    return undefined;
  }
}

/** Undefined: not in the shape of one. */
export function readRefreshToken(token: string): RefreshToken | undefined {
  const bytes = fromBase64Url(token);
  if (bytes?.length !== ACCOUNT_ID_BYTES + SESSION_HANDLE_BYTES + REFRESH_SECRET_BYTES) return undefined;
  const secretAt = ACCOUNT_ID_BYTES + SESSION_HANDLE_BYTES;
  const handle = bytes.slice(ACCOUNT_ID_BYTES, secretAt);
  return {
    account: accountId(bytes.subarray(0, ACCOUNT_ID_BYTES)),
    handle,
    id: idOfHandle(handle),
    secret: bytes.slice(secretAt),
  };
}

/** Under which the session of a handle is stored. */
export const idOfHandle = (handle: Uint8Array): Uint8Array =>
  blake2b256(labelled('service/session-handle', handle)).slice(0, SESSION_ID_BYTES);

export const refreshHash = (secret: Uint8Array): Uint8Array => blake2b256(labelled('service/refresh-token', secret));

/**
 * The token after `secret`. Derived, not drawn, so that two tabs that refresh at once, or one that lost the answer, are
 * given the same: nobody could work it out without the server's key.
 */
export const nextSecret = (refreshKey: Uint8Array, id: Uint8Array, secret: Uint8Array): Uint8Array =>
  keyedHash(refreshKey, 'next', id, secret);

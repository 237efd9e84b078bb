/**
 * The two cookies of a session. Their prefixes make browsers refuse them from anybody but this host over HTTPS (or
 * localhost); the refresh token travels to one address alone.
 */
import type { Response } from 'express';
import { ROUTES } from '../../src/wire/http/routes.ts';
import type { Tokens } from '../service/tokens.ts';

export const ACCESS_COOKIE = '__Host-sealroom';
export const REFRESH_COOKIE = '__Secure-sealroom-refresh';

const ATTRIBUTES = 'HttpOnly; Secure; SameSite=Strict';
const REFRESH_PATH = ROUTES.refresh.path;
const SECOND_MS = 1000;

/** The value of the cookie in a Cookie header. Undefined: there is none, or there are several, of which one is forged. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '').split(';').flatMap((part) => {
    const at = part.indexOf('=');
    return at >= 0 && part.slice(0, at).trim() === name ? [part.slice(at + 1).trim()] : [];
  });
  return values.length === 1 ? values[0] : undefined;
}

/** `now` in milliseconds since 1970. Both cookies go when the session ends; the access token expires by itself. */
export function setTokens(response: Response, { access, refresh, endsAt }: Tokens, now: number): void {
  const maxAge = Math.max(0, Math.floor((endsAt - now) / SECOND_MS));
  response.append('Set-Cookie', `${ACCESS_COOKIE}=${access}; Path=/; Max-Age=${maxAge}; ${ATTRIBUTES}`);
  response.append('Set-Cookie', `${REFRESH_COOKIE}=${refresh}; Path=${REFRESH_PATH}; Max-Age=${maxAge}; ${ATTRIBUTES}`);
}

export function clearTokens(response: Response): void {
  response.append('Set-Cookie', `${ACCESS_COOKIE}=; Path=/; Max-Age=0; ${ATTRIBUTES}`);
  response.append('Set-Cookie', `${REFRESH_COOKIE}=; Path=${REFRESH_PATH}; Max-Age=0; ${ATTRIBUTES}`);
}

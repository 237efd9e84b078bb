/** Which upgrade requests become sockets. */
import type { IncomingHttpHeaders } from 'node:http';
import { MAX_GREETING_BYTES } from '../../src/wire/limits.ts';

export const SYNC_PATH = '/sync';

/** `host`: as the client addressed the relay, for the signature in `hello`. */
export type UpgradeVerdict =
  | { readonly ok: true; readonly host: string }
  | { readonly ok: false; readonly status: 400 | 403 | 404 };

/**
 * A browser says which page opens the socket: only our own may, for cookies come along. Who names no origin is no
 * browser and must bring no cookie. `publicHost`: where known, the only host that counts; else the Host header is
 * taken at its word.
 */
export function judgeUpgrade(
  url: string,
  headers: Pick<IncomingHttpHeaders, 'host' | 'origin' | 'cookie'>,
  publicHost: string | undefined,
): UpgradeVerdict {
  if (url.split('?', 1)[0] !== SYNC_PATH) return { ok: false, status: 404 };
  const host = publicHost ?? headers.host?.toLowerCase();
  if (!host) return { ok: false, status: 400 };
  if (headers.origin === undefined)
    return headers.cookie === undefined ? { ok: true, host } : { ok: false, status: 403 };
  return hostOf(headers.origin) === host ? { ok: true, host } : { ok: false, status: 403 };
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}

/** What a socket may send before `hello` is through, with the WebSocket layer's own headers. Bytes. */
export const MAX_UNGREETED_BYTES = 2 * MAX_GREETING_BYTES;

/** A server as a headless client reaches it: relay and service, with the cookies that the service sets. */
import type { Http, RelayConnector } from '../../engine/ports.ts';
import { makeRelayConnector } from './relay-connector.ts';

const TIMEOUT_MS = 30_000;

type Cookie = { readonly value: string; readonly path: string };

/** `server`: an `http(s)://` address without path. */
export function connectServer(server: string): { readonly relay: RelayConnector; readonly http: Http } {
  const { origin } = new URL(server);
  const cookies = new Map<string, Cookie>();
  const cookieHeader = (path: string): Record<string, string> => {
    const pairs = [...cookies].flatMap(([name, cookie]) =>
      path.startsWith(cookie.path) ? [`${name}=${cookie.value}`] : [],
    );
    return pairs.length > 0 ? { cookie: pairs.join('; ') } : {};
  };
  const http: Http = {
    async request(method, path, body) {
      const response = await fetch(origin + path, {
        method,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: { origin, ...(body === null ? {} : { 'content-type': 'application/json' }), ...cookieHeader(path) },
        ...(body === null ? {} : { body: JSON.stringify(body) }),
      });
      for (const line of response.headers.getSetCookie()) keep(cookies, line);
      const retryAfter = response.headers.get('retry-after');
      return {
        status: response.status,
        body: await response.json().catch(() => undefined),
        retryAfterSeconds: retryAfter === null ? null : Number(retryAfter),
      };
    },
  };
  const headers = (): Record<string, string> => {
    const cookie = cookieHeader('/');
    return cookie.cookie === undefined ? {} : { origin, ...cookie };
  };
  return { relay: makeRelayConnector(server, headers), http };
}

function keep(cookies: Map<string, Cookie>, line: string): void {
  const [pair = '', ...attributes] = line.split('; ');
  const at = pair.indexOf('=');
  const name = pair.slice(0, at);
  const path = attributes.find((attribute) => attribute.startsWith('Path='))?.slice('Path='.length) ?? '/';
  if (attributes.includes('Max-Age=0')) cookies.delete(name);
  else cookies.set(name, { value: pair.slice(at + 1), path });
}

import type { Http } from '../../engine/ports.ts';

/** Longer than the server may take to stretch, sign and store; a network that swallows packets must not hold a person up. */
const TIMEOUT_MS = 30_000;

/** The service of the server that the page came from. The browser keeps the cookies; scripts never see them. */
export const browserHttp: Http = {
  async request(method, path, body) {
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === null ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
    return {
      status: response.status,
      body: parsed(text),
      retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : null,
    };
  },
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

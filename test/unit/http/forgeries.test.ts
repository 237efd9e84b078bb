/** Requests that must not succeed, over every changing route and the WebSocket's upgrade. */
import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromBase64Url, toBase64Url } from '../../../src/wire/base64url.ts';
import { API_REASONS, type ApiReason } from '../../../src/wire/http/errors.ts';
import { ROUTES, type RouteName } from '../../../src/wire/http/routes.ts';
import type { UserName } from '../../../src/wire/http/user-name.ts';
import type { Reason } from '../../../src/wire/refusals.ts';
import { keyedHash } from '../../../sync-server/service/keyed-hash.ts';
import { ACCESS_TOKEN_MS } from '../../../sync-server/service/tokens.ts';
import type { Browser, Headers } from '../../support/service/browser.ts';
import { anotherDevice, type Member } from '../../support/service/member.ts';
import { HOUR_MS, ServiceServer } from '../../support/service/service-server.ts';
import { contentsOf } from '../../support/service/store-contents.ts';
import {
  CHANGING_ROUTES,
  SESSION_ROUTES,
  type ValidRequest,
  validRequest,
} from '../../support/service/valid-requests.ts';

const ACCESS = '__Host-sealroom';
const REFRESH = '__Secure-sealroom-refresh';
/** Fewer would mean that tables of this suite are no longer run through. */
const MIN_FORGERIES = 200;

/** What a page of another site, or a program that is none of ours, would send. */
const CROSS_SITE: readonly { readonly what: string; readonly headers: (origin: string) => Headers }[] = [
  { what: 'no origin', headers: () => ({ origin: undefined }) },
  { what: 'another origin', headers: () => ({ origin: 'https://evil.example' }) },
  { what: 'the origin null', headers: () => ({ origin: 'null' }) },
  { what: 'another port of this host', headers: () => ({ origin: 'http://127.0.0.1:1' }) },
  { what: 'an origin that begins like ours', headers: (origin) => ({ origin: `${origin}.evil.example` }) },
  { what: 'an origin with a path', headers: (origin) => ({ origin: `${origin}/` }) },
  { what: 'an origin of another scheme', headers: (origin) => ({ origin: origin.replace('http', 'ftp') }) },
  { what: 'a cross-site fetch', headers: () => ({ 'sec-fetch-site': 'cross-site' }) },
  { what: 'a same-site fetch', headers: () => ({ 'sec-fetch-site': 'same-site' }) },
  { what: 'a navigation', headers: () => ({ 'sec-fetch-site': 'none' }) },
  { what: 'no type', headers: () => ({ 'content-type': undefined }) },
  { what: 'a form', headers: () => ({ 'content-type': 'application/x-www-form-urlencoded' }) },
  { what: 'plain text', headers: () => ({ 'content-type': 'text/plain' }) },
  { what: 'a multipart form', headers: () => ({ 'content-type': 'multipart/form-data; boundary=x' }) },
  { what: 'a type that begins like JSON', headers: () => ({ 'content-type': 'application/jsonp' }) },
  { what: 'JSON in another charset', headers: () => ({ 'content-type': 'application/json; charset=utf-16' }) },
];

type Forge = (scene: {
  readonly server: ServiceServer;
  readonly ann: Member;
  readonly browser: Browser;
  readonly token: string;
}) => Promise<string | undefined> | string | undefined;

const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
const part = (value: object): string => toBase64Url(Buffer.from(JSON.stringify(value)));
const resigned = (token: string, key: Uint8Array, alg = 'HS256'): Promise<string> =>
  new SignJWT(claimsOf(token)).setProtectedHeader({ alg }).sign(key);

/** What must not count, and what service and relay say to it where that is not the usual. */
type ForgedToken = { readonly what: string; readonly forge: Forge; readonly api?: ApiReason; readonly relay?: Reason };
/** Cookie headers with access tokens. Undefined: no cookie. */
const FORGED_TOKENS: readonly ForgedToken[] = [
  { what: 'no cookie', forge: () => undefined },
  { what: 'an empty token', forge: () => `${ACCESS}=` },
  { what: 'noise', forge: () => `${ACCESS}=${'x'.repeat(200)}` },
  { what: 'a token under another name', forge: ({ token }) => `sealroom=${token}` },
  { what: 'two tokens', forge: ({ token }) => `${ACCESS}=${token}; ${ACCESS}=${token}` },
  {
    what: 'an unsigned token',
    forge: ({ token }) => `${ACCESS}=${part({ alg: 'none' })}.${token.split('.')[1]}.`,
  },
  { what: 'a token without its signature', forge: ({ token }) => `${ACCESS}=${token.replace(/\.[^.]*$/, '.')}` },
  {
    what: 'a token signed with another key',
    forge: async ({ token }) => `${ACCESS}=${await resigned(token, new Uint8Array(32))}`,
  },
  {
    what: 'a token signed by a public value',
    forge: async ({ token, ann }) => `${ACCESS}=${await resigned(token, keyedHash(ann.person.key.publicKey, 'token'))}`,
  },
  {
    what: 'a token that lives for longer',
    forge: ({ token }) => {
      const [header, , signature] = token.split('.');
      return `${ACCESS}=${header}.${part({ ...claimsOf(token), exp: 9_999_999_999 })}.${signature}`;
    },
  },
  {
    what: 'a token with one bit changed',
    forge: ({ token }) => {
      const [header, payload, signature = ''] = token.split('.');
      const bytes = fromBase64Url(signature) ?? new Uint8Array();
      bytes[0]! ^= 1;
      return `${ACCESS}=${header}.${payload}.${toBase64Url(bytes)}`;
    },
  },
  {
    what: 'the refresh token',
    forge: ({ browser }) => `${ACCESS}=${browser.cookies.get(REFRESH)?.value}`,
  },
  {
    what: 'an expired token',
    forge: ({ server, token }) => {
      server.now += ACCESS_TOKEN_MS;
      return `${ACCESS}=${token}`;
    },
  },
  {
    what: 'a token of a session that is over',
    forge: ({ server, token }) => {
      server.now += 24 * HOUR_MS;
      return `${ACCESS}=${token}`;
    },
  },
  {
    what: 'a token of a session that was signed out',
    forge: async ({ token, browser }) => {
      await browser.route('signOut');
      return `${ACCESS}=${token}`;
    },
  },
  {
    what: 'a token from before everything was signed out',
    forge: async ({ token, browser }) => {
      await browser.route('signOutEverywhere');
      return `${ACCESS}=${token}`;
    },
  },
  {
    what: 'a token of an account that was banned',
    forge: async ({ server, token, ann }) => {
      await server.service.bans.ban(ann.name as UserName);
      return `${ACCESS}=${token}`;
    },
    api: 'banned',
    relay: 'banned',
  },
  {
    what: 'a token of a device that was removed',
    relay: 'device-revoked',
    forge: async ({ token, ann, browser }) => {
      await ann.changeDevices(browser, [anotherDevice()]);
      return `${ACCESS}=${token}`;
    },
  },
];

let forgeries = 0;
let server: ServiceServer;
beforeEach(async () => {
  server = await ServiceServer.start();
});
afterEach(() => server.close());
afterAll(() => expect(forgeries).toBeGreaterThanOrEqual(MIN_FORGERIES));

const post = (name: RouteName, { browser, body }: ValidRequest, headers?: Headers) =>
  browser.route(name, body, headers);

async function expectWithoutEffect(run: () => Promise<{ status: number; body: unknown }>): Promise<void> {
  forgeries++;
  const before = await contentsOf(server.store);
  const { status, body } = await run();
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(API_REASONS).toContain((body as { reason: string }).reason);
  expect(await contentsOf(server.store)).toBe(before);
}

describe.each(CHANGING_ROUTES)('%s', (name) => {
  it('succeeds as our own page sends it', async () => {
    expect((await post(name, await validRequest(server, name))).status).toBe(200);
  });

  it.each(CROSS_SITE)('does nothing for $what', async ({ headers }) => {
    const valid = await validRequest(server, name);
    await expectWithoutEffect(() => post(name, valid, headers(server.origin)));
  });

  it('is not to be had by another method', async () => {
    const valid = await validRequest(server, name);
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const { path } = ROUTES[name];
      if (Object.values(ROUTES).some((route) => route.path === path && route.method === method)) continue;
      await expectWithoutEffect(() => valid.browser.send(method, path, valid.body));
    }
  });
});

describe.each(SESSION_ROUTES)('%s without a session', (name) => {
  it.each(FORGED_TOKENS)('does nothing for $what', async ({ forge, api = 'not-signed-in' }) => {
    const valid = await validRequest(server, name);
    const token = valid.browser.cookies.get(ACCESS)?.value ?? '';
    const cookie = await forge({ ...valid, server, token });
    await expectWithoutEffect(() => post(name, valid, { cookie }));
    expect((await post(name, valid, { cookie })).body).toMatchObject({ reason: api });
  });
});

describe('refresh without its token', () => {
  const FORGED: readonly { readonly what: string; readonly forge: Forge }[] = [
    { what: 'no cookie', forge: () => undefined },
    { what: 'noise', forge: () => `${REFRESH}=${'x'.repeat(86)}` },
    { what: 'nothing', forge: () => `${REFRESH}=` },
    { what: 'the access token', forge: ({ token }) => `${REFRESH}=${token}` },
    {
      what: 'two tokens',
      forge: ({ browser }) =>
        `${REFRESH}=${browser.cookies.get(REFRESH)?.value}; ${REFRESH}=${browser.cookies.get(REFRESH)?.value}`,
    },
    {
      what: 'a token of a session that never was',
      forge: ({ browser }) => {
        const bytes = fromBase64Url(browser.cookies.get(REFRESH)?.value ?? '') ?? new Uint8Array();
        bytes[20]! ^= 1;
        return `${REFRESH}=${toBase64Url(bytes)}`;
      },
    },
    {
      what: 'a token of a session that is over',
      forge: ({ browser }) => {
        server.now += 24 * HOUR_MS;
        return `${REFRESH}=${browser.cookies.get(REFRESH)?.value}`;
      },
    },
  ];

  it.each(FORGED)('does nothing for $what', async ({ forge }) => {
    const valid = await validRequest(server, 'refresh');
    const token = valid.browser.cookies.get(ACCESS)?.value ?? '';
    const cookie = await forge({ ...valid, server, token });
    await expectWithoutEffect(() => post('refresh', valid, { cookie }));
  });

  it('ends the session for a secret that is not its own', async () => {
    const valid = await validRequest(server, 'refresh');
    const bytes = fromBase64Url(valid.browser.cookies.get(REFRESH)?.value ?? '') ?? new Uint8Array();
    bytes[40]! ^= 1;
    forgeries++;
    expect((await post('refresh', valid, { cookie: `${REFRESH}=${toBase64Url(bytes)}` })).status).toBe(401);
    expect((await valid.browser.route('session')).status).toBe(401);
  });
});

describe('a replay', () => {
  it.each(['signUp', 'signIn', 'claimDevice', 'changeDevices', 'changeKeys'] as const)(
    'of %s does nothing',
    async (name) => {
      const valid = await validRequest(server, name);
      expect((await post(name, valid)).status).toBe(200);
      await expectWithoutEffect(() => post(name, valid));
      await expectWithoutEffect(() => server.browser().route(name, valid.body));
    },
  );
});

describe('the upgrade of a socket', () => {
  it.each(CROSS_SITE.slice(0, 7).filter(({ what }) => what !== 'an origin with a path' && !what.includes('scheme')))(
    'is refused for $what',
    async ({ headers }) => {
      const { ann, browser } = await validRequest(server, 'refresh');
      forgeries++;
      const { origin } = headers(server.origin);
      const cookie = browser.cookieHeader('/sync');
      const socket = server.dial(ann.device, { cookie, ...(origin !== undefined && { origin }) });
      await socket.until(() => socket.status === 403, 'the refusal');
    },
  );

  it.each(FORGED_TOKENS)('brings no session for $what', async ({ forge, relay = 'session-needed' }) => {
    const { ann, browser } = await validRequest(server, 'refresh');
    forgeries++;
    const token = browser.cookies.get(ACCESS)?.value ?? '';
    const cookie = await forge({ server, ann, browser, token });
    const headers = { origin: server.origin, ...(cookie !== undefined && { cookie }) };
    const socket = server.dial(ann.device, headers);
    await socket.greet(server.host);
    expect((await socket.next('ended')).reason).toBe(relay);
    expect(socket.all('welcome')).toEqual([]);
  });
});

describe('with a public address', () => {
  it('counts its origin alone', async () => {
    const open = await ServiceServer.start({ publicUrl: 'https://write.example.org' });
    const browser = open.browser();
    const body = { name: 'ann', way: 'password', request: 'x' };
    const post = async (origin: string) => (await browser.route('beginSignIn', body, { origin })).body;
    expect(await post('https://write.example.org')).toMatchObject({ reason: 'malformed' });
    for (const origin of [open.origin, 'http://write.example.org', 'https://write.example.org:8443'])
      expect(await post(origin)).toMatchObject({ reason: 'foreign-origin' });
    await open.close();
  });
});

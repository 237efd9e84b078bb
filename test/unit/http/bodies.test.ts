/** Bodies that do not follow the schema of their route: refused, counted for nothing, and never a fault of the server. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { API_SENTENCES, type ApiReason } from '../../../src/wire/http/errors.ts';
import { MAX_BODY_BYTES } from '../../../src/wire/http/limits.ts';
import { ROUTES, type RouteName } from '../../../src/wire/http/routes.ts';
import type { Answer } from '../../support/service/browser.ts';
import { ServiceServer } from '../../support/service/service-server.ts';
import { contentsOf } from '../../support/service/store-contents.ts';
import { CHANGING_ROUTES, type ValidRequest, validRequest } from '../../support/service/valid-requests.ts';

/** Fields that may be missing. */
const OPTIONAL = ['welcome', 'own', 'device', 'listing'];
/** Names are judged by rules of their own, beyond their shape. */
const isName = (path: readonly string[]): boolean => path.at(-1) === 'name';

type Json = Record<string, unknown>;
type Damage = { readonly what: string; readonly body: unknown };

/** The paths of all fields, those inside of others included. */
function pathsOf(body: Json, before: readonly string[] = []): string[][] {
  return Object.entries(body).flatMap(([key, value]) => {
    const path = [...before, key];
    const isNested = typeof value === 'object' && value !== null && !Array.isArray(value);
    return [path, ...(isNested ? pathsOf(value as Json, path) : [])];
  });
}

function withField(body: Json, [key = '', ...rest]: readonly string[], change: (value: unknown) => unknown): Json {
  const value = rest.length === 0 ? change(body[key]) : withField(body[key] as Json, rest, change);
  const { [key]: _before, ...others } = body;
  return value === undefined ? others : { ...others, [key]: value };
}

function* damagesOf(body: Json): Generator<Damage> {
  for (const path of pathsOf(body)) {
    const at = path.join('.');
    const changed = (what: string, change: (value: unknown) => unknown): Damage => ({
      what: `${at} ${what}`,
      body: withField(body, path, change),
    });
    const isAbsentFine = path.length === 1 && OPTIONAL.includes(at);
    if (!isAbsentFine) yield changed('missing', () => undefined);
    for (const value of [null, true, 1.5, {}, [1], [[]]]) yield changed(`as ${JSON.stringify(value)}`, () => value);
    yield changed('empty', () => '');
    const value = path.reduce<unknown>((inner, key) => (inner as Json)[key], body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      yield changed('with an unknown field', (inner) => ({ ...(inner as Json), unknown: 1 }));
    if (Array.isArray(value)) {
      yield changed('with a text among it', (list) => [...(list as unknown[]), 'x']);
      yield changed('of too many', (list) => Array.from({ length: 65 }, () => (list as unknown[])[0]));
    }
    if (typeof value !== 'string' || isName(path)) continue;
    yield changed('padded', (text) => `${text}==`);
    yield changed('in another alphabet', (text) => `+/${String(text).slice(2)}`);
    yield changed('with a line break', (text) => `${String(text).slice(1)}\n`);
    yield changed('far too long', (text) => String(text).padEnd(100_000, 'A'));
    if (path.at(-1) !== 'way') yield changed('of one character', () => 'A');
  }
  yield { what: 'an unknown field', body: { ...body, unknown: null } };
  yield { what: '__proto__', body: `{"__proto__":{},${JSON.stringify(body).slice(1)}` };
  yield { what: 'constructor', body: { ...body, constructor: {} } };
}

/** The body as a whole. */
const WHOLE: readonly Damage[] = [
  ...['null', '[]', '[{}]', '"text"', '1', 'true', '{', '{}{}', 'no JSON', '\u0000', '{"a":}'],
].map((body) => ({ what: body, body }));

let server: ServiceServer;
beforeEach(async () => {
  server = await ServiceServer.start();
});
afterEach(() => server.close());

const post = (name: RouteName, { browser }: ValidRequest, body: unknown): Promise<Answer> => browser.route(name, body);

function expectRefused({ status, body, headers }: Answer, what: string): void {
  const { reason, sentence, ...rest } = body as { reason: ApiReason; sentence: string };
  expect([what, status >= 400 && status < 500]).toEqual([what, true]);
  expect([what, rest, sentence]).toEqual([what, {}, API_SENTENCES[reason]]);
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
}

describe.each(CHANGING_ROUTES)('%s', (name) => {
  it('refuses each field that is missing, unknown, of another type or of another length', async () => {
    const valid = await validRequest(server, name);
    const before = await contentsOf(server.store);
    for (const { what, body } of damagesOf(valid.body as Json)) {
      // Another name than the one that was begun with spends the attempt.
      if (name === 'signUp' && what.startsWith('name ')) continue;
      const answer = await post(name, valid, body);
      expectRefused(answer, what);
      if (!what.startsWith('name ')) expect([what, answer.status]).toEqual([what, 400]);
    }
    expect(await contentsOf(server.store)).toBe(before);
    // What was refused has used nothing up.
    expect((await post(name, valid, valid.body)).status).toBe(200);
  });

  it('refuses what is no object, no JSON, too large, or packed', async () => {
    const valid = await validRequest(server, name);
    for (const { what, body } of WHOLE) expectRefused(await post(name, valid, body), what);
    const { browser, body } = valid;
    const { method, path } = ROUTES[name];
    const large = await browser.send(method, path, { ...body, unknown: 'x'.repeat(MAX_BODY_BYTES) });
    expectRefused(large, 'too large');
    expect(large.body).toMatchObject({ reason: 'too-large' });
    const packed = gzipSync(JSON.stringify(body)).toString('latin1');
    const answer = await browser.send(method, path, packed, { 'content-encoding': 'gzip' });
    expectRefused(answer, 'packed');
    expect(answer.body).toMatchObject({ reason: 'wrong-content-type' });
  });

  it('takes any JSON at all without a fault of the server', async () => {
    const valid = await validRequest(server, name);
    const some = fc.oneof(
      fc.jsonValue(),
      fc.record(Object.fromEntries(Object.keys(valid.body).map((key) => [key, fc.jsonValue()]))),
    );
    await fc.assert(
      fc.asyncProperty(some, async (body) => {
        if (Object.keys(valid.body).length === 0 && JSON.stringify(body) === '{}') return;
        expectRefused(await post(name, valid, JSON.stringify(body)), JSON.stringify(body));
      }),
      { numRuns: 60 },
    );
  });

  it('logs nothing of what was sent', async () => {
    const valid = await validRequest(server, name);
    await post(name, valid, '{"secret-in-broken-json');
    await post(name, valid, { ...valid.body, unknown: 'secret-in-a-field' });
    await post(name, valid, valid.body);
    expect(JSON.stringify(server.lines)).not.toContain('secret-in');
    for (const value of Object.values(valid.body).filter((field) => typeof field === 'string' && field.length > 8))
      expect(JSON.stringify(server.lines)).not.toContain(value);
    for (const { value } of valid.browser.cookies.values()) expect(JSON.stringify(server.lines)).not.toContain(value);
  });
});

describe('addresses that do not exist', () => {
  it('below /api are answered as errors are', async () => {
    const browser = server.browser();
    for (const path of ['/api', '/api/', '/api/nothing', '/api/accounts/', '/API/../api/x', '/api/people/a/b']) {
      const { status, body } = await browser.send('GET', path);
      expect([path, status, body]).toEqual([
        path,
        404,
        { reason: 'unknown-route', sentence: API_SENTENCES['unknown-route'] },
      ]);
    }
    expect((await browser.send('GET', '/api/people/%zz')).body).toMatchObject({ reason: 'malformed' });
    expect((await browser.send('PATCH', '/api/session')).body).toMatchObject({ reason: 'wrong-method' });
  });

  it('elsewhere take no other methods than before', async () => {
    for (const method of ['POST', 'PUT', 'DELETE'])
      for (const path of ['/', '/api', '/healthz', '/d/abc'])
        expect((await server.browser().send(method, path, {})).status).toBe(405);
  });
});

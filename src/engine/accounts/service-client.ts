/**
 * Talks to the service: one typed call a route. Tokens are cookies, which only the host of this engine sees; when the short
 * one has run out, a new one is asked for once and the call is made again.
 *
 * Invariant: a refusal of the service, a silence and an answer that breaks its schema are all told apart, and none throws.
 */
import * as v from 'valibot';
import { toBase64Url } from '../../wire/base64url.ts';
import { ErrorAnswer } from '../../wire/http/errors.ts';
import { ROUTES, type RouteName } from '../../wire/http/routes.ts';
import { RefreshAnswer } from '../../wire/http/session.ts';
import type { Http, HttpAnswer } from '../ports.ts';
import type { AccountOutcome } from './api.ts';

/** JSON with bytes in it, which go over the wire as base64url. */
export type Body = { readonly [name: string]: BodyValue };
export type BodyValue = string | number | boolean | Uint8Array | Body | readonly BodyValue[] | undefined;

const OK = 200;

export class ServiceClient {
  readonly #http: Http;
  #refreshing: Promise<AccountOutcome<v.InferOutput<typeof RefreshAnswer>>> | null = null;
  /** One request at a time: the answer to one with an old cookie must not clear what a sign-in has just set. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(http: Http) {
    this.#http = http;
  }

  /** `name`: fills the address where it has a place for one. */
  async call<S extends v.GenericSchema>(
    route: RouteName,
    answer: S,
    body: Body = {},
    name = '',
  ): Promise<AccountOutcome<v.InferOutput<S>>> {
    const first = await this.#once(route, answer, body, name);
    if (first.ok || first.reason !== 'not-signed-in') return first;
    return (await this.refresh()).ok ? this.#once(route, answer, body, name) : first;
  }

  /** A new access token. Fails with `not-signed-in` when the session has ended. Two at once are one. */
  refresh(): Promise<AccountOutcome<v.InferOutput<typeof RefreshAnswer>>> {
    this.#refreshing ??= this.#once('refresh', RefreshAnswer, {}, '').finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #once<S extends v.GenericSchema>(
    route: RouteName,
    schema: S,
    body: Body,
    name: string,
  ): Promise<AccountOutcome<v.InferOutput<S>>> {
    const { method, path } = ROUTES[route];
    const address = path.replace(':name', encodeURIComponent(name));
    const asked = this.#turn.then(() => this.#http.request(method, address, method === 'GET' ? null : plain(body)));
    this.#turn = asked.catch(() => undefined);
    let answer: HttpAnswer;
    try {
      answer = await asked;
    } catch {
      return { ok: false, reason: 'offline' };
    }
    if (answer.status !== OK) return refusal(answer);
    const parsed = v.safeParse(schema, answer.body);
    return parsed.success ? { ok: true, value: parsed.output } : { ok: false, reason: 'untrusted-server' };
  }
}

function refusal({ body, retryAfterSeconds }: HttpAnswer): AccountOutcome<never> {
  const parsed = v.safeParse(ErrorAnswer, body);
  // Something on the way answered in the server's place: a proxy without a server behind it.
  if (!parsed.success) return { ok: false, reason: 'offline' };
  const wait = retryAfterSeconds === null ? {} : { waitSeconds: retryAfterSeconds };
  return { ok: false, reason: parsed.output.reason, ...wait };
}

function plain(body: Body): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) => (value === undefined ? [] : [[name, plainValue(value)]])),
  );
}

function plainValue(value: BodyValue): unknown {
  if (value instanceof Uint8Array) return toBase64Url(value);
  if (Array.isArray(value)) return value.map(plainValue);
  return typeof value === 'object' ? plain(value as Body) : value;
}

/** A browser profile as the service sees it: keeps cookies as browsers do, names its origin, sends JSON. */
import { request } from 'node:http';
import * as v from 'valibot';
import type { ErrorAnswer } from '../../../src/wire/http/errors.ts';
import { ROUTES, type RouteName } from '../../../src/wire/http/routes.ts';

type Cookie = { readonly value: string; readonly path: string; readonly attributes: string };
export type Headers = Record<string, string | undefined>;

export type Answer = {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
};

/** The service refused. */
export class Refusal extends Error {
  readonly status: number;
  readonly reason: ErrorAnswer['reason'];
  constructor(status: number, { reason, sentence }: ErrorAnswer) {
    super(`${status} ${reason}: ${sentence}`);
    this.status = status;
    this.reason = reason;
  }
}

export class Browser {
  readonly origin: string;
  readonly cookies = new Map<string, Cookie>();
  /** Sent with every request besides the usual ones; undefined takes one of those away. */
  headers: Headers = {};

  constructor(origin: string) {
    this.origin = origin;
  }

  /** Another profile with the same cookies: a thief's, or a second tab. */
  copy(): Browser {
    const copy = new Browser(this.origin);
    for (const [name, cookie] of this.cookies) copy.cookies.set(name, cookie);
    return copy;
  }

  cookieHeader(path: string): string {
    return [...this.cookies]
      .filter(([, cookie]) => path.startsWith(cookie.path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
  }

  /** Sends anything. `body`: a text is sent as it is. */
  send(method: string, path: string, body?: unknown, headers: Headers = {}): Promise<Answer> {
    const cookie = this.cookieHeader(path);
    const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const all: Headers = {
      ...(method === 'GET' ? {} : { origin: this.origin, 'content-type': 'application/json' }),
      'sec-fetch-site': 'same-origin',
      ...(cookie === '' ? {} : { cookie }),
      ...(payload === undefined ? {} : { 'content-length': String(Buffer.byteLength(payload)) }),
      ...this.headers,
      ...headers,
    };
    const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    return new Promise((resolve, reject) => {
      const outgoing = request(this.origin + path, { method, headers: sent }, (response) => {
        response.setEncoding('utf8');
        let text = '';
        response.on('data', (piece: string) => {
          text += piece;
        });
        response.on('end', () => {
          this.#keep(response.headers['set-cookie'] ?? []);
          resolve({ status: response.statusCode ?? 0, text, headers: response.headers, body: parsed(text) });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(payload);
    });
  }

  route(name: RouteName, body?: unknown, headers?: Headers): Promise<Answer> {
    const { method, path } = ROUTES[name];
    return this.send(method, path, body, headers);
  }

  /** Reads the answer by its schema. @throws Refusal */
  async call<S extends v.GenericSchema>(name: RouteName, answer: S, body?: unknown): Promise<v.InferOutput<S>> {
    return accepted(answer, await this.route(name, body));
  }

  #keep(lines: readonly string[]): void {
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split('; ');
      const [name = '', value = ''] = pair.split('=');
      const path = attributes.find((attribute) => attribute.startsWith('Path='))?.slice(5) ?? '/';
      if (attributes.includes('Max-Age=0')) this.cookies.delete(name);
      else this.cookies.set(name, { value, path, attributes: attributes.join('; ') });
    }
  }
}

/** @throws Refusal */
export function accepted<S extends v.GenericSchema>(schema: S, { status, body }: Answer): v.InferOutput<S> {
  if (status !== 200) throw new Refusal(status, body as ErrorAnswer);
  return v.parse(schema, body);
}

/** Why it was refused, if it was. */
export const reasonOf = (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => 'accepted',
    (error: Refusal) => error.reason ?? error.message,
  );

export const isSignedIn = async (browser: Browser): Promise<boolean> => (await browser.route('session')).status === 200;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

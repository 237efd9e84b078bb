/** What holds for every route of the service: where it came from, what its body may be, who asks, how it is answered. */
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import * as v from 'valibot';
import { MAX_BODY_BYTES } from '../../src/wire/http/limits.ts';
import { ROUTES, type RouteName } from '../../src/wire/http/routes.ts';
import { addressGroup } from '../service/address-group.ts';
import type { Outcome } from '../service/outcome.ts';
import type { Sessions, SignedIn } from '../service/sessions.ts';
import { answerError } from './api-errors.ts';
import { ACCESS_COOKIE, cookieOf } from './cookies.ts';
import { hostOf, originGuard } from './origin-guard.ts';

/** What a route is handed. `Body`: what its schema makes of the body. */
export type Call<Body> = {
  readonly request: Request;
  readonly response: Response;
  readonly body: Body;
  /** The client's address, as attempts are counted. */
  readonly address: string;
  /** As the client addressed this server. */
  readonly host: string;
};
type Handler<Body> = (call: Call<Body>) => Promise<Outcome<object>>;
type SignedInHandler<Body> = (call: Call<Body>, who: SignedIn) => Promise<Outcome<object>>;

/** Where a resource puts its routes. The value of an outcome is the answer. */
export type Routes = {
  readonly open: <Body>(name: RouteName, schema: v.GenericSchema<unknown, Body>, handle: Handler<Body>) => void;
  /** For whoever has a session, and is not banned. */
  readonly signedIn: <Body>(
    name: RouteName,
    schema: v.GenericSchema<unknown, Body>,
    handle: SignedInHandler<Body>,
  ) => void;
};

const VERBS = { GET: 'get', POST: 'post', PUT: 'put', DELETE: 'delete' } as const;

/** Not inflated: a body of a few bytes could become one of any size. */
const parseJson = express.json({ limit: MAX_BODY_BYTES, inflate: false, strict: true });

export function routesOn(router: Router, publicUrl: string | undefined, sessions: Pick<Sessions, 'whoIs'>): Routes {
  const open: Routes['open'] = (name, schema, handle) => {
    const { method, path } = ROUTES[name];
    const named: RequestHandler = (_request, response, next) => {
      response.locals.route = path;
      next();
    };
    const run: RequestHandler = async (request, response) => {
      const body: unknown = request.body ?? {};
      const parsed = v.safeParse(schema, body, { abortEarly: true });
      const host = hostOf(publicUrl, request.headers.host);
      // An empty array has no unknown fields either.
      if (!parsed.success || Array.isArray(body) || host === undefined)
        return answerError(response, { reason: 'malformed' });
      const address = addressGroup(request.ip);
      const outcome = await handle({ request, response, body: parsed.output, address, host });
      if (outcome.ok) response.json(outcome.value);
      else answerError(response, outcome);
    };
    router[VERBS[method]](path, named, originGuard(publicUrl), parseJson, run);
  };
  return {
    open,
    signedIn: (name, schema, handle) =>
      open(name, schema, async (call) => {
        const who = await sessions.whoIs(cookieOf(call.request.headers.cookie, ACCESS_COOKIE));
        return who.ok ? handle(call, who.value) : who;
      }),
  };
}

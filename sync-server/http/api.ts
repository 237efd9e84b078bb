/** The service over HTTP. Its routes stand in routes/, one file a resource; what holds for all of them in routing.ts. */
import { Router } from 'express';
import { API_PATH } from '../../src/wire/http/routes.ts';
import type { Service } from '../service/service.ts';
import { answerError, apiFailure } from './api-errors.ts';
import type { HttpLog } from './http-log.ts';
import { accountRoutes } from './routes/accounts.ts';
import { deviceRoutes } from './routes/devices.ts';
import { invitationRoutes } from './routes/invitations.ts';
import { keyRoutes } from './routes/keys.ts';
import { knockRoutes } from './routes/knocks.ts';
import { pairingRoutes } from './routes/pairings.ts';
import { peopleRoutes } from './routes/people.ts';
import { sessionRoutes } from './routes/session.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { routesOn } from './routing.ts';

export type ApiOptions = {
  readonly service: Service;
  readonly publicUrl: string | undefined;
  readonly log: HttpLog;
};

export function createApi({ service, publicUrl, log }: ApiOptions): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.use(API_PATH, (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    response.locals.route = API_PATH;
    next();
  });
  const routes = routesOn(router, publicUrl, service.sessions);
  accountRoutes(routes, service);
  signInRoutes(routes, service);
  sessionRoutes(routes, service);
  deviceRoutes(routes, service);
  pairingRoutes(routes, service);
  keyRoutes(routes, service);
  peopleRoutes(routes, service);
  invitationRoutes(routes, service);
  knockRoutes(routes, service);
  router.use(API_PATH, (_request, response) => answerError(response, { reason: 'unknown-route' }));
  router.use(API_PATH, apiFailure(log));
  return router;
}

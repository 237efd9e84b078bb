/**
 * What the server says over HTTP: the app's files, whether it is well, and what it counts. Documents travel over the
 * relay's socket and never come through here.
 */
import express, {
  type ErrorRequestHandler,
  type Express,
  type RequestHandler,
  type Response,
  type Router,
} from 'express';
import { APP_PAGES } from '../../src/wire/http/pages.ts';
import { API_PATH } from '../../src/wire/http/routes.ts';
import { answerError } from './api-errors.ts';
import { appFiles, appPage } from './app-files.ts';
import type { HttpLog } from './http-log.ts';
import { securityHeaders } from './security-headers.ts';

/** Nobody needs a longer address: room and fragment are short, and the fragment never gets here. Characters. */
export const MAX_URL_LENGTH = 2_048;
const METHODS = ['GET', 'HEAD'];
const API_METHODS = [...METHODS, 'POST', 'PUT', 'DELETE'];

export type AppOptions = {
  /** The built app: index.html and what it loads. */
  readonly folder: string;
  readonly publicUrl?: string | undefined;
  /** Whether documents can be opened and saved. */
  readonly ready: () => boolean;
  /** Null: /metrics does not exist. */
  readonly metrics: { readonly contentType: string; readonly text: () => Promise<string> } | null;
  /** One answered request. `route` is the pattern that matched. */
  readonly answered: (route: string, status: number) => void;
  readonly log: HttpLog;
  /** The service, at its own paths below /api. Without it there are no accounts. */
  readonly api?: Router;
  /** Proxies in front of this server, whose word on the client's address counts. */
  readonly trustedProxies?: number;
};

export function createApp(options: AppOptions): Express {
  const { folder, publicUrl, ready, metrics, answered, log, api, trustedProxies = 0 } = options;
  const app = express();
  app.enable('strict routing').enable('case sensitive routing').set('query parser', false);
  // Error pages would otherwise hold stack traces.
  app.set('env', 'production');
  app.set('trust proxy', trustedProxies);

  app.use(record(answered, log), ...securityHeaders(publicUrl), bounds(api !== undefined));
  app.get('/healthz', at('/healthz'), (_request, response) => plain(response, 200, 'ok'));
  app.get('/readyz', at('/readyz'), (_request, response) =>
    ready() ? plain(response, 200, 'ready') : plain(response, 503, 'not ready'),
  );
  if (metrics !== null) {
    app.get('/metrics', at('/metrics'), async (_request, response) => {
      response.setHeader('Cache-Control', 'no-store');
      response.type(metrics.contentType).send(await metrics.text());
    });
  }
  if (api) app.use(api);
  for (const page of APP_PAGES) app.get(page, at(page), appPage(folder));
  app.use(at('file'), appFiles(folder));
  app.use(at('unknown'), (_request, response) => plain(response, 404, 'There is nothing at this address.'));
  app.use(failure(log));
  return app;
}

/** Names the pattern for log and metrics: the address itself may name a room. */
const at =
  (route: string): RequestHandler =>
  (_request, response, next) => {
    response.locals.route = route;
    next();
  };

function record(answered: AppOptions['answered'], log: HttpLog): RequestHandler {
  return (request, response, next) => {
    response.on('finish', () => {
      const route = String(response.locals.route ?? 'refused');
      answered(route, response.statusCode);
      const method = API_METHODS.includes(request.method) ? request.method : 'other';
      log.debug({ route, method, status: response.statusCode }, 'answered');
    });
    next();
  };
}

const bounds =
  (hasApi: boolean): RequestHandler =>
  (request, response, next) => {
    if (request.url.length > MAX_URL_LENGTH) return plain(response, 414, 'This address is too long.');
    const isApi = hasApi && request.path.startsWith(`${API_PATH}/`);
    const methods = isApi ? API_METHODS : METHODS;
    if (!methods.includes(request.method)) {
      response.setHeader('Allow', methods.join(', '));
      if (isApi) return answerError(response, { reason: 'wrong-method' });
      return plain(response, 405, 'This is not possible here.');
    }
    next();
  };

function plain(response: Response, status: number, sentence: string): void {
  response.status(status).setHeader('Cache-Control', 'no-store').type('text/plain').send(`${sentence}\n`);
}

function failure(log: HttpLog): ErrorRequestHandler {
  return (error: { status?: unknown }, _request, response, next) => {
    const { status } = error;
    const isTheirs = typeof status === 'number' && status >= 400 && status < 500;
    if (!isTheirs) log.error({ err: error, route: response.locals.route }, 'a request failed');
    // Too late for another answer: Express cuts the connection.
    if (response.headersSent) return next(error);
    if (isTheirs) plain(response, status, 'This request could not be understood.');
    else plain(response, 500, 'Something went wrong on the server.');
  };
}

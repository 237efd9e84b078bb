/**
 * Keeps other sites from making a browser do something here. Cookies are SameSite=Strict already; this holds also where
 * a browser, or a neighbour under the same domain, does not.
 */
import type { RequestHandler } from 'express';
import { answerError } from './api-errors.ts';

/** Methods that change nothing. */
const SAFE = ['GET', 'HEAD'];
const JSON_TYPE = /^application\/json(?:; ?charset="?utf-8"?)?$/i;

/** The host that devices sign for: the public one where it is known, else the one that the client has asked for. */
export const hostOf = (publicUrl: string | undefined, header: string | undefined): string | undefined =>
  publicUrl === undefined ? header?.toLowerCase() : new URL(publicUrl).host;

/**
 * Lets a changing request pass only with our own Origin and with JSON. An Origin is always there: browsers name it with
 * every method but GET and HEAD, and other programs can.
 */
export function originGuard(publicUrl: string | undefined): RequestHandler {
  return (request, response, next) => {
    if (SAFE.includes(request.method)) return next();
    const { origin, host, 'sec-fetch-site': site, 'content-type': type } = request.headers;
    const isOwn = origin !== undefined && isOwnOrigin(origin, publicUrl, host);
    if (!isOwn || (site !== undefined && site !== 'same-origin'))
      return answerError(response, { reason: 'foreign-origin' });
    // No form and no beacon of another site can name this type without being asked about first.
    if (type === undefined || !JSON_TYPE.test(type)) return answerError(response, { reason: 'wrong-content-type' });
    next();
  };
}

function isOwnOrigin(origin: string, publicUrl: string | undefined, host: string | undefined): boolean {
  if (publicUrl !== undefined) return origin === new URL(publicUrl).origin;
  if (!URL.canParse(origin)) return false;
  const named = new URL(origin);
  return /^https?:$/.test(named.protocol) && named.origin === origin && named.host === host?.toLowerCase();
}

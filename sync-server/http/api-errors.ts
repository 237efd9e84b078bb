/** How a refusal looks over HTTP: always the same two fields, never a word about the inside. */
import type { ErrorRequestHandler, Response } from 'express';
import { API_SENTENCES, type ApiReason, type ErrorAnswer } from '../../src/wire/http/errors.ts';
import type { Declined } from '../service/outcome.ts';
import { StorageFailed } from '../store/store.ts';
import type { HttpLog } from './http-log.ts';

const STATUS: { readonly [R in ApiReason]: number } = {
  malformed: 400,
  'too-large': 413,
  'wrong-content-type': 415,
  'foreign-origin': 403,
  'unknown-route': 404,
  'wrong-method': 405,
  'not-signed-in': 401,
  'wrong-credentials': 403,
  banned: 403,
  'too-many-attempts': 429,
  'attempt-expired': 409,
  'name-invalid': 422,
  'name-reserved': 422,
  'name-taken': 409,
  'key-taken': 409,
  'bad-home': 422,
  'bad-device-list': 422,
  'stale-device-list': 409,
  'stale-bundle': 409,
  'bad-signature': 403,
  'no-welcome': 404,
  'unknown-name': 404,
  'bad-invitation': 422,
  'wrong-recipient': 409,
  'too-many-invitations': 409,
  'bad-knock': 422,
  'unknown-room': 404,
  'not-room-owner': 403,
  'too-many-knocks': 409,
  busy: 503,
  'storage-failed': 503,
  'server-failed': 500,
};

export function answerError(response: Response, { reason, retryAfterS }: Omit<Declined, 'ok'>): void {
  if (retryAfterS !== undefined) response.setHeader('Retry-After', String(retryAfterS));
  const answer: ErrorAnswer = { reason, sentence: API_SENTENCES[reason] };
  response.status(STATUS[reason]).json(answer);
}

/** What routes and the body parser throw. */
export function apiFailure(log: HttpLog): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    const reason = reasonOf(error);
    // What a client did wrong holds pieces of what it sent.
    if (reason === 'server-failed' || reason === 'storage-failed')
      log.error({ err: error, route: response.locals.route }, 'a request failed');
    if (response.headersSent) return next(error);
    answerError(response, { reason });
  };
}

function reasonOf(error: unknown): ApiReason {
  if (error instanceof StorageFailed) return 'storage-failed';
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (status === 413) return 'too-large';
  if (status === 415) return 'wrong-content-type';
  return typeof status === 'number' && status >= 400 && status < 500 ? 'malformed' : 'server-failed';
}

import type { Log } from '../relay/metrics.ts';

/** The part of the log that HTTP uses. */
export type HttpLog = Pick<Log, 'error'> & { readonly debug: Log['info'] };

/**
 * The server's log: one JSON object a line. What could name a person, a room, a device or a machine is taken out of the
 * finished line, so that no caller can forget it.
 */
import { isIPv6 } from 'node:net';
import { type DestinationStream, destination, type Logger, pino } from 'pino';

const STANDARD_ERROR = 2;

/** Identifiers, hashes and secrets are 32 bytes and more: 43 characters of base64url, 64 of hex. */
const IDENTIFIER = /[A-Za-z0-9_-]{43,}/g;
const IPV4 = /\b\d{1,3}(?:\.\d{1,3}){3}\b/g;
const MAYBE_IPV6 = /[0-9a-f]*:[0-9a-f:.]*[0-9a-f:]/gi;
const EMAIL = /[^\s"@<>]+@[^\s"@<>]+\.[a-z]{2,}/gi;
/** What stands behind # in a link opens a document. */
const FRAGMENT = /#[^\s"\\]{8,}/g;

/** Fields that have no business in a log, whatever they hold. */
const FORBIDDEN_FIELDS = [
  'req',
  'res',
  'request',
  'response',
  'url',
  'path',
  'headers',
  'cookie',
  'ip',
  'address',
  'remoteAddress',
  'room',
  'device',
  'name',
  'title',
  'body',
  'password',
  'token',
];

export const scrub = (line: string): string =>
  line
    .replace(EMAIL, '[address]')
    .replace(FRAGMENT, '#[redacted]')
    .replace(IDENTIFIER, '[id]')
    .replace(MAYBE_IPV6, (text) => (isIPv6(text) ? '[address]' : text))
    .replace(IPV4, '[address]');

type LoggedError = { type: string; code?: string; message: string; stack?: string; cause?: LoggedError };

/** Only what every error has: libraries hang whole requests on theirs. */
function describeError(error: unknown): LoggedError | string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  const cause = error.cause instanceof Error ? describeError(error.cause) : undefined;
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(cause === undefined || typeof cause === 'string' ? {} : { cause }),
  };
}

/** `to`: standard error, unless a test listens. Written synchronously, so that the last words of a crash are there. */
export function createLogger(level: string, to: DestinationStream = toStandardError()): Logger {
  return pino(
    {
      level,
      // Neither process id nor host name: the supervisor knows them.
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      redact: { paths: FORBIDDEN_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
      hooks: { streamWrite: scrub },
    },
    to,
  );
}

const toStandardError = (): DestinationStream => destination({ dest: STANDARD_ERROR, sync: true });

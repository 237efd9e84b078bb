/** The server's settings: environment variables, each with a default, a check and a sentence for `--help`. */
import { availableParallelism } from 'node:os';
import * as v from 'valibot';

/** Signature checks share the machine with everything else. */
const MAX_DEFAULT_VERIFIER_THREADS = 4;
const MIB = 1024 * 1024;
const HOUR_MS = 60 * 60 * 1000;

/** A reason not to start that is the operator's to solve. Its message is the whole sentence that they read. */
export class StartRefused extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'StartRefused';
  }
}

type Setting<Value> = {
  readonly variable: string;
  /** What holds when the variable is missing or empty. */
  readonly fallback: string;
  /** Completes "PORT must be …". */
  readonly expects: string;
  readonly meaning: string;
  readonly schema: v.GenericSchema<string, Value>;
};

const setting = <Value>(definition: Setting<Value>): Setting<Value> => definition;

const wholeNumber = (min: number, max: number) =>
  v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number), v.minValue(min), v.maxValue(max));

/** Scheme, host and port alone: the app is not made to live under a path. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, origin } = new URL(text);
  return /^https?:$/.test(protocol) && (text === origin || text === `${origin}/`);
}

const SETTINGS = {
  port: setting({
    variable: 'PORT',
    fallback: '8080',
    expects: 'a whole number from 0 to 65535',
    meaning: 'Port to listen on. 0 lets the system choose one.',
    schema: wholeNumber(0, 65_535),
  }),
  host: setting({
    variable: 'HOST',
    fallback: '127.0.0.1',
    expects: 'an address or a host name',
    meaning:
      'Address to listen on. The default is reachable from this machine alone; 0.0.0.0 is for containers and ' +
      'machines behind a proxy that speaks HTTPS.',
    schema: v.pipe(v.string(), v.regex(/^[\w.:%-]+$/)),
  }),
  dataFolder: setting({
    variable: 'DATA_DIR',
    fallback: './data',
    expects: 'a path',
    meaning: 'Folder for everything that is kept. One server at a time can use it.',
    schema: v.pipe(v.string(), v.minLength(1)),
  }),
  publicUrl: setting({
    variable: 'PUBLIC_URL',
    fallback: '',
    expects: 'an address such as https://write.example.org, without a path',
    meaning:
      'Where browsers reach this server. Needed behind a proxy: devices prove themselves to this very host, and with ' +
      'https the browser is told to come by HTTPS only.',
    schema: v.pipe(
      v.string(),
      v.check((text) => text === '' || isOrigin(text)),
      v.transform((text) => (text === '' ? undefined : new URL(text).origin)),
    ),
  }),
  logLevel: setting({
    variable: 'LOG_LEVEL',
    fallback: 'info',
    expects: 'one of silent, fatal, error, warn, info, debug',
    meaning: 'How much is logged, to standard error, one JSON object a line. debug has a line for each request.',
    schema: v.picklist(['silent', 'fatal', 'error', 'warn', 'info', 'debug']),
  }),
  metrics: setting({
    variable: 'METRICS',
    fallback: 'on',
    expects: 'on or off',
    meaning: 'Whether /metrics answers, in the format of Prometheus. Counts and durations, nothing about anybody.',
    schema: v.pipe(
      v.picklist(['on', 'off']),
      v.transform((text) => text === 'on'),
    ),
  }),
  maxSockets: setting({
    variable: 'MAX_SOCKETS',
    fallback: '50000',
    expects: 'a whole number from 1 to 1000000',
    meaning: 'Browsers connected at the same time. More are turned away.',
    schema: wholeNumber(1, 1_000_000),
  }),
  totalBacklogBytes: setting({
    variable: 'MAX_BACKLOG_MIB',
    fallback: '512',
    expects: 'a whole number from 16 to 1000000',
    meaning: 'Memory for what was received and is not on disk yet, in MiB. Beyond it, sockets are read more slowly.',
    schema: v.pipe(
      wholeNumber(16, 1_000_000),
      v.transform((mebibytes) => mebibytes * MIB),
    ),
  }),
  verifierThreads: setting({
    variable: 'VERIFIER_THREADS',
    fallback: String(Math.min(MAX_DEFAULT_VERIFIER_THREADS, availableParallelism() - 1)),
    expects: 'a whole number from 0 to 64',
    meaning:
      'Threads that check signatures; 0: the main thread does. The default is one less than there are cores, at most ' +
      `${MAX_DEFAULT_VERIFIER_THREADS}.`,
    schema: wholeNumber(0, 64),
  }),
  sessionMs: setting({
    variable: 'SESSION_HOURS',
    fallback: '24',
    expects: 'a whole number from 1 to 8760',
    meaning: 'How long somebody stays signed in on a device before the password is asked for again, in hours.',
    schema: v.pipe(
      wholeNumber(1, 8_760),
      v.transform((hours) => hours * HOUR_MS),
    ),
  }),
  signUpsPerAddress: setting({
    variable: 'SIGN_UPS_PER_ADDRESS',
    fallback: '30',
    expects: 'a whole number from 0 to 10000',
    meaning:
      'Sign-ups that one address may begin within 15 minutes. Raise it for a room full of people behind one address; 0 ' +
      'closes the sign-up.',
    schema: wholeNumber(0, 10_000),
  }),
  lookupsPerAccount: setting({
    variable: 'LOOKUPS_PER_ACCOUNT',
    fallback: '60',
    expects: 'a whole number from 0 to 10000',
    meaning: 'People whom one account may look up by name within 15 minutes; 0 keeps everybody from being found.',
    schema: wholeNumber(0, 10_000),
  }),
  invitationsPerAccount: setting({
    variable: 'INVITATIONS_PER_ACCOUNT',
    fallback: '30',
    expects: 'a whole number from 0 to 10000',
    meaning:
      'Invitations that one account may leave for others within 15 minutes; each counts as a lookup too. 0 keeps ' +
      'everybody from being invited.',
    schema: wholeNumber(0, 10_000),
  }),
  trustedProxies: setting({
    variable: 'TRUST_PROXY',
    fallback: '0',
    expects: 'a whole number from 0 to 10',
    meaning:
      'Proxies in front of this server. Attempts to sign in are counted by address; with 0, what X-Forwarded-For says is ' +
      'ignored, and behind a proxy all people would count as one.',
    schema: wholeNumber(0, 10),
  }),
};

export type Config = {
  readonly [Key in keyof typeof SETTINGS]: (typeof SETTINGS)[Key] extends Setting<infer Value> ? Value : never;
};

/** @throws StartRefused */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const entries = Object.entries(SETTINGS).map(([key, { variable, fallback, expects, schema }]) => {
    const text = environment[variable]?.trim() || fallback;
    const result = v.safeParse(schema as v.GenericSchema<string, unknown>, text);
    if (!result.success) throw new StartRefused(`${variable} must be ${expects}, but is "${text}".`);
    return [key, result.output];
  });
  return Object.fromEntries(entries) as Config;
}

export type Wanted =
  | { readonly action: 'run' | 'help' | 'version' }
  /** To be done to the account of this name while no server runs. */
  | { readonly action: 'ban' | 'unban'; readonly name: string };

/** What the command line asks for. @throws StartRefused */
export function readArguments(args: readonly string[]): Wanted {
  const [first, second, ...others] = args;
  if (first === undefined) return { action: 'run' };
  if (second === undefined && (first === '--help' || first === '-h')) return { action: 'help' };
  if (second === undefined && first === '--version') return { action: 'version' };
  if (second !== undefined && others.length === 0 && (first === 'ban' || first === 'unban'))
    return { action: first, name: second };
  throw new StartRefused(`Unknown argument: ${args.join(' ')}. Settings are environment variables: see --help.`);
}

const WIDTH = 100;
const INDENT = '      ';

export function helpText(): string {
  const settings = Object.values(SETTINGS).map(({ variable, fallback, meaning }) => {
    const title = `  ${variable}  (default: ${fallback === '' ? 'none' : fallback})`;
    return `${title}\n${wrap(meaning)}`;
  });
  const usage =
    'Usage: sealroom [--help | --version | ban <name> | unban <name>]\n\n' +
    'ban and unban change an account while no server uses the data folder.\n\n' +
    'Settings are environment variables:\n';
  return `${usage}\n${settings.join('\n')}\n`;
}

function wrap(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (INDENT.length + line.length + word.length >= WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map((line) => INDENT + line).join('\n');
}

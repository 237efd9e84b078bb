/** The server's composition root: settings, log, store, relay, HTTP, and the order in which they start and stop. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Clock } from './clock.ts';
import { helpText, readArguments, readConfig, StartRefused } from './config.ts';
import { openDataFolder } from './data-folder.ts';
import { createApi } from './http/api.ts';
import { createApp } from './http/app.ts';
import { createDoorkeeper } from './http/doorkeeper.ts';
import { createHttpServer, listen, stopListening } from './http/server.ts';
import { createLogger } from './logging.ts';
import { type Maintenance, maintain } from './maintenance.ts';
import { createMetrics } from './metrics.ts';
import { createRelay, type Relay } from './relay/relay.ts';
import { createInlineVerifier, type Verifier } from './relay/verifier.ts';
import { createVerifierPool } from './relay/verifier-pool.ts';
import { createService, type Service, type ServiceOptions } from './service/service.ts';
import { StorageFailed, type Store } from './store/store.ts';

/** Paths from the compiled file, dist/server/sync-server/main.js. */
const APP_FOLDER = fileURLToPath(new URL('../../app', import.meta.url));
const MANIFEST = new URL('../../../package.json', import.meta.url);
/** Who is slower to stop than this is cut off. */
const STOP_TIMEOUT_MS = 10_000;

const clock: Clock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  soon: (run) => void setImmediate(run),
};

type Running = {
  readonly server: Server;
  readonly relay: Relay;
  readonly service: Service;
  readonly verifier: Verifier;
  readonly store: Store;
};

async function start(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLogger(config.logLevel);
  const metrics = createMetrics();
  const store = await openDataFolder(config.dataFolder, clock, log);
  // With one core alone, messages to another thread only cost.
  const verifier =
    config.verifierThreads === 0 ? createInlineVerifier() : createVerifierPool(config.verifierThreads, clock);
  const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
  const parts = { store, clock, date: Date.now, random, verifier, log };
  const service = await openService({
    ...parts,
    settings: config,
    // Asked when requests come, which is later than both are made.
    ownersOf: (room) => relay.ownersOf(room),
  });
  const relay = createRelay({
    ...parts,
    metrics: metrics.relay,
    doorkeeper: createDoorkeeper(service),
    ...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
    limits: { maxSockets: config.maxSockets, totalBacklogBytes: config.totalBacklogBytes },
  });
  const app = createApp({
    folder: APP_FOLDER,
    publicUrl: config.publicUrl,
    ready: relay.ready,
    metrics: config.metrics ? metrics : null,
    answered: metrics.answered,
    log,
    api: createApi({ service, publicUrl: config.publicUrl, log }),
    trustedProxies: config.trustedProxies,
  });
  const server = createHttpServer(app, relay, config.maxSockets);
  const running = { server, relay, service, verifier, store };
  try {
    const port = await listen(server, config.port, config.host);
    console.log(`Sealroom is running at ${config.publicUrl ?? `http://${nameOf(config.host)}:${port}`}`);
  } catch (error) {
    await stop(running);
    throw error;
  }
  stopOnSignal(running, log);
}

async function maintainData(wanted: Maintenance): Promise<void> {
  const { dataFolder, logLevel } = readConfig(process.env);
  console.log(await maintain(wanted, { dataFolder, clock, date: Date.now, log: createLogger(logLevel) }));
}

/** @throws StartRefused */
async function openService(options: ServiceOptions): Promise<Service> {
  try {
    return await createService(options);
  } catch (error) {
    if (!(error instanceof StorageFailed)) throw error;
    options.log.error({ err: error }, 'the setup of the service cannot be read or written');
    throw new StartRefused('The data folder cannot be read or written. The log says why.');
  }
}

/** What to type into a browser on this machine. Browsers grant more to localhost than to an address. */
const nameOf = (host: string): string =>
  /^(127\.0\.0\.1|::1|::|0\.0\.0\.0)$/.test(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;

/** Each part after those that use it. */
async function stop({ server, relay, service, verifier, store }: Running): Promise<void> {
  const closed = stopListening(server);
  await relay.close();
  server.closeAllConnections();
  await closed;
  await service.close();
  await verifier.close();
  await store.close();
}

function stopOnSignal(running: Running, log: ReturnType<typeof createLogger>): void {
  let isStopping = false;
  const onSignal = (): void => {
    // Asked twice: whoever asks wants it now. What was acknowledged is on disk already.
    if (isStopping) process.exit(1);
    isStopping = true;
    log.info({}, 'stopping');
    const late = setTimeout(() => {
      log.error({}, 'stopping takes too long');
      process.exit(1);
    }, STOP_TIMEOUT_MS);
    late.unref();
    stop(running).then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}

try {
  const wanted = readArguments(process.argv.slice(2));
  if ('name' in wanted) await maintainData(wanted);
  else if (wanted.action === 'help') process.stdout.write(helpText());
  else if (wanted.action === 'version') console.log(JSON.parse(readFileSync(MANIFEST, 'utf8')).version);
  else await start();
} catch (error) {
  // Anything else is a bug, and Node shows where.
  if (!(error instanceof StartRefused)) throw error;
  console.error(error.message);
  process.exit(1);
}

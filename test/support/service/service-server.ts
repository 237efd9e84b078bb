/** The whole server on an ephemeral port of the loopback interface: app, service and relay on one store. */
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { createApi } from '../../../sync-server/http/api.ts';
import { createApp } from '../../../sync-server/http/app.ts';
import { createDoorkeeper } from '../../../sync-server/http/doorkeeper.ts';
import type { Log } from '../../../sync-server/relay/metrics.ts';
import { createRelay, type Relay } from '../../../sync-server/relay/relay.ts';
import { createInlineVerifier } from '../../../sync-server/relay/verifier.ts';
import { createService, type Service, type ServiceOptions } from '../../../sync-server/service/service.ts';
import { createMemoryStore } from '../../../sync-server/store/memory-store.ts';
import type { Store } from '../../../sync-server/store/store.ts';
import { TestClient } from '../server/client.ts';
import { realClock } from '../server/clock.ts';
import type { Device } from '../server/identities.ts';
import { Browser } from './browser.ts';

export const HOUR_MS = 60 * 60 * 1000;
/** Some day. */
export const START_DATE = Date.UTC(2030, 5, 1, 12);

export type ServiceServerOptions = {
  readonly store?: Store;
  readonly settings?: Partial<ServiceOptions['settings']>;
  readonly publicUrl?: string;
  readonly trustedProxies?: number;
  readonly clock?: ServiceOptions['clock'];
  /** In place of the relay's. */
  readonly ownersOf?: ServiceOptions['ownersOf'];
};

export class ServiceServer {
  /** Milliseconds since 1970, as the service sees it. */
  now = START_DATE;
  readonly lines: { readonly fields: object; readonly message: string }[] = [];
  readonly store: Store;
  service!: Service;
  relay!: Relay;
  origin = '';
  #server!: Server;
  readonly #clients: TestClient[] = [];

  private constructor(store: Store) {
    this.store = store;
  }

  static async start(options: ServiceServerOptions = {}): Promise<ServiceServer> {
    const server = new ServiceServer(options.store ?? createMemoryStore());
    await server.#start(options);
    return server;
  }

  get host(): string {
    return new URL(this.origin).host;
  }

  /** A browser profile that has never been here. */
  browser(): Browser {
    return new Browser(this.origin);
  }

  dial(device: Device, headers: Record<string, string> = {}): TestClient {
    const client = new TestClient(this.origin.replace('http', 'ws'), device, headers);
    this.#clients.push(client);
    return client;
  }

  /** A socket that has said hello, with the browser's cookies. */
  async socket(device: Device, browser?: Browser): Promise<TestClient> {
    const client = this.dial(device, browser ? { origin: this.origin, cookie: browser.cookieHeader('/sync') } : {});
    await client.greet(this.host);
    return client;
  }

  /** Stops everything but the store. */
  async stop(): Promise<void> {
    for (const client of this.#clients) client.socket.terminate();
    await this.relay.close();
    await this.service.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async close(): Promise<void> {
    await this.stop();
    await this.store.close();
  }

  async #start({
    settings,
    publicUrl,
    trustedProxies,
    clock = realClock,
    ownersOf,
  }: ServiceServerOptions): Promise<void> {
    const line = (fields: object, message: string) => void this.lines.push({ fields, message });
    const log: Log & { debug: Log['info'] } = { info: line, warn: line, error: line, debug: line };
    const random = (length: number) => new Uint8Array(randomBytes(length));
    const date = (): number => this.now;
    const parts = { store: this.store, clock, date, random, verifier: createInlineVerifier(), log };
    this.service = await createService({
      ...parts,
      ownersOf: ownersOf ?? ((room) => this.relay.ownersOf(room)),
      settings: {
        sessionMs: 24 * HOUR_MS,
        signUpsPerAddress: 10_000,
        lookupsPerAccount: 60,
        invitationsPerAccount: 30,
        ...settings,
      },
    });
    const address = publicUrl === undefined ? {} : { publicUrl };
    this.relay = createRelay({ ...parts, ...address, clock: realClock, doorkeeper: createDoorkeeper(this.service) });
    const app = createApp({
      ...address,
      folder: tmpdir(),
      ready: this.relay.ready,
      metrics: null,
      answered: () => undefined,
      log,
      api: createApi({ service: this.service, publicUrl, log }),
      ...(trustedProxies !== undefined && { trustedProxies }),
    });
    this.#server = createServer(app);
    this.#server.on('upgrade', (request, socket, head) => this.relay.handleUpgrade(request, socket, head));
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.origin = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
}

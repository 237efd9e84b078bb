/** A real relay on a loopback port inside the test process, on a store that outlives restarts. */

import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../sync-server/clock.ts';
import type { RelayLimits } from '../../sync-server/relay/limits.ts';
import { createRelay, type Relay } from '../../sync-server/relay/relay.ts';
import { createInlineVerifier } from '../../sync-server/relay/verifier.ts';
import { createMemoryStore } from '../../sync-server/store/memory-store.ts';
import type { Store } from '../../sync-server/store/store.ts';

const clock: Clock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  soon: (run) => {
    setImmediate(run);
  },
};

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

export class LocalRelay {
  readonly store: Store;
  readonly #limits: Partial<RelayLimits>;
  #server: Server | null = null;
  #relay: Relay | null = null;
  #port = 0;

  constructor(store: Store = createMemoryStore(), limits: Partial<RelayLimits> = {}) {
    this.store = store;
    this.#limits = limits;
  }

  get url(): string {
    return `http://localhost:${this.#port}`;
  }

  async start(): Promise<void> {
    const relay = createRelay({
      store: this.store,
      clock,
      date: Date.now,
      random: (length) => new Uint8Array(randomBytes(length)),
      verifier: createInlineVerifier(),
      log: quiet,
      limits: this.#limits,
    });
    const server = createServer((_, response) => response.writeHead(404).end());
    server.on('upgrade', relay.handleUpgrade);
    await new Promise<void>((resolve) => server.listen(this.#port, 'localhost', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.#relay = relay;
  }

  async stop(): Promise<void> {
    await this.#relay?.close();
    const server = this.#server;
    if (server) await new Promise((resolve) => server.close(resolve));
    this.#relay = null;
    this.#server = null;
  }
}

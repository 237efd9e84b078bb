/** A relay on an ephemeral port of the loopback interface. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RelayLimits } from '../../../sync-server/relay/limits.ts';
import { type Log, noMetrics, type RelayMetrics } from '../../../sync-server/relay/metrics.ts';
import { createRelay, type Relay, type RelayOptions } from '../../../sync-server/relay/relay.ts';
import { createInlineVerifier } from '../../../sync-server/relay/verifier.ts';
import { createMemoryStore } from '../../../sync-server/store/memory-store.ts';
import type { Store } from '../../../sync-server/store/store.ts';
import { TestClient } from './client.ts';
import { realClock } from './clock.ts';
import type { Device } from './identities.ts';

export type LogLine = { readonly level: string; readonly fields: object; readonly message: string };

/** Sums of what the relay has counted, by the name of the metric; those with labels as `name/label`. */
export type Counts = ReadonlyMap<string, number>;

function makeMetrics(): { metrics: RelayMetrics; counts: Counts } {
  const counts = new Map<string, number>();
  const add = (name: string, amount: number) => void counts.set(name, (counts.get(name) ?? 0) + amount);
  const sum = (name: string) => ({ add: (amount: number) => add(name, amount) });
  const sums = (name: string) => ({ add: (label: string, amount: number) => add(`${name}/${label}`, amount) });
  const metrics: RelayMetrics = {
    ...noMetrics,
    sockets: sum('sockets'),
    openRooms: sum('openRooms'),
    bytesSent: sum('bytesSent'),
    appended: sum('appended'),
    delivered: sum('delivered'),
    refused: sums('refused'),
    ended: sums('ended'),
  };
  return { metrics, counts };
}

export type RelayServer = {
  readonly url: string;
  readonly relay: Relay;
  readonly store: Store;
  readonly lines: readonly LogLine[];
  readonly counts: Counts;
  connect(device: Device, headers?: Record<string, string>): Promise<TestClient>;
  /** A client that has not greeted. */
  dial(device: Device, headers?: Record<string, string>): TestClient;
  close(): Promise<void>;
};

export async function startRelay(
  options: Partial<Omit<RelayOptions, 'limits'>> & { readonly limits?: Partial<RelayLimits> } = {},
): Promise<RelayServer> {
  const store = options.store ?? createMemoryStore();
  const lines: LogLine[] = [];
  const at = (level: string) => (fields: object, message: string) => void lines.push({ level, fields, message });
  const log: Log = { info: at('info'), warn: at('warn'), error: at('error') };
  const { metrics, counts } = makeMetrics();
  const relay = createRelay({
    metrics,
    clock: realClock,
    date: Date.now,
    random: (length) => new Uint8Array(randomBytes(length)),
    verifier: createInlineVerifier(),
    log,
    ...options,
    store,
  });
  const server = createServer();
  server.on('upgrade', (request, socket, head) => relay.handleUpgrade(request, socket, head));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients: TestClient[] = [];
  const kept = (client: TestClient) => {
    clients.push(client);
    return client;
  };
  return {
    url,
    relay,
    store,
    lines,
    counts,
    connect: async (device, headers) => kept(await TestClient.connect(url, device, headers)),
    dial: (device, headers) => kept(new TestClient(url, device, headers)),
    close: async () => {
      for (const client of clients) client.socket.terminate();
      await relay.close();
      await new Promise((resolve) => server.close(resolve));
      await store.close();
    },
  };
}

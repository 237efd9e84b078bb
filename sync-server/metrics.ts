/** What the server counts, in the format of Prometheus. Labels come from fixed lists: nothing in here names anybody. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { CounterByLabel, Counter as RelayCounter, Gauge as RelayGauge, RelayMetrics } from './relay/metrics.ts';

/** Seconds. From a disk without a queue to one that is in trouble. */
const COMMIT_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
const VERIFY_BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 1];

export type Metrics = {
  readonly relay: RelayMetrics;
  /** One answered HTTP request. `route`: a pattern, never an address. */
  readonly answered: (route: string, status: number) => void;
  readonly contentType: string;
  /** The text for a scraper. */
  readonly text: () => Promise<string>;
};

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];

  const counter = (name: string, help: string): RelayCounter => {
    const metric = new Counter({ name: `sealroom_${name}_total`, help, registers });
    return { add: (amount) => metric.inc(amount) };
  };
  const counterBy = (label: string, name: string, help: string): CounterByLabel => {
    const metric = new Counter({ name: `sealroom_${name}_total`, help, labelNames: [label], registers });
    return { add: (value, amount) => metric.inc({ [label]: value }, amount) };
  };
  const gauge = (name: string, help: string): RelayGauge => {
    const metric = new Gauge({ name: `sealroom_${name}`, help, registers });
    return { add: (amount) => metric.inc(amount) };
  };
  const seconds = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name: `sealroom_${name}_seconds`, help, buckets, registers });
  const requests = new Counter({
    name: 'sealroom_http_requests_total',
    help: 'HTTP requests answered',
    labelNames: ['route', 'status'],
    registers,
  });

  return {
    relay: {
      sockets: gauge('sockets', 'Sockets connected'),
      openRooms: gauge('open_rooms', 'Rooms that some socket has open'),
      bytesReceived: counter('bytes_received', 'Bytes received over sockets'),
      bytesSent: counter('bytes_sent', 'Bytes sent over sockets'),
      appended: counter('records_appended', 'Records on disk'),
      delivered: counter('records_delivered', 'Entries and acknowledgements queued for sockets'),
      signalled: counter('signals_delivered', 'Signals passed on, once for each receiver'),
      signalsDropped: counter('signals_dropped', 'Signals above the rate limit'),
      refused: counterBy('reason', 'requests_refused', 'Requests refused'),
      ended: counterBy('reason', 'sockets_ended', 'Sockets ended by the relay'),
      commitSeconds: seconds('commit', 'From handing records to the store until they are on disk', COMMIT_BUCKETS),
      verifySeconds: seconds('verify', 'Waiting for signature checks', VERIFY_BUCKETS),
    },
    answered: (route, status) => requests.inc({ route, status }),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

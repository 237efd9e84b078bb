/**
 * Composition root of the engine in the browser: a SharedWorker for all tabs, or a dedicated worker of each tab where
 * the browser has no SharedWorker (then only one of them has the engine at a time).
 */
import type { Endpoint } from 'comlink';
import { createEngine } from '../../engine/engine.ts';
import { makeBoxStore } from './box-store.ts';
import { browserName } from './browser-name.ts';
import { browserClock } from './clock.ts';
import { ENGINE_CHANNEL, HOST_LOCK_PREFIX } from './engine-link.ts';
import { EngineTurn } from './engine-turn.ts';
import { browserHttp } from './http.ts';
import { browserRandom } from './random.ts';
import { makeRelayConnector } from './relay-connector.ts';
import { EngineHost } from './worker/engine-host.ts';

/** Milliseconds since 1970; the bundler fills it in. A later build may take the engine over from an earlier one. */
declare const __BUILD_TIME__: number;

const log = (event: string, details: Readonly<Record<string, string | number | boolean>> = {}): void => {
  console.debug(event, details);
};

const host = new EngineHost({
  clock: browserClock,
  locks: navigator.locks,
  hostLock: HOST_LOCK_PREFIX + crypto.randomUUID(),
  turn: new EngineTurn({
    build: __BUILD_TIME__,
    locks: navigator.locks,
    channel: new BroadcastChannel(ENGINE_CHANNEL),
    clock: browserClock,
  }),
  startEngine: () =>
    createEngine({
      clock: browserClock,
      random: browserRandom,
      relay: makeRelayConnector(location),
      http: browserHttp,
      deviceName: browserName(navigator.userAgent),
      boxes: makeBoxStore(browserClock),
      log,
    }),
  log,
});

addEventListener('online', () => host.nudge());

const scope: unknown = globalThis;
if (typeof SharedWorkerGlobalScope === 'function' && scope instanceof SharedWorkerGlobalScope) {
  scope.onconnect = ({ ports: [port] }) => {
    if (port !== undefined) host.connect(port);
  };
} else {
  host.connect(scope as Endpoint);
}

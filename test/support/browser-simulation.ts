import type { Endpoint } from 'comlink';
import type { EngineState } from '../../src/engine/api.ts';
import { TAB_LOCK_PREFIX } from '../../src/platform/browser/engine-link.ts';
import { EngineTurn } from '../../src/platform/browser/engine-turn.ts';
import { TabEngineClient } from '../../src/platform/browser/tab-client.ts';
import { EngineHost } from '../../src/platform/browser/worker/engine-host.ts';
import type { HostedEngine } from '../../src/platform/browser/worker/hosted-engine.ts';
import { nodeClock } from '../../src/platform/node/clock.ts';
import { FakeHostedEngine } from './fake-hosted-engine.ts';
import { FakeLocks } from './fake-locks.ts';

let browsers = 0;
let names = 0;

/** One browser with its locks and channels: workers and tabs of several builds can live in it. */
export class BrowserSimulation {
  readonly locks = new FakeLocks();
  readonly #channelName = `engine-${browsers++}`;
  readonly #channels: BroadcastChannel[] = [];

  /** `start`: what the worker does to get an engine. */
  worker(build: number, start?: () => Promise<HostedEngine>): SimulatedWorker {
    const channel = new BroadcastChannel(this.#channelName);
    this.#channels.push(channel);
    return new SimulatedWorker(this.locks, channel, build, start);
  }

  /** A tab; `host` is asked for the worker that it finds when it connects, and connects again. */
  async tab(host: () => SimulatedWorker): Promise<SimulatedTab> {
    const tab = new SimulatedTab(this.locks);
    await tab.connect(host);
    return tab;
  }

  close(): void {
    for (const channel of this.#channels) channel.close();
  }
}

export class SimulatedWorker {
  readonly engines: FakeHostedEngine[] = [];
  readonly #host: EngineHost;
  readonly #locks: FakeLocks;
  readonly #channel: BroadcastChannel;

  constructor(locks: FakeLocks, channel: BroadcastChannel, build: number, start?: () => Promise<HostedEngine>) {
    this.#locks = locks;
    this.#channel = channel;
    const startFake = async (): Promise<HostedEngine> => {
      const engine = new FakeHostedEngine();
      this.engines.push(engine);
      return engine;
    };
    this.#host = new EngineHost({
      clock: nodeClock,
      locks: locks.of(this),
      hostLock: `host-${names++}`,
      turn: new EngineTurn({ build, locks: locks.of(this), channel, clock: nodeClock }),
      startEngine: start ?? startFake,
      log: () => {},
    });
  }

  get engine(): FakeHostedEngine {
    const engine = this.engines.at(-1);
    if (engine === undefined) throw new Error('the worker has no engine');
    return engine;
  }

  connect(endpoint: Endpoint): void {
    this.#host.connect(endpoint);
  }

  kill(): void {
    this.#channel.close();
    this.#locks.kill(this);
  }
}

export class SimulatedTab {
  readonly states: EngineState[] = [];
  persistenceRequests = 0;
  client!: TabEngineClient;
  readonly #locks: FakeLocks;

  constructor(locks: FakeLocks) {
    this.#locks = locks;
  }

  async connect(host: () => SimulatedWorker): Promise<void> {
    const tabLock = `${TAB_LOCK_PREFIX}${names++}`;
    void this.#locks.of(this).request(tabLock, () => new Promise(() => {}));
    this.client = await TabEngineClient.connect({
      clock: nodeClock,
      locks: this.#locks.of(this),
      tabLock,
      openHost: () => {
        const { port1, port2 } = new MessageChannel();
        host().connect(port2);
        return { endpoint: port1, failed: new Promise(() => {}) };
      },
      askForPersistence: () => this.persistenceRequests++,
    });
    this.client.watch((state) => this.states.push(state));
  }

  get problem(): string | undefined {
    return this.states.at(-1)?.problem?.type;
  }

  kill(): void {
    this.#locks.kill(this);
  }
}

/**
 * The engine's host in the browser: runs one engine when it is its turn, and connects tabs to it.
 *
 * Invariants:
 * - The engine is started only after the turn was granted and closed before the turn is released, so vault and socket
 *   never have two owners.
 * - Tabs see the engine's state, or the last one with the problem that stopped it: a retired or failed host goes on
 *   telling, so a tab that comes late is not left waiting.
 * - Before the engine is closed for a newer build, every document port has said that nothing more will come from it.
 */
import { type Endpoint, expose } from 'comlink';
import { passingOn } from '../../../engine/accounts/commands.ts';
import type { EngineProblem, EngineState } from '../../../engine/api.ts';
import { passingOnMembership } from '../../../engine/membership/commands.ts';
import { type Clock, type EngineLog, StorageFault } from '../../../engine/ports.ts';
import { BEAT_INTERVAL_MS, STATE_INTERVAL_MS, type TabService } from '../engine-link.ts';
import type { EngineTurn } from '../engine-turn.ts';
import type { HostDocument } from './host-document.ts';
import type { HostedEngine } from './hosted-engine.ts';
import { TabConnection } from './tab-connection.ts';

/** Tabs that do not answer within this time are not waited for: their machine may be asleep. */
const RETIRE_TIMEOUT_MS = 3_000;

export type HostPorts = {
  readonly clock: Clock;
  readonly locks: Pick<LockManager, 'request'>;
  /** The host holds a lock of this name for as long as it lives. */
  readonly hostLock: string;
  readonly turn: EngineTurn;
  /** @throws StorageFault */
  readonly startEngine: () => Promise<HostedEngine>;
  readonly log: EngineLog;
};

const NOTHING_YET: EngineState = {
  profile: { name: '', color: '#808080' },
  appearance: 'system',
  account: null,
  connection: 'offline',
  problem: null,
  rooms: [],
};

export class EngineHost {
  readonly #ports: HostPorts;
  readonly #tabs = new Set<TabConnection>();
  #engine: HostedEngine | null = null;
  #starting: Promise<void> | null = null;
  #problem: EngineProblem | null = null;
  #lastState: EngineState | null = null;
  #isStale = false;
  #isResting = false;
  /** Commands that came before the engine. */
  #waiting: { resolve(engine: HostedEngine): void; reject(error: Error): void }[] = [];

  constructor(ports: HostPorts) {
    this.#ports = ports;
    const { turn, locks, hostLock } = ports;
    void locks.request(hostLock, () => new Promise(() => {}));
    turn.onWaiting = () => this.#setProblem({ type: 'elsewhere' });
    turn.onRetired = () => this.#fail({ type: 'retired' });
    turn.onAsked = () => void this.#handOver();
    this.#takeTurn();
    this.#beat();
  }

  /** A tab's port, or the worker's own scope where each tab has a worker. */
  connect(endpoint: Endpoint): void {
    const tab = new TabConnection(this.#ports.clock);
    const engine = () => this.#running();
    const service: TabService = {
      hello: async (tabLock, events) => {
        tab.begin(events);
        this.#tabs.add(tab);
        this.#watchForEnd(tab, tabLock);
        // Reloading the page is how people try again.
        if (this.#problem?.type === 'storage' && this.#engine === null) this.#takeTurn();
        this.nudge();
        const state = this.#state();
        if (state !== null) tab.tell(state);
        return this.#ports.hostLock;
      },
      attach: async (room, port) => tab.attach(await engine(), room, port),
      setProfile: async (profile) => (await engine()).setProfile(profile),
      createDocument: async (newcomers) => (await engine()).createDocument(newcomers),
      openLink: async (room, fragment, password) => (await engine()).openLink(room, fragment, password),
      links: async (room) => (await engine()).links(room),
      forget: async (room) => (await engine()).forget(room),
      rescued: async (room) => (await engine()).rescued(room),
      discardRescued: async (room) => (await engine()).discardRescued(room),
      setAppearance: async (appearance) => (await engine()).setAppearance(appearance),
      ...passingOn(async (name, args) => {
        const { accounts } = await engine();
        return (accounts[name] as (...given: readonly unknown[]) => unknown)(...args);
      }),
      ...passingOnMembership(async (name, args) => {
        const { membership } = await engine();
        return (membership[name] as (...given: readonly unknown[]) => unknown)(...args);
      }),
    };
    expose(service, endpoint);
  }

  nudge(): void {
    this.#engine?.nudge();
  }

  #takeTurn(): void {
    this.#ports.turn.take(() => {
      this.#starting = this.#start();
    });
  }

  async #start(): Promise<void> {
    try {
      const engine = await this.#ports.startEngine();
      this.#engine = engine;
      engine.onState(() => this.#pushSoon());
      for (const { resolve } of this.#waiting.splice(0)) resolve(engine);
      this.#setProblem(null);
    } catch (error) {
      const fault = error instanceof StorageFault ? error.kind : 'failed';
      this.#ports.log('engine-start-failed', { fault, error: error instanceof Error ? error.name : 'unknown' });
      this.#fail({ type: 'storage', fault });
      this.#ports.turn.release();
    }
  }

  #fail(problem: EngineProblem): void {
    this.#setProblem(problem);
    for (const { reject } of this.#waiting.splice(0)) reject(new Error(`no engine: ${problem.type}`));
  }

  /** @throws when there is no engine and none will come. */
  #running(): Promise<HostedEngine> {
    if (this.#engine !== null) return Promise.resolve(this.#engine);
    const { type } = this.#problem ?? {};
    if (type === 'retired' || type === 'storage') return Promise.reject(new Error(`no engine: ${type}`));
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  async #handOver(): Promise<void> {
    await this.#starting;
    this.#setProblem({ type: 'retired' });
    const documents = this.#documents();
    for (const document of documents) document.retire();
    const late = new Promise<void>((resolve) => {
      this.#ports.clock.after(RETIRE_TIMEOUT_MS, resolve);
    });
    await Promise.race([Promise.all(documents.map(({ ended }) => ended)), late]);
    const engine = this.#engine;
    this.#engine = null;
    for (const tab of this.#tabs) tab.end();
    try {
      await engine?.close();
    } catch (error) {
      this.#ports.log('engine-close-failed', { error: error instanceof Error ? error.name : 'unknown' });
    }
    this.#fail({ type: 'retired' });
    this.#ports.turn.release();
  }

  #documents(): HostDocument[] {
    return [...this.#tabs].flatMap((tab) => [...tab.documents]);
  }

  #watchForEnd(tab: TabConnection, tabLock: string): void {
    const gone = (): void => {
      this.#tabs.delete(tab);
      tab.close();
    };
    this.#ports.locks.request(tabLock, gone).catch(gone);
  }

  #setProblem(problem: EngineProblem | null): void {
    this.#problem = problem;
    this.#push();
  }

  /** Null: there is nothing to tell yet. */
  #state(): EngineState | null {
    this.#lastState = this.#engine?.state() ?? this.#lastState;
    if (this.#problem === null) return this.#lastState;
    return { ...(this.#lastState ?? NOTHING_YET), connection: 'offline', problem: this.#problem };
  }

  /** At once, if nothing was pushed lately. */
  #pushSoon(): void {
    this.#isStale = true;
    if (this.#isResting) return;
    this.#isResting = true;
    this.#push();
    this.#ports.clock.after(STATE_INTERVAL_MS, () => {
      this.#isResting = false;
      if (this.#isStale) this.#pushSoon();
    });
  }

  #push(): void {
    this.#isStale = false;
    const state = this.#state();
    if (state === null) return;
    for (const tab of this.#tabs) tab.tell(state);
  }

  #beat(): void {
    for (const document of this.#documents()) document.beat();
    this.#ports.clock.after(BEAT_INTERVAL_MS, () => this.#beat());
  }
}

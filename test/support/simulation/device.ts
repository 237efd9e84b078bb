/** One device: an engine on its storage, with tabs; it crashes, starts again, loses the network, has a wrong clock. */

import type { EngineState } from '../../../src/engine/api.ts';
import { createEngine, type Engine } from '../../../src/engine/engine.ts';
import type { EnginePorts, RelayConnector, SnapshotLimits } from '../../../src/engine/ports.ts';
import type { DeviceId, RoomId } from '../../../src/wire/ids.ts';
import type { Chronicle } from './chronicle.ts';
import { Connection, type Pace } from './connection.ts';
import { DeviceDisk } from './device-disk.ts';
import { Promises } from './promises.ts';
import { HOST, type RelayHost } from './relay-host.ts';
import { Life, type Scheduler } from './scheduler.ts';
import type { SeededRandom } from './seeded-random.ts';
import { SimTab } from './tab.ts';
import { PLAINTEXT, type Witness } from './witness.ts';

export type DeviceWorld = {
  readonly scheduler: Scheduler;
  readonly random: SeededRandom;
  readonly chronicle: Chronicle;
  readonly witness: Witness;
  readonly relay: RelayHost;
  readonly pace: () => Pace;
  readonly snapshotLimits: SnapshotLimits;
  /** Sees every state that the engine tells. */
  readonly onState: (device: Device, state: EngineState) => void;
};

const BEGINNING = 1_800_000_000_000;

export class Device {
  readonly name: string;
  readonly mayEdit: boolean;
  readonly disk: DeviceDisk;
  readonly random: SeededRandom;
  readonly tabs: SimTab[] = [];
  readonly promises = new Map<RoomId, Promises>();
  readonly #world: DeviceWorld;
  #life: Life;
  #engine: Engine | null = null;
  #starting = false;
  #connection: Connection | null = null;
  #wasOnline = false;
  /** What the wall clock shows beside the truth. Milliseconds. */
  clockError = 0;
  /** `silent`: attempts to connect are not even refused. */
  network: 'up' | 'down' | 'silent' = 'up';
  /** Changes what the relay sends to this device. */
  tamper: ((message: Uint8Array) => readonly Uint8Array[]) | null = null;

  constructor(name: string, mayEdit: boolean, world: DeviceWorld) {
    this.name = name;
    this.mayEdit = mayEdit;
    this.#world = world;
    this.random = world.random.fork(name);
    this.#life = new Life(world.scheduler);
    this.disk = new DeviceDisk(
      this.random.fork('disk'),
      (bytes) => this.#guard(() => world.witness.inspect(bytes)),
      (error) => world.chronicle.broke(error),
    );
  }

  get engine(): Engine | null {
    return this.#engine;
  }
  get connection(): Connection | null {
    return this.#connection?.isOpen ? this.#connection : null;
  }
  get id(): DeviceId | undefined {
    return this.#engine?.identity.device;
  }

  promisesIn(room: RoomId): Promises {
    const known = this.promises.get(room) ?? new Promises();
    this.promises.set(room, known);
    return known;
  }

  async start(): Promise<void> {
    if (this.#engine || this.#starting) return;
    this.#starting = true;
    const life = new Life(this.#world.scheduler);
    this.#life = life;
    const engine = await createEngine(this.#ports(life)).catch((error: unknown) => {
      this.#world.chronicle.note(`${this.name} does not start: ${String(error)}`);
      return null;
    });
    if (!life.alive) return;
    this.#starting = false;
    if (!engine) return;
    this.#engine = engine;
    engine.onState((state) => this.#told(state));
    this.#told(engine.state());
    await engine.setProfile({ name: `${PLAINTEXT} ${this.name}`, color: '#112233' });
    this.#world.chronicle.note(`${this.name} is up`);
  }

  /** The process dies. */
  crash(): void {
    if (!this.#engine && !this.#starting) return;
    // What the person reads at this moment is a promise.
    if (this.#engine) this.#told(this.#engine.state());
    this.#life.end();
    const { unconfirmed, kept } = this.disk.crash();
    let lost = 0;
    for (const promises of this.promises.values()) lost += promises.died();
    this.#world.chronicle.fault('engine crash', this.name);
    this.#world.chronicle.note(`${this.name} kept ${kept} of ${unconfirmed} commits, forgot ${lost} edits`);
    this.#connection?.engineDied(this.random.chance(0.6) ? this.random.between(0, 300) : null);
    this.#forget();
  }

  /** Ends in order: everything is flushed. */
  async close(): Promise<void> {
    const { engine } = this;
    if (!engine) return;
    const life = this.#life;
    this.#told(engine.state());
    await engine.close();
    if (!life.alive) return;
    life.end();
    // Whoever closes while the disk is full loses what was in memory alone.
    for (const promises of this.promises.values()) promises.died();
    this.#forget();
  }

  #forget(): void {
    this.#engine = null;
    this.#starting = false;
    this.tabs.length = 0;
  }

  async openTab(room: RoomId): Promise<void> {
    const { engine } = this;
    const life = this.#life;
    if (!engine) return;
    const promises = this.promisesIn(room);
    const tab = await SimTab.open(engine, room, {
      life,
      random: this.random,
      onReached: (update) => this.mayEdit && promises.reached(update),
    });
    if (tab && life.alive) this.tabs.push(tab);
  }

  closeTab(tab: SimTab): void {
    this.tabs.splice(this.tabs.indexOf(tab), 1);
    tab.close();
  }

  #told(state: EngineState): void {
    this.#guard(() => {
      const isOnline = state.connection === 'online';
      if (isOnline && !this.#wasOnline) this.#world.chronicle.count('reconnects');
      this.#wasOnline = isOnline;
      for (const { room, saved, generation, phase } of state.rooms) {
        // A room that is not open yet is told from its summary: no promise.
        if (phase === 'ready' && (saved.at === 'device' || saved.at === 'relay')) this.promisesIn(room).saved(saved.at);
        for (const tab of [...this.tabs])
          if (generation > 0 && tab.generation !== generation) {
            this.closeTab(tab);
            void this.openTab(room);
          }
      }
      this.#world.onState(this, state);
    });
  }

  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#world.chronicle.broke(error);
    }
  }

  #ports(life: Life): EnginePorts {
    const random = this.random.fork('engine');
    const { scheduler, chronicle, snapshotLimits } = this.#world;
    return {
      clock: {
        now: () => Math.floor(BEGINNING + scheduler.now + this.clockError),
        after: (ms, run) => life.after(ms, run),
      },
      random: { bytes: (length) => random.bytes(length) },
      relay: this.#connector(life),
      boxes: this.disk.store(life),
      log: (event, details) => chronicle.note(`${this.name}: ${event} ${details ? JSON.stringify(details) : ''}`),
      snapshotLimits,
    };
  }

  #connector(life: Life): RelayConnector {
    const { scheduler, pace, witness, relay } = this.#world;
    return {
      host: HOST,
      connect: (handlers) => {
        const guarded = <T extends unknown[]>(run: (...args: T) => void) => {
          return (...args: T) => {
            if (life.alive) this.#guard(() => run(...args));
          };
        };
        const connection = new Connection(
          {
            scheduler,
            random: this.random,
            pace,
            onUp: (bytes) => this.#guard(() => witness.message(bytes)),
            onDown: (bytes) => this.tamper?.(bytes) ?? [bytes],
            onOver: (over) => relay.over(over),
          },
          {
            onOpen: guarded(handlers.onOpen),
            onMessage: guarded(handlers.onMessage),
            onClose: guarded(handlers.onClose),
          },
        );
        this.#connection = connection;
        scheduler.after(this.random.between(1, 30), () => {
          if (!life.alive || this.network === 'silent') return;
          if (this.network === 'down' || !relay.accept(connection)) connection.opened(null);
        });
        return connection.engineSide;
      },
    };
  }
}

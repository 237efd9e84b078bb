/** The server's process: the real relay on the real LevelDB store, over a simulated disk. It crashes and comes back. */
import { createRelay, type Relay } from '../../../sync-server/relay/relay.ts';
import { createInlineVerifier } from '../../../sync-server/relay/verifier.ts';
import { openLevelStore } from '../../../sync-server/store/level-store.ts';
import type { Store } from '../../../sync-server/store/store.ts';
import type { Chronicle } from './chronicle.ts';
import type { Connection } from './connection.ts';
import { InvariantBroken } from './invariants.ts';
import { Life, type Scheduler } from './scheduler.ts';
import type { SeededRandom } from './seeded-random.ts';
import { ServerDisk } from './server-disk.ts';

export const HOST = 'sealroom.test';

export class RelayHost {
  readonly disk: ServerDisk;
  readonly #scheduler: Scheduler;
  readonly #random: SeededRandom;
  readonly #chronicle: Chronicle;
  readonly #connections = new Set<Connection>();
  #life: Life;
  #relay: Relay | null = null;
  #store: Store | null = null;
  #starting = false;

  constructor(scheduler: Scheduler, random: SeededRandom, chronicle: Chronicle) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#chronicle = chronicle;
    this.#life = new Life(scheduler);
    this.disk = new ServerDisk(random.fork('disk'), (fault) => chronicle.fault(fault));
  }

  get isUp(): boolean {
    return this.#relay !== null;
  }
  get store(): Store {
    if (!this.#store) throw new Error('the server is down');
    return this.#store;
  }

  async start(): Promise<void> {
    if (this.#relay || this.#starting) return;
    this.#starting = true;
    const life = new Life(this.#scheduler);
    this.#life = life;
    const clock = {
      now: () => this.#scheduler.now,
      after: (ms: number, run: () => void) => life.after(ms, run),
      soon: (run: () => void) => {
        life.after(0, run);
      },
    };
    try {
      const store = await openLevelStore({ folder: 'simulated', clock, database: this.disk.database(life) });
      if (!life.alive) return;
      this.#store = store;
      this.#relay = this.#makeRelay(store, clock, life);
      this.#chronicle.note('relay up');
    } catch {
      this.#chronicle.note('relay could not open its store');
    } finally {
      if (life.alive) this.#starting = false;
    }
  }

  #makeRelay(store: Store, clock: Parameters<typeof createRelay>[0]['clock'], life: Life): Relay {
    const random = this.#random.fork('relay');
    return createRelay({
      store,
      clock,
      date: () => this.#scheduler.now,
      random: (length) => random.bytes(length),
      verifier: createInlineVerifier(),
      log: {
        info: () => undefined,
        warn: () => undefined,
        error: (fields, message) => {
          if (!life.alive) return;
          this.#chronicle.note(`relay: ${message}`);
          if (message.includes('mistake'))
            this.#chronicle.broke(new InvariantBroken('no-mistake', `${message} ${stackOf(fields)}`));
        },
      },
      // Small ones, so that sockets fall behind and catch up, and rooms leave memory.
      limits: {
        outgoingBytes: this.#random.pick([1_500, 8_000, 256 * 1024]),
        backlogBytes: this.#random.pick([4_000, 64 * 1024]),
        maxRoomsInMemory: this.#random.pick([1, 100]),
        endGraceMs: 500,
      },
    });
  }

  /** A socket that a client has opened. False: refused. */
  accept(connection: Connection): boolean {
    const relay = this.#relay;
    if (!relay?.ready()) return false;
    this.#connections.add(connection);
    connection.opened((socket) => relay.accept(socket, HOST));
    return true;
  }
  over(connection: Connection): void {
    this.#connections.delete(connection);
  }

  /** The process dies; what it had handed to the network may still arrive. */
  crash(): void {
    if (!this.#relay && !this.#starting) return;
    this.#chronicle.fault('relay crash');
    this.#life.end();
    this.disk.crash();
    for (const connection of this.#connections)
      connection.relayDied(this.#random.chance(0.8) ? this.#random.between(0, 200) : null);
    this.#connections.clear();
    this.#relay = null;
    this.#store = null;
    this.#starting = false;
  }

  /** Stops as on SIGTERM, then starts again. */
  async restart(): Promise<void> {
    const [relay, store, life] = [this.#relay, this.#store, this.#life];
    if (!relay || !store) return;
    this.#chronicle.fault('relay restart');
    // From now on nobody reads from what is being closed, or starts another beside it.
    this.#relay = null;
    this.#starting = true;
    await relay.close();
    await store.close();
    if (!life.alive) return;
    life.end();
    this.#store = null;
    this.#starting = false;
    await this.start();
  }
}

const stackOf = (fields: object): string =>
  'err' in fields && fields.err instanceof Error ? (fields.err.stack ?? fields.err.message) : JSON.stringify(fields);

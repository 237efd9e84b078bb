/** One device's way to the relay: connections that are made over it, and whether they can be. */
import type { RelayConnector } from '../../../src/engine/ports.ts';
import { Connection, type Pace } from './connection.ts';
import { HOST, type RelayHost } from './relay-host.ts';
import type { Life, Scheduler } from './scheduler.ts';
import type { SeededRandom } from './seeded-random.ts';

export type NetworkWorld = {
  readonly scheduler: Scheduler;
  readonly relay: RelayHost;
  readonly pace: () => Pace;
  /** Sees what the device sends. */
  readonly onUp: (message: Uint8Array) => void;
  /** Something threw where nobody would catch it. */
  readonly broke: (error: unknown) => void;
};

export class DeviceNetwork {
  readonly #world: NetworkWorld;
  readonly #random: SeededRandom;
  #connection: Connection | null = null;
  /** `silent`: attempts to connect are not even refused. */
  state: 'up' | 'down' | 'silent' = 'up';
  /** Changes what the relay sends to this device. */
  tamper: ((message: Uint8Array) => readonly Uint8Array[]) | null = null;

  constructor(random: SeededRandom, world: NetworkWorld) {
    this.#random = random;
    this.#world = world;
  }

  get connection(): Connection | null {
    return this.#connection?.isOpen ? this.#connection : null;
  }

  /** The process that had the connection is gone. */
  ownerDied(): void {
    this.#connection?.engineDied(this.#random.chance(0.6) ? this.#random.between(0, 300) : null);
  }

  connector(life: Life): RelayConnector {
    const { scheduler, pace, relay, onUp, broke } = this.#world;
    const guarded =
      <T extends unknown[]>(run: (...args: T) => void) =>
      (...args: T): void => {
        try {
          if (life.alive) run(...args);
        } catch (error) {
          broke(error);
        }
      };
    return {
      host: HOST,
      connect: (handlers) => {
        const connection = new Connection(
          {
            scheduler,
            random: this.#random,
            pace,
            onUp: guarded(onUp),
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
        scheduler.after(this.#random.between(1, 30), () => {
          if (!life.alive || this.state === 'silent') return;
          if (this.state === 'down' || !relay.accept(connection)) connection.opened(null);
        });
        return connection.engineSide;
      },
    };
  }
}

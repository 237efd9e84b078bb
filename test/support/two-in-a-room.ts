/** Two devices in one document in virtual time, with the real relay between them, which may cheat them. */

import type { RoomState } from '../../src/engine/api.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { DEFAULT_KEY_LIVES } from '../../src/engine/epochs/key-lives.ts';
import { DEFAULT_SNAPSHOT_LIMITS } from '../../src/engine/rooms/snapshot-policy.ts';
import type { RelayFrame } from '../../src/wire/relay-frames.ts';
import { decodeRelayMessage, encodeRelayFrame } from '../../src/wire/relay-frames.ts';
import { stateOf } from './node-engine.ts';
import { Chronicle } from './simulation/chronicle.ts';
import { Device } from './simulation/device.ts';
import { Keyring } from './simulation/keyring.ts';
import { LogFollower } from './simulation/log-follower.ts';
import { RelayHost } from './simulation/relay-host.ts';
import { Scheduler } from './simulation/scheduler.ts';
import { SeededRandom } from './simulation/seeded-random.ts';
import { SimRoom } from './simulation/sim-room.ts';
import type { SimTab } from './simulation/tab.ts';
import { PLAINTEXT, Witness } from './simulation/witness.ts';

const NO_SNAPSHOTS = { ...DEFAULT_SNAPSHOT_LIMITS, minLogBytes: Infinity };

export class TwoInARoom {
  readonly #random = new SeededRandom('two in a room');
  readonly scheduler = new Scheduler(this.#random.fork('scheduler'));
  readonly #chronicle = new Chronicle(() => this.scheduler.now);
  readonly #relay = new RelayHost(this.scheduler, this.#random.fork('relay'), this.#chronicle);
  readonly #keyring = new Keyring();
  readonly #devices = new Map<string, Device>();
  readonly #tabs = new Map<string, SimTab>();
  #room!: SimRoom;

  /** Both have the document open and have written a word. */
  static async start(): Promise<TwoInARoom> {
    const two = new TwoInARoom();
    await two.#settle(two.#relay.start());
    const [alice, bob] = [await two.#start('alice'), await two.#start('bob')];
    const made = await two.#settle(alice.createDocument());
    if (!made.ok) throw new Error(made.reason);
    const links = await two.#settle(alice.links(made.value));
    two.#room = new SimRoom(
      made.value,
      'room',
      { edit: links.edit ?? '', view: links.view ?? '' },
      new LogFollower(made.value, two.#keyring),
    );
    two.device('alice').takeRole(two.#room, 'owner');
    await two.#open('alice');
    await two.takes(() => two.state('alice').saved.at === 'relay', 5_000);
    two.device('bob').takeRole(two.#room, 'editor');
    await two.#settle(bob.openLink(two.#room.id, two.#room.fragmentFor('editor')));
    await two.#open('bob');
    for (const name of ['alice', 'bob']) two.write(name);
    await two.pass(3_000);
    return two;
  }

  async #start(name: string): Promise<Engine> {
    const device = new Device(name, {
      scheduler: this.scheduler,
      random: this.#random,
      chronicle: this.#chronicle,
      witness: new Witness(),
      relay: this.#relay,
      pace: () => ({ minMs: 5, maxMs: 20 }),
      snapshotLimits: NO_SNAPSHOTS,
      keyLives: DEFAULT_KEY_LIVES,
      keyring: this.#keyring,
      onUp: () => undefined,
      onState: () => undefined,
    });
    this.#devices.set(name, device);
    await this.#settle(device.start());
    return this.engine(name);
  }

  async #open(name: string): Promise<void> {
    const device = this.device(name);
    await this.#settle(device.openTab(this.#room));
    const [tab] = device.tabsIn(this.#room);
    if (!tab) throw new Error(`${name} has no tab`);
    this.#tabs.set(name, tab);
    tab.moveCursor();
  }

  device(name: string): Device {
    const device = this.#devices.get(name);
    if (!device) throw new Error(`nobody is called ${name}`);
    return device;
  }
  engine(name: string): Engine {
    const { engine } = this.device(name);
    if (!engine) throw new Error(`${name} is not running`);
    return engine;
  }
  get room() {
    return this.#room.id;
  }
  state(name: string): RoomState {
    return stateOf(this.engine(name), this.room);
  }

  write(name: string): void {
    this.#tabs.get(name)?.doc.getText('title').insert(0, `${PLAINTEXT} ${name} `);
  }
  /** What the relay sends from now on, to Bob if nobody else is named. */
  cheat(tamper: ((frame: RelayFrame) => readonly RelayFrame[]) | null, name = 'bob'): void {
    this.device(name).network.tamper =
      tamper && ((message) => decodeRelayMessage(message).flatMap((frame) => tamper(frame).map(encodeRelayFrame)));
  }
  reconnect(): void {
    this.device('bob').connection?.cut(0, 0);
  }

  /** Milliseconds that it takes, at most `withinMs`; undefined: it does not happen. */
  async takes(happened: () => boolean, withinMs: number): Promise<number | undefined> {
    const from = this.scheduler.now;
    const did = await this.scheduler.runUntil(() => happened() || this.#chronicle.isBroken, withinMs);
    this.#chronicle.check();
    return did ? this.scheduler.now - from : undefined;
  }
  async pass(ms: number): Promise<void> {
    await this.takes(() => false, ms);
  }

  async #settle<T>(work: Promise<T>): Promise<T> {
    let outcome: { readonly value: T } | undefined;
    work.then(
      (value) => {
        outcome = { value };
      },
      (error: unknown) => this.#chronicle.broke(error),
    );
    await this.takes(() => outcome !== undefined, 60_000);
    if (!outcome) throw new Error('it never ended');
    return outcome.value;
  }
  async ask<T>(work: Promise<T>): Promise<T> {
    return this.#settle(work);
  }

  async stop(): Promise<void> {
    for (const device of this.#devices.values()) await this.#settle(device.close());
  }
}

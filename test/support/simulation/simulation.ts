/** One run: the whole system in one process, from one seed. */
import type { EngineState } from '../../../src/engine/api.ts';
import { Chronicle } from './chronicle.ts';
import type { Pace } from './connection.ts';
import { Device } from './device.ts';
import { nextDeed } from './hostile/deeds.ts';
import { forgePreludes } from './hostile/forged-prelude.ts';
import { HostileMember } from './hostile/hostile-member.ts';
import { FALSE_FORK } from './hostile/signal-deeds.ts';
import { hold, InvariantBroken } from './invariants.ts';
import { Judgements, listenTo } from './judgements.ts';
import { DeviceNetwork } from './network.ts';
import { makePlan, type Plan } from './plan.ts';
import { RelayHost } from './relay-host.ts';
import { Scheduler } from './scheduler.ts';
import { SeededRandom } from './seeded-random.ts';
import { type Role, SimRoom } from './sim-room.ts';
import { Witness } from './witness.ts';

const HEALING_PACE: Pace = { minMs: 1, maxMs: 10 };

export class Simulation {
  readonly random: SeededRandom;
  readonly plan: Plan;
  readonly scheduler: Scheduler;
  readonly chronicle: Chronicle;
  readonly witness = new Witness();
  readonly judgements: Judgements;
  readonly relay: RelayHost;
  readonly devices: Device[] = [];
  readonly rooms: SimRoom[] = [];
  /** Serial number of the last edit. */
  serial = 0;
  /** Nothing breaks any more. */
  isHealing = false;
  /** The relay is about to cheat this device: others may notice from the heads that it names. */
  victim: Device | null = null;
  #roomsBegun = 0;

  constructor(seed: number) {
    this.random = new SeededRandom(`sealroom/${seed}`);
    this.plan = makePlan(this.random.fork('plan'));
    this.scheduler = new Scheduler(this.random.fork('scheduler'));
    this.chronicle = new Chronicle(() => this.scheduler.now);
    this.judgements = new Judgements(this.plan.hostile.length > 0);
    this.relay = new RelayHost(this.scheduler, this.random.fork('relay'), this.chronicle);
    listenTo(this.judgements, (error) => this.chronicle.broke(error));
  }

  get #pace(): Pace {
    return this.isHealing ? HEALING_PACE : this.plan.pace;
  }

  addDevice(name: string): Device {
    const device = new Device(name, {
      scheduler: this.scheduler,
      random: this.random,
      chronicle: this.chronicle,
      witness: this.witness,
      relay: this.relay,
      pace: () => this.#pace,
      snapshotLimits: this.plan.snapshotLimits,
      keyLives: this.plan.keyLives,
      onState: (told, state) => this.#onState(told, state),
    });
    if (this.plan.forgesPreludes && this.devices.length > 0)
      device.network.tamper = forgePreludes(this.random.fork('preludes'), (forgery) =>
        this.chronicle.fault(`forged prelude: ${forgery}`, name),
      );
    this.devices.push(device);
    return device;
  }

  get mayHaveAnotherRoom(): boolean {
    return this.#roomsBegun < this.plan.maxRooms;
  }

  /** Nothing comes of it if the device dies meanwhile. */
  async createRoom(owner: Device): Promise<void> {
    const { engine } = owner;
    if (!engine) return;
    this.#roomsBegun++;
    const made = await engine.createDocument();
    if (!made.ok) return;
    const links = await engine.links(made.value);
    const room = new SimRoom(made.value, `room ${this.rooms.length + 1}`, {
      edit: links.edit ?? '',
      view: links.view ?? '',
    });
    owner.takeRole(room, 'owner');
    this.rooms.push(room);
    if (this.rooms.length === 1) for (const role of this.plan.hostile) this.#addHostile(room, role);
    void owner.openTab(room);
  }

  #addHostile(room: SimRoom, role: Exclude<Role, 'owner'>): void {
    const { scheduler, relay, chronicle, judgements } = this;
    const network = new DeviceNetwork(this.random.fork('hostile network'), {
      scheduler,
      relay,
      pace: () => this.#pace,
      onUp: () => undefined,
      broke: (error) => chronicle.broke(error),
    });
    const path = role === 'editor' ? room.links.edit : room.links.view;
    const random = this.random.fork('hostile');
    room.hostile.push(
      new HostileMember(`hostile ${role}`, role, room.id, path, { scheduler, random, chronicle, judgements, network }),
    );
  }

  /** Returns what was done. */
  misbehave(room: SimRoom, member: HostileMember): string | undefined {
    const deed = nextDeed(member);
    if (!deed) return undefined;
    if (deed.kind === FALSE_FORK) room.saysForked = true;
    member.do(deed);
    return deed.kind;
  }

  /** Lets time go by. @throws InvariantBroken */
  async pass(ms: number): Promise<void> {
    await this.scheduler.runUntil(() => this.chronicle.isBroken, ms);
    this.chronicle.check();
  }

  /** Lets time go by until the work is done. @throws InvariantBroken */
  async settle<T>(work: Promise<T>): Promise<T> {
    let outcome: { value: T } | undefined;
    work.then(
      (value) => {
        outcome = { value };
      },
      (error: unknown) => this.chronicle.broke(error),
    );
    await this.scheduler.runUntil(() => outcome !== undefined || this.chronicle.isBroken, 60_000);
    this.chronicle.check();
    if (!outcome) throw new InvariantBroken('no-mistake', 'something never ended');
    return outcome.value;
  }

  #onState(device: Device, state: EngineState): void {
    if (this.victim) return;
    for (const found of state.rooms) {
      const room = this.rooms.find(({ id }) => id === found.room);
      const says = (what: string): string => `${device.name}: ${what}`;
      const { alarm, failure, rescued, saved } = found;
      const isWarned = (room?.hostile.length ?? 0) > 0 || device.network.tamper !== null;
      const isExpected =
        alarm === null ||
        (isWarned && (alarm === 'bad-record' || alarm === 'disputed')) ||
        (alarm === 'forked' && Boolean(room?.saysForked));
      hold('no-false-alarm', isExpected, () => says(String(alarm)));
      // A link may be opened before its room has reached the relay.
      const isAwaited = failure === null || failure === 'unknown-room';
      hold('no-false-alarm', isAwaited, () => says(String(failure)));
      // Whoever was deceived by a false snapshot may have written what does not fit the log.
      hold('no-false-alarm', !rescued || device.wasDeceived, () => says('something was rescued'));
      hold('no-false-alarm', saved.at !== 'refused', () => says(JSON.stringify(saved)));
    }
  }
}

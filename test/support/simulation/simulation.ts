/** One run: the whole system in one process, from one seed. */
import type { EngineState } from '../../../src/engine/api.ts';
import type { PrincipalId, RoomId } from '../../../src/wire/ids.ts';
import { Chronicle } from './chronicle.ts';
import type { Pace } from './connection.ts';
import { Device } from './device.ts';
import { nextDeed } from './hostile/deeds.ts';
import { Offered, tamperAnswers } from './hostile/directory.ts';
import { forgePreludes } from './hostile/forged-prelude.ts';
import { type AccountRole, HostileAccount } from './hostile/hostile-account.ts';
import { HostileMember, type HostileWorld } from './hostile/hostile-member.ts';
import { FALSE_FORK } from './hostile/signal-deeds.ts';
import { hold, InvariantBroken } from './invariants.ts';
import { Judgements, listenTo } from './judgements.ts';
import { collectInto, Keyring } from './keyring.ts';
import { LogFollower } from './log-follower.ts';
import { DeviceNetwork } from './network.ts';
import { makePlan, type Plan } from './plan.ts';
import { RelayHost } from './relay-host.ts';
import { RequestsMade } from './requests-made.ts';
import { Scheduler } from './scheduler.ts';
import { SeededRandom } from './seeded-random.ts';
import { SimRoom } from './sim-room.ts';
import { Witness } from './witness.ts';

const HEALING_PACE: Pace = { minMs: 1, maxMs: 10 };

/** How a room ends for whoever is not in it any more. */
const SHUT_OUT: ReadonlySet<string> = new Set(['unknown-device', 'cannot-open']);

type Tamper = (message: Uint8Array) => readonly Uint8Array[];

export class Simulation {
  readonly random: SeededRandom;
  readonly plan: Plan;
  readonly scheduler: Scheduler;
  readonly chronicle: Chronicle;
  readonly witness = new Witness();
  readonly keyring = new Keyring();
  readonly requests: RequestsMade;
  readonly offered = new Offered();
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
  /** When the victim's person could see that something is wrong. */
  noticedAt: number | null = null;
  #roomsBegun = 0;

  /** `changes`: to the plan that the seed gives. */
  constructor(seed: number, changes: Partial<Plan> = {}) {
    this.random = new SeededRandom(`sealroom/${seed}`);
    this.plan = { ...makePlan(this.random.fork('plan')), ...changes };
    this.scheduler = new Scheduler(this.random.fork('scheduler'));
    this.chronicle = new Chronicle(() => this.scheduler.now);
    this.judgements = new Judgements(this.plan.hostile.length > 0);
    this.relay = new RelayHost(this.scheduler, this.random.fork('relay'), this.chronicle);
    this.requests = new RequestsMade(() => this.scheduler.now);
    collectInto(this.keyring);
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
      keyring: this.keyring,
      onUp: (message) => {
        this.witness.message(message);
        if (this.plan.hasHostileDirectory) this.offered.see(message);
      },
      onState: (told, state) => this.#onState(told, state),
    });
    const tampers: Tamper[] = [];
    if (this.plan.forgesPreludes && this.devices.length > 0)
      tampers.push(
        forgePreludes(this.random.fork('preludes'), (forgery) =>
          this.chronicle.fault(`forged prelude: ${forgery}`, name),
        ),
      );
    if (this.plan.hasHostileDirectory)
      tampers.push(
        tamperAnswers(this.random.fork('directory'), 0.8, this.offered, (trick) =>
          this.chronicle.fault(`directory: ${trick}`, name),
        ),
      );
    if (tampers.length > 0)
      device.network.tamper = (message) => {
        // Without prekeys, or a start that convinces, nobody who was let in late gets any further.
        if (this.isHealing && this.plan.hasMembers) return [message];
        return tampers.reduce<readonly Uint8Array[]>((all, tamper) => all.flatMap(tamper), [message]);
      };
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
    const paths = { edit: links.edit ?? '', view: links.view ?? '' };
    const follower = new LogFollower(made.value, this.keyring);
    const room = new SimRoom(made.value, `room ${this.rooms.length + 1}`, paths, follower);
    owner.takeMembership(room, 'owner', null);
    this.rooms.push(room);
    if (this.rooms.length === 1) {
      for (const role of this.plan.hostile) this.#addHostile(room, role);
      for (const role of this.plan.hostileAccounts) this.#addHostileAccount(room, role);
    }
    void owner.openTab(room);
  }

  #addHostile(room: SimRoom, role: Plan['hostile'][number]): void {
    const path = role === 'editor' ? room.links.edit : room.links.view;
    const world = this.#hostileWorld();
    room.hostile.push(new HostileMember(`hostile ${role}`, role, room.id, path, world));
  }

  #addHostileAccount(room: SimRoom, role: AccountRole): void {
    room.hostileAccounts.push(new HostileAccount(role, room.id, this.keyring, this.#hostileWorld()));
  }

  #hostileWorld(): HostileWorld {
    const { scheduler, relay, chronicle, judgements } = this;
    const network = new DeviceNetwork(this.random.fork('hostile network'), {
      scheduler,
      relay,
      pace: () => this.#pace,
      onUp: (message) => this.offered.see(message),
      broke: (error) => chronicle.broke(error),
    });
    return { scheduler, random: this.random.fork('hostile'), chronicle, judgements, network };
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

  #checkBlame(id: RoomId, blamed: PrincipalId | null): void {
    if (blamed === null) return;
    const offenders = this.rooms.find((room) => room.id === id)?.hostileAccounts ?? [];
    const isRight = offenders.some(({ identity, badEpochs }) => identity.principal === blamed && badEpochs.size > 0);
    hold('offender-is-named', isRight, () => `${blamed} in ${id}`);
    this.chronicle.count('offenders named');
  }

  #onState(device: Device, state: EngineState): void {
    if (device === this.victim && state.rooms.some(({ alarm, failure }) => alarm !== null || failure !== null))
      this.noticedAt ??= this.scheduler.now;
    for (const { room, shutOutBy } of state.rooms) this.#checkBlame(room, shutOutBy);
    if (this.victim) return;
    for (const found of state.rooms) {
      const room = this.rooms.find(({ id }) => id === found.room);
      const says = (what: string): string => `${device.name}: ${what}`;
      const { alarm, failure, rescued, saved } = found;
      const isWarned =
        (room?.hostile.length ?? 0) + (room?.hostileAccounts.length ?? 0) > 0 || device.network.tamper !== null;
      const isExpected =
        alarm === null ||
        (isWarned && (alarm === 'bad-record' || alarm === 'disputed')) ||
        (alarm === 'forked' && Boolean(room?.saysForked));
      hold('no-false-alarm', isExpected, () => says(String(alarm)));
      const isSettled = !room || device.isSettledIn(room);
      // By a bad wrap, or because nobody knows its prekey: the directory hides it, or the disk did not take it.
      const hidesPrekeys = this.plan.hasHostileDirectory || this.chronicle.counts.has('fault: server disk full');
      const mayBeShutOut = this.plan.hasMembers && (!room || room.hostileAccounts.length > 0 || hidesPrekeys);
      // A link may be opened before its room has reached the relay.
      const isAwaited =
        failure === null ||
        failure === 'unknown-room' ||
        (!isSettled && SHUT_OUT.has(failure)) ||
        (failure === 'cannot-open' && mayBeShutOut);
      hold('no-false-alarm', isAwaited, () => says(String(failure)));
      // Whoever was deceived by a false snapshot may have written what does not fit the log.
      hold('no-false-alarm', !rescued || device.wasDeceived || !isSettled, () => says('something was rescued'));
      hold('no-false-alarm', saved.at !== 'refused' || !isSettled, () => says(JSON.stringify(saved)));
    }
  }
}

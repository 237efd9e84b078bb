/** One device: an engine on its storage, with tabs in several rooms; it crashes, starts again, has a wrong clock. */
import type { EngineState } from '../../../src/engine/api.ts';
import { createEngine, type Engine } from '../../../src/engine/engine.ts';
import type { Identity } from '../../../src/engine/epochs/identity.ts';
import type { EnginePorts, KeyLives, SnapshotLimits } from '../../../src/engine/ports.ts';
import type { Access } from '../../../src/wire/access.ts';
import type { DeviceId, Hash, PrincipalId, RoomId } from '../../../src/wire/ids.ts';
import { noService } from '../no-service.ts';
import type { Chronicle } from './chronicle.ts';
import { DeviceDisk } from './device-disk.ts';
import type { Keyring } from './keyring.ts';
import { DeviceNetwork, type NetworkWorld } from './network.ts';
import { Promises } from './promises.ts';
import { BEGINNING, Life, type Scheduler } from './scheduler.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Role, SimRoom } from './sim-room.ts';
import { SimTab } from './tab.ts';
import { PLAINTEXT, type Witness } from './witness.ts';

export type DeviceWorld = Omit<NetworkWorld, 'onUp' | 'broke'> & {
  readonly scheduler: Scheduler;
  readonly random: SeededRandom;
  readonly chronicle: Chronicle;
  readonly witness: Witness;
  readonly snapshotLimits: SnapshotLimits;
  readonly keyLives: KeyLives;
  readonly keyring: Keyring;
  /** Sees what the device sends. */
  readonly onUp: (message: Uint8Array) => void;
  /** Sees every state that the engine tells. */
  readonly onState: (device: Device, state: EngineState) => void;
};

const COUNTED = /^(snapshot|prekey|epoch)\./;

export class Device {
  readonly name: string;
  readonly disk: DeviceDisk;
  readonly network: DeviceNetwork;
  readonly random: SeededRandom;
  readonly tabs: SimTab[] = [];
  /** Rooms that the person means to have on this device, and by which link. */
  readonly roles = new Map<SimRoom, Role>();
  readonly #viewed = new Set<SimRoom>();
  readonly #edited = new Set<SimRoom>();
  /** Rooms that this person made or was let into, with the epoch that an invitation names. */
  readonly #memberships = new Map<SimRoom, Hash | null>();
  /** Rooms in which rights of this device may change: edits may be refused there, and the room may end. */
  readonly #unsettled = new Set<SimRoom>();
  readonly #linksUsed = new Map<SimRoom, PrincipalId[]>();
  #principal: PrincipalId | null = null;
  readonly promises = new Map<RoomId, Promises>();
  readonly #world: DeviceWorld;
  #life: Life;
  #engine: Engine | null = null;
  #starting = false;
  #wasOnline = false;
  /** Generations of rooms whose text was rescued. */
  readonly #rescuedAt = new Map<RoomId, number>();
  /** What the wall clock shows beside the truth. Milliseconds. */
  clockError = 0;
  /** The engine has read a log anew, because what it had started from did not hold. */
  wasDeceived = false;

  constructor(name: string, world: DeviceWorld) {
    this.name = name;
    this.#world = world;
    this.random = world.random.fork(name);
    this.#life = new Life(world.scheduler);
    const broke = (error: unknown): void => world.chronicle.broke(error);
    this.disk = new DeviceDisk(
      this.random.fork('disk'),
      (bytes) => this.#guard(() => world.witness.inspect(bytes)),
      broke,
    );
    const onUp = (bytes: Uint8Array): void => {
      // It has kept its prekeys before anybody hears of them.
      if (this.#engine) world.keyring.learn(this.#engine.identity);
      world.onUp(bytes);
    };
    this.network = new DeviceNetwork(this.random, { ...world, onUp, broke });
  }

  get engine(): Engine | null {
    return this.#engine;
  }
  get connection() {
    return this.network.connection;
  }
  get id(): DeviceId | undefined {
    return this.#engine?.identity.device;
  }
  /** Null: it has never been up. */
  get principal(): PrincipalId | null {
    return this.#principal;
  }
  tabsIn(room: SimRoom): readonly SimTab[] {
    return this.tabs.filter((tab) => tab.room === room.id);
  }
  /** The person opens the room by the link that gives this role. */
  takeRole(room: SimRoom, role: Role): void {
    this.roles.set(room, role);
    this.#viewed.add(room);
    if (room.linksMayEnd && !this.isMemberOf(room)) this.#unsettled.add(room);
    if (role !== 'viewer') this.#edited.add(room);
  }
  /** An owner lets this person in. `epochHash`: of the epoch that did. */
  takeMembership(room: SimRoom, role: Role, epochHash: Hash | null): void {
    this.takeRole(room, role);
    this.#memberships.set(room, epochHash);
  }
  isMemberOf(room: SimRoom): boolean {
    return this.#memberships.has(room);
  }
  /** Somebody has asked for other rights of this device. `role`: the strongest that it may have then; null: what it had. */
  mayChangeIn(room: SimRoom, role: Role | null): void {
    this.#unsettled.add(room);
    if (role && role !== 'viewer') this.#edited.add(room);
  }
  isSettledIn(room: SimRoom): boolean {
    return !this.#unsettled.has(room);
  }
  /** Never had more than the view link. */
  onlyViews(room: SimRoom): boolean {
    return this.#viewed.has(room) && !this.#edited.has(room);
  }
  /** Whether a link by which it has been in the room is in this access list. */
  cameByLink(room: SimRoom, access: Access): boolean {
    return (this.#linksUsed.get(room) ?? []).some((link) => access.members.has(link));
  }
  mayEdit(room: SimRoom): boolean {
    return (this.roles.get(room) ?? 'viewer') !== 'viewer';
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
    this.network.ownerDied();
    this.#stopped();
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
    this.#stopped();
  }

  /** The person has read what was refused, and has no more use for the copy. */
  discardRescued(room: SimRoom): void {
    const { engine } = this;
    if (!engine) return;
    this.#told(engine.state());
    void engine.discardRescued(room.id);
  }

  #stopped(): void {
    this.#engine = null;
    this.#starting = false;
    this.tabs.length = 0;
  }

  /** Opens the room's link, or opens it again. Returns whether the engine has it. */
  async join(room: SimRoom): Promise<boolean> {
    const role = this.roles.get(room);
    const { engine } = this;
    if (!role || !engine) return false;
    const epochHash = this.#memberships.get(room);
    if (epochHash !== undefined) return (await engine.enter(room.id, epochHash)).ok;
    const link = room.principalOfLink(role);
    this.#linksUsed.set(room, [...(this.#linksUsed.get(room) ?? []), link]);
    return (await engine.openLink(room.id, room.fragmentFor(role))).ok;
  }

  /** The person removes a room from this device, with all that was not sent. */
  async forgetRoom(room: SimRoom): Promise<void> {
    const { engine } = this;
    if (!engine) return;
    this.#told(engine.state());
    this.promisesIn(room.id).died();
    this.promisesIn(room.id).forgotten();
    this.roles.delete(room);
    this.#memberships.delete(room);
    for (const tab of [...this.tabsIn(room)]) this.closeTab(tab);
    const forgot = (): void => this.#world.witness.forgot(room.id, engine.identity.device);
    // Both: the device may die before all of it is gone.
    forgot();
    await engine.forget(room.id);
    forgot();
  }

  async openTab(room: SimRoom): Promise<void> {
    const { engine } = this;
    const life = this.#life;
    if (!engine) return;
    const promises = this.promisesIn(room.id);
    // What a viewer types no engine takes, nor what the same tab builds on that once it may write.
    let hasViewed = false;
    const onReached = (update: Uint8Array): void => {
      hasViewed ||= !this.#takesEdits(room);
      if (!hasViewed) promises.reached(update);
    };
    const tab = await SimTab.open(engine, room.id, {
      life,
      random: this.random,
      onReached,
      broke: (error) => this.#world.chronicle.broke(error),
    });
    if (!tab || !life.alive) return;
    if (this.roles.has(room)) this.tabs.push(tab);
    else tab.close();
  }

  /** Where rights change, what the engine says of them at this moment counts. */
  #takesEdits(room: SimRoom): boolean {
    if (this.isSettledIn(room)) return this.mayEdit(room);
    const state = this.#engine?.roomState(room.id);
    return state?.phase === 'ready' && state.readOnly === null;
  }

  closeTab(tab: SimTab): void {
    this.tabs.splice(this.tabs.indexOf(tab), 1);
    tab.close();
  }

  #told(state: EngineState): void {
    this.#guard(() => {
      if (this.#engine) this.#learnIdentity(this.#engine.identity);
      const isOnline = state.connection === 'online';
      if (isOnline && !this.#wasOnline) this.#world.chronicle.count('reconnects');
      this.#wasOnline = isOnline;
      for (const { room, saved, generation, phase, rescued } of state.rooms) {
        const place = [...this.roles.keys()].find(({ id }) => id === room);
        if (rescued && this.#rescuedAt.get(room) !== generation) this.#rescued(room);
        if (rescued) this.#rescuedAt.set(room, generation);
        // A room that is not open yet is told from its summary: no promise.
        if (phase === 'ready' && (saved.at === 'device' || saved.at === 'relay')) this.promisesIn(room).saved(saved.at);
        for (const tab of [...this.tabs])
          if (tab.room === room && generation > 0 && tab.generation !== generation) {
            this.closeTab(tab);
            if (place) void this.openTab(place);
          }
      }
      this.#world.onState(this, state);
    });
  }

  #learnIdentity(identity: Identity): void {
    this.#principal = identity.principal;
    this.#world.keyring.learn(identity);
  }

  #rescued(room: RoomId): void {
    if (this.wasDeceived) this.promisesIn(room).rescued();
    else this.promisesIn(room).refused();
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
    const { scheduler, chronicle, snapshotLimits, keyLives } = this.#world;
    return {
      clock: {
        now: () => Math.floor(BEGINNING + scheduler.now + this.clockError),
        after: (ms, run) => life.after(ms, run),
      },
      random: { bytes: (length) => random.bytes(length) },
      relay: this.network.connector(life),
      ...noService,
      boxes: this.disk.store(life),
      log: (event, details) => {
        chronicle.note(`${this.name}: ${event} ${details ? JSON.stringify(details) : ''}`);
        if (COUNTED.test(event)) chronicle.count(event);
        if (event === 'snapshot.withdrawn' || event === 'log.has-hole') this.wasDeceived = true;
      },
      snapshotLimits,
      keyLives,
    };
  }
}

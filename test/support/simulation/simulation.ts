/** One run: the whole system in one process, from one seed. */
import * as Y from 'yjs';
import type { EngineState } from '../../../src/engine/api.ts';
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { META_NAME, ROOT_NAME, TITLE_NAME } from '../../../src/wire/document.ts';
import type { RoomId } from '../../../src/wire/ids.ts';
import { decodeRecord } from '../../../src/wire/record.ts';
import { createRoomLogs } from '../../../sync-server/log/room-logs.ts';
import { Chronicle } from './chronicle.ts';
import { Device } from './device.ts';
import { hold, InvariantBroken } from './invariants.ts';
import { Judgements, listenTo } from './judgements.ts';
import { cheat, showsAtOpening } from './mischief.ts';
import { makePlan, type Plan } from './plan.ts';
import { RelayHost } from './relay-host.ts';
import { optionsOf, readLog, readWhole } from './room-log.ts';
import { Scheduler } from './scheduler.ts';
import { SeededRandom } from './seeded-random.ts';
import { PLAINTEXT, Witness } from './witness.ts';

const POLL_MS = 50;
const HEALING_MS = 240_000;

export class Simulation {
  readonly random: SeededRandom;
  readonly plan: Plan;
  readonly scheduler: Scheduler;
  readonly chronicle: Chronicle;
  readonly witness = new Witness();
  readonly judgements = new Judgements();
  readonly relay: RelayHost;
  readonly devices: Device[] = [];
  room: RoomId | null = null;
  editLink = '';
  viewLink = '';
  /** Serial number of the last edit. */
  serial = 0;
  readonly #takeStep: (simulation: Simulation) => void;
  #healing = false;
  #victim: Device | null = null;

  /** `takeStep`: what happens next, of people or of fate. */
  constructor(seed: number, takeStep: (simulation: Simulation) => void) {
    this.#takeStep = takeStep;
    this.random = new SeededRandom(`sealroom/${seed}`);
    this.plan = makePlan(this.random.fork('plan'));
    this.scheduler = new Scheduler(this.random.fork('scheduler'));
    this.chronicle = new Chronicle(() => this.scheduler.now);
    this.relay = new RelayHost(this.scheduler, this.random.fork('relay'), this.chronicle);
    listenTo(this.judgements, (error) => this.chronicle.broke(error));
  }

  get isHealing(): boolean {
    return this.#healing;
  }

  addDevice(name: string, mayEdit: boolean): Device {
    const device = new Device(name, mayEdit, {
      scheduler: this.scheduler,
      random: this.random,
      chronicle: this.chronicle,
      witness: this.witness,
      relay: this.relay,
      pace: () => (this.#healing ? { minMs: 1, maxMs: 10 } : this.plan.pace),
      snapshotLimits: this.plan.snapshotLimits,
      onState: (told, state) => this.#onState(told, state),
    });
    this.devices.push(device);
    return device;
  }

  /** @throws InvariantBroken */
  async run(): Promise<void> {
    await sodiumReady();
    if (!this.plan.beginsOffline) void this.relay.start();
    const owner = this.addDevice('owner', true);
    await this.#settle(owner.start());
    await this.#createRoom(owner);
    for (let step = 0; step < this.plan.steps; step++) {
      await this.pass(this.random.between(0, this.plan.maxGapMs));
      this.#takeStep(this);
    }
    await this.#heal();
    // Somebody who starts from the last snapshot, if there is one.
    void this.addDevice('newcomer', false).start();
    await this.#heal();
    const whole = await this.#checkEnd();
    if (this.plan.endsOffline) await this.#checkVaults(whole);
    else if (this.plan.endsWithMischief) await this.#checkMischief();
  }

  /** Lets time go by. @throws InvariantBroken */
  async pass(ms: number): Promise<void> {
    await this.scheduler.runUntil(() => this.chronicle.isBroken, ms);
    this.chronicle.check();
  }

  async #settle<T>(work: Promise<T>): Promise<T> {
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

  async #createRoom(owner: Device): Promise<void> {
    if (!owner.engine) throw new Error('the owner did not start');
    const made = await this.#settle(owner.engine.createDocument());
    if (!made.ok) throw new Error(made.reason);
    this.room = made.value;
    const links = await this.#settle(owner.engine.links(made.value));
    this.editLink = links.edit ?? '';
    this.viewLink = links.view ?? '';
    void owner.openTab(made.value);
  }

  #onState(device: Device, state: EngineState): void {
    // Others may notice from the heads that the victim names.
    if (this.#victim) return;
    for (const { failure, alarm, rescued, saved } of state.rooms) {
      hold('no-false-alarm', alarm === null, () => `${device.name}: ${alarm}`);
      // A link may be opened before its room has reached the relay.
      hold('no-false-alarm', failure === null || failure === 'unknown-room', () => `${device.name}: ${failure}`);
      hold('no-false-alarm', !rescued && saved.at !== 'refused', () => `${device.name}: ${JSON.stringify(saved)}`);
    }
  }

  async #heal(): Promise<void> {
    this.chronicle.note('healing');
    this.#healing = true;
    this.relay.disk.full = false;
    this.relay.disk.nextFails = null;
    this.relay.disk.onNextBatch = null;
    this.relay.disk.slowness = 2;
    const end = this.scheduler.now + HEALING_MS;
    let calm = 0;
    while (calm < 60) {
      if (this.scheduler.now > end)
        throw new InvariantBroken('replicas-converge', (await this.#whyNot()) ?? 'never calm');
      if (!this.relay.isUp) void this.relay.start();
      for (const device of this.devices) this.#healDevice(device);
      await this.pass(POLL_MS);
      calm = (await this.#whyNot()) === null ? calm + 1 : 0;
    }
  }

  #healDevice(device: Device): void {
    device.network = 'up';
    device.disk.full = false;
    device.disk.slowness = 4;
    device.connection?.heal();
    if (!device.engine) void device.start();
    const { room } = this;
    if (!device.engine || !room) return;
    const knows = device.engine.roomState(room);
    if (!knows) void device.engine.openLink(room, (device.mayEdit ? this.editLink : this.viewLink).split('#')[1] ?? '');
    else if (device.tabs.length === 0 && !knows.failure) void device.openTab(room);
    // A person who reads that there is no such room tries again.
    else if (knows.failure === 'unknown-room' && this.random.chance(0.01)) device.connection?.cut(0, 0);
  }

  /** What keeps the run from being over. */
  async #whyNot(): Promise<string | null> {
    const { room } = this;
    if (!room || !this.relay.isUp) return 'no room, or no relay';
    const head = await this.#settle(
      createRoomLogs(this.relay.store)
        .head(room)
        .catch(() => undefined),
    );
    if (!head) return 'the log cannot be read';
    for (const device of this.devices) {
      const state = device.engine?.roomState(room);
      if (!state) return `${device.name} does not know the room`;
      if (state.saved.at !== 'relay') return `${device.name}: saved ${JSON.stringify(state.saved)}`;
      if (!state.caughtUp)
        return `${device.name} is not caught up: ${device.engine?.state().connection}, ${JSON.stringify(state)}`;
      const opened = await this.#settle(device.engine?.open(room) ?? Promise.resolve(undefined));
      if (opened?.position.seq !== head.seq) return `${device.name} is at ${opened?.position.seq} of ${head.seq}`;
      if (device.tabs.length === 0) return `${device.name} has no tab`;
      if (device.tabs.some((tab) => !tab.synced || !tab.isQuiet)) return `${device.name} has a tab that is not synced`;
    }
    return null;
  }

  async #checkEnd(): Promise<Y.Doc> {
    const { room } = this;
    if (!room) throw new Error('no room');
    const entries = await this.#settle(readLog(this.relay.store, room, this.editLink));
    this.#checkViewers(entries);
    const whole = readWhole(entries, optionsOf(this.editLink, room));
    this.chronicle.check();
    for (const device of this.devices) {
      for (const promises of device.promises.values()) promises.checkAgainst(whole.doc, device.name);
      const opened = await this.#settle(device.engine?.open(room) ?? Promise.resolve(undefined));
      hold('replicas-converge', opened !== undefined, `${device.name} has no room`);
      hold(
        'replicas-converge',
        opened.position.seq === entries.length,
        () => `${device.name} is at ${opened.position.seq}`,
      );
      compare(whole.doc, opened.doc, device.name);
      for (const [index, tab] of device.tabs.entries())
        if (device.mayEdit) compare(whole.doc, tab.doc, `${device.name} tab ${index}`);
    }
    return whole.doc;
  }

  /** What each device shows after a crash, without any network. */
  async #checkVaults(whole: Y.Doc): Promise<void> {
    const { room } = this;
    for (const device of this.devices) {
      device.network = 'down';
      device.crash();
      await this.#settle(device.start());
      const opened = room && (await this.#settle(device.engine?.open(room) ?? Promise.resolve(undefined)));
      hold('nothing-typed-is-lost', Boolean(opened), `${device.name} has forgotten the room`);
      if (opened) compare(whole, opened.doc, `${device.name} on its vault`);
    }
  }

  /** The relay cheats one device, and goes on as if nothing had happened. */
  async #checkMischief(): Promise<void> {
    const { room, random, chronicle } = this;
    const victim = random.pick(this.devices.filter(({ name }) => name !== 'owner'));
    const writer = this.devices[0];
    const { mischief, onDown } = cheat(random);
    chronicle.fault(`mischief: ${mischief}`, victim.name);
    this.#victim = victim;
    victim.tamper = onDown;
    if (showsAtOpening(mischief)) victim.connection?.cut(0, 0);
    const isNoticed = (): boolean => {
      const state = room && victim.engine?.roomState(room);
      return Boolean(state && (state.alarm !== null || state.failure !== null));
    };
    for (let left = 40; left > 0 && !isNoticed(); left--) {
      const [tab] = writer?.tabs ?? [];
      if (tab?.isAttached) tab.doc.getText(TITLE_NAME).insert(0, `${PLAINTEXT}!`);
      await this.pass(500);
    }
    hold('mischief-is-noticed', isNoticed(), `${victim.name}: ${mischief}`);
  }

  #checkViewers(entries: readonly { seq: number; record: Uint8Array }[]): void {
    const viewers = new Set(this.devices.filter(({ mayEdit }) => !mayEdit).map(({ id }) => id));
    for (const { seq, record } of entries) {
      const { kind, sender } = decodeRecord(record).header;
      hold('viewer-never-lands', !viewers.has(sender), () => `a ${kind} of a viewer at ${seq}`);
      this.chronicle.count(`record: ${kind}`);
    }
  }
}

/** @throws InvariantBroken */
function compare(expected: Y.Doc, found: Y.Doc, who: string): void {
  hold('replicas-converge', Y.equalSnapshots(Y.snapshot(expected), Y.snapshot(found)), `${who} has other structs`);
  const contents = (doc: Y.Doc): string =>
    JSON.stringify([
      doc.get(ROOT_NAME, Y.XmlText).toString(),
      doc.getText(TITLE_NAME).toString(),
      Object.entries(doc.getMap(META_NAME).toJSON()).sort(([a], [b]) => (a < b ? -1 : 1)),
    ]);
  const [wanted, shown] = [contents(expected), contents(found)];
  hold('replicas-converge', wanted === shown, () => `${who} shows something else:\n${wanted}\n${shown}`);
}

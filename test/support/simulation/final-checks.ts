/** What is looked at when a run has calmed down: logs, replicas, promises, vaults, and whether cheating is noticed. */
import * as Y from 'yjs';
import { docOf } from '../../../src/engine/rooms/replay.ts';
import { blake2b } from '../../../src/engine/seal/sodium.ts';
import { recordHash } from '../../../src/wire/chain.ts';
import { META_NAME, ROOT_NAME, TITLE_NAME } from '../../../src/wire/document.ts';
import type { Hash } from '../../../src/wire/ids.ts';
import { decodeNotice } from '../../../src/wire/notice.ts';
import { CONTENT, decodeRecord } from '../../../src/wire/record.ts';
import type { Device } from './device.ts';
import { hold, InvariantBroken } from './invariants.ts';
import { allKnowing } from './log-follower.ts';
import { cheatMembers, checkAdditions } from './member-mischief.ts';
import { checkMembership, hasNoHolder, isIn } from './membership-checks.ts';
import { cheat, checkInTime, showsAtOpening } from './mischief.ts';
import { isSnapshot, isTrue, readLog, readWhole, type Stored } from './room-log.ts';
import type { SimRoom } from './sim-room.ts';
import type { Simulation } from './simulation.ts';
import { PLAINTEXT } from './witness.ts';

/** @throws InvariantBroken */
export async function checkEnd(simulation: Simulation): Promise<void> {
  const { plan, chronicle, judgements } = simulation;
  const wholes = new Map<SimRoom, Y.Doc>();
  const truths = new Map<Hash, boolean>();
  // Those without hostile members first: among their snapshots no false one is expected.
  const rooms = [...simulation.rooms].sort((a, b) => a.hostile.length - b.hostile.length);
  for (const room of rooms) {
    const whole = await atLast(simulation, () => checkRoom(simulation, room, truths));
    if (whole) wholes.set(room, whole);
  }
  for (const wasTrue of truths.values())
    chronicle.count(wasTrue ? 'snapshots that are true' : 'snapshots that are false');
  judgements.settle((snapshot) => truths.get(snapshot) ?? false);
  if (plan.endsOffline) await checkVaults(simulation, wholes);
  else if (plan.endsWithMischief) await checkMischief(simulation);
}

const LOOKS = 5;
const BETWEEN_LOOKS_MS = 1_000;

/** Keys are renewed by the clock: a record may come while all is looked at, and not be everywhere yet. @throws InvariantBroken */
async function atLast<T>(simulation: Simulation, look: () => Promise<T>): Promise<T> {
  for (let left = LOOKS; ; left--)
    try {
      return await look();
    } catch (error) {
      if (left === 0) throw error;
      await simulation.pass(BETWEEN_LOOKS_MS);
    }
}

/** What the whole log comes to, where that is what all have to show. @throws InvariantBroken */
async function checkRoom(
  simulation: Simulation,
  room: SimRoom,
  truths: Map<Hash, boolean>,
): Promise<Y.Doc | undefined> {
  const { plan, chronicle } = simulation;
  const entries = await simulation.settle(readLog(simulation.relay.store, room.id));
  checkSenders(simulation, room, entries);
  const options = allKnowing(room.id, simulation.keyring);
  const replica = readWhole(entries, options);
  const whole = docOf(replica, CONTENT);
  chronicle.check();
  await checkMembership(simulation, room);
  const snapshots = entries.filter(isSnapshot);
  // Where nobody is hostile the last one stands for all: it follows from those before.
  for (const snapshot of room.hostile.length > 0 ? snapshots : snapshots.slice(-1))
    truths.set(recordHash(blake2b, snapshot.record), isTrue(snapshot, entries, options, replica));
  if (room.hostile.length === 0)
    hold('replicas-converge', [...truths.values()].every(Boolean), `a false snapshot in ${room.name}`);
  const { disputed } = replica.reader.access ?? { disputed: new Set<Hash>() };
  const hashes = snapshots.map(({ record }) => recordHash(blake2b, record));
  const hasFalse = hashes.some((hash) => truths.get(hash) === false && !disputed.has(hash));
  const astray = new Map<Device, InvariantBroken>();
  for (const device of simulation.devices) {
    const broken = await checkReplica(simulation, device, room, whole, entries.length);
    if (broken) astray.set(device, broken);
  }
  // Whoever holds what a snapshot covers objects to a false one [SN3]. A crash may take the vault of the last who did, and then
  // those who begin at it have nothing to hold against it.
  const couldObject = simulation.devices.some((device) => device.mayEdit(room) && !astray.has(device));
  const [broken] = astray.values();
  if (broken && (couldObject || !hasFalse)) throw broken;
  if (plan.hasMembers) await checkAdditions(simulation, room, entries, replica.reader);
  if (broken) chronicle.count('rooms in which nobody was left to object');
  else if (await hasNoHolder(simulation, room)) chronicle.count('rooms that nobody was left to bring back');
  else return whole;
  return undefined;
}

/** How the device's replica is not what the whole log comes to. @throws InvariantBroken */
async function checkReplica(
  simulation: Simulation,
  device: Device,
  room: SimRoom,
  whole: Y.Doc,
  end: number,
): Promise<InvariantBroken | undefined> {
  const isSettled = device.isSettledIn(room);
  const opened = await simulation.settle(device.engine?.open(room.id) ?? Promise.resolve(undefined));
  // Where nobody can bring a device back, what it could not send waits there.
  const waits = opened?.lacksKey && (await hasNoHolder(simulation, room));
  const promises = device.promises.get(room.id);
  promises?.checkAgainst(whole, waits ? opened.doc : whole, `${device.name} in ${room.name}`, isSettled);
  if (!device.roles.has(room) || !(await isIn(simulation, device, room))) return undefined;
  hold('replicas-converge', opened !== undefined, `${device.name} has no ${room.name}`);
  hold(
    'replicas-converge',
    opened.position.seq === end,
    () => `${device.name} is at ${opened.position.seq} of ${end} in ${room.name}`,
  );
  const others = difference(whole, opened.doc, device.name);
  if (others) return others;
  // What a viewer's tab was made to hold by its own edits is nobody's business.
  if (device.mayEdit(room) && isSettled)
    for (const [index, tab] of device.tabsIn(room).entries()) {
      const inTab = difference(whole, tab.doc, `${device.name} tab ${index}`);
      if (inTab) throw inTab;
    }
  return undefined;
}

/** What each device shows after a crash, without any network. */
async function checkVaults(simulation: Simulation, wholes: ReadonlyMap<SimRoom, Y.Doc>): Promise<void> {
  for (const device of simulation.devices) {
    const read: SimRoom[] = [];
    for (const room of device.roles.keys())
      if (device.isSettledIn(room) && (await isIn(simulation, device, room))) read.push(room);
    device.network.state = 'down';
    device.crash();
    await simulation.settle(device.start());
    for (const room of read) {
      const opened = await simulation.settle(device.engine?.open(room.id) ?? Promise.resolve(undefined));
      hold('nothing-typed-is-lost', Boolean(opened), `${device.name} has forgotten ${room.name}`);
      const whole = wholes.get(room);
      const broken = opened && whole && difference(whole, opened.doc, `${device.name} on its vault`);
      if (broken) throw broken;
    }
  }
}

/** The relay cheats one device, and goes on as if nothing had happened. */
async function checkMischief(simulation: Simulation): Promise<void> {
  const { random, chronicle, rooms, plan } = simulation;
  if (plan.hasMembers && random.chance(0.7)) return cheatMembers(simulation);
  const [room] = rooms;
  const writer = simulation.devices[0];
  const isAtWork = (device: Device): boolean => {
    const state = room && device.engine?.roomState(room.id);
    return !plan.hasMembers || (state?.failure === null && state.caughtUp);
  };
  // Rights may have changed: the one writes nothing any more, the other hears of nothing.
  if (plan.hasMembers && room && writer?.engine?.roomState(room.id)?.readOnly !== null) return;
  // Where there is an alarm already, a second one would not show.
  const victims = simulation.devices.filter(
    (device) =>
      device !== writer &&
      room &&
      device.roles.has(room) &&
      isAtWork(device) &&
      device.engine?.roomState(room.id)?.alarm === null,
  );
  if (!room || !writer || victims.length === 0) return;
  const victim = random.pick(victims);
  const { mischief, onDown, shownAt } = cheat(random, () => simulation.scheduler.now);
  chronicle.fault(`mischief: ${mischief}`, victim.name);
  simulation.victim = victim;
  victim.network.tamper = onDown;
  if (showsAtOpening(mischief)) victim.connection?.cut(0, 0);
  const isNoticed = (): boolean =>
    simulation.noticedAt !== null &&
    // In whichever room it shows first.
    rooms.some(({ id }) => {
      const state = victim.engine?.roomState(id);
      return Boolean(state && (state.alarm !== null || state.failure !== null));
    });
  // Longer than it takes to notice that a connection has been dead for a while.
  for (let left = 90; left > 0 && !isNoticed(); left--) {
    const [tab] = writer.tabsIn(room);
    if (tab?.isAttached) tab.doc.getText(TITLE_NAME).insert(0, `${PLAINTEXT}!`);
    await simulation.pass(500);
  }
  hold('mischief-is-noticed', isNoticed(), `${victim.name}: ${mischief}`);
  checkInTime(simulation, shownAt(), `${victim.name}: ${mischief}`);
}

function checkSenders(simulation: Simulation, room: SimRoom, entries: readonly Stored[]): void {
  const viewers = new Set<string | undefined>(
    simulation.devices.filter((device) => device.onlyViews(room)).map(({ id }) => id),
  );
  for (const member of room.hostile) if (member.role === 'viewer') viewers.add(member.identity.device);
  for (const { seq, record } of entries) {
    const { body, header } = decodeRecord(record);
    const { kind, sender } = header;
    // Whoever has a place in the access list may leave it, and introduces itself before [NO2], [NO6].
    const mayViewersToo = kind === 'notice' && decodeNotice(body, header).type !== 'objection';
    hold('viewer-never-lands', mayViewersToo || !viewers.has(sender), () => `a ${kind} of a viewer at ${seq}`);
    simulation.chronicle.count(`record: ${kind}`);
  }
}

function difference(expected: Y.Doc, found: Y.Doc, who: string): InvariantBroken | undefined {
  const isDifferent = (how: string): InvariantBroken => new InvariantBroken('replicas-converge', `${who} ${how}`);
  if (!Y.equalSnapshots(Y.snapshot(expected), Y.snapshot(found))) return isDifferent('has other structs');
  const contents = (doc: Y.Doc): string =>
    JSON.stringify([
      doc.get(ROOT_NAME, Y.XmlText).toString(),
      doc.getText(TITLE_NAME).toString(),
      Object.entries(doc.getMap(META_NAME).toJSON()).sort(([a], [b]) => (a < b ? -1 : 1)),
    ]);
  const [wanted, shown] = [contents(expected), contents(found)];
  return wanted === shown ? undefined : isDifferent(`shows something else:\n${wanted}\n${shown}`);
}

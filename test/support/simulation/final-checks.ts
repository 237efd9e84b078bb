/** What is looked at when a run has calmed down: logs, replicas, promises, vaults, and whether cheating is noticed. */
import * as Y from 'yjs';
import { docOf } from '../../../src/engine/rooms/replay.ts';
import { blake2b } from '../../../src/engine/seal/sodium.ts';
import { recordHash } from '../../../src/wire/chain.ts';
import { META_NAME, ROOT_NAME, TITLE_NAME } from '../../../src/wire/document.ts';
import type { Hash } from '../../../src/wire/ids.ts';
import { CONTENT, decodeRecord } from '../../../src/wire/record.ts';
import type { Device } from './device.ts';
import { hold } from './invariants.ts';
import { cheat, showsAtOpening } from './mischief.ts';
import { isSnapshot, isTrue, optionsOf, readLog, readWhole, type Stored } from './room-log.ts';
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
    const entries = await simulation.settle(readLog(simulation.relay.store, room.id, room.links.edit));
    checkSenders(simulation, room, entries);
    const options = optionsOf(room.links.edit, room.id);
    const replica = readWhole(entries, options);
    const whole = docOf(replica, CONTENT);
    chronicle.check();
    wholes.set(room, whole);
    const snapshots = entries.filter(isSnapshot);
    // Where nobody is hostile the last one stands for all: it follows from those before.
    for (const snapshot of room.hostile.length > 0 ? snapshots : snapshots.slice(-1))
      truths.set(recordHash(blake2b, snapshot.record), isTrue(snapshot, entries, options, replica));
    if (room.hostile.length === 0)
      hold('replicas-converge', [...truths.values()].every(Boolean), `a false snapshot in ${room.name}`);
    for (const device of simulation.devices) await checkReplica(simulation, device, room, whole, entries.length);
  }
  for (const wasTrue of truths.values())
    chronicle.count(wasTrue ? 'snapshots that are true' : 'snapshots that are false');
  judgements.settle((snapshot) => truths.get(snapshot) ?? false);
  if (plan.endsOffline) await checkVaults(simulation, wholes);
  else if (plan.endsWithMischief) await checkMischief(simulation);
}

async function checkReplica(
  simulation: Simulation,
  device: Device,
  room: SimRoom,
  whole: Y.Doc,
  end: number,
): Promise<void> {
  device.promises.get(room.id)?.checkAgainst(whole, `${device.name} in ${room.name}`);
  if (!device.roles.has(room)) return;
  const opened = await simulation.settle(device.engine?.open(room.id) ?? Promise.resolve(undefined));
  hold('replicas-converge', opened !== undefined, `${device.name} has no ${room.name}`);
  hold('replicas-converge', opened.position.seq === end, () => `${device.name} is at ${opened.position.seq}`);
  compare(whole, opened.doc, device.name);
  // What a viewer's tab was made to hold by its own edits is nobody's business.
  if (device.mayEdit(room))
    for (const [index, tab] of device.tabsIn(room).entries()) compare(whole, tab.doc, `${device.name} tab ${index}`);
}

/** What each device shows after a crash, without any network. */
async function checkVaults(simulation: Simulation, wholes: ReadonlyMap<SimRoom, Y.Doc>): Promise<void> {
  for (const device of simulation.devices) {
    device.network.state = 'down';
    device.crash();
    await simulation.settle(device.start());
    for (const room of device.roles.keys()) {
      const opened = await simulation.settle(device.engine?.open(room.id) ?? Promise.resolve(undefined));
      hold('nothing-typed-is-lost', Boolean(opened), `${device.name} has forgotten ${room.name}`);
      const whole = wholes.get(room);
      if (opened && whole) compare(whole, opened.doc, `${device.name} on its vault`);
    }
  }
}

/** The relay cheats one device, and goes on as if nothing had happened. */
async function checkMischief(simulation: Simulation): Promise<void> {
  const { random, chronicle, rooms } = simulation;
  const [room] = rooms;
  const writer = simulation.devices[0];
  // Where there is an alarm already, a second one would not show.
  const victims = simulation.devices.filter(
    (device) =>
      device !== writer && room && device.roles.has(room) && device.engine?.roomState(room.id)?.alarm === null,
  );
  if (!room || !writer || victims.length === 0) return;
  const victim = random.pick(victims);
  const { mischief, onDown } = cheat(random);
  chronicle.fault(`mischief: ${mischief}`, victim.name);
  simulation.victim = victim;
  victim.network.tamper = onDown;
  if (showsAtOpening(mischief)) victim.connection?.cut(0, 0);
  const isNoticed = (): boolean =>
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
}

function checkSenders(simulation: Simulation, room: SimRoom, entries: readonly Stored[]): void {
  const viewers = new Set<string | undefined>(
    simulation.devices.filter((device) => device.onlyViews(room)).map(({ id }) => id),
  );
  for (const member of room.hostile) if (member.role === 'viewer') viewers.add(member.identity.device);
  for (const { seq, record } of entries) {
    const { kind, sender } = decodeRecord(record).header;
    hold('viewer-never-lands', !viewers.has(sender), () => `a ${kind} of a viewer at ${seq}`);
    simulation.chronicle.count(`record: ${kind}`);
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

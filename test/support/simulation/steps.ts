/** One step of a run: somebody does something, or something breaks. */
import type { Device } from './device.ts';
import { editAtRandom } from './edits.ts';
import { FAULT_STEPS, running } from './fault-steps.ts';
import { misbehaveAsMember } from './hostile/account-steps.ts';
import { MEMBERSHIP_STEPS } from './membership-steps.ts';
import type { SimRoom } from './sim-room.ts';
import type { Simulation } from './simulation.ts';

type Step = (simulation: Simulation) => void;

export function takeStep(simulation: Simulation): void {
  const { random, plan, rooms } = simulation;
  const faults = [...plan.faults];
  if (faults.length > 0 && random.chance(plan.faultRate)) return FAULT_STEPS[random.pick(faults)](simulation);
  const isHostile = rooms.some(({ hostile }) => hostile.length > 0);
  const hasSeveral = plan.maxRooms > 1;
  random.weighted<Step>([
    [10, edit],
    [1, moveCursor],
    [1, openTab],
    [hasSeveral ? 2 : 0.3, closeTab],
    [2, join],
    [simulation.mayHaveAnotherRoom ? 2 : 0, createRoom],
    [0.2, forgetRoom],
    [1, bringBack],
    [0.5, nudge],
    [isHostile ? 7 : 0, misbehave],
    [plan.hasMembers ? 6 : 0, changeMembers],
    [plan.hostileAccounts.length > 0 ? 6 : 0, misbehaveAsMember],
  ])(simulation);
}

function edit(simulation: Simulation): void {
  const { random, chronicle } = simulation;
  const tabs = running(simulation).flatMap((device) => device.tabs.map((tab) => ({ device, tab })));
  const ready = tabs.filter(({ tab }) => tab.synced && tab.isAttached);
  if (ready.length === 0) return;
  for (let left = random.chance(0.1) ? random.between(2, 10) : 1; left > 0; left--) {
    const { device, tab } = random.pick(ready);
    const done = editAtRandom(tab.doc, random, ++simulation.serial);
    const room = simulation.rooms.find(({ id }) => id === tab.room);
    chronicle.count(room && device.mayEdit(room) ? 'edits' : 'edits by viewers');
    chronicle.note(`${device.name} tab ${device.tabs.indexOf(tab)}: ${done}`);
  }
}

function moveCursor(simulation: Simulation): void {
  const tabs = running(simulation).flatMap(({ tabs }) => tabs);
  if (tabs.length > 0) simulation.random.pick(tabs).moveCursor();
}

/** A running device and one of its rooms that the engine knows. */
function somewhere(simulation: Simulation): { device: Device; room: SimRoom } | undefined {
  const places = running(simulation).flatMap((device) =>
    [...device.roles.keys()].filter(({ id }) => device.engine?.roomState(id)).map((room) => ({ device, room })),
  );
  return places.length > 0 ? simulation.random.pick(places) : undefined;
}

function openTab(simulation: Simulation): void {
  const place = somewhere(simulation);
  if (place && place.device.tabsIn(place.room).length < 3) void place.device.openTab(place.room);
}

/** The last tab of a room may close: the room rests when another one is used. */
function closeTab(simulation: Simulation): void {
  const place = somewhere(simulation);
  const [tab] = place?.device.tabsIn(place.room) ?? [];
  if (place && tab) place.device.closeTab(tab);
}

function createRoom(simulation: Simulation): void {
  const devices = running(simulation);
  if (devices.length === 0) return;
  const device = simulation.random.pick(devices);
  simulation.chronicle.note(`${device.name} makes a room`);
  simulation.createRoom(device).catch((error: unknown) => simulation.chronicle.broke(error));
}

/** Somebody opens a link, early or late: a new device, or one that has other rooms already. */
function join(simulation: Simulation): void {
  const { rooms, devices, plan, random, chronicle } = simulation;
  if (rooms.length === 0) return;
  const room = random.pick(rooms);
  const others = running(simulation).filter((device) => !device.roles.has(room));
  const isNew = others.length === 0 || random.chance(0.5);
  if (isNew && devices.length >= plan.maxDevices) return;
  const device = isNew ? simulation.addDevice(`device ${devices.length}`) : random.pick(others);
  const role = random.chance(0.7) ? 'editor' : 'viewer';
  device.takeRole(room, role);
  chronicle.note(`${device.name} joins ${room.name} as ${role}`);
  const arrive = async (): Promise<void> => {
    await device.start();
    if (await device.join(room)) await device.openTab(room);
  };
  arrive().catch((error: unknown) => chronicle.broke(error));
}

/** The person removes a room from a device; it may come again, by any link. Those who made a room keep it. */
function forgetRoom(simulation: Simulation): void {
  const place = somewhere(simulation);
  if (!place || place.device.roles.get(place.room) === 'owner') return;
  simulation.chronicle.fault('room forgotten', place.device.name);
  place.device.forgetRoom(place.room).catch((error: unknown) => simulation.chronicle.broke(error));
}

const changeMembers = (simulation: Simulation): void => simulation.random.weighted(MEMBERSHIP_STEPS)(simulation);

function misbehave(simulation: Simulation): void {
  const { rooms, random } = simulation;
  const ready = rooms.flatMap((room) =>
    room.hostile.filter(({ isReady }) => isReady).map((member) => ({ room, member })),
  );
  if (ready.length === 0) return;
  const { room, member } = random.pick(ready);
  const done = simulation.misbehave(room, member);
  // Whoever comes before the objection is led astray.
  if (done?.startsWith('a snapshot') && random.chance(0.7))
    simulation.scheduler.after(random.between(0, 300), () => join(simulation));
}

/** What is down comes back. */
function bringBack(simulation: Simulation): void {
  const { relay, devices, random } = simulation;
  if (!relay.isUp) void relay.start();
  for (const device of devices) {
    if (random.chance(0.5)) device.network.state = 'up';
    if (!device.engine) void device.start();
    if (random.chance(0.5)) device.disk.full = false;
  }
  if (random.chance(0.5)) relay.disk.full = false;
}

function nudge(simulation: Simulation): void {
  const devices = running(simulation);
  if (devices.length > 0) simulation.random.pick(devices).engine?.nudge();
}

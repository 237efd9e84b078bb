/** Somebody changes who is in a room: lets people in, gives roles, removes, leaves, makes and ends links, renews keys. */
import type { Room } from '../../../src/engine/rooms/room.ts';
import { NO_LIMITS } from '../../../src/wire/epoch.ts';
import type { LinkRole } from '../../../src/wire/link.ts';
import type { Role } from '../../../src/wire/roles.ts';
import type { Device } from './device.ts';
import { running } from './fault-steps.ts';
import { hold } from './invariants.ts';
import type { Request, SimRoom } from './sim-room.ts';
import type { Simulation } from './simulation.ts';

/** What an honest person may be told; any other reason would mean that an honest device has written what breaks a rule. */
const EXPECTED: ReadonlySet<string> = new Set([
  'offline',
  'not-owner',
  'last-owner',
  'already-member',
  'not-member',
  'wrong-role',
  // Removing oneself.
  'wrong-state',
  // Removed meanwhile.
  'unknown-device',
]);

/** After which whoever was cut off is there again. Milliseconds. */
const RECONNECTED_MS = 8_000;

const OFFERED: readonly (readonly [weight: number, role: Role])[] = [
  [3, 'editor'],
  [2, 'viewer'],
  [2, 'owner'],
];

export type Place = { readonly device: Device; readonly room: SimRoom };

const placesOf = (simulation: Simulation, room: SimRoom): Device[] =>
  running(simulation).filter((device) => device.roles.has(room) && device.engine?.roomState(room.id));

const isOwner = (device: Device, room: SimRoom): boolean => device.engine?.roomState(room.id)?.role === 'owner';

/**
 * Whether another owner has the document. Nobody takes rights away before: whoever was let in starts from what one who has read
 * the room makes for it, and a room that only newcomers are left in has nobody to make it.
 */
const isHeldBesides = (simulation: Simulation, room: SimRoom, leaving: Device): boolean =>
  placesOf(simulation, room).some((device) => {
    const state = device.engine?.roomState(room.id);
    const isHeld = state?.phase === 'ready' && state.caughtUp && state.failure === null;
    return device !== leaving && isHeld && isOwner(device, room);
  });

export const ownersIn = (simulation: Simulation, room: SimRoom): Device[] =>
  placesOf(simulation, room).filter((device) => isOwner(device, room));

/** Who asks for the change: mostly an owner. */
function asker(simulation: Simulation): Place | undefined {
  const { rooms, random } = simulation;
  if (rooms.length === 0) return undefined;
  const room = random.pick(rooms);
  const present = placesOf(simulation, room);
  const owners = present.filter((device) => isOwner(device, room));
  const askers = random.chance(0.1) || owners.length === 0 ? present : owners;
  return askers.length > 0 ? { device: random.pick(askers), room } : undefined;
}

/** Asks, and says what came of it. Nothing where the engine has no such room, or is gone before it answers. */
export async function ask(simulation: Simulation, { device, room }: Place, wants: Request): Promise<boolean> {
  const opened = await device.engine?.open(room.id);
  if (!opened || !(await answered(simulation, { device, room }, wants.type, opened.roster.ask(wants)))) return false;
  room.granted.push(wants);
  if (wants.type === 'add') room.hadMembers.add(wants.principal);
  return true;
}

async function answered(
  simulation: Simulation,
  { device, room }: Place,
  what: string,
  asked: ReturnType<Room['roster']['ask']>,
): Promise<boolean> {
  const outcome = await simulation.requests.follow(device, `${device.name} in ${room.name}: ${what}`, asked);
  const came = outcome.ok ? 'granted' : outcome.reason;
  simulation.chronicle.count(`membership: ${what}: ${came}`);
  simulation.chronicle.note(`${device.name} in ${room.name}: ${what}: ${came}`);
  hold('requests-are-answered', outcome.ok || EXPECTED.has(came), () => `${device.name}: ${what}: ${came}`);
  return outcome.ok;
}

/** Lets the person of a device in, and hands over what an invitation does. */
export async function letIn(simulation: Simulation, host: Place, guest: Device, role: Role): Promise<boolean> {
  const { room } = host;
  await guest.start();
  const identity = guest.engine?.identity;
  if (!identity) return false;
  guest.mayChangeIn(room, role);
  const { principal, list: deviceList } = identity;
  if (!(await ask(simulation, host, { type: 'add', principal, role, deviceList }))) return false;
  const epochHash = (await host.device.engine?.open(room.id))?.epochHash ?? null;
  guest.takeMembership(room, role, epochHash);
  const arrive = async (): Promise<void> => {
    if (await guest.join(room)) await guest.openTab(room);
  };
  inBackground(simulation, arrive());
  return true;
}

/** From now on links may end, and with them what those who came by one are promised. */
function mayLoseLinks({ devices }: Simulation, room: SimRoom): void {
  room.linksMayEnd = true;
  for (const device of devices) if (device.roles.has(room) && !device.isMemberOf(room)) device.mayChangeIn(room, null);
}

const inBackground = (simulation: Simulation, work: Promise<unknown>): void => {
  work.catch((error: unknown) => simulation.chronicle.broke(error));
};

function invite(simulation: Simulation): void {
  const { random, devices, plan } = simulation;
  const host = asker(simulation);
  if (!host) return;
  const others = running(simulation).filter((device) => device !== host.device);
  const isNew = devices.length < plan.maxDevices && (others.length === 0 || random.chance(0.4));
  if (!isNew && others.length === 0) return;
  const guest = isNew ? simulation.addDevice(`device ${devices.length}`) : random.pick(others);
  inBackground(simulation, letIn(simulation, host, guest, random.weighted(OFFERED)));
}

/** Somebody whom a change may concern: on a device of this run. */
function someoneIn(simulation: Simulation, room: SimRoom): Device | undefined {
  const known = simulation.devices.filter((device) => device.roles.has(room) && device.principal);
  return known.length > 0 ? simulation.random.pick(known) : undefined;
}

function giveRole(simulation: Simulation): void {
  const host = asker(simulation);
  const other = host && someoneIn(simulation, host.room);
  if (!host || !other?.principal) return;
  const role = simulation.random.weighted(OFFERED);
  if (role !== 'owner' && !isHeldBesides(simulation, host.room, other)) return;
  other.mayChangeIn(host.room, role);
  mayLoseLinks(simulation, host.room);
  inBackground(simulation, ask(simulation, host, { type: 'role', principal: other.principal, role }));
}

function remove(simulation: Simulation): void {
  const host = asker(simulation);
  const other = host && someoneIn(simulation, host.room);
  if (!host || !other?.principal) return;
  if (!isHeldBesides(simulation, host.room, other)) return;
  other.mayChangeIn(host.room, 'viewer');
  mayLoseLinks(simulation, host.room);
  inBackground(simulation, ask(simulation, host, { type: 'remove', principal: other.principal }));
}

function leave(simulation: Simulation): void {
  const { random, rooms, chronicle } = simulation;
  if (rooms.length === 0) return;
  const room = random.pick(rooms);
  const present = placesOf(simulation, room);
  if (present.length === 0) return;
  const device = random.pick(present);
  // The last owner tries in vain, unless another is on the way.
  const isAlone = ownersIn(simulation, room).length === 1 && room.hadMembers.size === 0;
  const isLastOwner = isOwner(device, room) && isAlone && simulation.requests.areAnswered;
  if (!isLastOwner && !isHeldBesides(simulation, room, device)) return;
  device.mayChangeIn(room, 'viewer');
  mayLoseLinks(simulation, room);
  const go = async (): Promise<void> => {
    const { engine } = device;
    const left = await ask(simulation, { device, room }, { type: 'leave' });
    if (left && device.engine === engine) await device.forgetRoom(room);
  };
  chronicle.note(`${device.name} leaves ${room.name}`);
  inBackground(simulation, go());
}

function makeLink(simulation: Simulation): void {
  const host = asker(simulation);
  if (!host) return;
  const role: LinkRole = simulation.random.chance(0.6) ? 'editor' : 'viewer';
  const make = async (): Promise<void> => {
    const opened = await host.device.engine?.open(host.room.id);
    if (!opened) return;
    if (!(await answered(simulation, host, 'make-link', opened.roster.makeLink(role, null, NO_LIMITS)))) return;
    const links = opened.links();
    host.room.learnLink(role, role === 'editor' ? links.edit : links.view);
  };
  inBackground(simulation, make());
}

function endLink(simulation: Simulation): void {
  const host = asker(simulation);
  if (!host) return;
  mayLoseLinks(simulation, host.room);
  const end = async (): Promise<void> => {
    const links = (await host.device.engine?.open(host.room.id))?.roster.read()?.links ?? [];
    if (links.length === 0) return;
    const { principal } = simulation.random.pick(links);
    await ask(simulation, host, { type: 'end-link', principal });
  };
  inBackground(simulation, end());
}

/** Somebody was left out, because nobody knew a prekey: an owner whom that person asks renews the keys. */
export async function takeAlong(simulation: Simulation, room: SimRoom): Promise<void> {
  const access = await simulation.settle(room.follower.follow(simulation.relay.store));
  const owner = placesOf(simulation, room).find((device) => isOwner(device, room));
  if (!access || !owner) return;
  const sealedTo = new Set(access.core.devices.map(({ device }) => device));
  const leftOut = simulation.devices.filter(
    ({ principal, id }) => principal && id && access.members.has(principal) && !sealedTo.has(id),
  );
  if (leftOut.length === 0) return;
  // What the relay's disk did not take is offered again on the next socket [FR11].
  for (const { connection } of leftOut) connection?.cut(0, 0);
  simulation.chronicle.count('membership: somebody was left out');
  simulation.chronicle.note(`${leftOut.map(({ name }) => name).join()} was left out of ${room.name}`);
  simulation.scheduler.after(RECONNECTED_MS, () => {
    inBackground(simulation, ask(simulation, { device: owner, room }, { type: 'renew', after: access.epoch }));
  });
}

function renew(simulation: Simulation): void {
  const host = asker(simulation);
  if (!host) return;
  const go = async (): Promise<void> => {
    const after = (await host.device.engine?.open(host.room.id))?.epoch ?? 0;
    await ask(simulation, host, { type: 'renew', after });
  };
  inBackground(simulation, go());
}

export const MEMBERSHIP_STEPS: readonly (readonly [weight: number, step: (simulation: Simulation) => void])[] = [
  [3, invite],
  [1.5, giveRole],
  [1, remove],
  [0.5, leave],
  [1, makeLink],
  [0.7, endLink],
  [1.5, renew],
];

/** What people with accounts do who follow no rule: they have an owner let them in, and then write epochs. */
import { decodeDeviceList } from '../../../../src/wire/device-list.ts';
import { ask, ownersIn } from '../membership-steps.ts';
import type { SimRoom } from '../sim-room.ts';
import type { Simulation } from '../simulation.ts';
import { nextEpochDeed, type Scene } from './epoch-deeds.ts';
import type { HostileAccount } from './hostile-account.ts';

export function misbehaveAsMember(simulation: Simulation): void {
  const { rooms, random, chronicle } = simulation;
  const places = rooms.flatMap((room) => room.hostileAccounts.map((member) => ({ room, member })));
  if (places.length === 0) return;
  const { room, member } = random.pick(places);
  const doing = member.wasInvited ? misbehave(simulation, room, member) : haveIn(simulation, room, member);
  doing.catch((error: unknown) => chronicle.broke(error));
}

/** An owner lets it in, who knows no better. */
async function haveIn(simulation: Simulation, room: SimRoom, member: HostileAccount): Promise<void> {
  const [owner] = ownersIn(simulation, room);
  if (!owner) return;
  const { principal, list: deviceList } = member.identity;
  const wants = { type: 'add', principal, role: member.role, deviceList } as const;
  member.wasInvited = await ask(simulation, { device: owner, room }, wants);
  if (member.wasInvited) member.enter();
}

async function misbehave(simulation: Simulation, room: SimRoom, member: HostileAccount): Promise<void> {
  const { random, offered, chronicle } = simulation;
  if (!member.isReady) return member.isIn || random.chance(0.5) ? undefined : member.enter();
  if (random.chance(0.15)) {
    offered.contradictory.set(member.identity.device, member.contradictoryPrekey());
    member.replacePrekey();
    chronicle.note(`${member.name} has a new prekey`);
    return;
  }
  const scene = await sceneOf(simulation, room, member);
  // It may have begun another meanwhile.
  const deed = scene && member.isReady ? nextEpochDeed(scene) : undefined;
  if (deed) member.do(deed);
}

/** Undefined: it is not ready, or not any more. */
export async function sceneOf(
  simulation: Simulation,
  room: SimRoom,
  member: HostileAccount,
): Promise<Scene | undefined> {
  const prekeys = await member.prekeys();
  const { access } = member;
  if (!member.isReady || !access || access.rightsChanging) return undefined;
  const lists = simulation.devices.flatMap(({ engine }) => engine?.identity.list ?? []);
  const removed = lists
    .map((list) => ({ principal: decodeDeviceList(list).list.principal, list }))
    .filter(({ principal }) => !access.members.has(principal) && room.hadMembers.has(principal));
  return { member, access, directory: (device) => prekeys.get(device), random: member.random, removed };
}

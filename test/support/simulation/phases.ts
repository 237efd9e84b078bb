/** A run from its beginning to its end: people and faults, then calm, then a newcomer, then what must hold. */
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import type { Device } from './device.ts';
import { checkEnd } from './final-checks.ts';
import { heal } from './healing.ts';
import { letIn } from './membership-steps.ts';
import type { SimRoom } from './sim-room.ts';
import type { Simulation } from './simulation.ts';
import { takeStep } from './steps.ts';

/** @throws InvariantBroken */
export async function runThrough(simulation: Simulation): Promise<void> {
  const { plan, random, relay, chronicle } = simulation;
  await sodiumReady();
  if (!plan.beginsOffline) void relay.start();
  const owner = simulation.addDevice('owner');
  await simulation.settle(owner.start());
  await simulation.settle(simulation.createRoom(owner));
  for (let step = 0; step < plan.steps; step++) {
    await simulation.pass(random.between(0, plan.maxGapMs));
    takeStep(simulation);
  }
  await heal(simulation);
  // Somebody who starts from the last snapshots, if there are some.
  const newcomer = simulation.addDevice('newcomer');
  for (const room of simulation.rooms) await bringIn(simulation, newcomer, room);
  void newcomer.start();
  await heal(simulation);
  await checkEnd(simulation);
  chronicle.count('rooms', simulation.rooms.length);
  if (plan.hasMembers && chronicle.counts.has('prekey.dead'))
    chronicle.count('runs with members in which prekeys died');
  chronicle.count('rooms at rest', simulation.witness.rests);
}

/** By the view link where it still opens, else by an owner. */
async function bringIn(simulation: Simulation, newcomer: Device, room: SimRoom): Promise<void> {
  const access = simulation.plan.hasMembers
    ? await simulation.settle(room.follower.follow(simulation.relay.store))
    : null;
  if (!access || access.members.has(room.principalOfLink('viewer'))) return newcomer.takeRole(room, 'viewer');
  const owner = simulation.devices.find(
    (device) => device.roles.has(room) && device.engine?.roomState(room.id)?.role === 'owner',
  );
  const isLetIn = owner && (await simulation.settle(letIn(simulation, { device: owner, room }, newcomer, 'viewer')));
  simulation.chronicle.count(isLetIn ? 'newcomers let in' : 'newcomers that nobody let in');
}

/** A run from its beginning to its end: people and faults, then calm, then a newcomer, then what must hold. */
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { checkEnd } from './final-checks.ts';
import { heal } from './healing.ts';
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
  for (const room of simulation.rooms) newcomer.takeRole(room, 'viewer');
  void newcomer.start();
  await heal(simulation);
  await checkEnd(simulation);
  chronicle.count('rooms', simulation.rooms.length);
  chronicle.count('rooms at rest', simulation.witness.rests);
}

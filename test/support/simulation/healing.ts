/** The end of all faults: everything comes back, and the run goes on until nothing is left to do. */
import { createRoomLogs } from '../../../sync-server/log/room-logs.ts';
import type { Device } from './device.ts';
import { InvariantBroken } from './invariants.ts';
import { isIn } from './membership-checks.ts';
import { takeAlong } from './membership-steps.ts';
import type { SimRoom } from './sim-room.ts';
import type { Simulation } from './simulation.ts';

const POLL_MS = 100;
/** Longer than any delay after which something still happens. */
const CALM_MS = 3_000;
/** How long somebody waits who was left out. */
const TAKE_ALONG_MS = 12_000;
const HEALING_MS = 240_000;

/** @throws InvariantBroken */
export async function heal(simulation: Simulation): Promise<void> {
  const { relay, scheduler, devices, chronicle } = simulation;
  chronicle.note('healing');
  simulation.isHealing = true;
  relay.disk.full = false;
  relay.disk.nextFails = null;
  relay.disk.onNextBatch = null;
  relay.disk.slowness = 2;
  const end = scheduler.now + HEALING_MS;
  let calmSince = scheduler.now;
  let takeAlongAt = scheduler.now + TAKE_ALONG_MS;
  while (scheduler.now - calmSince < CALM_MS) {
    if (scheduler.now > end) throw new InvariantBroken('replicas-converge', (await whyNot(simulation)) ?? 'never calm');
    if (!relay.isUp) void relay.start();
    for (const device of devices) healDevice(simulation, device);
    for (const { hostile, hostileAccounts } of simulation.rooms)
      for (const { network } of [...hostile, ...hostileAccounts]) {
        network.state = 'up';
        network.connection?.heal();
      }
    await simulation.pass(POLL_MS);
    if ((await whyNot(simulation)) !== null) calmSince = scheduler.now;
    if (simulation.plan.hasMembers && relay.isUp && scheduler.now > takeAlongAt) {
      for (const room of simulation.rooms) await takeAlong(simulation, room);
      takeAlongAt = scheduler.now + TAKE_ALONG_MS;
    }
  }
}

function healDevice(simulation: Simulation, device: Device): void {
  device.network.state = 'up';
  device.disk.full = false;
  device.disk.slowness = 4;
  device.connection?.heal();
  if (!device.engine) void device.start();
  const { engine } = device;
  if (!engine) return;
  for (const room of device.roles.keys()) {
    const knows = engine.roomState(room.id);
    // Its person has read what was refused when rights were taken away.
    if (knows?.saved.at === 'refused' && !device.isSettledIn(room)) device.discardRescued(room);
    if (!knows) void device.join(room);
    else if (device.tabsIn(room).length === 0 && !knows.failure) void device.openTab(room);
    // A person who reads that there is no such room, or that it is closed to them, tries again.
    else if ((knows.failure === 'unknown-room' || knows.failure === 'unknown-device') && simulation.random.chance(0.02))
      device.connection?.cut(0, 0);
  }
}

/** What keeps the run from being over. */
async function whyNot(simulation: Simulation): Promise<string | null> {
  if (!simulation.relay.isUp) return 'no relay';
  // What is not an edit, such as an objection, waits for the next connection unseen.
  const unaware = simulation.devices.find(({ connection }) => connection?.isDead);
  if (unaware) return `${unaware.name} has not noticed that its connection broke`;
  const unanswered = simulation.requests.unanswered();
  if (unanswered) return unanswered;
  for (const room of simulation.rooms) {
    const why = await whyNotIn(simulation, room);
    if (why) return `${room.name}: ${why}`;
  }
  return null;
}

async function whyNotIn(simulation: Simulation, room: SimRoom): Promise<string | null> {
  const head = await simulation.settle(
    createRoomLogs(simulation.relay.store)
      .head(room.id)
      .catch(() => undefined),
  );
  if (!head) return 'the log cannot be read';
  for (const device of simulation.devices) {
    if (!device.roles.has(room) || !(await isIn(simulation, device, room))) continue;
    const state = device.engine?.roomState(room.id);
    if (!state) return `${device.name} does not know the room`;
    if (state.saved.at !== 'relay')
      return `${device.name}: ${device.engine?.state().connection}, saved ${JSON.stringify(state.saved)}`;
    if (!state.caughtUp)
      return `${device.name} is not caught up: ${device.engine?.state().connection}, ${JSON.stringify(state)}`;
    // Somebody has what it waits for: see `isIn`.
    if (state.failure) return `${device.name}: ${state.failure}`;
    const opened = await simulation.settle(device.engine?.open(room.id) ?? Promise.resolve(undefined));
    if (opened?.position.seq !== head.seq) return `${device.name} is at ${opened?.position.seq} of ${head.seq}`;
    const tabs = device.tabsIn(room);
    if (tabs.length === 0) return `${device.name} has no tab`;
    if (tabs.some((tab) => !tab.synced || !tab.isQuiet)) return `${device.name} has a tab that is not synced`;
  }
  return null;
}

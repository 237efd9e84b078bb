/** One step of a run: somebody does something, or something breaks. */
import type { Device } from './device.ts';
import { editAtRandom } from './edits.ts';
import type { Fault } from './plan.ts';
import type { Simulation } from './simulation.ts';

export function takeStep(simulation: Simulation): void {
  const { random, plan } = simulation;
  const faults = [...plan.faults];
  if (faults.length > 0 && random.chance(plan.faultRate)) FAULT_STEPS[random.pick(faults)](simulation);
  else
    random.weighted<(simulation: Simulation) => void>([
      [10, edit],
      [1, moveCursor],
      [1, openTab],
      [1.5, join],
      [1, bringBack],
      [0.5, nudge],
    ])(simulation);
}

const running = ({ devices }: Simulation): Device[] => devices.filter(({ engine }) => engine !== null);

function edit(simulation: Simulation): void {
  const { random, chronicle } = simulation;
  const tabs = running(simulation).flatMap((device) => device.tabs.map((tab) => ({ device, tab })));
  const ready = tabs.filter(({ tab }) => tab.synced && tab.isAttached);
  if (ready.length === 0) return;
  for (let left = random.chance(0.1) ? random.between(2, 15) : 1; left > 0; left--) {
    const { device, tab } = random.pick(ready);
    const done = editAtRandom(tab.doc, random, ++simulation.serial);
    chronicle.count(device.mayEdit ? 'edits' : 'edits by viewers');
    chronicle.note(`${device.name} tab ${device.tabs.indexOf(tab)}: ${done}`);
  }
}

function moveCursor(simulation: Simulation): void {
  const tabs = running(simulation).flatMap(({ tabs }) => tabs);
  if (tabs.length > 0) simulation.random.pick(tabs).moveCursor();
}

function openTab(simulation: Simulation): void {
  const { room, random } = simulation;
  const devices = running(simulation).filter(({ engine, tabs }) => tabs.length < 3 && room && engine?.roomState(room));
  if (room && devices.length > 0) void random.pick(devices).openTab(room);
}

/** Somebody opens a link, early or late. */
function join(simulation: Simulation): void {
  const { room, devices, plan, random, chronicle } = simulation;
  if (!room || devices.length >= plan.maxDevices) return;
  const mayEdit = random.chance(0.7);
  const device = simulation.addDevice(`${mayEdit ? 'editor' : 'viewer'} ${devices.length}`, mayEdit);
  const link = mayEdit ? simulation.editLink : simulation.viewLink;
  chronicle.note(`${device.name} joins`);
  const arrive = async (): Promise<void> => {
    await device.start();
    const opened = await device.engine?.openLink(room, link.split('#')[1] ?? '');
    if (opened?.ok) await device.openTab(room);
  };
  arrive().catch((error: unknown) => chronicle.broke(error));
}

/** What is down comes back. */
function bringBack(simulation: Simulation): void {
  const { relay, devices, random } = simulation;
  if (!relay.isUp) void relay.start();
  for (const device of devices) {
    if (random.chance(0.5)) device.network = 'up';
    if (!device.engine) void device.start();
    if (random.chance(0.5)) device.disk.full = false;
  }
  if (random.chance(0.5)) relay.disk.full = false;
}

function nudge(simulation: Simulation): void {
  const devices = running(simulation);
  if (devices.length > 0) simulation.random.pick(devices).engine?.nudge();
}

const maybe = (simulation: Simulation, low: number, high: number): number | null =>
  simulation.random.chance(0.7) ? simulation.random.between(low, high) : null;

const connected = (simulation: Simulation): Device | undefined => {
  const devices = running(simulation).filter(({ connection }) => connection !== null);
  return devices.length > 0 ? simulation.random.pick(devices) : undefined;
};
const someone = (simulation: Simulation): Device | undefined => {
  const devices = running(simulation);
  return devices.length > 0 ? simulation.random.pick(devices) : undefined;
};

const later = (simulation: Simulation, lowMs: number, highMs: number, run: () => void): void => {
  simulation.scheduler.after(simulation.random.between(lowMs, highMs), run);
};

const FAULT_STEPS: Readonly<Record<Fault, (simulation: Simulation) => void>> = {
  cut: (simulation) => {
    const device = connected(simulation);
    if (!device) return;
    simulation.chronicle.fault('cut', device.name);
    device.connection?.cut(simulation.random.between(0, 100), maybe(simulation, 0, 4_000));
  },
  'half-open': (simulation) => {
    const device = connected(simulation);
    if (!device) return;
    simulation.chronicle.fault('half-open', device.name);
    device.connection?.cut(null, maybe(simulation, 0, 100));
  },
  stall: (simulation) => {
    const { random, chronicle } = simulation;
    const device = connected(simulation);
    if (!device) return;
    const direction = random.pick(['up', 'down', 'both'] as const);
    chronicle.fault('stall', `${device.name} ${direction}`);
    device.connection?.stall(direction, random.pick([200, 2_000, 15_000, 40_000]));
  },
  offline: (simulation) => {
    const { random, chronicle } = simulation;
    const device = someone(simulation);
    if (!device) return;
    device.network = random.pick(['down', 'silent'] as const);
    chronicle.fault('offline', device.name);
    device.connection?.cut(maybe(simulation, 0, 100), maybe(simulation, 0, 100));
    later(simulation, 100, 20_000, () => {
      device.network = 'up';
    });
  },
  'relay-crash': (simulation) => {
    const { relay, random } = simulation;
    const crash = (): void => {
      if (simulation.isHealing) return;
      relay.crash();
      later(simulation, 0, 4_000, () => void relay.start());
    };
    if (random.chance(0.6)) relay.disk.onNextBatch = crash;
    else crash();
  },
  'relay-restart': ({ relay, chronicle }) => {
    relay.restart().catch((error: unknown) => chronicle.broke(error));
  },
  'batch-fails': ({ relay, random }) => {
    relay.disk.nextFails = { written: random.chance(0.5) };
  },
  'server-full': (simulation) => {
    const { relay } = simulation;
    relay.disk.full = true;
    later(simulation, 50, 6_000, () => {
      relay.disk.full = false;
    });
  },
  'slow-server': (simulation) => {
    const { relay, chronicle } = simulation;
    chronicle.fault('slow server');
    relay.disk.slowness = simulation.random.pick([50, 1_500]);
    later(simulation, 500, 8_000, () => {
      relay.disk.slowness = 4;
    });
  },
  'engine-crash': (simulation) => {
    const device = someone(simulation);
    if (!device) return;
    device.crash();
    later(simulation, 0, 3_000, () => void device.start());
  },
  'engine-restart': (simulation) => {
    const device = someone(simulation);
    if (!device) return;
    simulation.chronicle.fault('engine restart', device.name);
    device.close().then(
      () => device.start(),
      (error: unknown) => simulation.chronicle.broke(error),
    );
  },
  'vault-full': (simulation) => {
    const device = someone(simulation);
    if (!device) return;
    simulation.chronicle.fault('vault full', device.name);
    device.disk.full = true;
    later(simulation, 50, 9_000, () => {
      device.disk.full = false;
    });
  },
  'tab-reload': (simulation) => {
    const { room, chronicle, random } = simulation;
    const device = someone(simulation);
    if (!device || !room || device.tabs.length === 0) return;
    chronicle.fault('tab reload', device.name);
    device.closeTab(random.pick(device.tabs));
    void device.openTab(room);
  },
  'clock-jump': (simulation) => {
    const { random, chronicle } = simulation;
    const device = someone(simulation);
    if (!device) return;
    chronicle.fault('clock jump', device.name);
    device.clockError += random.pick([-86_400_000, -3_000, 3_000, 86_400_000, -7 * 86_400_000]);
  },
};

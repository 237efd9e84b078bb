/** Something breaks: the network, the server, a device, its disk, its clock. */
import type { Device } from './device.ts';
import type { Fault } from './plan.ts';
import type { Simulation } from './simulation.ts';

export const running = ({ devices }: Simulation): Device[] => devices.filter(({ engine }) => engine !== null);

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

export const FAULT_STEPS: Readonly<Record<Fault, (simulation: Simulation) => void>> = {
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
    device.network.state = random.pick(['down', 'silent'] as const);
    chronicle.fault('offline', device.name);
    device.connection?.cut(maybe(simulation, 0, 100), maybe(simulation, 0, 100));
    later(simulation, 100, 20_000, () => {
      device.network.state = 'up';
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
    const { chronicle, random } = simulation;
    const device = someone(simulation);
    if (!device || device.tabs.length === 0) return;
    chronicle.fault('tab reload', device.name);
    const tab = random.pick(device.tabs);
    const room = [...device.roles.keys()].find(({ id }) => id === tab.room);
    device.closeTab(tab);
    if (room) void device.openTab(room);
  },
  'clock-jump': (simulation) => {
    const { random, chronicle } = simulation;
    const device = someone(simulation);
    if (!device) return;
    chronicle.fault('clock jump', device.name);
    device.clockError += random.pick([-86_400_000, -3_000, 3_000, 86_400_000, -7 * 86_400_000]);
  },
};

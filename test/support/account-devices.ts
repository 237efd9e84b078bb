/** Devices of people with accounts, at a server of their own: what most tests of accounts start from. */
import { afterEach, beforeEach } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import type { BoxStore, EnginePorts } from '../../src/engine/ports.ts';
import type { RoomId } from '../../src/wire/ids.ts';
import { startAccountEngine } from './account-engine.ts';
import { create, isSaved, TestTab, until } from './node-engine.ts';
import { ServiceServer, type ServiceServerOptions } from './service/service-server.ts';

export const PASSWORD = 'a quiet room by the sea';
export const PROOF = { way: 'password', secret: PASSWORD } as const;

export type AccountDevices = {
  /** That of the test that is running. */
  readonly server: ServiceServer;
  readonly start: (boxes?: BoxStore, overrides?: Partial<EnginePorts>) => Promise<Engine>;
  /** Before the test ends, which stops all that are left. */
  readonly stop: (engine: Engine) => Promise<void>;
};

/** To be called where tests are described: each of them gets a new server, which goes with all devices when it ends. */
export function accountDevices(settings: ServiceServerOptions['settings'] = {}): AccountDevices {
  let server: ServiceServer;
  const engines = new Set<Engine>();

  beforeEach(async () => {
    server = await ServiceServer.start({ settings });
  });
  afterEach(async () => {
    const left = [...engines];
    engines.clear();
    for (const engine of left) await engine.close();
    await server.stop();
  });

  return {
    get server() {
      return server;
    },
    start: async (boxes, overrides) => {
      const { engine } = await startAccountEngine(server.origin, boxes, overrides);
      engines.add(engine);
      return engine;
    },
    stop: async (engine) => {
      engines.delete(engine);
      await engine.close();
    },
  };
}

/** A new document whose title is `text`. */
export async function write(engine: Engine, text: string): Promise<{ room: RoomId; tab: TestTab }> {
  const room = await create(engine);
  const tab = await TestTab.open(engine, room);
  tab.type(text);
  return { room, tab };
}

/** A new document, which the relay has when this returns. */
export async function writeAndSave(engine: Engine, text: string): Promise<{ room: RoomId; tab: TestTab }> {
  const written = await write(engine, text);
  await until(() => isSaved(engine, written.room), `${text} is saved`);
  return written;
}

/** In the alphabet's order. */
export const titles = (engine: Engine): string[] =>
  engine
    .state()
    .rooms.map(({ title }) => title)
    .sort();

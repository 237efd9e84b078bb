import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/engine.ts';
import type { EngineLog } from '../../../../src/engine/ports.ts';
import { MemoryBoxStore } from '../../../../src/platform/node/memory-box-store.ts';
import { connectServer } from '../../../../src/platform/node/server-connection.ts';
import { deviceId, ZERO_BYTES } from '../../../../src/wire/ids.ts';
import { decodePrekey } from '../../../../src/wire/prekey.ts';
import { prekeyKey } from '../../../../sync-server/store/keys.ts';
import { signUp, startAccountEngine, value } from '../../../support/account-engine.ts';
import { until } from '../../../support/node-engine.ts';
import { ServiceServer } from '../../../support/service/service-server.ts';

const PASSWORD = 'a quiet room by the sea';
const PROOF = { way: 'password', secret: PASSWORD } as const;

let server: ServiceServer;
const engines: Engine[] = [];
const ended: unknown[] = [];

beforeEach(async () => {
  ended.length = 0;
  server = await ServiceServer.start();
});
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
  await server.stop();
});

const start = async (boxes = new MemoryBoxStore(), connection = connectServer(server.origin)): Promise<Engine> => {
  // That a session is needed it hears of when it has an account and no cookie yet.
  const log: EngineLog = (event, details) => {
    if (event === 'relay.ended' && details?.reason !== 'session-needed') ended.push(details?.reason);
  };
  const { engine } = await startAccountEngine(server.origin, boxes, { ...connection, log });
  engines.push(engine);
  return engine;
};

/** The versions of the lists that the stored prekeys name, ascending. */
async function listVersions(): Promise<number[]> {
  const versions: number[] = [];
  const table = prekeyKey(deviceId(ZERO_BYTES))[0] ?? 0;
  for await (const { value: bytes } of server.store.range({ from: Uint8Array.of(table), to: Uint8Array.of(table + 1) }))
    versions.push(decodePrekey(bytes).prekey.listVersion);
  return versions.sort((a, b) => a - b);
}

it('[PK2] a device whose account’s list has changed has its prekey under the new list, at once and after a restart', async () => {
  const [boxes, connection] = [new MemoryBoxStore(), connectServer(server.origin)];
  const old = await start(boxes, connection);
  await expect.poll(listVersions).toEqual([1]);
  await signUp(old, 'ada', PASSWORD);
  const fresh = await start();
  const { ticket, code } = value(await fresh.accounts.beginPairing());
  const welcome = fresh.accounts.awaitWelcome(ticket, true);
  value(await old.accounts.admitDevice(code, PROOF));
  value(await welcome);
  // What the added device was before it was added stays under its own list.
  await expect.poll(listVersions).toEqual([1, 2, 2]);
  await old.close();
  const again = await start(boxes, connection);
  await until(() => again.state().connection === 'online', 'online');
  await until(() => again.state().account?.access === 'in', 'in');
  expect(await listVersions()).toEqual([1, 2, 2]);
  expect(ended).toEqual([]);
});

import { beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/engine.ts';
import { PREKEY_LIFE_MS } from '../../../../src/engine/epochs/key-lives.ts';
import { MemoryBoxStore } from '../../../../src/platform/node/memory-box-store.ts';
import type { RoomId } from '../../../../src/wire/ids.ts';
import { accountDevices, PASSWORD, titles, writeAndSave } from '../../../support/account-devices.ts';
import { HostileServer, signUp, value } from '../../../support/account-engine.ts';
import {
  copyOf,
  copyOfVault,
  type Loot,
  lootOf,
  opened,
  secretsInHome,
  unwrapped,
} from '../../../support/copied-log.ts';
import { LeapClock } from '../../../support/leap-clock.ts';
import { isSaved, type TestTab, until } from '../../../support/node-engine.ts';

const RECORDS = 100;
const HOUR_MS = 3_600_000;
const A_DAY_MS = PREKEY_LIFE_MS + HOUR_MS;
const WAIT_MS = 120_000;

describe('an intruder who has copied a device and the server’s logs', () => {
  const devices = accountDevices();
  let clock: LeapClock;
  let connection: HostileServer;
  let boxes: MemoryBoxStore;
  let ada: Engine;
  let home: RoomId;
  let room: RoomId;
  let tab: TestTab;

  beforeEach(async () => {
    clock = new LeapClock();
    connection = new HostileServer(devices.server.origin);
    boxes = new MemoryBoxStore();
    ada = await devices.start(boxes, { http: connection.http, relay: connection.relay, clock });
    await signUp(ada, 'ada', PASSWORD);
    home = connection.sent.find((sent) => sent.type === 'open')?.room ?? expect.fail();
    ({ room, tab } = await writeAndSave(ada, 'one'));
  });

  /** All secrets that the loot gives, by its vaults, by wraps of the room and of the home, and by the home. */
  async function secretsOf(loot: Loot): Promise<Uint8Array[]> {
    const { store } = devices.server;
    const ofHome = [...loot.secrets, ...(await unwrapped(store, home, loot))];
    const backedUp = secretsInHome(await copyOf(store, home), ofHome);
    return [...ofHome, ...(await unwrapped(store, room, loot)), ...backedUp];
  }
  const type = async (records: number): Promise<void> => {
    for (let count = 0; count < records; count++) {
      tab.type('.');
      await until(() => isSaved(ada, room), 'saved');
    }
  };
  const openedBy = async (loot: Loot): Promise<number> =>
    opened(await copyOf(devices.server.store, room), await secretsOf(loot));
  const renewKeys = async (): Promise<void> => void value(await ada.membership.renewKeys(room));
  /** Its prekey is replaced, and the room goes on in an epoch for the next one. */
  const replace = async (by: Engine = ada): Promise<void> => {
    const { prekeyId, device } = by.identity;
    clock.leap(A_DAY_MS);
    await until(() => by.identity.prekeyId === prekeyId + 1, 'replaced');
    clock.leap(WAIT_MS);
    const own = (await ada.open(room)) ?? expect.fail();
    await until(() => own.namedPrekey(device) === prekeyId + 1, 'named with it');
  };

  it(`opens what was written until the prekey was replaced and the next epoch began, and none of the next ${RECORDS} records`, async () => {
    const copy = await lootOf(await copyOfVault(boxes));
    const before = await openedBy(copy);
    expect(before).toBeGreaterThan(0);
    await type(1);
    // An epoch alone heals nothing: its secret was sealed to the prekey that was copied, in the room and in the home.
    await renewKeys();
    await type(1);
    expect(await openedBy(copy)).toBe(before + 2);
    const { store } = devices.server;
    const fromHome = secretsInHome(await copyOf(store, home), [
      ...copy.secrets,
      ...(await unwrapped(store, home, copy)),
    ]);
    expect(fromHome).toHaveLength(2);

    await replace();
    await type(RECORDS);
    expect(await openedBy(copy)).toBe(before + 2);
    // Nor what other keys that are renewed later give.
    await renewKeys();
    await type(1);
    expect(await openedBy(copy)).toBe(before + 2);
    expect(secretsInHome(await copyOf(store, home), await unwrapped(store, home, copy))).toEqual(fromHome);
  });

  it('gets no epoch’s secret out of a wrap for a prekey that has died, and what the vault has kept all the same', async () => {
    await type(1);
    await renewKeys();
    await type(1);
    await replace();
    const living = await lootOf(await copyOfVault(boxes));
    const { store } = devices.server;
    // Both epochs before, and the one for the next prekey.
    expect(await unwrapped(store, room, living)).toHaveLength(3);
    clock.leap(A_DAY_MS);
    await until(() => !ada.identity.seeds.replaced.some(({ id }) => id === 1), 'dead');
    const later = await lootOf(await copyOfVault(boxes));
    expect(await unwrapped(store, room, later)).toHaveLength(1);
    const all = opened(await copyOf(store, room), living.secrets);
    expect(opened(await copyOf(store, room), await unwrapped(store, room, later))).toBeLessThan(all);
    // That is its own matter: the device reads its room, and so does who has its vault.
    expect(opened(await copyOf(store, room), later.secrets)).toBe(all);
    await devices.stop(ada);
    const again = await devices.start(boxes, { http: connection.http, relay: connection.relay, clock });
    await until(() => titles(again).join() === 'one..', 'reads all');
  });
});

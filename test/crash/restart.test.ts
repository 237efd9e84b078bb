/** A server with many rooms is back soon: nothing is scanned when it starts. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { chainAfter, recordHash } from '../../src/wire/chain.ts';
import { roomId, START } from '../../src/wire/ids.ts';
import { decodeRecord } from '../../src/wire/record.ts';
import { createRoomLogs } from '../../sync-server/log/room-logs.ts';
import { blake2b256 } from '../../sync-server/relay/hash.ts';
import { openLevelStore } from '../../sync-server/store/level-store.ts';
import { expectWhole, readFromServer } from '../support/crash/log-check.ts';
import { acknowledgedIn, untilAcknowledged, WrittenRooms } from '../support/crash/written-rooms.ts';
import { FuzzRandom } from '../support/fuzz/fuzz-random.ts';
import { IN_TIME } from '../support/patience.ts';
import { realClock } from '../support/server/clock.ts';
import { makePerson } from '../support/server/identities.ts';
import { LastingServer } from '../support/server/lasting-server.ts';
import { epoch } from '../support/server/records.ts';

const ROOMS = 10_000;
const AT_ONCE = 500;
const MAX_START_MS = 5_000;

/** Straight into the store: creating them over the network would take the test's time. */
async function makeRooms(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const store = await openLevelStore({ folder: join(folder, 'log'), clock: realClock });
  const logs = createRoomLogs(store);
  const random = new FuzzRandom(1);
  const owner = makePerson('owner');
  const { record, wraps } = epoch(owner.device, { people: [{ person: owner, role: 'owner' }] }, 1);
  const hash = recordHash(blake2b256, record);
  const entry = {
    record: decodeRecord(record),
    recordHash: hash,
    position: chainAfter(blake2b256, START, hash),
    stream: null,
    wraps,
    renews: false,
  };
  for (let made = 0; made < ROOMS; made += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, () => logs.append(roomId(random.bytes(32)), START, [entry])));
  await store.close();
}

describe('a server with 10,000 rooms', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealroom-rooms-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is ready within five seconds after a kill', IN_TIME, async () => {
    await makeRooms(folder);
    const server = await LastingServer.start({ dataFolder: folder, logLevel: 'warn' });
    try {
      const rooms = await WrittenRooms.create(() => server.webSocketUrl, 2);
      rooms.start();
      await untilAcknowledged(rooms, 50);
      await server.kill();
      const startedAt = performance.now();
      await server.start();
      expect(performance.now() - startedAt).toBeLessThan(MAX_START_MS);
      await rooms.stop();
      for (const written of rooms.rooms)
        expectWhole(await readFromServer(server.webSocketUrl, written.reader, written.room), acknowledgedIn(written));
    } finally {
      await server.kill();
    }
  });
});

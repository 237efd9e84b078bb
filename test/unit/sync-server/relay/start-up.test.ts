import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { chainAfter, recordHash } from '../../../../src/wire/chain.ts';
import { roomId, START } from '../../../../src/wire/ids.ts';
import { decodeRecord } from '../../../../src/wire/record.ts';
import { createRoomLogs } from '../../../../sync-server/log/room-logs.ts';
import { blake2b256 } from '../../../../sync-server/relay/hash.ts';
import { openLevelStore } from '../../../../sync-server/store/level-store.ts';
import { realClock } from '../../../support/server/clock.ts';
import { makePerson } from '../../../support/server/identities.ts';
import { epoch } from '../../../support/server/records.ts';
import { startRelay } from '../../../support/server/relay-server.ts';
import { temporaryFolder } from '../../../support/server/stores.ts';

const ROOMS = 10_000;
const LIMIT_MS = 5_000;

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => rm(folder, { recursive: true }));

it('starts within 5 s on 10,000 rooms and opens one of them', async () => {
  const ann = makePerson('ann');
  const first = epoch(ann.device, { people: [{ person: ann, role: 'owner' }] }, 1);
  const record = decodeRecord(first.record);
  const hash = recordHash(blake2b256, first.record);
  const entry = {
    record,
    recordHash: hash,
    position: chainAfter(blake2b256, START, hash),
    stream: null,
    wraps: first.wraps,
    renews: false,
  };
  const store = await openLevelStore({ folder, clock: realClock });
  const logs = createRoomLogs(store);
  const rooms = [first.room, ...Array.from({ length: ROOMS - 1 }, () => roomId(new Uint8Array(randomBytes(32))))];
  await Promise.all(rooms.map((room) => logs.append(room, START, [entry])));
  await store.close();

  const startedAt = performance.now();
  const server = await startRelay({ store: await openLevelStore({ folder, clock: realClock }) });
  const client = await server.connect(ann.device);
  await client.open(first.room);
  await client.at(first.room, 1);
  expect(performance.now() - startedAt).toBeLessThan(LIMIT_MS);
  await server.close();
}, 120_000);

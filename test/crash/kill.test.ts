/** `kill -9` while people write: what was acknowledged stays, and everybody goes on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { crashSeed, KILLS } from '../support/crash/crash-counts.ts';
import { expectWhole, readFromServer } from '../support/crash/log-check.ts';
import { acknowledgedIn, untilAcknowledged, WrittenRooms } from '../support/crash/written-rooms.ts';
import { FuzzRandom } from '../support/fuzz/fuzz-random.ts';
import { create, isSaved, openShared, startEngine, TestTab, until } from '../support/node-engine.ts';
import { LastingServer } from '../support/server/lasting-server.ts';

const ROOMS = 4;
const MAX_WAIT_MS = 120;
const MAX_ACKNOWLEDGEMENTS = 200;
const MS_PER_KILL = 10_000;

async function check({ webSocketUrl }: LastingServer, { rooms }: WrittenRooms): Promise<void> {
  for (const written of rooms)
    expectWhole(await readFromServer(webSocketUrl, written.reader, written.room), acknowledgedIn(written));
}

describe('a killed server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealroom-kill-'));
  let server: LastingServer;
  beforeAll(async () => {
    server = await LastingServer.start({ dataFolder: folder, logLevel: 'warn' });
  });
  afterAll(async () => {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it(`keeps what it acknowledged through ${KILLS} kills (seed ${crashSeed})`, {
    timeout: KILLS * MS_PER_KILL,
  }, async () => {
    const random = new FuzzRandom(crashSeed);
    const rooms = await WrittenRooms.create(() => server.webSocketUrl, ROOMS);
    rooms.start();
    for (let kill = 0; kill < KILLS; kill++) {
      // At some moment, or right after so many acknowledgements: then a batch has just reached the disk.
      if (random.once(2)) await untilAcknowledged(rooms, random.between(1, MAX_ACKNOWLEDGEMENTS));
      else await new Promise((resolve) => setTimeout(resolve, random.below(MAX_WAIT_MS)));
      await server.kill();
      // Their connections are gone; what they do not do meanwhile keeps the log short.
      await rooms.stop();
      await server.start();
      await check(server, rooms);
      // All writers find their place in the log again.
      rooms.start();
      await untilAcknowledged(rooms, ROOMS * 4);
    }
    await rooms.stop();
    await check(server, rooms);
    expect(rooms.writers.flatMap((writer) => writer.refusals)).toEqual([]);
  });

  it('loses no letter between two engines that type through kills', { timeout: 60_000 }, async () => {
    const engines = await Promise.all([0, 1].map(async () => (await startEngine(server.url)).engine));
    const [alice, bob] = engines as [Engine, Engine];
    const room = await create(alice);
    const tabA = await TestTab.open(alice, room);
    tabA.type('|');
    await until(() => isSaved(alice, room), 'saved');
    await openShared(alice, bob, room, 'edit');
    const tabB = await TestTab.open(bob, room);
    const words: string[] = [];
    for (let round = 0; round < 30; round++) {
      for (const [tab, name] of [
        [tabA, 'a'],
        [tabB, 'b'],
      ] as const) {
        words.push(`${name}${round} `);
        tab.type(`${name}${round} `);
      }
      if (round % 10 === 5) {
        await server.kill();
        await server.start();
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const isSettled = () => isSaved(alice, room) && isSaved(bob, room) && tabA.title === tabB.title;
    await until(isSettled, 'both have everything');
    for (const word of words) expect(tabA.title.split(word).length, word).toBe(2);
    expect(tabA.title.length).toBe(1 + words.join('').length);
    await Promise.all(engines.map((engine) => engine.close()));
  });
});

/** Power cuts: what was acknowledged is in what had been synced. The trace tells, see support/crash/synced-lengths.ts. */
import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CUTS } from '../support/crash/crash-counts.ts';
import { buildUnsynced, TracedServer, whyNoTraces } from '../support/crash/power-cut.ts';
import { WrittenRooms } from '../support/crash/written-rooms.ts';

const ROOMS = 3;
/** Then another server begins with empty rooms: every cut copies and reads all that was written. */
const CUTS_PER_SERVER = 10;
const MS_PER_CUT = 10_000;
const reason = whyNoTraces();
if (reason) console.warn(`The power cuts are skipped: ${reason}`);

async function cutOff(entry: string | undefined, cuts: number): Promise<number> {
  const server = await TracedServer.start(entry);
  try {
    const rooms = await WrittenRooms.create(() => server.url, ROOMS);
    rooms.start();
    try {
      return await server.cut(rooms, cuts);
    } finally {
      await rooms.stop();
    }
  } finally {
    await server.dispose();
  }
}

describe.skipIf(reason !== null)('a power cut', () => {
  const timeout = 30_000 + CUTS * MS_PER_CUT;
  it(`loses nothing that was acknowledged, ${CUTS} times`, { timeout }, async () => {
    for (let done = 0; done < CUTS; done += CUTS_PER_SERVER)
      expect(await cutOff(undefined, Math.min(CUTS_PER_SERVER, CUTS - done))).toBeGreaterThanOrEqual(0);
  });

  it('control: with batches that are not synced it does', { timeout: 60_000 }, async () => {
    const unsynced = buildUnsynced();
    try {
      await expect(cutOff(unsynced.entry, 1)).rejects.toThrow('acknowledged and lost');
    } finally {
      rmSync(unsynced.folder, { recursive: true, force: true });
    }
  });
});

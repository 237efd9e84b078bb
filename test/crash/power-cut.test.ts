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

async function cutPower(entry: string | undefined, cuts: number): Promise<void> {
  const server = await TracedServer.start(entry);
  try {
    const rooms = await WrittenRooms.create(() => server.webSocketUrl, ROOMS);
    rooms.start();
    try {
      await server.cut(rooms, cuts);
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
      await cutPower(undefined, Math.min(CUTS_PER_SERVER, CUTS - done));
  });

  it('control: with batches that are not synced it does', { timeout: 60_000 }, async () => {
    const unsynced = buildUnsynced();
    try {
      await expect(cutPower(unsynced.entry, 1)).rejects.toThrow('acknowledged and lost');
    } finally {
      rmSync(unsynced.folder, { recursive: true, force: true });
    }
  });
});

/** A full disk: the server refuses, takes up its work when there is space again, and loses nothing that it acknowledged. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FULL_DISKS } from '../support/crash/crash-counts.ts';
import { expectWhole, readFromServer } from '../support/crash/log-check.ts';
import { acknowledgedIn, untilAcknowledged, WrittenRooms } from '../support/crash/written-rooms.ts';
import { LastingServer } from '../support/server/lasting-server.ts';

const DISK_MIB = 32;
const RECORD_BYTES = 20_000;
const BLOCK = new Uint8Array(64 * 1024);
const STUCK_MS = 400;

/** A disk of its own, small. Undefined: it cannot be mounted here. */
function mountDisk(): { folder: string; unmount: () => void } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'sealroom-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', folder]);
  const unmount = () => {
    if (mounted.status === 0) spawnSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  };
  if (mounted.status === 0) return { folder, unmount };
  unmount();
  return undefined;
}

/** Takes the space that is left but for some, so that the log meets the end soon. */
function fill(folder: string, spareBytes: number): void {
  const file = openSync(join(folder, 'filler'), 'w');
  try {
    const { bavail, bsize } = statfsSync(folder);
    for (let left = bavail * bsize - spareBytes; left > BLOCK.length; left -= BLOCK.length) writeSync(file, BLOCK);
  } finally {
    closeSync(file);
  }
}

const probe = mountDisk();
probe?.unmount();
if (!probe) console.warn('The full disk is skipped: mounting a tmpfs needs root.');

/** Resolves when nothing more is acknowledged. */
async function untilStuck(rooms: WrittenRooms): Promise<void> {
  for (let before = -1; before !== rooms.acknowledgements; ) {
    before = rooms.acknowledgements;
    await new Promise((resolve) => setTimeout(resolve, STUCK_MS));
  }
}

async function fillFreeAndKill(folder: string): Promise<void> {
  const server = await LastingServer.start({ dataFolder: join(folder, 'data'), logLevel: 'warn' });
  try {
    const rooms = await WrittenRooms.create(() => server.webSocketUrl, 2, RECORD_BYTES);
    rooms.start();
    await untilAcknowledged(rooms, 20);
    fill(folder, 2 * 1024 * 1024);
    await untilStuck(rooms);
    expect(server.output).toContain('the store failed');
    rmSync(join(folder, 'filler'));
    await untilAcknowledged(rooms, 20);
    await server.kill();
    // Else they fill the disk a second time.
    await rooms.stop();
    await server.start();
    for (const written of rooms.rooms)
      expectWhole(await readFromServer(server.webSocketUrl, written.reader, written.room), acknowledgedIn(written));
    rooms.start();
    await untilAcknowledged(rooms, 10);
    await rooms.stop();
  } finally {
    await server.kill();
  }
}

describe.skipIf(!probe)('a full disk', () => {
  it(`loses nothing that was acknowledged, ${FULL_DISKS} times`, { timeout: FULL_DISKS * 90_000 }, async () => {
    for (let i = 0; i < FULL_DISKS; i++) {
      const disk = mountDisk();
      if (!disk) throw new Error('it could be mounted before');
      try {
        await fillFreeAndKill(disk.folder);
      } finally {
        disk.unmount();
      }
    }
  });
});

/** Power cuts of a running server: it is stopped for a moment, its data folder copied, and the copy cut to what was synced. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../../scripts/command.mjs';
import type { Hash, RoomId } from '../../../src/wire/ids.ts';
import { createRoomLogs } from '../../../sync-server/log/room-logs.ts';
import { openLevelStore } from '../../../sync-server/store/level-store.ts';
import { realClock } from '../server/clock.ts';
import { LastingServer } from '../server/lasting-server.ts';
import { expectWhole, readFromStore } from './log-check.ts';
import { SyncedLengths } from './synced-lengths.ts';
import { acknowledgedIn, untilAcknowledged, type WrittenRooms } from './written-rooms.ts';

const TRACED_WITHIN_MS = 5_000;
const LOOK_AGAIN_MS = 20;

/** `sizes`: bytes of each log file when it was copied, by its path in the original. */
type Copy = { readonly folder: string; readonly sizes: ReadonlyMap<string, number> };

/** Why traces cannot be made here, or null. */
export function whyNoTraces(): string | null {
  const tried = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']);
  if (tried.error) return 'strace is not installed (Debian: apt-get install strace)';
  return tried.status === 0 ? null : `strace cannot trace here: ${tried.stderr}`;
}

/** A copy of the built server whose batches are not synced. The caller removes the folder. */
export function buildUnsynced(): { readonly entry: string; readonly folder: string } {
  // Inside the project, so that its packages are found.
  mkdirSync(join(ROOT, 'test-results'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, 'test-results/unsynced-'));
  cpSync(join(ROOT, 'dist/server'), folder, { recursive: true });
  const store = join(folder, 'sync-server/store/level-store.js');
  const [before = '', after, ...more] = readFileSync(store, 'utf8').split('sync: true })');
  if (after === undefined || more.length > 0) throw new Error('the store does not ask for sync at one place');
  writeFileSync(store, `${before}sync: false })${after}`);
  return { entry: join(folder, 'sync-server/main.js'), folder };
}

export class TracedServer {
  readonly #folder: string;
  readonly #server: LastingServer;
  readonly #lengths: SyncedLengths;

  private constructor(folder: string, server: LastingServer) {
    this.#folder = folder;
    this.#server = server;
    this.#lengths = new SyncedLengths(join(folder, 'trace'));
  }

  /** `entry`: another build's main file. */
  static async start(entry?: string): Promise<TracedServer> {
    const folder = mkdtempSync(join(tmpdir(), 'sealroom-cut-'));
    const calls = 'trace=write,pwrite64,fdatasync,fsync';
    const strace = [
      'strace',
      '-f',
      '-y',
      '-q',
      '-s',
      '0',
      '-e',
      calls,
      '-e',
      'signal=none',
      '-o',
      join(folder, 'trace'),
    ];
    const server = await LastingServer.start({
      dataFolder: join(folder, 'data'),
      logLevel: 'warn',
      under: strace,
      ...(entry === undefined ? {} : { entry }),
    });
    return new TracedServer(folder, server);
  }

  get webSocketUrl(): string {
    return this.#server.webSocketUrl;
  }

  /** Cuts the power `count` times while `rooms` are written, and checks each time what is left. */
  async cut(rooms: WrittenRooms, count: number): Promise<void> {
    for (let cut = 0; cut < count; cut++) {
      await untilAcknowledged(rooms, 40);
      // First what people were told, then what is on disk: the second may only be more.
      const acknowledged = rooms.rooms.map((written) => ({ room: written.room, told: acknowledgedIn(written) }));
      this.#server.signal('SIGSTOP');
      let copy: Copy;
      try {
        copy = this.#copy(cut);
      } finally {
        this.#server.signal('SIGCONT');
      }
      await this.#untilTraced(copy.sizes);
      await checkCopy(copy.folder, acknowledged);
    }
  }

  /** What had been synced is read before the files are copied: a thread that stops late can only have synced more. */
  #copy(cut: number): Copy {
    const original = join(this.#folder, 'data/log');
    const folder = join(this.#folder, `copy-${cut}`);
    const lengths = this.#lengths.readOn();
    cpSync(original, folder, { recursive: true });
    const sizes = new Map<string, number>();
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.log'))) {
      sizes.set(join(original, file), statSync(join(folder, file)).size);
      truncateSync(join(folder, file), lengths.of(join(original, file)));
    }
    rmSync(join(folder, 'LOCK'), { force: true });
    return { folder, sizes };
  }

  /** A trace that lacks writes would make a cut mean nothing. It is written a moment after the files. */
  async #untilTraced(sizes: Copy['sizes']): Promise<void> {
    const end = performance.now() + TRACED_WITHIN_MS;
    for (;;) {
      const lengths = this.#lengths.readOn();
      if ([...sizes].every(([file, size]) => lengths.written(file) >= size)) return;
      if (performance.now() > end) throw new Error('the trace lacks writes');
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  async dispose(): Promise<void> {
    await this.#server.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function checkCopy(
  folder: string,
  acknowledged: readonly { readonly room: RoomId; readonly told: ReadonlyMap<number, Hash> }[],
): Promise<void> {
  const store = await openLevelStore({ folder, clock: realClock });
  try {
    const logs = createRoomLogs(store);
    for (const { room, told } of acknowledged) expectWhole(await readFromStore(logs, room), told);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

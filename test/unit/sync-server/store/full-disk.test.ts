import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { openLevelStore } from '../../../../sync-server/store/level-store.ts';
import { StorageFailed, type Store } from '../../../../sync-server/store/store.ts';
import { realClock } from '../../../support/server/clock.ts';
import { temporaryFolder } from '../../../support/server/stores.ts';

const DISK = '4m';
const VALUE_BYTES = 16 * 1024;

function mount(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Writes until the disk takes no more. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (;;) writeSync(file, new Uint8Array(4096));
  } catch {
    closeSync(file);
  }
}

const keyFor = (i: number): Uint8Array => Uint8Array.of(i >>> 8, i & 0xff);
const valueFor = (i: number): Uint8Array => new Uint8Array(VALUE_BYTES).fill(i);

/** Commits from number `from` on until one fails. Returns the number of that one. */
async function commitUntilFailure(store: Store, from: number, acknowledged: number[]): Promise<number> {
  for (let i = from; ; i++) {
    try {
      await store.commit([], [{ key: keyFor(i), value: valueFor(i) }]);
      acknowledged.push(i);
    } catch (error) {
      expect(error).toBeInstanceOf(StorageFailed);
      return i;
    }
  }
}

describe('a full disk', () => {
  it('costs no acknowledged commit, and the store goes on when there is room again', async ({ skip }) => {
    const folder = await temporaryFolder();
    if (!mount(folder)) return skip('this test mounts a small file system, which is not permitted here');
    const data = join(folder, 'data');
    const filler = join(folder, 'filler');
    const acknowledged: number[] = [];
    try {
      let store = await openLevelStore({ folder: data, clock: realClock });
      for (let i = 0; i < 10; i++) {
        await store.commit([], [{ key: keyFor(i), value: valueFor(i) }]);
        acknowledged.push(i);
      }
      for (let round = 0; round < 2; round++) {
        fill(filler);
        const failed = await commitUntilFailure(store, acknowledged.length + round, acknowledged);
        expect(store.accepting()).toBe(false);
        rmSync(filler);
        await vi.waitFor(() => expect(store.accepting()).toBe(true), { timeout: 10_000 });
        for (let i = failed + 1; i < failed + 11; i++) {
          await store.commit([], [{ key: keyFor(i), value: valueFor(i) }]);
          acknowledged.push(i);
        }
        await store.close();
        store = await openLevelStore({ folder: data, clock: realClock });
        for (const i of acknowledged) expect(await store.get(keyFor(i))).toEqual(valueFor(i));
      }
      expect(acknowledged.length).toBeGreaterThanOrEqual(30);
      await store.close();
    } finally {
      execFileSync('umount', ['--lazy', folder]);
      await rm(folder, { recursive: true, force: true });
    }
  }, 120_000);
});

import { rm } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../../../sync-server/store/level-database.ts';
import { openLevelStore } from '../../../../sync-server/store/level-store.ts';
import { DataFolderInUse, StorageFailed } from '../../../../sync-server/store/store.ts';
import { PATIENCE_MS } from '../../../support/patience.ts';
import { realClock } from '../../../support/server/clock.ts';
import { temporaryFolder } from '../../../support/server/stores.ts';

const key = (value: number): Uint8Array => Uint8Array.of(value);
const put = (value: number) => ({ key: key(value), value: key(value) });

/** A database of which every step is watched and can be held or failed. */
function makeDatabase() {
  const calls: string[] = [];
  const held: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const failures = { open: 0 };
  const database: Database = {
    open: async () => {
      calls.push('open');
      if (failures.open-- > 0) throw new Error('still full');
    },
    close: async () => void calls.push('close'),
    get: async () => undefined,
    getMany: async (keys) => keys.map(() => undefined),
    getSync: () => undefined,
    batch: (operations, { sync }) => {
      calls.push(`batch of ${operations.length}${sync ? ', synced' : ''}`);
      return new Promise((resolve, reject) => held.push({ resolve, reject }));
    },
    iterator: async function* () {},
  };
  return { database, calls, held, failures };
}

const untilHeld = (held: readonly unknown[], count: number) =>
  vi.waitFor(
    () => {
      expect(held).toHaveLength(count);
    },
    { timeout: PATIENCE_MS },
  );

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

describe('the LevelDB store', () => {
  it('writes commits that arrive while a batch is on its way as one batch, always synced', async () => {
    const { database, calls, held } = makeDatabase();
    const store = await openLevelStore({ folder: '', clock: realClock, database });
    const first = store.commit([], [put(1)]);
    await untilHeld(held, 1);
    const later = [2, 3, 4].map((i) => store.commit([], [put(i)]));
    held[0]?.resolve();
    await first;
    await untilHeld(held, 2);
    held[1]?.resolve();
    await Promise.all(later);
    expect(calls).toEqual(['open', 'batch of 1, synced', 'batch of 3, synced']);
  });

  it('does not settle a commit before its batch is on disk', async () => {
    const { database, held } = makeDatabase();
    const store = await openLevelStore({ folder: '', clock: realClock, database });
    let settled = false;
    const commit = store.commit([], [put(1)]).then(() => {
      settled = true;
    });
    await untilHeld(held, 1);
    expect(settled).toBe(false);
    held[0]?.resolve();
    await commit;
    expect(settled).toBe(true);
  });

  it('rejects what waits after a failed batch, reopens the database, says so and goes on', async () => {
    const { database, calls, held, failures } = makeDatabase();
    const failed: unknown[] = [];
    const store = await openLevelStore({ folder: '', clock: realClock, database, onFailure: (e) => failed.push(e) });
    let reopened = 0;
    store.onReopen(() => reopened++);
    failures.open = 2;
    const doomed = [store.commit([], [put(1)])];
    await untilHeld(held, 1);
    doomed.push(store.commit([], [put(2)]));
    held[0]?.reject(new Error('no space left on device'));
    for (const commit of doomed) await expect(commit).rejects.toThrow(StorageFailed);
    expect(store.accepting()).toBe(false);
    await expect(store.commit([], [put(3)])).rejects.toThrow(StorageFailed);
    await expect(store.get(key(1))).rejects.toThrow(StorageFailed);
    await vi.waitFor(() => expect(store.accepting()).toBe(true), { timeout: PATIENCE_MS });
    expect(reopened).toBe(1);
    expect(calls).toEqual(['open', 'batch of 1, synced', 'close', 'open', 'close', 'open', 'close', 'open']);
    expect(failed).toHaveLength(3);
    const next = store.commit([], [put(4)]);
    await untilHeld(held, 2);
    held[1]?.resolve();
    expect(await next).toBe('committed');
  });

  it('can be closed while it tries to reopen', async () => {
    const { database, held, failures } = makeDatabase();
    const store = await openLevelStore({ folder: '', clock: realClock, database });
    failures.open = 1_000;
    const doomed = store.commit([], [put(1)]);
    await untilHeld(held, 1);
    held[0]?.reject(new Error('no space left on device'));
    await expect(doomed).rejects.toThrow(StorageFailed);
    await store.close();
    expect(store.accepting()).toBe(false);
  });

  it('says that a data folder is in use', async () => {
    const folder = await temporaryFolder();
    folders.push(folder);
    const store = await openLevelStore({ folder, clock: realClock });
    await expect(openLevelStore({ folder, clock: realClock })).rejects.toThrow(DataFolderInUse);
    await expect(openLevelStore({ folder, clock: realClock })).rejects.toThrow(/data folder is in use/);
    await store.close();
    await (await openLevelStore({ folder, clock: realClock })).close();
  });
});

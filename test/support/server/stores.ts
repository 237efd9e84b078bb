/** Every version of the store, for suites that all of them must pass. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLevelStore } from '../../../sync-server/store/level-store.ts';
import { createMemoryStore } from '../../../sync-server/store/memory-store.ts';
import type { Store } from '../../../sync-server/store/store.ts';
import { realClock } from './clock.ts';

export type StoreVersion = {
  readonly name: string;
  /** `reopen`: closes the store and opens what is on disk; null where nothing outlives the process. */
  readonly open: () => Promise<{ store: Store; reopen: (() => Promise<Store>) | null; dispose: () => Promise<void> }>;
};

export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'sealroom-store-'));

const memory: StoreVersion = {
  name: 'in memory',
  open: async () => ({ store: createMemoryStore(), reopen: null, dispose: async () => undefined }),
};

const level: StoreVersion = {
  name: 'on LevelDB',
  open: async () => {
    const folder = await temporaryFolder();
    let store = await openLevelStore({ folder, clock: realClock });
    return {
      store,
      reopen: async () => {
        await store.close();
        store = await openLevelStore({ folder, clock: realClock });
        return store;
      },
      dispose: async () => {
        await store.close();
        await rm(folder, { recursive: true });
      },
    };
  },
};

export const STORE_VERSIONS: readonly StoreVersion[] = [memory, level];

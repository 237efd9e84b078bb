/** LevelDB as the store uses it. Tests put databases in its place that fail or are held. */
import { Level } from 'level';

/**
 * What is gathered in memory before it becomes a file. LevelDB's 4 MiB fill within a second under load, and every file
 * is merged with others later.
 */
const WRITE_BUFFER_BYTES = 16 * 1024 * 1024;

export type Operation =
  | { readonly type: 'put'; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: Uint8Array };

export interface Database {
  open(): Promise<void>;
  close(): Promise<void>;
  get(key: Uint8Array): Promise<Uint8Array | undefined>;
  getMany(keys: Uint8Array[]): Promise<(Uint8Array | undefined)[]>;
  /** For keys that were written lately and are in memory: otherwise it blocks on the disk. */
  getSync(key: Uint8Array): Uint8Array | undefined;
  batch(operations: readonly Operation[], options: { sync: boolean }): Promise<void>;
  iterator(options: {
    gte: Uint8Array;
    lt: Uint8Array;
    reverse: boolean;
    limit: number;
    highWaterMarkBytes: number;
  }): AsyncIterable<[Uint8Array, Uint8Array]>;
}

export function createLevelDatabase(folder: string): Database {
  // `Level` is typed for browsers too; the options are classic-level's. What is stored is ciphertext: nothing to compress.
  const options = {
    keyEncoding: 'view',
    valueEncoding: 'view',
    compression: false,
    writeBufferSize: WRITE_BUFFER_BYTES,
  } as const;
  const level = new Level<Uint8Array, Uint8Array>(folder, options);
  return {
    open: () => level.open(),
    close: () => level.close(),
    get: (key) => level.get(key),
    getMany: (keys) => level.getMany(keys),
    getSync: (key) => level.getSync(key),
    // A chained batch costs a tenth of an array of operations, which are copied and read one property at a time.
    batch: (operations, { sync }) => {
      const batch = level.batch();
      for (const operation of operations)
        if (operation.type === 'put') batch.put(operation.key, operation.value);
        else batch.del(operation.key);
      return batch.write({ sync } as object);
    },
    iterator: (options) => level.iterator(options as object),
  };
}

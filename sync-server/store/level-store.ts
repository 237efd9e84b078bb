/**
 * The store on LevelDB.
 *
 * Invariants:
 * 1. One batch is on its way at a time, with `sync: true`; commits that arrive meanwhile form the next one. So what a
 *    commit is judged by is on disk or before it in its own batch.
 * 2. After a failed batch nothing is accepted until the database was closed and opened again: LevelDB that goes on after
 *    a full disk acknowledges writes that a crash then loses.
 * 3. A commit is settled only when its batch is on disk; a failed one may be on disk or not.
 */
import type { Cancel, Clock } from '../clock.ts';
import { judgeGroup, type PendingCommit } from './commit-group.ts';
import { createLevelDatabase, type Database, type Operation } from './level-database.ts';
import {
  type Check,
  type CommitResult,
  DataFolderInUse,
  type Entry,
  type Range,
  StorageFailed,
  type Store,
  type Write,
} from './store.ts';

/** Keys and values of one batch. A single larger commit goes alone. */
const MAX_GROUP_BYTES = 8 * 1024 * 1024;
/** Bytes that a range keeps read ahead. */
const READ_AHEAD_BYTES = 64 * 1024;
const FIRST_REOPEN_MS = 50;
const MAX_REOPEN_MS = 5_000;

export type LevelStoreOptions = {
  readonly folder: string;
  readonly clock: Pick<Clock, 'after'>;
  /** Told when a batch, or an attempt to reopen, has failed. */
  readonly onFailure?: (error: unknown) => void;
  readonly database?: Database;
};

/** @throws DataFolderInUse, or StorageFailed when the folder cannot be opened for another reason */
export async function openLevelStore(options: LevelStoreOptions): Promise<Store> {
  const database = options.database ?? createLevelDatabase(options.folder);
  try {
    await database.open();
  } catch (error) {
    throw isLocked(error)
      ? new DataFolderInUse(options.folder)
      : new StorageFailed(`the data folder cannot be opened: ${options.folder}`, error);
  }
  return new LevelStore(database, options);
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);
const isLocked = (error: unknown): boolean =>
  codeOf(error) === 'LEVEL_LOCKED' || (error instanceof Error && codeOf(error.cause) === 'LEVEL_LOCKED');

const sizeOf = (writes: readonly Write[]): number =>
  writes.reduce((sum, { key, value }) => sum + key.length + (value?.length ?? 0), 0);

class LevelStore implements Store {
  readonly #database: Database;
  readonly #clock: Pick<Clock, 'after'>;
  readonly #onFailure: (error: unknown) => void;
  readonly #reopenListeners = new Set<() => void>();
  #state: 'open' | 'reopening' | 'closing' | 'closed' = 'open';
  #queue: PendingCommit[] = [];
  /** Settles when no batch is on its way. */
  #running: Promise<void> | null = null;
  #reopening: Promise<void> | null = null;
  #stopWaiting: Cancel = () => undefined;

  constructor(database: Database, { clock, onFailure }: LevelStoreOptions) {
    this.#database = database;
    this.#clock = clock;
    this.#onFailure = onFailure ?? (() => undefined);
  }

  commit(checks: readonly Check[], writes: readonly Write[]): Promise<CommitResult> {
    if (this.#state !== 'open') return Promise.reject(new StorageFailed(`the store is ${this.#state}`));
    return new Promise((settle, fail) => {
      this.#queue.push({ checks, writes, bytes: sizeOf(writes), settle, fail });
      this.#running ??= this.#run();
    });
  }

  get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#read(async () => plain(await this.#database.get(key)));
  }

  getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]> {
    return this.#read(async () => (await this.#database.getMany([...keys])).map(plain));
  }

  async *range({ from, to, reverse = false, limit = -1 }: Range): AsyncIterable<Entry> {
    this.#assertReadable();
    try {
      const options = { gte: from, lt: to, reverse, limit, highWaterMarkBytes: READ_AHEAD_BYTES };
      for await (const [key, value] of this.#database.iterator(options)) yield { key: view(key), value: view(value) };
    } catch (error) {
      throw new StorageFailed('reading failed', error);
    }
  }

  accepting(): boolean {
    return this.#state === 'open';
  }

  onReopen(listener: () => void): () => void {
    this.#reopenListeners.add(listener);
    return () => this.#reopenListeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    const reopening = this.#state === 'reopening';
    this.#state = 'closing';
    this.#stopWaiting();
    await (reopening ? this.#reopening : this.#running);
    this.#state = 'closed';
    await this.#database.close();
  }

  /** Takes group after group until nobody waits. */
  async #run(): Promise<void> {
    // Whoever else commits in this turn joins the first group.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const group = this.#takeGroup();
      try {
        const { results, writes } = judgeGroup(group, (key) => this.#database.getSync(key));
        if (writes.length > 0) await this.#database.batch(writes.map(operationOf), { sync: true });
        group.forEach(({ settle }, i) => {
          settle(results[i] ?? 'conflict');
        });
      } catch (error) {
        this.#fail(group, error);
      }
    }
    this.#running = null;
  }

  #takeGroup(): PendingCommit[] {
    let bytes = 0;
    let count = 0;
    for (const commit of this.#queue) {
      bytes += commit.bytes;
      if (count > 0 && bytes > MAX_GROUP_BYTES) break;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  #fail(group: readonly PendingCommit[], error: unknown): void {
    this.#onFailure(error);
    const failed = [...group, ...this.#queue];
    this.#queue = [];
    if (this.#state === 'open') {
      this.#state = 'reopening';
      this.#reopening = this.#reopen();
    }
    for (const { fail } of failed) fail(new StorageFailed('the batch could not be written', error));
  }

  async #reopen(): Promise<void> {
    let delay = FIRST_REOPEN_MS;
    while (this.#state === 'reopening') {
      try {
        await this.#database.close();
        await this.#database.open();
        if (this.#state !== 'reopening') return;
        this.#state = 'open';
        for (const listener of this.#reopenListeners) listener();
        return;
      } catch (error) {
        this.#onFailure(error);
      }
      await this.#pause(delay);
      delay = Math.min(delay * 2, MAX_REOPEN_MS);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, resolve);
      this.#stopWaiting = () => {
        cancel();
        resolve();
      };
    });
  }

  async #read<T>(read: () => Promise<T>): Promise<T> {
    this.#assertReadable();
    try {
      return await read();
    } catch (error) {
      throw new StorageFailed('reading failed', error);
    }
  }

  /** Between a failure and the reopening nobody knows what is on disk. */
  #assertReadable(): void {
    if (this.#state === 'reopening' || this.#state === 'closed') throw new StorageFailed(`the store is ${this.#state}`);
  }
}

/** LevelDB hands out Node's buffers, whose `slice` and `toString` are not those of byte arrays. */
const view = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const plain = (bytes: Uint8Array | undefined): Uint8Array | undefined => bytes && view(bytes);

const operationOf = ({ key, value }: Write): Operation =>
  value === null ? { type: 'del', key } : { type: 'put', key, value };

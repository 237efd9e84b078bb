/** A store whose disk can be told to fail, and which then behaves as LevelDB's does: nothing until it has reopened. */
import {
  type Check,
  type CommitResult,
  type Range,
  StorageFailed,
  type Store,
  type Write,
} from '../../../sync-server/store/store.ts';

export type FailingStore = Store & {
  /** The next commit fails; `written`: though its writes have reached the disk. */
  failNext(written?: boolean): void;
  /** Commits wait until `resume` is called. */
  pause(): void;
  resume(): void;
  reopen(): void;
};

export function makeFailingStore(store: Store): FailingStore {
  const listeners = new Set<() => void>();
  let failure: { readonly written: boolean } | null = null;
  let accepting = true;
  let paused: (() => void)[] | null = null;
  const assertOpen = () => {
    if (!accepting) throw new StorageFailed('the store is reopening');
  };
  return {
    failNext: (written = false) => {
      failure = { written };
    },
    pause: () => {
      paused ??= [];
    },
    resume: () => {
      const waiting = paused ?? [];
      paused = null;
      for (const resolve of waiting) resolve();
    },
    reopen: () => {
      accepting = true;
      for (const listener of listeners) listener();
    },
    async commit(checks: readonly Check[], writes: readonly Write[]): Promise<CommitResult> {
      assertOpen();
      const queue = paused;
      if (queue) await new Promise<void>((resolve) => queue.push(resolve));
      assertOpen();
      if (!failure) return store.commit(checks, writes);
      const { written } = failure;
      failure = null;
      accepting = false;
      if (written) await store.commit(checks, writes);
      throw new StorageFailed('the disk is full');
    },
    async get(key: Uint8Array) {
      assertOpen();
      return store.get(key);
    },
    async getMany(keys: readonly Uint8Array[]) {
      assertOpen();
      return store.getMany(keys);
    },
    async *range(range: Range) {
      assertOpen();
      yield* store.range(range);
    },
    accepting: () => accepting,
    onReopen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => store.close(),
  };
}

/**
 * The one storage port. Everything that the server keeps goes through `commit`, so that what belongs together (a record
 * and its charge, a sign-up and its bundle) is on disk together or not at all.
 */

/** `key` must hold exactly `value`, or nothing where `value` is null. */
export type Check = { readonly key: Uint8Array; readonly value: Uint8Array | null };
/** Null removes the key. */
export type Write = { readonly key: Uint8Array; readonly value: Uint8Array | null };
export type Entry = { readonly key: Uint8Array; readonly value: Uint8Array };

/** Keys from `from` up to, but without, `to`, in the order of their bytes. */
export type Range = {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  /** Largest key first. */
  readonly reverse?: boolean;
  /** Entries at most. */
  readonly limit?: number;
};

/** `conflict`: a check failed, nothing was written. */
export type CommitResult = 'committed' | 'conflict';

export interface Store {
  /**
   * Writes all or nothing, durably, if all checks hold. Commits take effect in the order of the calls. The bytes handed
   * in must not change before the promise settles.
   * @throws StorageFailed the writes may or may not be on disk; nothing is accepted until the store has reopened
   */
  commit(checks: readonly Check[], writes: readonly Write[]): Promise<CommitResult>;
  /** @throws StorageFailed */
  get(key: Uint8Array): Promise<Uint8Array | undefined>;
  /** The values of `keys`, in their order. @throws StorageFailed */
  getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]>;
  /** Reads the state at the moment when the iteration begins. @throws StorageFailed */
  range(range: Range): AsyncIterable<Entry>;
  /** False while it reopens after a failure, and once closed. */
  accepting(): boolean;
  /** Calls back after every reopening: whatever was remembered of failed commits must be read again. */
  onReopen(listener: () => void): () => void;
  /** Waits for the commits under way. */
  close(): Promise<void>;
}

/** The disk, or the file system on it, refused. Expected: full disks happen. */
export class StorageFailed extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StorageFailed';
  }
}

/** Another process has the data folder open. */
export class DataFolderInUse extends Error {
  constructor(folder: string) {
    super(`The data folder is in use by another process: ${folder}`);
    this.name = 'DataFolderInUse';
  }
}

/**
 * One box of the vault: a Yjs document that stock y-indexeddb keeps in a database of its own.
 *
 * Invariants:
 * - A rejected commit is undone: it is not in the document, and the next write that succeeds removes it from the disk. (A
 *   crash before that may leave it there, whole.) Commits made after it fail with it, because they may build on it.
 * - One commit is one Yjs transaction, one update and one IndexedDB put, so the disk has all of it or nothing.
 * - A commit resolves only after a later read-write transaction over the same store has completed and no transaction of
 *   this connection was aborted in between. y-indexeddb does not look at the outcome of its writes.
 * - Once a write was lost, later ones hang in the air on disk (Yjs applies them only after what is missing). So `#lost`
 *   stays until one transaction has replaced everything stored by the document's state.
 * - Only one engine at a time has the box open: the worker host sees to that.
 */
import { IndexeddbPersistence } from 'y-indexeddb';
import * as Y from 'yjs';
import {
  type Box,
  type BoxChange,
  type BoxContents,
  type Cancel,
  type Clock,
  StorageFault,
} from '../../engine/ports.ts';
import {
  confirmWrites,
  countUpdates,
  faultOf,
  isForeignWrite,
  openDatabase,
  replaceUpdates,
  withTimeout,
} from './box-database.ts';
import { applyChange, documentOf, liveBytes, readContents, type Undo } from './box-document.ts';

/** A smaller state counts as this large: a few appended updates are not worth a rewrite. */
const COMPACT_MIN_STATE_BYTES = 128 * 1024;
/** Rewritten in idle time when the updates appended since the last rewrite weigh this many times the state. */
const COMPACT_IDLE_RATIO = 2;
/** Rewritten without waiting for idle time. */
const COMPACT_NOW_RATIO = 8;
/** A database of more entries than this is rewritten soon after it was opened: each costs time at the next start. */
const COMPACT_ENTRIES = 100;
const COMPACT_IDLE_MS = 3_000;
/** A state this many times what it holds is mostly Yjs's memory of deletions: the document is then built anew. */
const BLOAT_RATIO = 2;
const BLOAT_MIN_BYTES = 256 * 1024;

type Commit = { readonly undo: Undo; readonly settled: (fault: StorageFault | null) => void };

/** @throws StorageFault */
async function persist(name: string, doc: Y.Doc): Promise<IndexeddbPersistence> {
  // Where it cannot be opened, y-indexeddb would leave an unhandled rejection and no sign behind.
  (await openDatabase(name)).close();
  const persistence = new IndexeddbPersistence(name, doc);
  // y-indexeddb rewrites by count, on each burst of 500 updates and in the middle of typing. Bytes and idle time decide
  // here, so its counter never moves.
  Object.defineProperty(persistence, '_dbsize', { get: () => 0, set: () => {} });
  await withTimeout(Promise.all([persistence._db, persistence.whenSynced]), 'loading');
  return persistence;
}

/** @throws StorageFault */
export async function openIndexedDbBox(name: string, clock: Clock): Promise<Box> {
  const doc = new Y.Doc();
  return new IndexedDbBox(name, doc, await persist(name, doc), clock);
}

class IndexedDbBox implements Box {
  readonly #name: string;
  readonly #clock: Clock;
  #doc: Y.Doc;
  #persistence: IndexeddbPersistence;
  /** False: changes do not reach the disk, and what is stored may be of another lineage than `#doc`. */
  #connected = true;
  #closed = false;
  #lost: StorageFault | null = null;
  #waiting: Commit[] = [];
  #settling: Promise<void> | null = null;
  /** Of the whole state when it was last written in one piece. */
  #stateBytes: number;
  #appendedBytes = 0;
  #compactionDue = false;
  #cancelIdle: Cancel = () => {};

  constructor(name: string, doc: Y.Doc, persistence: IndexeddbPersistence, clock: Clock) {
    this.#name = name;
    this.#clock = clock;
    this.#doc = doc;
    this.#persistence = persistence;
    this.#stateBytes = Y.encodeStateAsUpdate(doc).length;
    this.#listen();
    const isBloated = this.#bloated() !== null;
    countUpdates(this.#db).then(
      (entries) => {
        if (entries > COMPACT_ENTRIES || isBloated) this.#compactWhenIdle();
      },
      () => {}, // A connection that fails shows at the next commit.
    );
  }

  async read(): Promise<BoxContents> {
    return readContents(this.#doc);
  }

  commit(change: BoxChange): Promise<void> {
    if (this.#closed) return Promise.reject(new StorageFault('failed', new Error('the box is closed')));
    let undo: Undo;
    try {
      undo = applyChange(this.#doc, change);
    } catch (error) {
      return Promise.reject(error); // A misuse, refused before anything happened.
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ undo, settled: (fault) => (fault === null ? resolve() : reject(fault)) });
      this.#settleSoon();
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelIdle();
    await this.#settling;
    await this.#persistence.destroy();
    this.#doc.destroy();
  }

  get #db(): IDBDatabase {
    // Set since `whenSynced`.
    return this.#persistence.db as IDBDatabase;
  }

  #listen(): void {
    const db = this.#db;
    this.#connected = true;
    // Aborts of y-indexeddb's own transactions bubble up to here; nothing else tells of them.
    db.addEventListener('abort', (event) => {
      const transaction = event.target as IDBTransaction;
      if (isForeignWrite(transaction)) this.#lost = faultOf(transaction.error, 'failed');
    });
    db.addEventListener('close', () => {
      if (this.#db === db) this.#disconnect(new Error('the browser closed the database'));
    });
    this.#doc.off('update', this.#persistence._storeUpdate);
    this.#doc.on('update', this.#onUpdate);
  }

  /** In front of y-indexeddb's own listener, which throws on a closed connection: and that would break the Y.Doc for good. */
  readonly #onUpdate = (update: Uint8Array, origin: unknown): void => {
    this.#appendedBytes += update.length;
    if (!this.#connected) return;
    try {
      this.#persistence._storeUpdate(update, origin);
    } catch (error) {
      this.#disconnect(error);
    }
  };

  /** From now on the document changes in memory only, until a rewrite has succeeded. */
  #disconnect(cause: unknown): void {
    this.#connected = false;
    this.#lost = faultOf(cause, 'failed');
  }

  #settleSoon(): void {
    this.#settling ??= this.#settle();
  }

  /** Commits of one turn, and those that came while the last confirmation ran, share the next one. */
  async #settle(): Promise<void> {
    await null;
    while (this.#waiting.length > 0 || this.#compactionDue) {
      const batch = this.#waiting;
      this.#waiting = [];
      const fault = batch.length > 0 ? await this.#write() : null;
      if (fault !== null) this.#undo(batch, fault);
      else for (const { settled } of batch) settled(null);
      if (this.#compactionDue || this.#appendedBytes > this.#compactAt(COMPACT_NOW_RATIO)) await this.#compact();
    }
    this.#settling = null;
    if (this.#appendedBytes > this.#compactAt(COMPACT_IDLE_RATIO)) this.#compactWhenIdle();
  }

  async #write(): Promise<StorageFault | null> {
    if (this.#lost === null) await this.#confirm();
    if (this.#lost !== null) this.#lost = (await this.#rewrite()) ?? this.#lost;
    return this.#lost;
  }

  #undo(failed: readonly Commit[], fault: StorageFault): void {
    // Taking back must not reach the disk in pieces either: the next write begins with a rewrite.
    this.#disconnect(fault);
    const commits = [...failed, ...this.#waiting];
    this.#waiting = [];
    for (const { undo } of commits.toReversed()) undo(this.#doc);
    for (const { settled } of commits) settled(fault);
  }

  async #compact(): Promise<void> {
    this.#compactionDue = false;
    const mustSucceed = this.#lost !== null || this.#rebuildIfBloated();
    const fault = await this.#rewrite();
    // Otherwise the disk said everything before, and a rewrite that failed has changed nothing.
    if (mustSucceed) this.#lost = fault ?? this.#lost;
    // After a failure it is tried again when as much has been appended once more.
    if (fault !== null) this.#appendedBytes = 0;
  }

  async #confirm(): Promise<void> {
    try {
      await confirmWrites(this.#db);
    } catch (error) {
      this.#lost = this.#understand(error);
    }
  }

  /** Makes the disk say what the document says, in one transaction. Null: it does, unless `#lost` was set meanwhile. */
  async #rewrite(): Promise<StorageFault | null> {
    const state = Y.encodeStateAsUpdate(this.#doc);
    const appendedBefore = this.#appendedBytes;
    let lostBefore: StorageFault | null = null;
    const forgetLosses = (): void => {
      // What was lost before this moment is in `state`; what is lost after it counts again.
      lostBefore = this.#lost;
      this.#lost = null;
    };
    try {
      if (this.#connected) await replaceUpdates(this.#db, state, forgetLosses);
      else await this.#reconnect(state, forgetLosses);
      this.#stateBytes = state.length;
      this.#appendedBytes -= appendedBefore;
      return null;
    } catch (error) {
      this.#lost ??= lostBefore;
      return this.#understand(error);
    }
  }

  /**
   * What is stored is replaced before y-indexeddb loads it, because it may be of another lineage. @throws StorageFault
   */
  async #reconnect(state: Uint8Array, onReplacing: () => void): Promise<void> {
    await this.#persistence.destroy();
    const db = await openDatabase(this.#name);
    try {
      await replaceUpdates(db, state, onReplacing);
    } finally {
      db.close();
    }
    this.#persistence = await persist(this.#name, this.#doc);
    this.#listen();
  }

  #understand(error: unknown): StorageFault {
    // Transactions cannot even be begun on a closed connection.
    if (error instanceof DOMException && error.name === 'InvalidStateError') this.#disconnect(error);
    return faultOf(error, 'failed');
  }

  /** The contents, if most of the state is something else. */
  #bloated(): BoxContents | null {
    if (this.#stateBytes < BLOAT_MIN_BYTES) return null;
    const contents = readContents(this.#doc);
    return this.#stateBytes > BLOAT_RATIO * liveBytes(contents) ? contents : null;
  }

  #rebuildIfBloated(): boolean {
    this.#stateBytes = Y.encodeStateAsUpdate(this.#doc).length;
    const contents = this.#bloated();
    if (contents === null) return false;
    this.#doc.destroy(); // And with it the old persistence, which listens to it.
    this.#doc = documentOf(contents);
    this.#connected = false;
    return true;
  }

  #compactAt(ratio: number): number {
    return ratio * Math.max(COMPACT_MIN_STATE_BYTES, this.#stateBytes);
  }

  #compactWhenIdle(): void {
    if (this.#closed) return;
    this.#cancelIdle();
    this.#cancelIdle = this.#clock.after(COMPACT_IDLE_MS, () => {
      this.#compactionDue = true;
      this.#settleSoon();
    });
  }
}

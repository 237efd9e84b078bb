/** A box's IndexedDB database, laid out as y-indexeddb 9 lays it out, with the errors that y-indexeddb swallows. */
import { StorageFault, type StorageFaultKind } from '../../engine/ports.ts';

const UPDATES = 'updates';
const CUSTOM = 'custom';
const CONFIRMATION_KEY = 'confirmed';

/** A browser whose storage is broken may never answer. */
export const DATABASE_TIMEOUT_MS = 20_000;

const nameOf = (error: unknown): string => (error instanceof Error || error instanceof DOMException ? error.name : '');

/** `otherwise`: what an error means here that does not say that the disk is full. */
export function faultOf(error: unknown, otherwise: StorageFaultKind): StorageFault {
  if (error instanceof StorageFault) return error;
  return new StorageFault(nameOf(error) === 'QuotaExceededError' ? 'full' : otherwise, error);
}

/** @throws StorageFault `failed` when `work` does not settle within `DATABASE_TIMEOUT_MS` */
export async function withTimeout<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StorageFault('failed', new Error(`${what} timed out`))), DATABASE_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** @throws StorageFault `denied` or `full` */
export async function openDatabase(name: string): Promise<IDBDatabase> {
  const opened = new Promise<IDBDatabase>((resolve, reject) => {
    // Reading the global may throw as well: browsers that forbid storage do that.
    const request = indexedDB.open(name);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(UPDATES, { autoIncrement: true });
      request.result.createObjectStore(CUSTOM);
    };
    request.onblocked = () => reject(new Error('blocked'));
    request.onerror = () => reject(request.error);
    request.onsuccess = () => resolve(request.result);
  });
  try {
    return await withTimeout(opened, 'opening');
  } catch (error) {
    throw faultOf(error, 'denied');
  }
}

/** @throws StorageFault */
export async function deleteDatabase(name: string): Promise<void> {
  const deleted = new Promise<void>((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onerror = () => reject(request.error);
    request.onsuccess = () => resolve();
  });
  try {
    await withTimeout(deleted, 'deleting');
  } catch (error) {
    throw faultOf(error, 'failed');
  }
}

const finished = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('aborted'));
  });

/** Strict: what was reported as saved survives the loss of power, not only the end of the browser. */
const writeBoth = (db: IDBDatabase): IDBTransaction =>
  db.transaction([UPDATES, CUSTOM], 'readwrite', { durability: 'strict' });

/** Whether y-indexeddb began it: its writes touch one store, those of this file two. */
export const isForeignWrite = (transaction: IDBTransaction): boolean =>
  transaction.mode === 'readwrite' && transaction.objectStoreNames.length === 1;

/**
 * Resolves when every transaction begun before has ended, well or badly. It writes, so that it reaches the disk and so
 * that a full disk shows.
 */
export async function confirmWrites(db: IDBDatabase): Promise<void> {
  const transaction = writeBoth(db);
  transaction.objectStore(CUSTOM).put(1, CONFIRMATION_KEY);
  await withTimeout(finished(transaction), 'confirming');
}

/** Replaces everything stored by one update, in one transaction. `onStart`: all transactions before it have ended. */
export async function replaceUpdates(db: IDBDatabase, state: Uint8Array, onStart: () => void): Promise<void> {
  const transaction = writeBoth(db);
  const updates = transaction.objectStore(UPDATES);
  updates.clear().onsuccess = onStart;
  updates.add(state);
  await withTimeout(finished(transaction), 'rewriting');
}

export async function countUpdates(db: IDBDatabase): Promise<number> {
  const transaction = db.transaction([UPDATES], 'readonly');
  const request = transaction.objectStore(UPDATES).count();
  await withTimeout(finished(transaction), 'counting');
  return request.result;
}

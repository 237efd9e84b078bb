import 'fake-indexeddb/auto';
import { forceCloseDatabase, IDBFactory } from 'fake-indexeddb';

/**
 * Puts a new in-memory IndexedDB in place of the global one, which stock y-indexeddb reads, and makes it fail on demand.
 * Writes fail as Chromium's do on a full disk: the request succeeds, the transaction is aborted at its end.
 */
export class FaultyIndexedDb {
  /** Name of the DOMException that read-write transactions end with; null: they succeed. */
  writesFailWith: string | null = null;
  /** Read-write transactions begun. */
  writes = 0;
  readonly #databases = new Set<IDBDatabase>();

  constructor() {
    const factory = new IDBFactory();
    globalThis.indexedDB = this.#watch(factory as unknown as globalThis.IDBFactory);
  }

  /** Makes every attempt to open a database throw, as browsers do that forbid storage. */
  forbidOpening(name = 'SecurityError'): void {
    globalThis.indexedDB = new Proxy(indexedDB, {
      get(target, key) {
        if (key !== 'open') return Reflect.get(target, key, target);
        return () => {
          throw new DOMException('not allowed', name);
        };
      },
    });
  }

  /** What happens when the browser itself closes a database: its backend crashed, or the site's data was cleared. */
  closeAll(): void {
    for (const database of this.#databases) forceCloseDatabase(database as never);
    this.#databases.clear();
  }

  #watch(factory: globalThis.IDBFactory): globalThis.IDBFactory {
    return {
      cmp: (a, b) => factory.cmp(a, b),
      databases: () => factory.databases(),
      deleteDatabase: (name) => factory.deleteDatabase(name),
      open: (name, version) => {
        const request = version === undefined ? factory.open(name) : factory.open(name, version);
        request.addEventListener('success', () => this.#watchDatabase(request.result));
        return request;
      },
    };
  }

  #watchDatabase(database: IDBDatabase): void {
    this.#databases.add(database);
    const begin = database.transaction.bind(database);
    database.transaction = (stores, mode, options) => {
      const transaction = begin(stores, mode, options);
      if (mode !== 'readwrite') return transaction;
      this.writes++;
      if (this.writesFailWith !== null) failAtEnd(transaction, this.writesFailWith);
      return transaction;
    };
  }
}

/** Aborts with an error of that name after the last request has succeeded. */
function failAtEnd(transaction: IDBTransaction, errorName: string): void {
  const internal = transaction as IDBTransaction & { _abort(name: string): void; _requests: unknown[] };
  const objectStore = transaction.objectStore.bind(transaction);
  transaction.objectStore = (name) => {
    const store = objectStore(name);
    for (const method of ['put', 'add'] as const) {
      const write = store[method].bind(store);
      store[method] = (value: unknown, key?: IDBValidKey) => {
        const request = key === undefined ? write(value) : write(value, key);
        request.addEventListener('success', () => internal._requests.length === 0 && internal._abort(errorName));
        return request;
      };
    }
    return store;
  };
}

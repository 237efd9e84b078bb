/** What a browser keeps for the app: everything that a page can get at. */
import type { Person } from './person.ts';

export type KeptHere = {
  /** Of each database, its stores with the keys in them. */
  readonly databases: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** All values, so that something known can be looked for in them; bytes one character each. */
  readonly values: string;
};

/** Of the origin that the person's page shows. */
export const keptHere = ({ page }: Person): Promise<KeptHere> =>
  page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const latin = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
    const plain = (_: string, value: unknown): unknown => {
      if (value instanceof ArrayBuffer) return latin(new Uint8Array(value));
      return ArrayBuffer.isView(value)
        ? latin(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
        : value;
    };
    const databases: Record<string, Record<string, string[]>> = {};
    let values = JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage });
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name));
      const stores: Record<string, string[]> = {};
      for (const store of database.objectStoreNames) {
        const content = database.transaction(store).objectStore(store);
        stores[store] = (await done(content.getAllKeys())).map((key) => JSON.stringify(key));
        values += JSON.stringify(await done(content.getAll()), plain);
      }
      databases[name] = stores;
      database.close();
    }
    return { databases, values };
  });

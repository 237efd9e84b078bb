import { type Box, type BoxChange, type BoxStore, StorageFault } from '../../engine/ports.ts';

type Shelf = { readonly values: Map<string, Uint8Array>; readonly lists: Map<string, Uint8Array[]> };

/**
 * Boxes that live as long as this object: an engine that is stopped and started on the same store finds them again.
 * Bytes are copied on the way in and out.
 */
export class MemoryBoxStore implements BoxStore {
  readonly #shelves = new Map<string, Shelf>();

  async open(name: string): Promise<Box> {
    const shelf = this.#shelves.get(name) ?? { values: new Map(), lists: new Map() };
    this.#shelves.set(name, shelf);
    return openShelf(shelf);
  }

  async remove(name: string): Promise<void> {
    this.#shelves.delete(name);
  }

  /** Names of the boxes, ascending. */
  get names(): readonly string[] {
    return [...this.#shelves.keys()].sort();
  }
}

function openShelf(shelf: Shelf): Box {
  let closed = false;
  return {
    async read() {
      const lists = [...shelf.lists].filter(([, items]) => items.length > 0);
      return {
        values: new Map([...shelf.values].map(([key, value]) => [key, value.slice()])),
        lists: new Map(lists.map(([name, items]) => [name, items.map((item) => item.slice())])),
      };
    },
    async commit(change) {
      if (closed) throw new StorageFault('failed', new Error('the box is closed'));
      apply(shelf, change);
    },
    async close() {
      closed = true;
    },
  };
}

function apply(shelf: Shelf, change: BoxChange): void {
  const lists = Object.entries(change.lists ?? {});
  for (const [name, { drop = 0 }] of lists) {
    const length = shelf.lists.get(name)?.length ?? 0;
    if (drop > length) throw new RangeError(`list ${name} has fewer than ${drop} items`);
  }
  for (const [key, value] of Object.entries(change.values ?? {})) {
    if (value === null) shelf.values.delete(key);
    else shelf.values.set(key, value.slice());
  }
  for (const [name, { drop = 0, append = [] }] of lists) {
    const list = shelf.lists.get(name) ?? [];
    shelf.lists.set(name, list);
    list.splice(0, drop);
    for (const item of append) list.push(item.slice());
  }
}

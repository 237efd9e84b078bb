import { type Box, type BoxStore, StorageFault, type StorageFaultKind } from '../../src/engine/ports.ts';

/** A box store whose openings and commits fail on demand. A rejected commit is not applied. */
export class FailingBoxStore implements BoxStore {
  opensFailWith: StorageFaultKind | null = null;
  commitsFailWith: StorageFaultKind | null = null;
  readonly #inner: BoxStore;

  constructor(inner: BoxStore) {
    this.#inner = inner;
  }

  async open(name: string): Promise<Box> {
    if (this.opensFailWith !== null) throw new StorageFault(this.opensFailWith);
    const box = await this.#inner.open(name);
    return {
      read: () => box.read(),
      commit: async (change) => {
        if (this.commitsFailWith !== null) throw new StorageFault(this.commitsFailWith);
        await box.commit(change);
      },
      close: () => box.close(),
    };
  }

  remove(name: string): Promise<void> {
    return this.#inner.remove(name);
  }
}

/**
 * A device's storage: commits take time and are confirmed one after the other. A crash keeps what was confirmed and
 * perhaps a prefix of what was not, each commit whole or not at all.
 */
import { type Box, type BoxChange, type BoxStore, StorageFault } from '../../../src/engine/ports.ts';
import { MemoryBoxStore } from '../../../src/platform/node/memory-box-store.ts';
import type { Life } from './scheduler.ts';
import type { SeededRandom } from './seeded-random.ts';

type Commit = { readonly change: BoxChange; readonly settle: (error?: StorageFault) => void };
type OpenBox = { readonly inner: Box; readonly queue: Commit[] };

export class DeviceDisk {
  readonly #random: SeededRandom;
  readonly #inspect: (bytes: Uint8Array) => void;
  readonly #onMistake: (error: unknown) => void;
  readonly #boxes = new MemoryBoxStore();
  #open = new Set<OpenBox>();
  full = false;
  /** Milliseconds that a commit takes, at most. */
  slowness = 8;
  /** Commits rejected because the disk was full. */
  rejected = 0;

  /** `inspect` sees every byte that is written. */
  constructor(random: SeededRandom, inspect: (bytes: Uint8Array) => void, onMistake: (error: unknown) => void) {
    this.#random = random;
    this.#inspect = inspect;
    this.#onMistake = onMistake;
  }

  /** Returns how many unconfirmed commits were on their way, and how many of them are there all the same. */
  crash(): { readonly unconfirmed: number; readonly kept: number } {
    let [unconfirmed, kept] = [0, 0];
    for (const { inner, queue } of this.#open) {
      const reached = this.#random.between(0, queue.length);
      for (const { change } of queue.slice(0, reached)) void inner.commit(change);
      unconfirmed += queue.length;
      kept += reached;
    }
    this.#open = new Set();
    return { unconfirmed, kept };
  }

  store(life: Life): BoxStore {
    return {
      open: async (name) => {
        await life.delay(this.#random.between(0, 2));
        const box: OpenBox = { inner: await this.#boxes.open(name), queue: [] };
        this.#open.add(box);
        return this.#box(life, box);
      },
      remove: async (name) => {
        await life.delay(1);
        await this.#boxes.remove(name);
      },
    };
  }

  #box(life: Life, box: OpenBox): Box {
    return {
      read: async () => {
        await life.delay(this.#random.between(0, 2));
        return box.inner.read();
      },
      commit: (change) =>
        new Promise<void>((resolve, reject) => {
          this.#inspectChange(change);
          box.queue.push({ change, settle: (error) => (error ? reject(error) : resolve()) });
          if (box.queue.length === 1) this.#work(life, box);
        }),
      close: async () => {
        await life.delay(0);
        this.#open.delete(box);
        await box.inner.close();
      },
    };
  }

  #work(life: Life, box: OpenBox): void {
    life.after(this.#random.between(0, this.slowness), () => {
      if (this.full) {
        this.rejected++;
        for (const { settle } of box.queue.splice(0)) settle(new StorageFault('full'));
        return;
      }
      const [commit] = box.queue.splice(0, 1);
      if (!commit) return;
      // In effect at once: the memory box applies before it returns.
      box.inner.commit(commit.change).then(
        () => commit.settle(),
        // Nothing else fails here: the engine has asked for what cannot be.
        (error: unknown) => this.#onMistake(error),
      );
      if (box.queue.length > 0) this.#work(life, box);
    });
  }

  #inspectChange({ values = {}, lists = {} }: BoxChange): void {
    for (const value of Object.values(values)) if (value) this.#inspect(value);
    for (const { append = [] } of Object.values(lists)) for (const item of append) this.#inspect(item);
  }
}

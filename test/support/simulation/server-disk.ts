/**
 * The server's disk under the real LevelDB store: a database that takes time, fails, is full for a while, and of which
 * a crash leaves what was synced, and perhaps the batch that was on its way.
 */
import type { Database } from '../../../sync-server/store/level-database.ts';
import { SortedKeys } from '../../../sync-server/store/sorted-keys.ts';
import type { Life } from './scheduler.ts';
import type { SeededRandom } from './seeded-random.ts';

type Operations = Parameters<Database['batch']>[0];

const textOf = (key: Uint8Array): string => Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

export class ServerDisk {
  readonly #random: SeededRandom;
  readonly #note: (fault: string) => void;
  readonly #values = new Map<string, Uint8Array>();
  readonly #keys = new SortedKeys();
  #onItsWay: Operations | null = null;
  /** Milliseconds that a batch takes, at most. */
  slowness = 4;
  full = false;
  /** Called once, while the next batch is on its way. */
  onNextBatch: (() => void) | null = null;
  /** The next batch fails; `written`: though it has reached the disk. */
  nextFails: { readonly written: boolean } | null = null;

  constructor(random: SeededRandom, note: (fault: string) => void) {
    this.#random = random;
    this.#note = note;
  }

  /** The process that has it open dies. */
  crash(): void {
    if (!this.#onItsWay) return;
    const reaches = this.#random.chance(0.5);
    this.#note(reaches ? 'relay crash: committed, not acknowledged' : 'relay crash: neither');
    if (reaches) this.#apply(this.#onItsWay);
    this.#onItsWay = null;
  }

  database(life: Life): Database {
    const read = async <T>(value: () => T): Promise<T> => {
      if (this.#random.chance(0.1)) await life.delay(this.#random.between(0, this.slowness));
      return value();
    };
    return {
      open: async () => {
        await life.delay(1);
        if (this.full && this.#random.chance(0.5)) throw new Error('no space to open');
      },
      close: () => life.delay(1),
      get: (key) => read(() => this.#values.get(textOf(key))),
      getMany: (keys) => read(() => keys.map((key) => this.#values.get(textOf(key)))),
      getSync: (key) => this.#values.get(textOf(key)),
      batch: (operations) => this.#batch(life, operations),
      iterator: ({ gte, lt, reverse, limit }) =>
        this.#iterate(
          this.#keys.between(textOf(gte), textOf(lt), limit < 0 ? Number.POSITIVE_INFINITY : limit, reverse),
        ),
    };
  }

  async #batch(life: Life, operations: Operations): Promise<void> {
    this.#onItsWay = operations;
    const interrupt = this.onNextBatch;
    this.onNextBatch = null;
    if (interrupt) life.after(0, interrupt);
    await life.delay(this.#random.between(0, this.slowness));
    this.#onItsWay = null;
    const failure = this.full ? { written: false } : this.nextFails;
    this.nextFails = null;
    if (!failure || failure.written) this.#apply(operations);
    if (!failure) return;
    this.#note(this.full ? 'server disk full' : `batch failed: ${failure.written ? '' : 'not '}written`);
    throw new Error('the disk failed');
  }

  async *#iterate(keys: readonly string[]): AsyncGenerator<[Uint8Array, Uint8Array]> {
    // The state when the iteration begins.
    const entries = keys.map((key): [Uint8Array, Uint8Array] => [bytesOf(key), this.#values.get(key) as Uint8Array]);
    yield* entries;
  }

  #apply(operations: Operations): void {
    for (const operation of operations) {
      const key = textOf(operation.key);
      const isKnown = this.#values.has(key);
      if (operation.type === 'put') {
        if (!isKnown) this.#keys.add(key);
        this.#values.set(key, new Uint8Array(operation.value));
      } else if (isKnown) {
        this.#keys.delete(key);
        this.#values.delete(key);
      }
    }
  }
}

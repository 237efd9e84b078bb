/**
 * The store in memory, for tests and simulations.
 *
 * Invariant: `#keys` holds the keys of `#values`. A key is kept as text with one character a byte, whose order is the
 * order of the bytes.
 */
import { equalBytes } from '../../src/wire/bytes.ts';
import { SortedKeys } from './sorted-keys.ts';
import {
  type Check,
  type CommitResult,
  type Entry,
  type Range,
  StorageFailed,
  type Store,
  type Write,
} from './store.ts';

export function createMemoryStore(): Store {
  return new MemoryStore();
}

const textOf = (key: Uint8Array): string => Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

class MemoryStore implements Store {
  readonly #values = new Map<string, Uint8Array>();
  readonly #keys = new SortedKeys();
  #closed = false;

  async commit(checks: readonly Check[], writes: readonly Write[]): Promise<CommitResult> {
    this.#assertOpen();
    for (const { key, value } of checks) {
      const current = this.#values.get(textOf(key));
      if (value === null ? current !== undefined : !current || !equalBytes(current, value)) return 'conflict';
    }
    for (const { key, value } of writes) this.#write(textOf(key), value);
    return 'committed';
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    this.#assertOpen();
    return this.#values.get(textOf(key));
  }

  async getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]> {
    this.#assertOpen();
    return keys.map((key) => this.#values.get(textOf(key)));
  }

  async *range({ from, to, reverse = false, limit = Number.POSITIVE_INFINITY }: Range): AsyncIterable<Entry> {
    this.#assertOpen();
    const keys = this.#keys.between(textOf(from), textOf(to), limit, reverse);
    // All of it is read before the first pause: later commits must not show.
    yield* keys.map((key) => ({ key: bytesOf(key), value: this.#values.get(key) ?? new Uint8Array() }));
  }

  accepting(): boolean {
    return !this.#closed;
  }

  onReopen(): () => void {
    return () => undefined;
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #write(key: string, value: Uint8Array | null): void {
    const isKnown = this.#values.has(key);
    if (value === null) {
      if (isKnown) this.#keys.delete(key);
      this.#values.delete(key);
      return;
    }
    if (!isKnown) this.#keys.add(key);
    this.#values.set(key, new Uint8Array(value));
  }

  #assertOpen(): void {
    if (this.#closed) throw new StorageFailed('the store is closed');
  }
}

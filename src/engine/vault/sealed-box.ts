/**
 * A box of the vault whose bytes are sealed under the vault's key before they reach the storage port. Changes that come
 * while one is being written join into the next, so a burst of edits costs one transaction, and a value is sealed once in it,
 * however often it was changed.
 *
 * Invariants: what was asked for first is on disk first; `stored` resolves only after the disk has confirmed; after a
 * fault the changes stay queued and are tried again.
 */
import { concatBytes, labelled, utf8 } from '../../wire/bytes.ts';
import { NONCE_BYTES } from '../../wire/record.ts';
import {
  type Box,
  type BoxChange,
  type Cancel,
  type EnginePorts,
  StorageFault,
  type StorageFaultKind,
} from '../ports.ts';
import { aeadOpen, aeadSeal } from '../seal/sodium.ts';

export type PlainContents = {
  readonly values: ReadonlyMap<string, Uint8Array>;
  readonly lists: ReadonlyMap<string, readonly Uint8Array[]>;
};

/** As `BoxChange`, before it is sealed. A value may be given as how to make it: that is done when it goes to the disk. */
export type PlainChange = Pick<BoxChange, 'lists'> & {
  readonly values?: Readonly<Record<string, PlainValue>>;
};
type PlainValue = Uint8Array | null | (() => Uint8Array);

/** Thrown when stored bytes cannot be opened: changed on disk, or sealed under another key. */
export class DamagedVault extends Error {
  constructor(place: string) {
    super(`vault damaged at ${place}`);
    this.name = 'DamagedVault';
  }
}

/** A disk that failed is tried again after this long: it may have space now. Milliseconds. */
const RETRY_MS = 5_000;

export type SealedBoxPorts = Pick<EnginePorts, 'random' | 'clock'>;

type Pending = {
  values: Record<string, PlainValue>;
  /** Sealed already. */
  lists: Record<string, { drop: number; append: Uint8Array[] }>;
};

export class SealedBox {
  readonly #box: Box;
  readonly #name: string;
  readonly #key: Uint8Array;
  readonly #ports: SealedBoxPorts;
  /** Of the lists, as they will be after the write that is under way. */
  readonly #lengths = new Map<string, number>();
  #pending: Pending | null = null;
  #writing: Promise<void> | null = null;
  #fault: StorageFaultKind | null = null;
  /** Numbers of changes: asked for last, and confirmed to be on disk together with all before. */
  #asked = 0;
  #cancelRetry: Cancel | null = null;
  #closed = false;
  #inWrite = 0;
  #confirmed = 0;
  readonly #onSettled: () => void;

  /** `onSettled` is called after every write, done or failed. */
  constructor(box: Box, name: string, key: Uint8Array, ports: SealedBoxPorts, onSettled: () => void) {
    this.#box = box;
    this.#name = name;
    this.#key = key;
    this.#ports = ports;
    this.#onSettled = onSettled;
  }

  /** Null while writing works. */
  get fault(): StorageFaultKind | null {
    return this.#fault;
  }
  /** True when everything asked for is confirmed to be on disk. */
  get isStored(): boolean {
    return !this.#pending && !this.#writing;
  }

  /** @throws DamagedVault, StorageFault */
  async read(): Promise<PlainContents> {
    const contents = await this.#box.read();
    const values = new Map([...contents.values].map(([name, sealed]) => [name, this.open(name, sealed)]));
    const lists = new Map(
      [...contents.lists].map(([name, items]) => [name, items.map((sealed) => this.open(name, sealed))]),
    );
    for (const [name, items] of contents.lists) this.#lengths.set(name, items.length);
    return { values, lists };
  }

  /** The number of the last change that is on disk. */
  get confirmed(): number {
    return this.#confirmed;
  }

  /** Queues a change and returns its number. Never throws: watch `fault`. */
  write(change: PlainChange): number {
    this.#asked++;
    this.#pending ??= { values: {}, lists: {} };
    Object.assign(this.#pending.values, change.values);
    for (const [name, { drop = 0, append = [] }] of Object.entries(change.lists ?? {})) this.#queue(name, drop, append);
    if (!this.#fault) this.#flush();
    return this.#asked;
  }

  #queue(name: string, drop: number, append: readonly Uint8Array[]): void {
    if (!this.#pending) return;
    this.#pending.lists[name] ??= { drop: 0, append: [] };
    const list = this.#pending.lists[name];
    const onDisk = (this.#lengths.get(name) ?? 0) - list.drop;
    const fromDisk = Math.min(drop, onDisk);
    list.drop += fromDisk;
    list.append.splice(0, drop - fromDisk);
    for (const item of append) list.append.push(this.#seal(name, item));
  }

  /** Resolves when everything asked for so far is on disk. @throws StorageFault */
  async stored(): Promise<void> {
    while (!this.isStored) {
      if (this.#fault) throw new StorageFault(this.#fault);
      this.#flush();
      await this.#writing;
    }
  }

  /** The same, without waiting for the next attempt after a fault. @throws StorageFault */
  async storedNow(): Promise<void> {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#fault = null;
    await this.stored();
  }

  #retryLater(): void {
    if (this.#closed) return;
    this.#cancelRetry ??= this.#ports.clock.after(RETRY_MS, () => {
      this.#cancelRetry = null;
      this.#fault = null;
      this.#flush();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRetry?.();
    try {
      await this.stored();
    } finally {
      await this.#box.close();
    }
  }

  #flush(): void {
    const change = this.#pending;
    if (!change || this.#writing) return;
    this.#pending = null;
    this.#inWrite = this.#asked;
    this.#grow(change, 1);
    this.#writing = this.#box.commit(this.#sealed(change)).then(
      () => {
        this.#writing = null;
        this.#confirmed = this.#inWrite;
        this.#flush();
        this.#onSettled();
      },
      (error: unknown) => {
        this.#writing = null;
        this.#fault = error instanceof StorageFault ? error.kind : 'failed';
        this.#grow(change, -1);
        this.#rejoin(change);
        this.#retryLater();
        this.#onSettled();
      },
    );
  }

  #sealed({ values, lists }: Pending): BoxChange {
    const sealed = Object.entries(values).map(([name, value]) => {
      const plain = typeof value === 'function' ? value() : value;
      return [name, plain && this.#seal(name, plain)] as const;
    });
    return { values: Object.fromEntries(sealed), lists };
  }

  #grow(change: Pending, direction: 1 | -1): void {
    for (const [name, { drop, append }] of Object.entries(change.lists))
      this.#lengths.set(name, (this.#lengths.get(name) ?? 0) + direction * (append.length - drop));
  }

  /** A failed change goes back in front of what came after it. */
  #rejoin(failed: Pending): void {
    const later = this.#pending;
    this.#pending = failed;
    if (!later) return;
    Object.assign(failed.values, later.values);
    for (const [name, { drop, append }] of Object.entries(later.lists)) {
      failed.lists[name] ??= { drop: 0, append: [] };
      const list = failed.lists[name];
      const onDisk = (this.#lengths.get(name) ?? 0) - list.drop;
      const fromDisk = Math.min(drop, onDisk);
      list.drop += fromDisk;
      list.append.splice(0, drop - fromDisk);
      list.append.push(...append);
    }
  }

  #associated(place: string): Uint8Array {
    return labelled('vault', utf8(`${this.#name}\0${place}`));
  }
  #seal(place: string, plain: Uint8Array): Uint8Array {
    const nonce = this.#ports.random.bytes(NONCE_BYTES);
    return concatBytes(nonce, aeadSeal(plain, this.#associated(place), nonce, this.#key));
  }
  /** @throws DamagedVault */
  open(place: string, sealed: Uint8Array): Uint8Array {
    const plain = aeadOpen(
      sealed.subarray(NONCE_BYTES),
      this.#associated(place),
      sealed.subarray(0, NONCE_BYTES),
      this.#key,
    );
    if (!plain) throw new DamagedVault(`${this.#name}/${place}`);
    return plain;
  }
}

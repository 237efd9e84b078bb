/**
 * Signature checks in worker threads. What arrives in one turn goes out in few messages, to the worker with the least
 * to do; what arrives while all of them are busy waits and goes out together, for a message costs half as much as a check.
 *
 * Invariants: every check that was asked for is answered or rejected, also when its worker dies; a worker that dies is
 * replaced. What waits here is bounded by whoever asks (the relay's backlog).
 */
import { Worker } from 'node:worker_threads';
import type { Proof } from '../../src/wire/proof.ts';
import type { Clock } from '../clock.ts';
import type { Verifier } from './verifier.ts';
import { type BatchAnswer, type BatchMessage, packProofs } from './verifier-batch.ts';

/** Proofs of one message: enough to make the message cheap, few enough to share the work. */
const MAX_BATCH_PROOFS = 32;
/** Bytes of one message's proofs. A larger proof goes alone. */
const MAX_BATCH_BYTES = 1024 * 1024;
/** One that is being worked on and one to go on with. */
const MAX_BATCHES_PER_THREAD = 2;
/** Threads that may die one after the other without any answer in between; then something is wrong with this build. */
const MAX_RESTARTS_IN_A_ROW = 8;

type Request = {
  readonly proofs: readonly Proof[];
  readonly settle: (holds: boolean) => void;
  readonly fail: (error: Error) => void;
};
type Thread = { readonly worker: Worker; readonly batches: Map<number, readonly Request[]>; proofs: number };

/**
 * Needs the compiled worker beside it: Node runs no TypeScript in a worker. Run from sources, use the inline verifier.
 * `threads` at least 1.
 */
export function createVerifierPool(threads: number, clock: Pick<Clock, 'soon'>): Verifier {
  return new VerifierPool(threads, clock);
}

class VerifierPool implements Verifier {
  readonly #threads: Thread[];
  readonly #clock: Pick<Clock, 'soon'>;
  #waiting: Request[] = [];
  #dispatching = false;
  #nextId = 1;
  #restartsInARow = 0;
  #closed = false;

  constructor(threads: number, clock: Pick<Clock, 'soon'>) {
    this.#clock = clock;
    this.#threads = Array.from({ length: threads }, (_, index) => this.#start(index));
  }

  readonly verify = (proofs: readonly Proof[]): Promise<boolean> => {
    if (this.#closed) return Promise.reject(new Error('the verifier is closed'));
    return new Promise((settle, fail) => {
      this.#waiting.push({ proofs, settle, fail });
      if (this.#dispatching) return;
      this.#dispatching = true;
      this.#clock.soon(() => this.#dispatch());
    });
  };

  readonly close = async (): Promise<void> => {
    this.#closed = true;
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
    for (const request of this.#waiting) request.fail(new Error('the verifier is closed'));
    this.#waiting = [];
  };

  #start(index: number): Thread {
    const thread: Thread = {
      worker: new Worker(new URL('./verifier.worker.js', import.meta.url)),
      batches: new Map(),
      proofs: 0,
    };
    thread.worker.on('message', (answer: BatchAnswer) => this.#answered(thread, answer));
    // `exit` follows `error`.
    thread.worker.on('error', () => undefined);
    thread.worker.on('exit', () => this.#died(index, thread));
    return thread;
  }

  #dispatch(): void {
    this.#dispatching = false;
    while (this.#waiting.length > 0 && !this.#closed) {
      const thread = this.#threads.reduce((least, other) => (other.proofs < least.proofs ? other : least));
      if (thread.batches.size >= MAX_BATCHES_PER_THREAD) return;
      this.#post(thread, this.#takeBatch());
    }
  }

  #takeBatch(): readonly Request[] {
    let [count, proofs, bytes] = [0, 0, 0];
    for (const request of this.#waiting) {
      proofs += request.proofs.length;
      for (const { message } of request.proofs) bytes += message.length;
      if (count > 0 && (proofs > MAX_BATCH_PROOFS || bytes > MAX_BATCH_BYTES)) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  #post(thread: Thread, batch: readonly Request[]): void {
    const proofs = batch.flatMap((request) => request.proofs);
    const message: BatchMessage = { id: this.#nextId++, proofs: packProofs(proofs) };
    thread.batches.set(message.id, batch);
    thread.proofs += proofs.length;
    thread.worker.postMessage(message);
  }

  #answered(thread: Thread, { id, holds }: BatchAnswer): void {
    const batch = thread.batches.get(id);
    if (!batch) throw new Error('a verifier answers what it was not asked');
    this.#restartsInARow = 0;
    thread.batches.delete(id);
    thread.proofs -= holds.length;
    let offset = 0;
    for (const { proofs, settle } of batch) {
      settle(holds.subarray(offset, offset + proofs.length).every((hold) => hold === 1));
      offset += proofs.length;
    }
    this.#dispatch();
  }

  #died(index: number, thread: Thread): void {
    for (const batch of thread.batches.values())
      for (const { fail } of batch) fail(new Error('a verifier thread has died'));
    thread.batches.clear();
    if (this.#closed) return;
    if (++this.#restartsInARow > MAX_RESTARTS_IN_A_ROW) throw new Error('verifier threads cannot be kept running');
    this.#threads[index] = this.#start(index);
    this.#dispatch();
  }
}

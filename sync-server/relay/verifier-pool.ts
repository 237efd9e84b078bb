/**
 * Signature checks in worker threads. What arrives in one turn goes out in few messages, to the worker with the least
 * to do.
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
      if (this.#waiting.length === 0) this.#clock.soon(() => this.#dispatch());
      this.#waiting.push({ proofs, settle, fail });
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
    const requests = this.#waiting;
    this.#waiting = [];
    let batch: Request[] = [];
    let [proofs, bytes] = [0, 0];
    for (const request of requests) {
      const size = request.proofs.reduce((sum, { message }) => sum + message.length, 0);
      if (batch.length > 0 && (proofs + request.proofs.length > MAX_BATCH_PROOFS || bytes + size > MAX_BATCH_BYTES)) {
        this.#post(batch);
        batch = [];
        [proofs, bytes] = [0, 0];
      }
      batch.push(request);
      proofs += request.proofs.length;
      bytes += size;
    }
    if (batch.length > 0) this.#post(batch);
  }

  #post(batch: readonly Request[]): void {
    if (this.#closed) {
      for (const { fail } of batch) fail(new Error('the verifier is closed'));
      return;
    }
    const proofs = batch.flatMap((request) => request.proofs);
    const thread = this.#threads.reduce((least, other) => (other.proofs < least.proofs ? other : least));
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
  }

  #died(index: number, thread: Thread): void {
    for (const batch of thread.batches.values())
      for (const { fail } of batch) fail(new Error('a verifier thread has died'));
    thread.batches.clear();
    if (this.#closed) return;
    if (++this.#restartsInARow > MAX_RESTARTS_IN_A_ROW) throw new Error('verifier threads cannot be kept running');
    this.#threads[index] = this.#start(index);
  }
}

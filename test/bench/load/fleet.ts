/** The client processes, each on a core of its own, and the questions that go to all of them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { AnswerMessage, Answers, Count, Order, Orders } from './orders.ts';

const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

class Worker {
  readonly #process: ChildProcess;
  readonly #pending = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  #nextId = 1;

  constructor(core: number) {
    this.#process = spawn('taskset', ['-c', String(core), process.execPath, WORKER], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#process.on('message', (message: AnswerMessage) => {
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if ('error' in message) pending?.reject(new Error(message.error));
      else pending?.resolve(message.answer as never);
    });
    this.#process.on('exit', () => {
      for (const { reject } of this.#pending.values()) reject(new Error('a client process has ended'));
    });
  }

  ask<O extends Order>(order: O, details: Orders[O]): Promise<Answers[O]> {
    const id = this.#nextId++;
    return new Promise<Answers[O]>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#process.send({ id, order, details });
    });
  }

  end(): void {
    this.#process.disconnect();
  }
}

export class Fleet {
  readonly #workers: readonly Worker[];

  constructor(cores: readonly number[]) {
    this.#workers = cores.map((core) => new Worker(core));
  }

  get size(): number {
    return this.#workers.length;
  }

  /** The same to all of them; `details` may depend on the process's number. */
  askAll<O extends Order>(order: O, details: (index: number) => Orders[O]): Promise<Answers[O][]> {
    return Promise.all(this.#workers.map((worker, index) => worker.ask(order, details(index))));
  }

  async mark(): Promise<Count> {
    return sumOf(await this.askAll('mark', () => ({})));
  }

  end(): void {
    for (const worker of this.#workers) worker.end();
  }
}

export function sumOf(counts: readonly Count[]): Count {
  const sum = (key: keyof Count): number => counts.reduce((total, count) => total + count[key], 0);
  return { taken: sum('taken'), deliveries: sum('deliveries'), messages: sum('messages'), edits: sum('edits') };
}

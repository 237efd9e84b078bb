type Waiter = { readonly signal: AbortSignal | undefined; readonly grant: () => Promise<void> };
type Grant = () => unknown;

/** Exclusive Web Locks, first in, first out. One object stands for one browser; `holder` for one tab or worker of it. */
export class FakeLocks {
  readonly #queues = new Map<string, Waiter[]>();
  readonly #held = new Map<string, { release: () => void; readonly holder: object }>();

  /** The `LockManager` of one tab or worker. */
  of(holder: object): Pick<LockManager, 'request'> {
    const request = (name: string, optionsOrGrant: LockOptions | Grant, maybeGrant?: Grant): Promise<unknown> => {
      const options = typeof optionsOrGrant === 'function' ? {} : optionsOrGrant;
      const run = (typeof optionsOrGrant === 'function' ? optionsOrGrant : maybeGrant) as Grant;
      return this.#request(name, options.signal, run, holder);
    };
    return { request: request as LockManager['request'] };
  }

  isHeld(name: string): boolean {
    return this.#held.has(name);
  }

  /** The holder died: all that it held is free. */
  kill(holder: object): void {
    for (const held of [...this.#held.values()]) if (held.holder === holder) held.release();
  }

  #request(name: string, signal: AbortSignal | undefined, run: Grant, holder: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const grant = async (): Promise<void> => {
        const killed = new Promise<void>((release) => {
          this.#held.set(name, { release, holder });
        });
        const result = Promise.resolve().then(run);
        await Promise.race([result, killed]);
        this.#held.delete(name);
        resolve(result);
        this.#next(name);
      };
      const queue = this.#queues.get(name) ?? [];
      this.#queues.set(name, queue);
      const waiter: Waiter = { signal, grant };
      queue.push(waiter);
      signal?.addEventListener('abort', () => {
        if (queue.includes(waiter)) queue.splice(queue.indexOf(waiter), 1);
        reject(new DOMException('given up', 'AbortError'));
      });
      this.#next(name);
    });
  }

  #next(name: string): void {
    if (this.#held.has(name)) return;
    void this.#queues.get(name)?.shift()?.grant();
  }
}

/**
 * How much of each file has certainly reached the disk, read from a trace of the server's system calls.
 *
 * Why this is sound: after `kill -9` the kernel still holds everything that was written, so a kill shows nothing of what a
 * power cut loses. What a power cut keeps for certain is what was written before the last `fdatasync` or `fsync` that has
 * returned for that file; of the rest it may keep any part, in the worst case nothing. Writes to a log file of LevelDB
 * are appended, one after the other, by one thread at a time, so their sum is the length of the file, and the sum at
 * the moment when a sync begins is what that sync covers. Tables and manifests are synced by LevelDB before anything
 * refers to them, in tests with and without synced batches alike; so only log files are cut.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';

type Lengths = { written: number; synced: number };

// strace -f -y: `12 write(25</data/log/000003.log>, ""..., 4096) = 4096`, or in two lines when threads run in between.
const WHOLE = /^(\d+)\s+(write|pwrite64|fdatasync|fsync)\(\d+<([^>]*)>.*=\s+(-?\d+)/;
const BEGUN = /^(\d+)\s+(write|pwrite64|fdatasync|fsync)\(\d+<([^>]*)>.*<unfinished \.\.\.>/;
const RESUMED = /^(\d+)\s+<\.\.\. (write|pwrite64|fdatasync|fsync) resumed>.*=\s+(-?\d+)/;

export class SyncedLengths {
  readonly #trace: string;
  readonly #files = new Map<string, Lengths>();
  readonly #begun = new Map<string, { path: string; writtenBefore: number }>();
  /** Bytes of the trace. */
  #read = 0;
  #begunLine = '';

  constructor(trace: string) {
    this.#trace = trace;
  }

  /** Takes in what has been traced since the last call: traces grow long. */
  readOn(): this {
    const { size } = statSync(this.#trace);
    const file = openSync(this.#trace, 'r');
    const fresh = Buffer.alloc(size - this.#read);
    this.#read += readSync(file, fresh, 0, fresh.length, this.#read);
    closeSync(file);
    const lines = (this.#begunLine + fresh.toString('latin1')).split('\n');
    this.#begunLine = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
    return this;
  }

  /** Bytes; 0 for a file that was never synced. */
  of(path: string): number {
    return this.#files.get(path)?.synced ?? 0;
  }
  written(path: string): number {
    return this.#files.get(path)?.written ?? 0;
  }

  #take(line: string): void {
    const begun = BEGUN.exec(line);
    if (begun) {
      const [, thread = '', , path = ''] = begun;
      this.#begun.set(thread, { path, writtenBefore: this.#file(path).written });
      return;
    }
    const resumed = RESUMED.exec(line);
    if (resumed) {
      const [, thread = '', call = '', result = ''] = resumed;
      const begunCall = this.#begun.get(thread);
      if (begunCall) this.#finish(call, begunCall.path, Number(result), begunCall.writtenBefore);
      return;
    }
    const whole = WHOLE.exec(line);
    if (whole) this.#finish(whole[2] ?? '', whole[3] ?? '', Number(whole[4]), this.#file(whole[3] ?? '').written);
  }

  #finish(call: string, path: string, result: number, writtenBefore: number): void {
    if (result < 0) return;
    const file = this.#file(path);
    if (call.endsWith('sync')) file.synced = Math.max(file.synced, writtenBefore);
    else file.written += result;
  }

  #file(path: string): Lengths {
    let file = this.#files.get(path);
    if (!file) {
      file = { written: 0, synced: 0 };
      this.#files.set(path, file);
    }
    return file;
  }
}

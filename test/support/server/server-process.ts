import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildStale } from '../../../scripts/build.mjs';
import { ROOT } from '../../../scripts/command.mjs';

const MAIN = join(ROOT, 'dist/server/sync-server/main.js');
const START_TIMEOUT_MS = 10_000;

/** Makes sure that the compiled server is there and up to date. */
export async function buildServer(): Promise<void> {
  const { code, output } = await buildStale(['server']);
  if (code !== 0) throw new Error(output);
}

/** The compiled server as a process of its own. */
export class ServerProcess {
  output = '';
  errors = '';
  readonly exited: Promise<number | null>;
  readonly #process: ChildProcess;

  constructor(environment: Record<string, string>, args: readonly string[] = []) {
    this.#process = spawn(process.execPath, [MAIN, ...args], {
      env: { PATH: process.env.PATH ?? '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process.stdout?.setEncoding('utf8').on('data', (text) => {
      this.output += text;
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (text) => {
      this.errors += text;
    });
    this.exited = new Promise((resolve) => this.#process.on('close', (code) => resolve(code)));
  }

  /** Resolves with the address that it prints. */
  async url(): Promise<string> {
    const deadline = performance.now() + START_TIMEOUT_MS;
    for (;;) {
      const url = /^Sealroom is running at (\S+)$/m.exec(this.output)?.[1];
      if (url !== undefined) return url;
      if (this.#process.exitCode !== null || performance.now() > deadline) {
        throw new Error(`the server did not start\n${this.output}${this.errors}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  signal(name: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): void {
    this.#process.kill(name);
  }
}

/** The built server as a process that is ended without warning and started again on the same data. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ROOT } from '../../../scripts/command.mjs';

export const SERVER_ENTRY = join(ROOT, 'dist/server/sync-server/main.js');
const START_WITHIN_MS = 20_000;
const LOOK_AGAIN_MS = 10;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class CrashingServer {
  readonly #dataFolder: string;
  readonly #port: number;
  readonly #settings: Readonly<Record<string, string>>;
  #process: ChildProcess | null = null;
  #output = '';

  private constructor(dataFolder: string, port: number, settings: Readonly<Record<string, string>>) {
    this.#dataFolder = dataFolder;
    this.#port = port;
    this.#settings = settings;
  }

  /** `settings`: environment variables beside those for the port and the folder. */
  static async start(
    dataFolder: string,
    command?: readonly string[],
    settings: Readonly<Record<string, string>> = {},
  ): Promise<CrashingServer> {
    const server = new CrashingServer(dataFolder, await freePort(), settings);
    await server.start(command);
    return server;
  }

  get url(): string {
    return `ws://localhost:${this.#port}`;
  }
  get httpUrl(): string {
    return `http://localhost:${this.#port}`;
  }
  get output(): string {
    return this.#output;
  }

  /** `command`: what to run, Node with the built server by default. */
  async start(command: readonly string[] = [process.execPath, SERVER_ENTRY]): Promise<void> {
    const [program = '', ...args] = command;
    const started = spawn(program, args, {
      env: {
        PATH: process.env.PATH ?? '',
        PORT: String(this.#port),
        DATA_DIR: this.#dataFolder,
        LOG_LEVEL: 'warn',
        ...this.#settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = started;
    const collect = (chunk: Buffer): void => {
      this.#output += chunk.toString();
    };
    started.stdout?.on('data', collect);
    started.stderr?.on('data', collect);
    const end = performance.now() + START_WITHIN_MS;
    while (!(await fetch(`http://localhost:${this.#port}/readyz`).catch(() => undefined))?.ok) {
      if (started.exitCode !== null || performance.now() > end) throw new Error(`did not start: ${this.#output}`);
      await pause(LOOK_AGAIN_MS);
    }
  }

  /** The server itself, also where another program runs it. */
  get pid(): number {
    const { pid } = this.#process ?? {};
    if (pid === undefined) throw new Error('the server does not run');
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    return child ? Number(child) : pid;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
    process.kill(this.pid, signal);
  }

  /** At once, as the kernel does it when memory is short. */
  async kill(): Promise<void> {
    const running = this.#process;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    this.signal('SIGKILL');
    await ended;
    this.#process = null;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, 'localhost', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

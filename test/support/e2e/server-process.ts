/** The built server as a user runs it: a process of its own on a loopback port and a data folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../../dist/server/sync-server/main.js', import.meta.url));
const START_WITHIN_MS = 20_000;

export class ServerProcess {
  readonly dataFolder: string;
  readonly port: number;
  /** Everything it has printed. */
  output = '';
  readonly #ownsFolder: boolean;
  readonly #entry: string;
  #process: ChildProcess | null = null;

  private constructor(port: number, dataFolder: string | undefined, entry: string) {
    this.port = port;
    this.#ownsFolder = dataFolder === undefined;
    this.dataFolder = dataFolder ?? mkdtempSync(join(tmpdir(), 'sealroom-e2e-'));
    this.#entry = entry;
  }

  /** Starts on a free port. `dataFolder`: a folder of the test's own. `entry`: another build. */
  static async start(dataFolder?: string, entry = ENTRY): Promise<ServerProcess> {
    const server = new ServerProcess(await freePort(), dataFolder, entry);
    await server.start();
    return server;
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  async start(entry = this.#entry): Promise<void> {
    const started = spawn(process.execPath, [entry], {
      env: { ...process.env, PORT: String(this.port), DATA_DIR: this.dataFolder, LOG_LEVEL: 'debug' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = started;
    const collect = (chunk: Buffer): void => {
      this.output += chunk.toString();
    };
    started.stdout?.on('data', collect);
    started.stderr?.on('data', collect);
    const end = Date.now() + START_WITHIN_MS;
    for (;;) {
      if (started.exitCode !== null || Date.now() > end) throw new Error(`the server did not start: ${this.output}`);
      const ready = await fetch(`${this.url}/readyz`).catch(() => undefined);
      if (ready?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Without any warning, as a power cut would. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  async dispose(): Promise<void> {
    await this.kill();
    if (this.#ownsFolder) rmSync(this.dataFolder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    this.#process = null;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await ended;
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

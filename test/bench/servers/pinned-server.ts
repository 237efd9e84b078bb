/** A server process, all of its threads on one core. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../support/server/free-port.ts';
import type { Peer } from '../load/orders.ts';
import { cpuSeconds, residentBytes } from './proc.ts';

/** From the compiled file, dist/bench/test/bench/servers/. */
const ROOT = new URL('../../../../../', import.meta.url);
const pathOf = (path: string): string => fileURLToPath(new URL(path, ROOT));
const START_WITHIN_MS = 20_000;

export type Contender = {
  readonly name: string;
  readonly speaks: Peer;
  readonly script: string;
  /** As its documentation starts it. */
  readonly nodeOptions?: readonly string[];
  /** `folder`: empty, for the server to keep things in. */
  readonly environment: (folder: string) => Record<string, string>;
};

const STOCK = 'test/bench/peers/stock.mjs';

export const CONTENDERS = {
  bare: { name: 'bare ws echo', speaks: 'bare', script: 'test/bench/peers/bare.mjs', environment: () => ({}) },
  corked: {
    name: 'bare ws echo, corked',
    speaks: 'bare',
    script: 'test/bench/peers/bare.mjs',
    environment: () => ({ CORK: '1' }),
  },
  stock: { name: '@y/websocket-server', speaks: 'stock', script: STOCK, environment: () => ({}) },
  stockLevel: {
    name: '@y/websocket-server, LevelDB',
    speaks: 'stock',
    script: STOCK,
    environment: (folder) => ({ YPERSISTENCE: folder }),
  },
  hocuspocus: {
    name: 'Hocuspocus',
    speaks: 'hocuspocus',
    script: 'test/bench/peers/hocuspocus.mjs',
    environment: () => ({}),
  },
  sealroom: {
    name: 'Sealroom',
    speaks: 'sealroom',
    script: 'dist/server/sync-server/main.js',
    nodeOptions: ['--max-semi-space-size=4'],
    environment: (folder) => ({ HOST: '127.0.0.1', DATA_DIR: folder, LOG_LEVEL: 'error' }),
  },
} satisfies Record<string, Contender>;
export type ContenderName = keyof typeof CONTENDERS;

export class PinnedServer {
  readonly port: number;
  readonly folder = mkdtempSync(join(tmpdir(), 'sealroom-bench-'));
  readonly #contender: Contender;
  readonly #core: number;
  #process: ChildProcess | null = null;
  #output = '';

  private constructor(contender: Contender, core: number, port: number) {
    this.#contender = contender;
    this.#core = core;
    this.port = port;
  }

  /** `nodeOptions`: for profiling and collecting garbage. */
  static async start(name: ContenderName, core: number, nodeOptions: readonly string[] = []): Promise<PinnedServer> {
    const server = new PinnedServer(CONTENDERS[name], core, await freePort('127.0.0.1'));
    await server.start(nodeOptions);
    return server;
  }

  get webSocketUrl(): string {
    return `ws://127.0.0.1:${this.port}`;
  }
  get httpUrl(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(nodeOptions: readonly string[] = []): Promise<void> {
    const { script, environment, nodeOptions: usual = [] } = this.#contender;
    const command = [process.execPath, ...usual, ...nodeOptions, pathOf(script)];
    const started = spawn('taskset', ['-c', String(this.#core), ...command], {
      env: { ...process.env, ...environment(this.folder), PORT: String(this.port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = started;
    for (const stream of [started.stdout, started.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.#output = `${this.#output}${chunk.toString()}`.slice(-4_000);
      });
    const end = performance.now() + START_WITHIN_MS;
    while (!(await fetch(this.httpUrl).catch(() => null))) {
      if (started.exitCode !== null || performance.now() > end)
        throw new Error(`${this.#contender.name} did not start: ${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }

  get pid(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error('the server does not run');
    return pid;
  }
  cpuSeconds(): number {
    return cpuSeconds(this.pid);
  }
  /** Needs `collectingGarbage` among the node options. */
  async settledBytes(): Promise<number> {
    for (let round = 0; round < 3; round++) {
      this.#process?.kill('SIGUSR2');
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    return residentBytes(this.pid);
  }

  /** Stops without forgetting what it keeps. */
  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = null;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGTERM');
    const late = setTimeout(() => running.kill('SIGKILL'), 3_000);
    await ended;
    clearTimeout(late);
  }

  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const collectingGarbage = [
  '--expose-gc',
  '--import',
  new URL('test/bench/peers/collect-garbage.mjs', ROOT).href,
];

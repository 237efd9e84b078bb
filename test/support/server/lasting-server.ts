/** The built server at one loopback port and data folder, stopped, killed and started again as often as a test wants. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { type Program, ServerProcess } from './server-process.ts';

type Options = Program & {
  /** A folder of the test's own; else the server gets one that `dispose` removes. */
  readonly dataFolder?: string;
  readonly logLevel?: 'debug' | 'warn';
  /** Environment variables besides those for port, folder and log. */
  readonly settings?: Readonly<Record<string, string>>;
};

export class LastingServer {
  readonly dataFolder: string;
  readonly port: number;
  readonly #options: Options;
  #process: ServerProcess | null = null;
  #outputBefore = '';

  private constructor(port: number, options: Options) {
    this.port = port;
    this.#options = options;
    this.dataFolder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'sealroom-server-'));
  }

  /** Starts on a free port. */
  static async start(options: Options = {}): Promise<LastingServer> {
    const server = new LastingServer(await freePort(), options);
    await server.start();
    return server;
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }
  get webSocketUrl(): string {
    return `ws://localhost:${this.port}`;
  }
  /** Everything it has printed, in all of its lives. */
  get output(): string {
    return this.#outputBefore + printedBy(this.#process);
  }

  async start(): Promise<void> {
    const { logLevel = 'debug', settings = {} } = this.#options;
    const environment = { ...settings, PORT: String(this.port), DATA_DIR: this.dataFolder, LOG_LEVEL: logLevel };
    this.#process = new ServerProcess(environment, [], this.#options);
    await this.#process.url();
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    if (!this.#process) throw new Error('the server does not run');
    this.#process.signal(name);
  }

  /** At once, as the kernel does it when memory is short. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  async dispose(): Promise<void> {
    await this.kill();
    if (this.#options.dataFolder === undefined) rmSync(this.dataFolder, { recursive: true, force: true });
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const running = this.#process;
    if (!running) return;
    running.signal(signal);
    await running.exited;
    this.#outputBefore = this.output;
    this.#process = null;
  }
}

const printedBy = (process: ServerProcess | null): string => (process ? process.output + process.errors : '');

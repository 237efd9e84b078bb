import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildStale } from '../../../scripts/build.mjs';
import { ROOT } from '../../../scripts/command.mjs';
import { PATIENCE_MS } from '../patience.ts';

export const SERVER_ENTRY = join(ROOT, 'dist/server/sync-server/main.js');
const LOOK_AGAIN_MS = 10;

/** Makes sure that the compiled server is there and up to date. */
export async function buildServer(): Promise<void> {
  const { code, output } = await buildStale(['server']);
  if (code !== 0) throw new Error(output);
}

/** How a server is run, when not plainly by Node. */
export type Program = {
  /** Another build's main file. */
  readonly entry?: string;
  /** A program that runs Node, with its arguments. */
  readonly under?: readonly string[];
  /** Flags of Node's own. */
  readonly flags?: readonly string[];
};

/** The compiled server as a process of its own, from its start to its end. */
export class ServerProcess {
  output = '';
  errors = '';
  readonly exited: Promise<number | null>;
  readonly #process: ChildProcess;
  readonly #isUnder: boolean;

  constructor(environment: Record<string, string>, args: readonly string[] = [], program: Program = {}) {
    const { entry = SERVER_ENTRY, under = [], flags = [] } = program;
    const [command = '', ...rest] = [...under, process.execPath, ...flags, entry, ...args];
    this.#isUnder = under.length > 0;
    this.#process = spawn(command, rest, {
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

  /** Of what was started: the server itself, unless it runs under another program. */
  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Resolves with the address that it prints. */
  async url(): Promise<string> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const url = /^Sealroom is running at (\S+)$/m.exec(this.output)?.[1];
      if (url !== undefined) return url;
      if (this.hasEnded || performance.now() > deadline) {
        throw new Error(`the server did not start\n${this.output}${this.errors}`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** To the server itself, also where another program runs it. */
  signal(name: 'SIGTERM' | 'SIGINT' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    const server = this.#isUnder && !this.hasEnded ? this.#child() : undefined;
    if (server === undefined) this.#process.kill(name);
    else process.kill(server, name);
  }

  #child(): number | undefined {
    const { pid } = this.#process;
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    return child ? Number(child) : undefined;
  }
}

/** Many seeds on several threads, and one report over all of them. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { bundleWorker } from './bundle.ts';
import type { SeedReport } from './run-seed.ts';

/** A run that hangs is a failure too. Milliseconds; most take one second of a machine with nothing else to do. */
const SEED_TIMEOUT_MS = 180_000;
/** Most of what a run makes is garbage when it ends: less of it is copied when the space is large. */
const YOUNG_GENERATION_MB = 64;

export type BatchReport = {
  readonly seeds: number;
  readonly failures: readonly SeedReport[];
  readonly counts: Readonly<Record<string, number>>;
  readonly seconds: number;
};

/** Made once in a process, and gone with it. */
let bundle: Promise<string> | null = null;
const folders = new Set<string>();
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** `onProgress`: told after every seed. */
export async function runBatch(
  root: string,
  seeds: readonly number[],
  onProgress: (done: number, failed: number) => void = () => undefined,
): Promise<BatchReport> {
  const startedAt = performance.now();
  const into = join(root, 'test-results/simulation');
  mkdirSync(into, { recursive: true });
  bundle ??= bundleWorker(root, into);
  const module = await bundle;
  folders.add(dirname(module));
  const waiting = [...seeds];
  const failures: SeedReport[] = [];
  const counts: Record<string, number> = {};
  let done = 0;
  const take = ({ failure, counts: counted, seed }: SeedReport): void => {
    if (failure) failures.push({ seed, failure, counts: counted });
    for (const [kind, count] of Object.entries(counted)) counts[kind] = (counts[kind] ?? 0) + count;
    onProgress(++done, failures.length);
  };
  const threads = Math.max(1, Math.min(availableParallelism(), 8, seeds.length));
  await Promise.all(Array.from({ length: threads }, () => work(module, waiting, take)));
  failures.sort((a, b) => a.seed - b.seed);
  const report = { seeds: seeds.length, failures, counts, seconds: (performance.now() - startedAt) / 1000 };
  writeFileSync(join(root, 'test-results/simulation.json'), `${JSON.stringify(report, null, 2)}\n`);
  return report;
}

const newWorker = (module: string): Worker =>
  new Worker(module, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB } });

/** One thread: takes seed after seed until none waits. */
async function work(module: string, waiting: number[], take: (report: SeedReport) => void): Promise<void> {
  let worker = newWorker(module);
  for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
    const report = await runOn(worker, seed);
    take(report);
    // A thread that has thrown or hangs is not used again.
    if (report.failure?.invariant !== 'no-mistake') continue;
    await worker.terminate();
    worker = newWorker(module);
  }
  await worker.terminate();
}

function runOn(worker: Worker, seed: number): Promise<SeedReport> {
  return new Promise((resolve) => {
    const end = (report: SeedReport): void => {
      clearTimeout(timer);
      worker.off('message', end).off('error', onError);
      resolve(report);
    };
    const fail = (message: string): void =>
      end({ seed, failure: { invariant: 'no-mistake', message, lastEvents: [] }, counts: {} });
    const onError = (error: Error): void => fail(error.stack ?? error.message);
    const timer = setTimeout(() => fail(`did not end within ${SEED_TIMEOUT_MS} ms`), SEED_TIMEOUT_MS);
    worker.on('message', end).on('error', onError);
    worker.postMessage(seed);
  });
}

/** How a failing seed is shown. */
export const describeFailure = ({ seed, failure }: SeedReport): string =>
  [
    `Seed ${seed}: ${failure?.message ?? 'nothing failed'}`,
    ...(failure?.lastEvents ?? []),
    `Again: npm run simulate -- ${seed}`,
  ].join('\n');

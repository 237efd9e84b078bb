/** Many seeds on several threads, and one report over all of them. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { bundleWorker } from './bundle.ts';
import type { SeedReport } from './run-seed.ts';

/** A run that hangs is a failure too. Milliseconds. */
const SEED_TIMEOUT_MS = 60_000;

export type BatchReport = {
  readonly seeds: number;
  readonly failures: readonly SeedReport[];
  readonly counts: Readonly<Record<string, number>>;
  readonly seconds: number;
};

export async function runBatch(root: string, seeds: readonly number[]): Promise<BatchReport> {
  const startedAt = performance.now();
  const into = join(root, 'test-results/simulation');
  mkdirSync(into, { recursive: true });
  const module = await bundleWorker(root, into);
  const waiting = [...seeds];
  const failures: SeedReport[] = [];
  const counts: Record<string, number> = {};
  const take = ({ failure, counts: counted, seed }: SeedReport): void => {
    if (failure) failures.push({ seed, failure, counts: counted });
    for (const [kind, count] of Object.entries(counted)) counts[kind] = (counts[kind] ?? 0) + count;
  };
  const threads = Math.max(1, Math.min(availableParallelism(), 8, seeds.length));
  try {
    await Promise.all(Array.from({ length: threads }, () => work(module, waiting, take)));
  } finally {
    rmSync(dirname(module), { recursive: true });
  }
  failures.sort((a, b) => a.seed - b.seed);
  const report = { seeds: seeds.length, failures, counts, seconds: (performance.now() - startedAt) / 1000 };
  writeFileSync(join(root, 'test-results/simulation.json'), `${JSON.stringify(report, null, 2)}\n`);
  return report;
}

/** One thread: takes seed after seed until none waits. */
async function work(module: string, waiting: number[], take: (report: SeedReport) => void): Promise<void> {
  let worker = new Worker(module);
  for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
    const report = await runOn(worker, seed);
    take(report);
    // A thread that has thrown or hangs is not used again.
    if (report.failure?.invariant !== 'no-mistake') continue;
    await worker.terminate();
    worker = new Worker(module);
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

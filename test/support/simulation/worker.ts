/** A thread that runs the seeds that it is handed, one after the other. */
import { parentPort } from 'node:worker_threads';
import { seedCrypto } from './seeded-crypto.ts';

const port = parentPort;
if (!port) throw new Error('runs in a worker thread');
// Only now: what it loads keeps a reference to `crypto`.
const { runSeed } = await import('./run-seed.ts');
port.on('message', (seed: number) => {
  seedCrypto(seed);
  runSeed(seed).then(
    (report) => port.postMessage(report),
    (error: unknown) => {
      throw error;
    },
  );
});

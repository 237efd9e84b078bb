/** A thread that runs the seeds that it is handed, one after the other. */
import { parentPort } from 'node:worker_threads';
import { runSeed } from './run-seed.ts';

const port = parentPort;
if (!port) throw new Error('runs in a worker thread');
port.on('message', (seed: number) => {
  runSeed(seed).then(
    (report) => port.postMessage(report),
    (error: unknown) => {
      throw error;
    },
  );
});

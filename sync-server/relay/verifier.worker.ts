/** The worker thread of verifier-pool.ts. */
import { parentPort } from 'node:worker_threads';
import { proofHolds } from './verifier.ts';
import { type BatchAnswer, type BatchMessage, unpackProofs } from './verifier-batch.ts';

const port = parentPort;
if (!port) throw new Error('verifier.worker runs as a worker thread');

port.on('message', ({ id, proofs }: BatchMessage) => {
  const holds = Uint8Array.from(unpackProofs(proofs), (proof) => (proofHolds(proof) ? 1 : 0));
  const answer: BatchAnswer = { id, holds };
  port.postMessage(answer);
});

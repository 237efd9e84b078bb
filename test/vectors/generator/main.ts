/** Every file of test/vectors/data, by name. */
import { clientFrames, reasons, relayFrames } from './frame-vectors.ts';
import { log } from './log-vectors.ts';
import { certificates, deviceLists, links, notices, prekeys } from './membership-vectors.ts';
import { openProofs } from './open-proof-vectors.ts';
import { clientIds, padding, seed, signalBodies, snapshotBodies, updateBodies } from './plaintext-vectors.ts';
import { chain, records } from './record-vectors.ts';
import { epochs, wraps } from './room-vectors.ts';

export const vectorFiles: Readonly<Record<string, object>> = {
  certificates,
  chain,
  'client-frames': clientFrames,
  'client-ids': clientIds,
  'device-lists': deviceLists,
  epochs,
  links,
  log,
  notices,
  'open-proofs': openProofs,
  padding,
  prekeys,
  reasons,
  records,
  'relay-frames': relayFrames,
  seed,
  'signal-bodies': signalBodies,
  'snapshot-bodies': snapshotBodies,
  'update-bodies': updateBodies,
  wraps,
};

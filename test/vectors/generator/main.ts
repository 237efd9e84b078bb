/** Every file of test/vectors/data, by name. */
import { accountProofs, accountRecords, bundles, masterWraps } from './account-vectors.ts';
import { recoveryCodes, safetyNumbers } from './comparison-vectors.ts';
import { clientFrames, reasons, relayFrames } from './frame-vectors.ts';
import { invitations } from './invitation-vectors.ts';
import { knocks } from './knock-vectors.ts';
import { log } from './log-vectors.ts';
import { certificates, deviceLists, links, notices, prekeys } from './membership-vectors.ts';
import { openProofs } from './open-proof-vectors.ts';
import { homeEntries, homeSecretVectors, pairing } from './pairing-vectors.ts';
import { clientIds, padding, seed, signalBodies, snapshotBodies, updateBodies } from './plaintext-vectors.ts';
import { chain, records } from './record-vectors.ts';
import { epochs, wraps } from './room-vectors.ts';

export const vectorFiles: Readonly<Record<string, object>> = {
  'account-proofs': accountProofs,
  'account-records': accountRecords,
  bundles,
  certificates,
  chain,
  'client-frames': clientFrames,
  'client-ids': clientIds,
  'device-lists': deviceLists,
  epochs,
  'home-entries': homeEntries,
  'home-secrets': homeSecretVectors,
  invitations,
  knocks,
  links,
  log,
  'master-wraps': masterWraps,
  notices,
  'open-proofs': openProofs,
  padding,
  pairing,
  prekeys,
  reasons,
  records,
  'recovery-codes': recoveryCodes,
  'relay-frames': relayFrames,
  'safety-numbers': safetyNumbers,
  seed,
  'signal-bodies': signalBodies,
  'snapshot-bodies': snapshotBodies,
  'update-bodies': updateBodies,
  wraps,
};

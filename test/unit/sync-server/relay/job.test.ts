import { expect, it } from 'vitest';
import { NO_ROOM } from '../../../../src/wire/epoch.ts';
import { NO_PROOF, type OpenProof } from '../../../../src/wire/open-proof.ts';
import { weightOf } from '../../../../sync-server/relay/job.ts';
import { FRAME_OVERHEAD_BYTES } from '../../../../sync-server/relay/limits.ts';

it('[FR3] what a device shows counts as bytes received: each hundred may be a signature to check', () => {
  const open = (proof: OpenProof) => weightOf({ type: 'open', room: NO_ROOM, mode: 'live', from: 0, proof });
  expect(open(NO_PROOF)).toBe(FRAME_OVERHEAD_BYTES);
  expect(open({ type: 'device-list', bytes: new Uint8Array(5_000) })).toBe(FRAME_OVERHEAD_BYTES + 5_000);
});

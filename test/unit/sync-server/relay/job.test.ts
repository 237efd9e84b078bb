import { expect, it } from 'vitest';
import { NO_ROOM } from '../../../../src/wire/epoch.ts';
import { deviceId, ZERO_BYTES } from '../../../../src/wire/ids.ts';
import { NO_PROOF, type OpenProof } from '../../../../src/wire/open-proof.ts';
import { requestsOf, weightOf } from '../../../../sync-server/relay/job.ts';
import { FRAME_OVERHEAD_BYTES, PREKEYS_PER_REQUEST } from '../../../../sync-server/relay/limits.ts';

it('[FR3] what a device shows counts as bytes received: each hundred may be a signature to check', () => {
  const open = (proof: OpenProof) => weightOf({ type: 'open', room: NO_ROOM, mode: 'live', from: 0, proof });
  expect(open(NO_PROOF)).toBe(FRAME_OVERHEAD_BYTES);
  expect(open({ type: 'device-list', bytes: new Uint8Array(5_000) })).toBe(FRAME_OVERHEAD_BYTES + 5_000);
});

it('[FR12] asking for prekeys costs in proportion: bytes for each device, a request for some', () => {
  const ask = (count: number) =>
    ({ type: 'ask', ticket: 1, devices: Array(count).fill(deviceId(ZERO_BYTES)) }) as const;
  expect(requestsOf({ type: 'ping' })).toBe(1);
  expect([1, PREKEYS_PER_REQUEST, PREKEYS_PER_REQUEST + 1].map((count) => requestsOf(ask(count)))).toEqual([1, 1, 2]);
  expect(weightOf(ask(10))).toBe(FRAME_OVERHEAD_BYTES + 320);
  expect(weightOf({ type: 'offer', prekey: new Uint8Array(1_000) })).toBe(FRAME_OVERHEAD_BYTES + 1_000);
});

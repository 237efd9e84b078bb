/** A frame from a client on its way through the relay, decoded as far as that needs no state. */

import { WireError } from '../../src/wire/bytes.ts';
import type { ClientFrame } from '../../src/wire/client-frames.ts';
import { type DeviceId, ID_BYTES } from '../../src/wire/ids.ts';
import { type Parsed, parseRecord } from '../../src/wire/parsed-record.ts';
import { decodePrekey, type SignedPrekey } from '../../src/wire/prekey.ts';
import type { Proof } from '../../src/wire/proof.ts';
import { decodeRecord, type SignedRecord } from '../../src/wire/record.ts';
import type { Clock } from '../clock.ts';
import { FRAME_OVERHEAD_BYTES, PREKEYS_PER_REQUEST } from './limits.ts';
import type { RelayMetrics } from './metrics.ts';
import type { Verifier } from './verifier.ts';

export type RecordJob = {
  readonly type: 'append' | 'create';
  readonly frame: ClientFrame & { readonly type: 'append' | 'create' };
  readonly bytes: number;
  readonly parsed: Parsed;
  /** The check of all its signatures, under way. Null: another device's record, which needs none to be refused. */
  readonly verified: Promise<boolean> | null;
};
export type SignalJob = {
  readonly type: 'signal';
  readonly frame: ClientFrame & { readonly type: 'signal' };
  readonly bytes: number;
  readonly record: SignedRecord;
};
export type OfferJob = {
  readonly type: 'offer';
  readonly frame: ClientFrame & { readonly type: 'offer' };
  readonly bytes: number;
  readonly offered: SignedPrekey;
  /** The check of its signature, under way. Null: another device's. */
  readonly verified: Promise<boolean> | null;
};
type PlainFrame = ClientFrame & { readonly type: 'open' | 'leave' | 'page' | 'ping' | 'ask' };
export type PlainJob = { readonly type: PlainFrame['type']; readonly frame: PlainFrame; readonly bytes: number };
export type Job = RecordJob | SignalJob | OfferJob | PlainJob;

/** What a frame takes of the backlog, in bytes. */
export function weightOf(frame: ClientFrame): number {
  if (frame.type === 'signal') return FRAME_OVERHEAD_BYTES + frame.record.length;
  if (frame.type === 'offer') return FRAME_OVERHEAD_BYTES + frame.prekey.length;
  if (frame.type === 'ask') return FRAME_OVERHEAD_BYTES + ID_BYTES * frame.devices.length;
  // Each hundred bytes of a device list bring a signature to check.
  if (frame.type === 'open' && frame.proof.type !== 'none') return FRAME_OVERHEAD_BYTES + frame.proof.bytes.length;
  if (frame.type !== 'append' && frame.type !== 'create') return FRAME_OVERHEAD_BYTES;
  return FRAME_OVERHEAD_BYTES + frame.record.length + frame.wraps.reduce((sum, wrap) => sum + wrap.length, 0);
}

/** What a frame takes of its socket's rate of requests. */
export const requestsOf = (frame: ClientFrame): number =>
  frame.type === 'ask' ? Math.ceil(frame.devices.length / PREKEYS_PER_REQUEST) : 1;

export type JobContext = {
  readonly verifier: Verifier;
  readonly metrics: Pick<RelayMetrics, 'verifySeconds'>;
  readonly clock: Pick<Clock, 'now'>;
};

/** Begins with the check of signatures at once; records are judged later, first in first out. @throws WireError */
export function makeJob(context: JobContext, frame: ClientFrame, bytes: number, device: DeviceId): Job {
  switch (frame.type) {
    case 'hello':
      throw new WireError('malformed', 'a second hello');
    case 'append':
    case 'create': {
      const parsed = parseRecord(decodeRecord(frame.record));
      const { kind, sender } = parsed.record.header;
      if (kind === 'signal' || (kind !== 'epoch' && frame.wraps.length > 0))
        throw new WireError('malformed', `${frame.type} of a ${kind}`);
      const verified = sender === device ? verify(context, parsed.proofs) : null;
      return { type: frame.type, frame, bytes, parsed, verified };
    }
    case 'signal': {
      const record = decodeRecord(frame.record);
      if (record.header.kind !== 'signal') throw new WireError('malformed', 'only signals are passed on unstored');
      return { type: 'signal', frame, bytes, record };
    }
    case 'offer': {
      const offered = decodePrekey(frame.prekey);
      const verified = offered.prekey.device === device ? verify(context, [offered.proof]) : null;
      return { type: 'offer', frame, bytes, offered, verified };
    }
    default:
      return { type: frame.type, frame, bytes };
  }
}

function verify({ verifier, metrics, clock }: JobContext, proofs: readonly Proof[]): Promise<boolean> {
  const startedAt = clock.now();
  const verified = verifier.verify(proofs);
  verified.then(
    () => metrics.verifySeconds.observe((clock.now() - startedAt) / 1000),
    // Whoever waits for the outcome hears of it; the job may also have been dropped.
    () => undefined,
  );
  return verified;
}

/**
 * A snapshot to start at instead of the log's beginning: what it must be, as far as it says so itself. Who starts at one has not
 * read what it covers, so everything is checked that can be without it.
 */
import { type Access, judgeHeader } from '../../wire/access.ts';
import { WireError } from '../../wire/bytes.ts';
import { type Position, ZERO_HASH } from '../../wire/ids.ts';
import { parseRecord } from '../../wire/parsed-record.ts';
import { decodeRecord, type SignedRecord, type Stream } from '../../wire/record.ts';
import { accept, refuse, type Verdict } from '../../wire/refusals.ts';
import { verify } from '../seal/sodium.ts';
import type { Ledger } from './admission.ts';
import { type CompactState, clientAt } from './compact-state.ts';
import { isSoonLoaded } from './placing.ts';
import { decodeSnapshotBody, type SnapshotBody } from './snapshot-body.ts';
import { decodeYjsUpdate, integrate } from './yjs-update.ts';

export type StartingSnapshot = {
  readonly seq: number;
  readonly record: SignedRecord;
  readonly stream: Stream;
  readonly cover: Position;
};

export function decodeStart({
  seq,
  record: bytes,
}: {
  readonly seq: number;
  readonly record: Uint8Array;
}): Verdict<StartingSnapshot> {
  let record: SignedRecord;
  try {
    record = decodeRecord(bytes);
  } catch (error) {
    if (error instanceof WireError) return refuse(error.reason, error.message);
    throw error;
  }
  const { cover, stream } = record.header;
  return cover ? accept({ seq, record, stream, cover }) : refuse('bad-snapshot', 'no covered position');
}

/** Whether its sender may append it. `access`: after all control records before it. */
export function judgeStart(
  { record, seq }: StartingSnapshot,
  access: Access | null,
  trusted: boolean,
): Verdict<unknown> {
  if (!access) return refuse('bad-epoch', 'no epoch before the snapshot');
  const parsed = parseRecord(record);
  if (!trusted && !parsed.proofs.every(verify)) return refuse('bad-signature');
  return judgeHeader(access, record.header, 0, { seq: seq - 1, hash: ZERO_HASH });
}

/** Whether all signatures of a record hold that came outside the order of the log. */
export function isGenuine({ record }: { readonly record: Uint8Array }): boolean {
  try {
    return parseRecord(decodeRecord(record)).proofs.every(verify);
  } catch (error) {
    if (error instanceof WireError) return false;
    throw error;
  }
}

/** Whether a snapshot's state is whole, and what its ledger speaks of: else Yjs throws, or keeps what comes later waiting. */
export function standsAlone({ bytes, clients }: CompactState, ledger: Ledger): boolean {
  const decoded = decodeYjsUpdate(bytes, Infinity, (place) => clientAt(clients, place));
  if (!decoded.ok) return false;
  const clocks = integrate(
    decoded.value,
    () => 0,
    () => accept(true as const),
  );
  return clocks.ok && ledger.hasClocks(clocks.value) && isSoonLoaded(decoded.value);
}

export function decodeSnapshot(plain: Uint8Array): Verdict<SnapshotBody> {
  try {
    return accept(decodeSnapshotBody(plain));
  } catch (error) {
    if (error instanceof WireError) return refuse('bad-snapshot', error.message);
    throw error;
  }
}

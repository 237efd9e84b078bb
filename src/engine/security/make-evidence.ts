/** Evidence out of what a device holds at the moment of an alarm. */
import { toBase64Url } from '../../wire/base64url.ts';
import { recordHash } from '../../wire/chain.ts';
import { START } from '../../wire/ids.ts';
import { MAX_HEAD_LAG } from '../../wire/limits.ts';
import type { HeldLog } from '../rooms/held-log.ts';
import { blake2b } from '../seal/sodium.ts';
import { positionOf } from '../vault/room-vault.ts';
import type { Evidence, EvidenceRecord } from './evidence.ts';

/** A larger record is named by its hash alone. */
export const MAX_EVIDENCE_RECORD_BYTES = 64 * 1024;

export type EvidenceParts = Pick<Evidence, 'alarm' | 'noticedAt' | 'device' | 'relay'> & {
  readonly own: Uint8Array | undefined;
  readonly others: readonly Uint8Array[];
  readonly held: HeldLog;
};

export function makeEvidence({ own, others, held, ...rest }: EvidenceParts): Evidence {
  return { ...rest, own: own ? toBase64Url(own) : null, log: linksOf(held), others: others.map(shown) };
}

const shown = (record: Uint8Array): EvidenceRecord =>
  record.length <= MAX_EVIDENCE_RECORD_BYTES
    ? toBase64Url(record)
    : { hash: recordHash(blake2b, record), bytes: record.length };

/** As far back as heads are compared, and the log is held. */
function linksOf({ reader, kept }: HeldLog): Evidence['log'] {
  const recent = kept.log.slice(1 - MAX_HEAD_LAG);
  const first = recent[0] ? positionOf(recent[0]) - 1 : reader.position.seq;
  const hash = first === 0 ? START.hash : reader.chainAt(first);
  if (!hash) return { from: reader.position, records: [] };
  const records = recent.map((stored) =>
    'stub' in stored ? stored.stub.hash : recordHash(blake2b, stored.entry.record),
  );
  return { from: { seq: first, hash }, records };
}

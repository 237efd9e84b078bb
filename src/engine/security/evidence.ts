/**
 * What shows that a relay, or the device of a member, has not told the truth: signed records as they came, this device's own signed word
 * for its log, the hashes between, and what the relay said, which it does not sign. No plaintext, no key: what is sealed stays sealed.
 * The file is documented in docs/security.md and checked by `verify-evidence.ts`.
 */
import { ByteReader, ByteWriter } from '../../wire/bytes.ts';
import type { DeviceId, Hash, Position, RoomId } from '../../wire/ids.ts';
import type { GraveAlarm } from './api.ts';

export const EVIDENCE_FORMAT = 'sealroom/evidence';
export const EVIDENCE_VERSION = 1;
/** Alarms whose evidence is kept; the oldest goes. */
export const MAX_EVIDENCE = 8;
/** What the relay said, by what it sent. */
export type RelayWord =
  /** Where the log ends. */
  | { readonly said: 'head'; readonly head: Position }
  /** Which position comes next. */
  | { readonly said: 'next'; readonly seq: number }
  /** That there is no such room. */
  | { readonly said: 'unknown-room' };

/** Base64url, or what is left of a record that is too large to be kept. */
export type EvidenceRecord = string | { readonly hash: Hash; readonly bytes: number };

export type Evidence = {
  readonly alarm: GraveAlarm;
  /** By this device's clock. */
  readonly noticedAt: number;
  readonly device: DeviceId;
  /** A signal of this device that names its head. Null: it could not be made then. */
  readonly own: string | null;
  /** This device's log: a position, and the hashes of all records from there to its head. */
  readonly log: { readonly from: Position; readonly records: readonly Hash[] };
  /** Signed by others. */
  readonly others: readonly EvidenceRecord[];
  readonly relay: RelayWord | null;
};

/** As the vault keeps it, which nobody else writes. */
export const encodeEvidence = (evidence: Evidence): Uint8Array =>
  new ByteWriter().text(JSON.stringify(evidence)).bytes();
export const decodeEvidence = (bytes: Uint8Array): Evidence =>
  JSON.parse(new ByteReader(bytes).text(bytes.length)) as Evidence;

/** The file that a person saves. */
export const evidenceFile = (room: RoomId, evidence: readonly Evidence[]): string =>
  `${JSON.stringify({ format: EVIDENCE_FORMAT, version: EVIDENCE_VERSION, room, evidence }, null, 2)}\n`;

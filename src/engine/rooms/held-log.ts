/**
 * What this device holds of a room's log, and the state after it. Every method that changes it returns what the vault
 * has to write, so that the caller can put it into one write with what else changes.
 *
 * Invariants: reader and documents are exactly the replay of what is kept; the documents also carry unsent edits, which
 * their owner puts back after `rebuild` and `restart`. Updates are judged in a document that never saw an unsent edit:
 * what such an edit deleted Yjs forgets, before the log says so.
 */
import * as Y from 'yjs';
import { contentOf } from '../../wire/access.ts';
import { recordHash } from '../../wire/chain.ts';
import type { Hash } from '../../wire/ids.ts';
import { parseRecord } from '../../wire/parsed-record.ts';
import { decodeRecord, isControl, type Stream, type StreamKey, streamKey } from '../../wire/record.ts';
import { accept, type Refused, type Verdict } from '../../wire/refusals.ts';
import { openRecord } from '../seal/record-seal.ts';
import { blake2b } from '../seal/sodium.ts';
import type { RoomChange, StoredEntry, StoredRoom } from '../vault/room-vault.ts';
import { type EarlierPart, partsBefore, titleBefore } from './earlier-parts.ts';
import {
  type LogEntry,
  LogReader,
  type LogStart,
  type ReaderOptions,
  type Reading,
  type RecordStub,
} from './log-reader.ts';
import { docOf, FROM_LOG, type KeptLog, type Replica, replay } from './replay.ts';
import { isGenuine } from './starting-snapshot.ts';

type Stored = Pick<StoredRoom, 'controls' | 'thinned' | 'snapshot' | 'snapshotChecked' | 'log'> &
  Partial<Pick<StoredRoom, 'parts'>>;

export class HeldLog {
  readonly #options: ReaderOptions;
  #kept: { controls: LogEntry[]; thinned: readonly RecordStub[]; snapshot: LogEntry | null; log: StoredEntry[] };
  #replica: Replica;
  /** Unsent edits were put into the replica's document since it was made. */
  #hasUnsent = false;
  /** The log alone once more. Made when it is needed beside unsent edits, then kept: making it costs a whole replay. */
  #logAlone: Replica | null = null;
  /** The kept snapshot is what this device would have made itself. */
  #snapshotChecked: boolean;
  /** Parts that the kept log does not hold any more. */
  readonly #putDown: EarlierPart[];
  #parts: readonly EarlierPart[] = [];
  /** Why what was stored cannot be read, or null. */
  readonly damage: Refused | null;

  constructor(options: ReaderOptions, stored: Stored) {
    this.#options = options;
    const { controls, thinned, snapshot, log, parts = [] } = stored;
    this.#putDown = [...parts];
    this.#kept = { controls: [...controls], thinned, snapshot, log: [...log] };
    this.#snapshotChecked = stored.snapshotChecked;
    const replica = replay(options, this.#kept, true);
    this.damage = replica.ok ? null : replica;
    this.#replica = this.#watched(replica.ok ? replica.value : { reader: new LogReader(options), docs: new Map() });
  }

  #watched(replica: Replica): Replica {
    this.#hasUnsent = false;
    this.#forgetLogAlone();
    replica.reader.placeIn((stream) => this.#stateAfterLog(stream));
    this.#gatherParts(replica);
    docOf(replica, contentOf(replica.reader.access)).on('beforeTransaction', ({ origin }: Y.Transaction) => {
      if (replica === this.#replica && origin !== FROM_LOG) this.#hasUnsent = true;
    });
    return replica;
  }

  #stateAfterLog(stream: Stream): Y.Doc {
    if (!this.#hasUnsent) return docOf(this.#replica, stream);
    if (!this.#logAlone) {
      const replica = replay(this.#options, this.#kept, true);
      if (!replica.ok) throw new Error('what was replayed once cannot be replayed again');
      this.#logAlone = replica.value;
    }
    return docOf(this.#logAlone, stream);
  }

  /** What the kept log holds goes before what was put down: since then a key may have come that this device lacked. */
  #gatherParts({ reader, docs }: Replica): void {
    const { segment } = contentOf(reader.access);
    const known = [...this.#putDown.filter((part) => part.segment < segment), ...partsBefore(segment, docs)];
    const bySegment = new Map(known.map((part) => [part.segment, part]));
    this.#parts = [...bySegment.values()].sort((a, b) => a.segment - b.segment);
  }

  /** Of the segments before this one, which the kept log will not hold any more. */
  #putDownBefore(segment: number): readonly EarlierPart[] {
    const { docs } = this.#replica;
    const parts = partsBefore(segment, docs);
    this.#putDown.push(...parts);
    for (const [key, doc] of docs)
      if (segmentOf(key) < segment) {
        doc.destroy();
        docs.delete(key);
      }
    return parts;
  }

  #forgetLogAlone(): void {
    for (const doc of this.#logAlone?.docs.values() ?? []) doc.destroy();
    this.#logAlone = null;
  }

  get kept(): KeptLog {
    return this.#kept;
  }
  get reader(): LogReader {
    return this.#replica.reader;
  }
  /** The stream of the text that is written now. */
  get content(): Stream {
    return contentOf(this.reader.access);
  }
  get doc(): Y.Doc {
    return docOf(this.#replica, this.content);
  }
  /** Closed parts that this device has read, in order. Of one that was just closed only after `beginPart`. */
  get parts(): readonly EarlierPart[] {
    return this.#parts;
  }
  /** The title that a part before this segment had. */
  titleBefore(segment: number): string {
    return titleBefore(segment, this.#replica.docs);
  }

  /** The plaintext of a record in the log, if it can be opened. */
  open(bytes: Uint8Array): Uint8Array | undefined {
    const record = decodeRecord(bytes);
    const key = this.reader.keyOf(record.header.epoch);
    const plain = key && openRecord(this.#options.keys, key, record);
    return plain?.ok ? plain.value : undefined;
  }

  /** Somebody has objected to this snapshot in the log. */
  isDisputed(snapshot: Hash): boolean {
    return this.reader.access?.disputed.has(snapshot) ?? false;
  }

  /** The next record. `trusted`: this device made it. An accepted update is not applied yet, see `apply`. */
  read(entry: LogEntry, trusted: boolean): { readonly reading: Reading; readonly change: RoomChange } {
    const reading = this.reader.read(entry, trusted);
    if (reading.type === 'update') this.#extendLogAlone(reading.stream, reading.update);
    // Replays trust what is stored; a forgery must stay one.
    const isForged = reading.type === 'void' && reading.reason === 'bad-signature';
    const stored: StoredEntry = isForged ? { entry, isForged } : { entry };
    this.#kept.log.push(stored);
    const { kind } = decodable(entry);
    const isNewControl = !isForged && isControl(kind) && !this.#kept.controls.some((known) => known.seq === entry.seq);
    if (isNewControl) this.#kept.controls.push(entry);
    return { reading, change: { log: [stored], controls: isNewControl ? [entry] : [] } };
  }

  #extendLogAlone(stream: Stream, update: Uint8Array): void {
    if (!this.#logAlone) return;
    try {
      Y.applyUpdate(docOf(this.#logAlone, stream), update, FROM_LOG);
    } catch {
      this.#forgetLogAlone();
    }
  }

  /** False: Yjs stumbled over content that passed every check, as it does on every replica. Rebuild. */
  apply({ stream, update }: Extract<Reading, { type: 'update' }>): boolean {
    try {
      Y.applyUpdate(docOf(this.#replica, stream), update, FROM_LOG);
      return true;
    } catch {
      return false;
    }
  }

  /** Begins at a snapshot that somebody else vouches for. */
  startFrom({ thinned, snapshot, ...start }: LogStart): Verdict<RoomChange> {
    // Replays trust what is stored, so a forgery must not get there.
    const controls = start.controls.filter(isGenuine);
    const kept = { controls, thinned, snapshot, log: [] };
    const replica = replay(this.#options, kept, false);
    if (!replica.ok) return replica;
    this.#kept = kept;
    this.#replica = this.#watched(replica.value);
    this.#snapshotChecked = false;
    return accept({ controls, thinned, base: { snapshot, dropLog: 0, checked: false } });
  }

  /** A new base that this device has checked: the first `dropLog` entries are in the snapshot. */
  adopt(snapshot: LogEntry, dropLog: number): RoomChange {
    // What was made on top of somebody's word is no better than that word.
    const checked = this.#kept.snapshot === null || this.#snapshotChecked;
    this.#kept = { ...this.#kept, snapshot, log: this.#kept.log.slice(dropLog) };
    this.#snapshotChecked = checked;
    return { base: { snapshot, dropLog, checked }, parts: this.#putDownBefore(segmentAt(snapshot)) };
  }

  /** We started from a snapshot on somebody's word, and somebody who holds the state objects. */
  get isWithdrawn(): boolean {
    const { snapshot } = this.#kept;
    return Boolean(snapshot && !this.#snapshotChecked && this.isDisputed(recordHash(blake2b, snapshot.record)));
  }

  /**
   * A record that is void here objects to the snapshot that we started from: a false one may say counters that silence whoever
   * objects. The log itself is then asked.
   */
  isObjectedTo({ record }: LogEntry): boolean {
    const { snapshot } = this.#kept;
    if (!snapshot || this.#snapshotChecked) return false;
    const { control } = parseRecord(decodeRecord(record));
    if (control.type !== 'notice' || control.notice.type !== 'objection') return false;
    return control.notice.record === recordHash(blake2b, snapshot.record);
  }

  /** Drops the unsent edits from the documents. */
  rebuild(): Verdict<true> {
    const replica = replay(this.#options, this.#kept, true);
    if (!replica.ok) return replica;
    this.#replica = this.#watched(replica.value);
    return accept(true);
  }

  /** The epoch that was just read has closed a part: `doc` is another from now on, and no closed one has unsent edits. */
  beginPart(): Verdict<true> {
    if (this.#hasUnsent) return this.rebuild();
    this.#watched(this.#replica);
    return accept(true);
  }

  /** Forgets everything read: the log is to be read from its beginning. */
  restart(): RoomChange {
    const { controls, thinned, log } = this.#kept;
    const parts = this.#partsToKeep();
    this.#kept = { controls: [], thinned: [], snapshot: null, log: [] };
    this.#snapshotChecked = false;
    this.#replica = this.#watched({ reader: new LogReader(this.#options), docs: new Map() });
    return { restart: { dropControls: controls.length, dropThinned: thinned.length, dropLog: log.length }, parts };
  }

  /** Where newcomers start empty, what is read next may begin behind the part that is written now. */
  #partsToKeep(): readonly EarlierPart[] {
    const { access } = this.reader;
    if (access?.core.newcomers !== 'start-empty') return [];
    const { content } = this;
    const docs = new Map(this.#replica.docs).set(streamKey(content), this.#stateAfterLog(content));
    const parts = partsBefore(content.segment + 1, docs);
    this.#putDown.push(...parts);
    return parts;
  }

  destroy(): void {
    this.#forgetLogAlone();
    for (const doc of this.#replica.docs.values()) doc.destroy();
  }
}

const segmentOf = (key: StreamKey): number => Number(key.split('/')[1]);
const segmentAt = (snapshot: LogEntry): number => decodeRecord(snapshot.record).header.stream.segment;

/** A record that cannot be decoded is void, and no control record. */
function decodable(entry: LogEntry): { readonly kind: Parameters<typeof isControl>[0] } {
  try {
    return decodeRecord(entry.record).header;
  } catch {
    return { kind: 'update' };
  }
}

/**
 * Reading a room's log in order: what one knows of the room after each position, and whether the next record counts.
 * Used for records from the relay, for those from the vault, and for replaying when a snapshot is made or checked.
 *
 * Invariants: `position` is the chain over everything read, void records included; a void record changes nothing else;
 * whether a record is void follows from the log before it and constants of the protocol, never from unsent edits.
 */
import type * as Y from 'yjs';
import { type Access, judgeHeader } from '../../wire/access.ts';
import { accessAfter } from '../../wire/access-after.ts';
import { WireError } from '../../wire/bytes.ts';
import { chainAfter, controlChainAfter, recordHash } from '../../wire/chain.ts';
import { afterHiddenRenewal } from '../../wire/epoch-access.ts';
import { type DeviceId, type Hash, type Position, type RoomId, START, ZERO_HASH } from '../../wire/ids.ts';
import { MAX_HEAD_LAG } from '../../wire/limits.ts';
import { withIntroducedDevice } from '../../wire/notice-access.ts';
import { type Parsed, parseRecord } from '../../wire/parsed-record.ts';
import { decodeRecord, isControl, type Kind, type SignedRecord, type Stream } from '../../wire/record.ts';
import { accept, type Reason, refuse, type Verdict } from '../../wire/refusals.ts';
import type { Unopened } from '../epochs/epoch-record.ts';
import type { EpochSecret } from '../epochs/epoch-secrets.ts';
import { type EpochKey, openRecord, type RecordKeys } from '../seal/record-seal.ts';
import { blake2b, verify } from '../seal/sodium.ts';
import type { Ledger } from './admission.ts';
import type { CompactState } from './compact-state.ts';
import { ReadStreams } from './read-streams.ts';
import type { SnapshotBody } from './snapshot-body.ts';
import { decodeSnapshot, decodeStart, judgeStart, standsAlone } from './starting-snapshot.ts';
import { decodeUpdateBody } from './update-body.ts';

export type LogEntry = {
  readonly seq: number;
  readonly record: Uint8Array;
  /** The reader's own wrap of an epoch record; empty otherwise. */
  readonly wrap: Uint8Array;
};

/** A record of which only place and hash are known. */
export type RecordStub = { readonly seq: number; readonly hash: Hash };

/** What a reader starts from who has not read the log. */
export type LogStart = {
  /** Control records before the snapshot, in order. */
  readonly controls: readonly LogEntry[];
  /** [TH1] Of plain renewals among them only place and hash are known. In order. */
  readonly thinned: readonly RecordStub[];
  readonly snapshot: LogEntry;
};

/** What a record that was read means for the room. */
export type Reading =
  | { readonly type: 'update'; readonly sender: DeviceId; readonly stream: Stream; readonly update: Uint8Array }
  | {
      readonly type: 'snapshot';
      readonly sender: DeviceId;
      readonly stream: Stream;
      readonly cover: Position;
      readonly record: Hash;
      readonly plain: Uint8Array;
    }
  | { readonly type: 'epoch' }
  | { readonly type: 'notice' }
  /** The record does not count, for anybody. */
  | { readonly type: 'void'; readonly kind: Kind | null; readonly reason: Reason; readonly detail: string };

/** Gets the epoch's secret from one's own wrap. Undefined: this reader is not sealed to. */
export type Unwrap = (access: Access, wrap: Uint8Array) => EpochKey | undefined;

export type ReaderOptions = {
  readonly room: RoomId;
  readonly unwrap: Unwrap;
  readonly keys: RecordKeys;
};

/** Up to which position content is missing, and the epoch of the last of it. */
export type Missed = { readonly upTo: number; readonly epoch: Unopened | null };

/** [CH2], [CH3] */
type Chains = { readonly hash: Hash; readonly controlChain: Hash };

/** A reader at a snapshot's covered position, and the stream's state there. */
export type Started = { readonly reader: LogReader; readonly state: CompactState; readonly stream: Stream };

export class LogReader {
  readonly #options: ReaderOptions;
  #position: Position = START;
  #controlChain: Hash = ZERO_HASH;
  #access: Access | null = null;
  #accessAt = 0;
  readonly #epochHashes = new Set<Hash>();
  readonly #epochKeys = new Map<number, EpochKey>();
  #counters = new Map<DeviceId, number>();
  readonly #streams: ReadStreams;
  /** The chains after the last positions. */
  readonly #recent = new Map<number, Chains>();
  /** Positions of the control records that counted. */
  readonly #counted = new Set<number>();
  #fork: DeviceId | null = null;
  #unopened: Unopened | null = null;
  #missed: Missed | null = null;

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#streams = new ReadStreams(options.room);
  }

  /** Where updates are placed for trial: documents after what was read, without unsent edits. */
  placeIn(stateOf: (stream: Stream) => Y.Doc): void {
    this.#streams.placeIn(stateOf);
  }

  get position(): Position {
    return this.#position;
  }
  get access(): Access | null {
    return this.#access;
  }
  /** Position of the last control record that counted; 0: none was read. */
  get accessAt(): number {
    return this.#accessAt;
  }
  get controlChain(): Hash {
    return this.#controlChain;
  }
  get counters(): ReadonlyMap<DeviceId, number> {
    return this.#counters;
  }
  /** The key of the current epoch, if this reader is sealed to. */
  get epochKey(): EpochKey | undefined {
    return this.#access ? this.#epochKeys.get(this.#access.epoch) : undefined;
  }
  /** Of all epochs that this reader is sealed to. */
  get secrets(): readonly EpochSecret[] {
    return [...this.#epochKeys.values()].map(({ epoch, secret }) => ({ epoch, secret }));
  }
  keyOf(epoch: number): EpochKey | undefined {
    return this.#epochKeys.get(epoch);
  }
  /** The current epoch, where this reader has no key of it. */
  get unopened(): Unopened | null {
    return this.#unopened;
  }
  /** Content that could not be opened for want of a key. */
  get missed(): Missed | null {
    return this.#missed;
  }
  /** A device that named a head which is not in this log: somebody was shown another one. */
  get fork(): DeviceId | null {
    return this.#fork;
  }
  /** Whether the chain of epochs goes through this record. */
  hasEpoch(hash: Hash): boolean {
    return this.#epochHashes.has(hash);
  }
  coveredBefore(stream: Stream): number {
    return this.#streams.coveredBefore(stream);
  }
  ledger(stream: Stream): Ledger {
    return this.#streams.ledger(stream);
  }

  /** Reads the next record. `trusted`: its signatures were checked before it was stored. */
  read(entry: LogEntry, trusted: boolean): Reading {
    if (entry.seq !== this.#position.seq + 1) throw new Error(`read ${entry.seq} after ${this.#position.seq}`);
    const hash = recordHash(blake2b, entry.record);
    const before = this.#position;
    this.#advance(chainAfter(blake2b, before, hash));
    let parsed: Parsed;
    try {
      parsed = parseRecord(decodeRecord(entry.record));
    } catch (error) {
      if (error instanceof WireError) return { type: 'void', kind: null, reason: error.reason, detail: error.message };
      throw error;
    }
    const { header } = parsed.record;
    if (!trusted && !parsed.proofs.every(verify))
      return { type: 'void', kind: header.kind, reason: 'bad-signature', detail: '' };
    // Not for forgeries: they are not kept, and a relay that invents some must not set readers apart.
    if (isControl(header.kind)) {
      this.#controlChain = controlChainAfter(blake2b, this.#controlChain, entry.seq, hash);
      this.#remember();
    }
    const reading = this.#judge(parsed, entry, before, hash);
    if (!reading.ok) return { type: 'void', kind: header.kind, reason: reading.reason, detail: reading.detail };
    this.#counters.set(header.sender, header.counter);
    this.#watchHead(header.sender, header.head);
    return reading.value;
  }

  /** A body that is not sent any more: the chain goes on over its hash. Only for what a snapshot covers. */
  skip(seq: number, record: Hash): void {
    if (seq !== this.#position.seq + 1) throw new Error(`skip ${seq} after ${this.#position.seq}`);
    this.#advance(chainAfter(blake2b, this.#position, record));
  }

  #advance(position: Position): void {
    this.#position = position;
    this.#recent.delete(position.seq - MAX_HEAD_LAG);
    this.#remember();
  }
  #remember(): void {
    this.#recent.set(this.#position.seq, { hash: this.#position.hash, controlChain: this.#controlChain });
  }

  #judge(parsed: Parsed, entry: LogEntry, before: Position, hash: Hash): Verdict<Reading> {
    const { header } = parsed.record;
    if (this.#access) {
      const counter = this.#counters.get(header.sender) ?? 0;
      const role = judgeHeader(withIntroducedDevice(this.#access, parsed), header, counter, before);
      if (!role.ok) return role;
    } else if (header.room !== this.#options.room) return refuse('wrong-room');
    if (isControl(header.kind)) return this.#control(parsed, entry);
    const plain = this.#open(parsed.record);
    if (!plain.ok) return plain;
    return header.kind === 'snapshot'
      ? this.#snapshot(parsed.record, plain.value, hash, entry.seq)
      : this.#update(parsed.record, plain.value, entry.seq);
  }

  #control(parsed: Parsed, entry: LogEntry): Verdict<Reading> {
    const before = this.#access;
    const access = accessAfter(blake2b, this.#access, parsed, entry.seq);
    if (!access.ok) return access;
    this.#access = access.value;
    this.#accessAt = entry.seq;
    this.#counted.add(entry.seq);
    if (parsed.control.type !== 'epoch') return accept({ type: 'notice' });
    this.#epochHashes.add(access.value.epochHash);
    const key = this.#options.unwrap(access.value, entry.wrap);
    if (key) this.#epochKeys.set(key.epoch, key);
    const by = (before ?? access.value).principalOfDevice.get(parsed.record.header.sender) ?? null;
    const { core, wrapHashes: hashes } = parsed.control.body;
    const { seq, wrap } = entry;
    this.#unopened = key ? null : { seq, record: access.value.epochHash, by, core, wrap, hashes };
    return accept({ type: 'epoch' });
  }

  #open(record: SignedRecord): Verdict<Uint8Array> {
    const key = this.#epochKeys.get(record.header.epoch);
    if (!key) {
      this.#missed = { upTo: this.#position.seq, epoch: this.#unopened };
      return refuse('cannot-open', 'no key of this epoch');
    }
    return openRecord(this.#options.keys, key, record);
  }

  #update(record: SignedRecord, plain: Uint8Array, seq: number): Verdict<Reading> {
    const { sender, stream } = record.header;
    let body: ReturnType<typeof decodeUpdateBody>;
    try {
      body = decodeUpdateBody(plain);
    } catch (error) {
      if (error instanceof WireError) return refuse(error.reason, error.message);
      throw error;
    }
    const admitted = this.ledger(stream).judge(sender, body);
    if (!admitted.ok) return admitted;
    this.#streams.admit(stream, seq, admitted.value);
    return accept({ type: 'update', sender, stream, update: body.update });
  }

  #snapshot(record: SignedRecord, plain: Uint8Array, hash: Hash, seq: number): Verdict<Reading> {
    const { stream, cover, sender } = record.header;
    if (!cover || cover.seq <= this.coveredBefore(stream) || cover.seq >= seq)
      return refuse('bad-snapshot', 'covers nothing new');
    const body = decodeSnapshot(plain);
    if (!body.ok) return body;
    this.#streams.cover(stream, cover.seq, body.value);
    return accept({ type: 'snapshot', sender, stream, cover, record: hash, plain });
  }

  #watchHead(sender: DeviceId, head: Position): void {
    if (!this.fits(head)) this.#fork = sender;
  }

  /** Whether a head that somebody named, with its control chain where it is told, fits this log, as far as it is remembered. */
  fits(head: Position, controlChain?: Hash): boolean {
    const known = this.#recent.get(head.seq);
    if (known === undefined) return true;
    return known.hash === head.hash && (controlChain ?? known.controlChain) === known.controlChain;
  }

  /** The chain hash after a position, as far as it is remembered. */
  chainAt(seq: number): Hash | undefined {
    return this.#recent.get(seq)?.hash;
  }

  /** Whether the control record at this position was read and counted. */
  hasCounted(seq: number): boolean {
    return this.#counted.has(seq);
  }

  /** Starts at a covered position instead of the log's beginning. Signatures of all are checked unless `trusted`. */
  static startFrom(
    options: ReaderOptions,
    { controls, thinned, snapshot }: LogStart,
    trusted: boolean,
  ): Verdict<Started> {
    const start = decodeStart(snapshot);
    if (!start.ok) return start;
    const { record, stream, cover } = start.value;
    const base = new LogReader(options);
    const covered = controls.filter(({ seq }) => seq <= cover.seq);
    const followed = base.#follow(covered, thinned, trusted);
    if (!followed.ok) return followed;
    const full = base.#copy();
    for (const control of controls)
      if (control.seq > cover.seq && control.seq < snapshot.seq) full.#readAlone(control, trusted);
    const allowed = judgeStart(start.value, full.#access, trusted);
    if (!allowed.ok) return allowed;
    const plain = full.#open(record);
    if (!plain.ok) return plain;
    const body = decodeSnapshot(plain.value);
    if (!body.ok) return body;
    if (body.value.controlChain !== base.#controlChain) return refuse('bad-snapshot', 'control records are missing');
    const restored = base.#restore(stream, cover, body.value);
    if (!restored.ok || trusted) return restored;
    const { state } = restored.value;
    return standsAlone(state, base.ledger(stream)) ? restored : refuse('bad-snapshot', 'its state');
  }

  #restore(stream: Stream, cover: Position, body: SnapshotBody): Verdict<Started> {
    let ledger: Ledger;
    try {
      ledger = this.#streams.restore(stream, body);
    } catch (error) {
      if (error instanceof WireError) return refuse('bad-snapshot', error.message);
      throw error;
    }
    this.#counters = new Map(body.counters);
    this.#recent.clear();
    this.#advance(cover);
    return accept({ reader: this, state: { bytes: body.state, clients: ledger.clients }, stream });
  }

  /**
   * [TH2] The covered control records. Hidden ones may only be plain renewals, which the next epoch record that is shown goes through.
   * Each counts as one epoch, and each record that is shown before the last of them has to count: so nothing else fits into their places.
   */
  #follow(controls: readonly LogEntry[], thinned: readonly RecordStub[], trusted: boolean): Verdict<true> {
    const hidden = [...thinned];
    const lastHidden = hidden.at(-1)?.seq ?? 0;
    for (const control of controls) {
      for (let next = hidden[0]; next && next.seq < control.seq; next = hidden[0]) {
        const passed = this.#passOver(next);
        if (!passed.ok) return passed;
        hidden.shift();
      }
      const reading = this.#readAlone(control, trusted);
      if (reading.type === 'void' && control.seq < lastHidden) return refuse(reading.reason, 'among hidden records');
    }
    const endsShown = hidden.length === 0 && this.hasEpoch(this.#access?.epochHash ?? ZERO_HASH);
    return endsShown || thinned.length === 0
      ? accept(true)
      : refuse('bad-epoch', 'no epoch is shown after hidden ones');
  }

  #passOver({ seq, hash }: RecordStub): Verdict<true> {
    if (!this.#access) return refuse('bad-epoch', 'the first epoch is shown');
    const access = afterHiddenRenewal(this.#access, seq, hash);
    if (!access.ok) return access;
    this.#access = access.value;
    this.#controlChain = controlChainAfter(blake2b, this.#controlChain, seq, hash);
    this.#position = chainAfter(blake2b, { seq: seq - 1, hash: this.#position.hash }, hash);
    return accept(true);
  }

  /** A control record outside the order of the log: its place in the chain is vouched for by the snapshot. */
  #readAlone(entry: LogEntry, trusted: boolean): Reading {
    this.#position = { seq: entry.seq - 1, hash: this.#position.hash };
    this.#recent.clear(); // not the log's chain: no head may be compared with it
    return this.read(entry, trusted);
  }

  /** What control records have changed in this one. */
  #copy(): LogReader {
    const copy = new LogReader(this.#options);
    copy.#position = this.#position;
    copy.#controlChain = this.#controlChain;
    copy.#access = this.#access;
    copy.#counters = new Map(this.#counters);
    for (const [epoch, key] of this.#epochKeys) copy.#epochKeys.set(epoch, key);
    return copy;
  }
}

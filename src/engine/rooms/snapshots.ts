/**
 * Making snapshots and checking those of others [SN1]–[SN3], in pauses. Both by replaying what is kept in a scratch
 * Y.Doc, never from the live one, which holds unsent edits.
 */
import { equalBytes } from '../../wire/bytes.ts';
import { recordHash } from '../../wire/chain.ts';
import type { Position } from '../../wire/ids.ts';
import { type Hash, ZERO_HASH } from '../../wire/ids.ts';
import { MAX_DOCUMENT_BYTES } from '../../wire/limits.ts';
import { CONTENT, decodeRecord, kindOf, type Stream } from '../../wire/record.ts';
import type { Cancel, Clock, EngineLog, Random, SnapshotLimits } from '../ports.ts';
import { blake2b } from '../seal/sodium.ts';
import { positionOf, type StoredEntry } from '../vault/room-vault.ts';
import type { LogEntry, ReaderOptions, Reading } from './log-reader.ts';
import { type KeptLog, snapshotOf } from './replay.ts';
import { isWorthSnapshot, senderOfLast, snapshotDelay } from './snapshot-policy.ts';

export type SnapshotReading = Extract<Reading, { type: 'snapshot' }>;

export type SnapshotPorts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: EngineLog;
  readonly limits: SnapshotLimits;
  readonly options: ReaderOptions;
  readonly device: string;
  /** Whether this device may and can append a snapshot now. */
  readonly canMake: () => boolean;
  readonly kept: () => KeptLog;
  readonly position: () => number;
  readonly append: (stream: Stream, plain: Uint8Array, cover: Position) => void;
  readonly object: (seq: number, record: Hash) => void;
  /** The plaintext of a record in the log. */
  readonly open: (record: Uint8Array) => Uint8Array | undefined;
  readonly isDisputed: (record: Hash) => boolean;
  /** The snapshot is what we hold ourselves: the log up to its cover need not be kept. */
  readonly adopt: (snapshot: LogEntry, dropLog: number) => void;
};

export class Snapshots {
  readonly #ports: SnapshotPorts;
  #cancelMake: Cancel | null = null;
  #stopped = false;
  /** Checks that wait for a pause, by the snapshots' positions. */
  readonly #waiting = new Map<number, { readonly cancel: Cancel; readonly run: () => void }>();

  constructor(ports: SnapshotPorts) {
    this.#ports = ports;
  }

  /** The log has grown. */
  consider(): void {
    const { limits, kept, canMake, random, device, clock } = this.#ports;
    if (this.#cancelMake || !canMake() || !isWorthSnapshot(limits, kept())) return;
    const [byte = 0] = random.bytes(1);
    const wroteLast = senderOfLast(kept()) === device;
    this.#cancelMake = clock.after(snapshotDelay(limits, wroteLast, byte / 255), () => {
      this.#cancelMake = null;
      this.#make();
    });
  }

  /** A snapshot stands in the log. `own`: made from what this device holds. */
  received(entry: LogEntry, reading: SnapshotReading, own: boolean): void {
    if (own) this.#adopt(entry, reading);
    else this.#later(entry.seq, () => this.#check(entry, reading));
  }

  /** The room was opened from the vault: checks that were waiting when it closed are made up for. */
  resume(): void {
    const { kept, open, isDisputed } = this.#ports;
    for (const stored of kept().log) {
      if (!('entry' in stored) || stored.isForged || kindOf(stored.entry.record) !== 'snapshot') continue;
      const { entry } = stored;
      const { cover, stream } = decodeRecord(entry.record).header;
      const record = recordHash(blake2b, entry.record);
      const plain = open(entry.record);
      if (!cover || isDisputed(record)) continue;
      if (plain) this.#later(entry.seq, () => this.#check(entry, { stream, cover, record, plain }));
      else this.voided(entry);
    }
  }

  /** A snapshot that does not count: nobody should be sent it. */
  voided(entry: LogEntry): void {
    this.#later(entry.seq, () => this.#ports.object(entry.seq, recordHash(blake2b, entry.record)));
  }

  #later(seq: number, run: () => void): void {
    // The last record of a room that is being closed: it is checked when the room opens again.
    if (this.#stopped) return;
    const { random, clock, limits } = this.#ports;
    const [byte = 0] = random.bytes(1);
    const cancel = clock.after(limits.checkDelayMs + (limits.checkJitterMs * byte) / 255, () => {
      this.#waiting.delete(seq);
      run();
    });
    // Read once more, as after a withdrawal.
    this.#waiting.get(seq)?.cancel();
    this.#waiting.set(seq, { cancel, run });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelMake?.();
    this.#cancelMake = null;
    for (const { cancel } of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }

  #make(): void {
    const { kept, position, options, canMake, append, log, limits } = this.#ports;
    if (!canMake() || !isWorthSnapshot(limits, kept())) return;
    const made = snapshotOf(options, kept(), CONTENT, position());
    if (!made.ok || made.value.plain.length > MAX_DOCUMENT_BYTES) return log('snapshot.not-made');
    append(CONTENT, made.value.plain, made.value.cover);
  }

  #check(entry: LogEntry, reading: Omit<SnapshotReading, 'type' | 'sender'>): void {
    const { kept, options, object, log } = this.#ports;
    const base = kept().snapshot ? coverSeq(kept().snapshot) : 0;
    if (reading.cover.seq <= base) return; // what it covers is not held here any more
    const own = snapshotOf(options, kept(), reading.stream, reading.cover.seq);
    if (own.ok && equalBytes(own.value.plain, reading.plain) && own.value.cover.hash === reading.cover.hash)
      return this.#adopt(entry, reading);
    log('snapshot.disputed');
    object(entry.seq, reading.record);
  }

  #adopt(entry: LogEntry, reading: Pick<SnapshotReading, 'cover'>): void {
    // Earlier ones could not be checked afterwards, and newcomers may be sent them should this one be disputed.
    for (const [seq, { cancel, run }] of [...this.#waiting])
      if (seq < entry.seq && this.#waiting.delete(seq)) {
        cancel();
        run();
      }
    const { log } = this.#ports.kept();
    const dropLog = log.filter((stored: StoredEntry) => positionOf(stored) <= reading.cover.seq).length;
    if (dropLog > 0) this.#ports.adopt(entry, dropLog);
  }
}

const coverSeq = (snapshot: LogEntry | null): number =>
  snapshot ? (decodeRecord(snapshot.record).header.cover ?? { seq: 0, hash: ZERO_HASH }).seq : 0;

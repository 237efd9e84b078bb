/**
 * Making snapshots and checking those of others [SN1]–[SN3], in pauses. Both by replaying what is kept in a scratch
 * Y.Doc, never from the live one, which holds unsent edits.
 *
 * Invariants: one snapshot at most waits to be made; a foreign snapshot is adopted only if it is byte for byte what this device
 * makes of what it holds itself, and each is checked once.
 */
import { equalBytes } from '../../wire/bytes.ts';
import { recordHash } from '../../wire/chain.ts';
import { type DeviceId, ZERO_HASH } from '../../wire/ids.ts';
import { MAX_DOCUMENT_BYTES } from '../../wire/limits.ts';
import { decodeRecord, kindOf } from '../../wire/record.ts';
import type { Cancel, Clock, EngineLog, Random, SnapshotLimits } from '../ports.ts';
import { blake2b } from '../seal/sodium.ts';
import { positionOf, type RoomVault } from '../vault/room-vault.ts';
import type { Agenda } from './agenda.ts';
import type { HeldLog } from './held-log.ts';
import type { LogEntry, ReaderOptions, Reading } from './log-reader.ts';
import type { Outbox } from './outbox.ts';
import type { RelayLine } from './relay-line.ts';
import { snapshotOf } from './replay.ts';
import type { Rights } from './rights.ts';
import { isWorthSnapshot, senderOfLast, snapshotDelay } from './snapshot-policy.ts';
import type { Trust } from './trust.ts';

export type SnapshotReading = Extract<Reading, { type: 'snapshot' }>;

export type SnapshotParts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: EngineLog;
  readonly limits: SnapshotLimits;
  readonly options: ReaderOptions;
  readonly device: DeviceId;
  readonly held: HeldLog;
  readonly outbox: Outbox;
  readonly agenda: Agenda;
  readonly rights: Rights;
  readonly trust: Trust;
  readonly vault: RoomVault;
  readonly line: () => RelayLine;
};

export class Snapshots {
  readonly #parts: SnapshotParts;
  #cancelMake: Cancel | null = null;
  #stopped = false;
  /** [SN6] Somebody lacks what was sealed before this position. */
  #askedFor = 0;
  /** Checks that wait for a pause, by the snapshots' positions. */
  readonly #waiting = new Map<number, { readonly cancel: Cancel; readonly run: () => void }>();

  constructor(parts: SnapshotParts) {
    this.#parts = parts;
  }

  /** Others' snapshots are still to be compared. */
  get isChecking(): boolean {
    return this.#waiting.size > 0;
  }

  /** The log has grown. */
  consider(): void {
    const { limits, held, random, device, clock } = this.#parts;
    if (this.#cancelMake || !this.#canMake || !this.#isDue) return;
    const [byte = 0] = random.bytes(1);
    const { grown } = held.reader.access ?? { grown: null };
    const letIn = this.#isOwed && grown?.by === device;
    // A device that has let itself back in cannot make its start: then somebody waits for any other.
    const isSoon = this.#isOwed || senderOfLast(held.kept) === device;
    this.#cancelMake = clock.after(letIn ? 0 : snapshotDelay(limits, isSoon, byte / 255), () => {
      this.#cancelMake = null;
      this.#make();
    });
  }

  /** [SN6] Somebody lacks what was sealed before this position, and may write nothing that owes a snapshot. */
  ask(before: number): void {
    this.#askedFor = before;
    this.consider();
  }

  /** A snapshot stands in the log. `own`: made from what this device holds. */
  received(entry: LogEntry, reading: SnapshotReading, own: boolean): void {
    if (own) this.#adopt(entry, reading);
    else this.#later(entry.seq, () => this.#check(entry, reading));
  }

  /** The room was opened from the vault: checks that were waiting when it closed are made up for. */
  resume(): void {
    const { held } = this.#parts;
    // It will begin at somebody's snapshot.
    if (held.reader.missed) return;
    for (const stored of held.kept.log) {
      if (!('entry' in stored) || stored.isForged || kindOf(stored.entry.record) !== 'snapshot') continue;
      const { entry } = stored;
      const { cover, stream } = decodeRecord(entry.record).header;
      const record = recordHash(blake2b, entry.record);
      const plain = held.open(entry.record);
      if (!cover || held.isDisputed(record)) continue;
      if (plain) this.#later(entry.seq, () => this.#check(entry, { stream, cover, record, plain }));
      else this.voided(entry);
    }
  }

  /** A snapshot that does not count: nobody should be sent it. */
  voided(entry: LogEntry): void {
    this.#later(entry.seq, () => this.#parts.agenda.object(entry.seq, recordHash(blake2b, entry.record)));
  }

  #later(seq: number, run: () => void): void {
    // The last record of a room that is being closed: it is checked when the room opens again.
    if (this.#stopped) return;
    const { random, clock, limits } = this.#parts;
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

  get #isDue(): boolean {
    const { limits, held } = this.#parts;
    return this.#isOwed || isWorthSnapshot(limits, held.kept);
  }
  /** [SN5] Somebody was let in who can read nothing that was written before. Whoever did it makes the start, else somebody else. */
  get #isOwed(): boolean {
    const { reader, content } = this.#parts.held;
    return Math.max(reader.access?.grown?.seq ?? 0, this.#askedFor) > reader.coveredBefore(content);
  }

  /** Whether this device may and can append a snapshot now. The log need not know it yet where somebody waits. */
  get #canMake(): boolean {
    const { line, trust, rights, outbox, held, agenda } = this.#parts;
    if (!line().isCaughtUp || trust.failure || !rights.mayWrite || !agenda.mayAppend || outbox.flight) return false;
    return this.#isOwed || outbox.isKnown(held.reader.access);
  }

  #make(): void {
    const { held, outbox, options, log, line } = this.#parts;
    if (!this.#canMake || !this.#isDue) return;
    const { access } = held.reader;
    if (access && !outbox.isKnown(access)) {
      const introduction = outbox.introduce(held.reader, access);
      return line().send(introduction.ok ? introduction.value : null);
    }
    const made = snapshotOf(options, held.kept, held.content, held.reader.position.seq);
    if (!made.ok || made.value.plain.length > MAX_DOCUMENT_BYTES) return log('snapshot.not-made');
    line().send(outbox.seal(held.reader, 'snapshot', held.content, made.value.plain, made.value.cover));
  }

  #check(entry: LogEntry, reading: Omit<SnapshotReading, 'type' | 'sender'>): void {
    const { held, options, agenda, log } = this.#parts;
    const base = held.kept.snapshot ? coverSeq(held.kept.snapshot) : 0;
    if (held.reader.missed) return;
    // The log is being read anew, and comes to this snapshot again.
    if (held.reader.position.seq < entry.seq) return;
    if (reading.cover.seq <= base) return; // what it covers is not held here any more
    const own = snapshotOf(options, held.kept, reading.stream, reading.cover.seq);
    if (own.ok && equalBytes(own.value.plain, reading.plain) && own.value.cover.hash === reading.cover.hash)
      return this.#adopt(entry, reading);
    log('snapshot.disputed');
    agenda.object(entry.seq, reading.record);
  }

  /** The snapshot is what we hold ourselves: the log up to its cover need not be kept. */
  #adopt(entry: LogEntry, reading: Pick<SnapshotReading, 'cover'>): void {
    // Earlier ones could not be checked afterwards, and newcomers may be sent them should this one be disputed.
    for (const [seq, { cancel, run }] of [...this.#waiting])
      if (seq < entry.seq && this.#waiting.delete(seq)) {
        cancel();
        run();
      }
    const { held, vault, agenda } = this.#parts;
    // An objection that is not in the log yet rests on what would be dropped: after a restart it is found again.
    if (agenda.objects) return this.#later(entry.seq, () => this.#adopt(entry, reading));
    const dropLog = held.kept.log.filter((stored) => positionOf(stored) <= reading.cover.seq).length;
    if (dropLog > 0) vault.write(held.adopt(entry, dropLog));
  }
}

const coverSeq = (snapshot: LogEntry | null): number =>
  snapshot ? (decodeRecord(snapshot.record).header.cover ?? { seq: 0, hash: ZERO_HASH }).seq : 0;

/**
 * What this device notices of relay and members: warned of at once, kept in the vault, with the evidence where there is some.
 *
 * Invariants: an alarm's evidence is made when it is raised, from what is held then; at most `MAX_EVIDENCE` are kept; the same alarm
 * about the same device is kept once, until the person has said that it was read.
 */
import type { DeviceId } from '../../wire/ids.ts';
import { decodeRecord } from '../../wire/record.ts';
import type { Clock, EngineLog } from '../ports.ts';
import type { GraveAlarm } from '../security/api.ts';
import { type Evidence, evidenceFile, MAX_EVIDENCE, type RelayWord } from '../security/evidence.ts';
import { makeEvidence } from '../security/make-evidence.ts';
import type { Observations } from '../security/observations.ts';
import type { RoomVault } from '../vault/room-vault.ts';
import type { HeldLog } from './held-log.ts';
import type { LogEntry, Reading } from './log-reader.ts';
import type { Writer } from './outbox.ts';
import { sealSignal } from './seal-signal.ts';
import type { Trust } from './trust.ts';

export type AlarmParts = {
  readonly clock: Clock;
  readonly log: EngineLog;
  readonly writer: Writer;
  readonly held: HeldLog;
  readonly trust: Trust;
  readonly observations: Observations;
  readonly vault: RoomVault;
  /** Others should hear where this device's log stands: they may be deceived too. */
  readonly tellHead: () => void;
  readonly onChange: () => void;
};

export type AlarmCause = {
  /** Whose signed word stands against what the relay shows, and the record or signal that it is in. */
  readonly by?: DeviceId;
  readonly record?: Uint8Array;
  readonly relay?: RelayWord;
};

export class Alarms {
  readonly #parts: AlarmParts;
  readonly #evidence: Evidence[];

  constructor(parts: AlarmParts, evidence: readonly Evidence[]) {
    this.#parts = parts;
    this.#evidence = [...evidence];
  }

  /** What a person saves. Null: there is nothing to show. */
  get file(): string | null {
    return this.#evidence.length > 0 ? evidenceFile(this.#parts.writer.room, this.#evidence) : null;
  }

  raise(alarm: GraveAlarm, { by, record, relay }: AlarmCause): void {
    const { observations, trust, held, log, tellHead, onChange } = this.#parts;
    const device = by ?? null;
    const isKnown = observations.all.some(
      (known) => known.type === 'alarm' && known.alarm === alarm && known.device === device && !known.isRead,
    );
    if (!isKnown) this.#keep(alarm, record ? [record] : [], relay ?? null);
    observations.notice({ type: 'alarm', alarm, device }, held.reader.position.seq);
    log('relay.alarm', { alarm });
    trust.raise(alarm);
    tellHead();
    onChange();
  }

  #keep(alarm: GraveAlarm, others: readonly Uint8Array[], relay: RelayWord | null): void {
    const { writer, held, clock, vault } = this.#parts;
    const { epochKey, position, controlChain } = held.reader;
    const news = { asks: false, lacks: false, entries: [], controlChain };
    const own = epochKey && sealSignal(writer, epochKey, position, news);
    const noticedAt = clock.now();
    const evidence = makeEvidence({ alarm, noticedAt, device: writer.identity.device, own, others, relay, held });
    this.#evidence.push(evidence);
    const dropEvidence = Math.max(0, this.#evidence.length - MAX_EVIDENCE);
    this.#evidence.splice(0, dropEvidence);
    vault.write({ dropEvidence, evidence: [evidence] });
  }

  /** A record that does not count. What nobody has signed is the relay's doing. */
  refused({ record, seq }: LogEntry, { kind, reason }: Extract<Reading, { type: 'void' }>): void {
    const isSigned = kind !== null && reason !== 'bad-signature';
    const device = isSigned ? decodeRecord(record).header.sender : null;
    if (this.#parts.observations.notice({ type: 'refused', kind, reason, device }, seq))
      this.#parts.trust.raise('bad-record');
  }

  /** The relay passed on something other than a record that does not count. */
  unfounded(seq: number): void {
    const { observations, trust } = this.#parts;
    observations.notice({ type: 'refused', kind: null, reason: 'bad-snapshot', device: null }, seq);
    trust.raise('bad-record');
  }

  /** The relay has not passed on the wrap that somebody has signed for this device. */
  keptBack(seq: number): void {
    const { observations, trust } = this.#parts;
    observations.notice({ type: 'refused', kind: 'epoch', reason: 'cannot-open', device: null }, seq);
    trust.raise('bad-record');
  }

  /** Somebody has objected to a snapshot. */
  disputed(by: DeviceId, seq: number): void {
    if (this.#parts.observations.notice({ type: 'alarm', alarm: 'disputed', device: by }, seq))
      this.#parts.trust.raise('disputed');
  }

  /** The person has read what there is to read. */
  acknowledge(): void {
    const { observations, trust, onChange } = this.#parts;
    observations.acknowledge();
    trust.acknowledge();
    onChange();
  }
}

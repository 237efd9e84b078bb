/**
 * What comes from the log: each record is read, and does in this room what its reading says.
 *
 * Invariants: records are taken in log order, each once; what a record changes is in one write, so that an acknowledged edit is
 * always either in `mine` or in the log.
 */
import { recordHash } from '../../wire/chain.ts';
import type { DeviceId } from '../../wire/ids.ts';
import { decodeNotice } from '../../wire/notice.ts';
import { decodeRecord } from '../../wire/record.ts';
import type { Standing } from '../epochs/standing.ts';
import type { EngineLog } from '../ports.ts';
import { blake2b } from '../seal/sodium.ts';
import type { Observations } from '../security/observations.ts';
import type { RoomVault } from '../vault/room-vault.ts';
import type { Alarms } from './alarms.ts';
import type { HeldLog } from './held-log.ts';
import type { LiveDocument } from './live-document.ts';
import type { LogEntry, Missed, Reading } from './log-reader.ts';
import type { NewPart } from './new-part.ts';
import type { Outbox } from './outbox.ts';
import type { Rescue } from './rescue.ts';
import type { Snapshots } from './snapshots.ts';
import type { Trust } from './trust.ts';
import type { Watch } from './watch.ts';

export type InboxParts = {
  readonly device: DeviceId;
  readonly held: HeldLog;
  readonly standing: Standing;
  readonly outbox: Outbox;
  readonly live: LiveDocument;
  readonly snapshots: Snapshots;
  readonly rescue: Rescue;
  readonly newPart: NewPart;
  readonly trust: Trust;
  readonly watch: Watch;
  readonly alarms: Alarms;
  readonly observations: Observations;
  readonly vault: RoomVault;
  readonly log: EngineLog;
};

export class Inbox {
  readonly #parts: InboxParts;

  constructor(parts: InboxParts) {
    this.#parts = parts;
  }

  /** The next record of the log, from the relay or just acknowledged. */
  take(entry: LogEntry): void {
    const { held, outbox, live, vault, device, rescue, newPart } = this.#parts;
    const [shown, { segment }] = [held.doc, held.content];
    const disputes = held.reader.access?.disputed.size ?? 0;
    const { reading, change } = held.read(entry, outbox.flight?.record === entry.record);
    const hash = recordHash(blake2b, entry.record);
    if (reading.type === 'void' && reading.reason === 'too-entangled') outbox.shrink(hash);
    const landed = outbox.land(hash);
    const own = landed !== null;
    let dropMine = landed ?? 0;
    if (reading.type === 'update' && !own) {
      if (reading.sender === device) dropMine = outbox.dropKnown(held.reader);
      live.apply(reading);
    }
    const closes = held.content.segment !== segment;
    // The acknowledged edits move from `mine` to `log` in one write, those of a closed part into a rescued copy.
    vault.write({ ...change, ...(closes ? rescue.close(shown) : { dropMine }) });
    if (closes) newPart.begin();
    this.#note(entry, reading, disputes);
    this.#follow(entry, reading, own);
  }

  /** What is worth remembering beside the log. `disputes`: before this record. */
  #note(entry: LogEntry, reading: Reading, disputes: number): void {
    const { held, watch, alarms, observations } = this.#parts;
    if (held.reader.fork && reading.type !== 'void') watch.read(entry);
    if (reading.type === 'epoch' || reading.type === 'notice') observations.learned(entry.seq);
    // That somebody cannot open an epoch is said in the history; it is no doubt about what is shown.
    if (reading.type === 'notice' && (held.reader.access?.disputed.size ?? 0) > disputes && !this.#isAboutEpoch(entry))
      alarms.disputed(decodeRecord(entry.record).header.sender, entry.seq);
  }

  #isAboutEpoch({ record }: LogEntry): boolean {
    const { body, header } = decodeRecord(record);
    const notice = decodeNotice(body, header);
    return notice.type === 'objection' && this.#parts.held.reader.hasEpoch(notice.record);
  }

  /**
   * Begins at a snapshot that somebody else vouches for. `too-early`: it is from before this device was let in, so another has to
   * come [SN5]. `not-convincing`: the log itself has to be read.
   */
  startFrom(start: Parameters<HeldLog['startFrom']>[0] | undefined): 'started' | 'too-early' | 'not-convincing' {
    const { held, live, alarms, observations, vault, log } = this.#parts;
    const started = start && held.startFrom(start);
    if (started?.ok === false && started.reason === 'cannot-open') return 'too-early';
    if (!started?.ok) {
      // One member's false snapshot must not keep newcomers out: the log itself is read instead.
      log('snapshot.not-convincing');
      alarms.unfounded(start?.snapshot.seq ?? 0);
      return 'not-convincing';
    }
    vault.write(started.value);
    observations.learned(held.reader.position.seq);
    live.mount();
    return 'started';
  }

  #follow(entry: LogEntry, reading: Reading, own: boolean): void {
    const { held, live, snapshots, rescue, trust } = this.#parts;
    const { missed } = held.reader;
    switch (reading.type) {
      case 'update':
        return live.touch();
      case 'snapshot':
        if (missed) return this.#startAgain(reading, missed);
        return snapshots.received(entry, reading, own);
      case 'notice':
        return held.isWithdrawn ? rescue.startOver('snapshot.withdrawn') : undefined;
      case 'void':
        return this.#voided(entry, reading, own);
      case 'epoch':
        if (held.reader.epochKey) return trust.regain();
        return this.#isBeforeUs ? rescue.awaitStart() : this.#shutOut();
    }
  }

  /** The log is followed on without the key, though nothing that is sealed can be read. */
  #shutOut(): void {
    const { held, standing, trust, alarms } = this.#parts;
    const { unopened } = held.reader;
    if (unopened && standing.reasonFor(unopened) === 'kept-back') alarms.keptBack(held.reader.position.seq);
    trust.fail('cannot-open');
  }

  /** What was missed is in a snapshot now. Not in one by whoever has kept it from this device: nobody here could check it. */
  #startAgain({ cover, sender }: Extract<Reading, { type: 'snapshot' }>, { upTo, epoch }: Missed): void {
    const { held, rescue, standing } = this.#parts;
    const isTheirs = epoch?.by && held.reader.access?.principalOfDevice.get(sender) === epoch.by;
    if (cover.seq >= upTo && !(isTheirs && standing.reasonFor(epoch) === 'bad-wrap')) rescue.startAgain();
  }

  /** What is read was written before this device, its account or its link was let in. */
  get #isBeforeUs(): boolean {
    const { held, standing, trust } = this.#parts;
    const { access } = held.reader;
    return access !== null && !standing.isIn(access) && !trust.isReady;
  }

  /** A record that does not count. */
  #voided(entry: LogEntry, reading: Extract<Reading, { type: 'void' }>, own: boolean): void {
    const { kind, reason } = reading;
    const { held, snapshots, rescue, alarms, log } = this.#parts;
    // Nobody can say anything about what it has no key of, or about what follows on that.
    if (!own && held.reader.missed && reason !== 'bad-signature') return undefined;
    log('record.void', { reason, own });
    if (own) return rescue.refuse(reason);
    // Honest edits may meet at one place.
    if (reason !== 'too-entangled') alarms.refused(entry, reading);
    if (kind === 'snapshot') return snapshots.voided(entry);
    if (kind === 'notice' && reason !== 'bad-signature' && held.isObjectedTo(entry))
      rescue.startOver('snapshot.withdrawn');
  }
}

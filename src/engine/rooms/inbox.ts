/**
 * What comes from the log: each record is read, and does in this room what its reading says.
 *
 * Invariants: records are taken in log order, each once; what a record changes is in one write, so that an acknowledged edit is
 * always either in `mine` or in the log.
 */
import { recordHash } from '../../wire/chain.ts';
import type { DeviceId } from '../../wire/ids.ts';
import type { Standing } from '../epochs/standing.ts';
import type { EngineLog } from '../ports.ts';
import { blake2b } from '../seal/sodium.ts';
import type { RoomVault } from '../vault/room-vault.ts';
import type { HeldLog } from './held-log.ts';
import type { LiveDocument } from './live-document.ts';
import type { LogEntry, Missed, Reading } from './log-reader.ts';
import type { Outbox } from './outbox.ts';
import type { Rescue } from './rescue.ts';
import type { Snapshots } from './snapshots.ts';
import type { Trust } from './trust.ts';

export type InboxParts = {
  readonly device: DeviceId;
  readonly held: HeldLog;
  readonly standing: Standing;
  readonly outbox: Outbox;
  readonly live: LiveDocument;
  readonly snapshots: Snapshots;
  readonly rescue: Rescue;
  readonly trust: Trust;
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
    const { held, outbox, live, vault, device } = this.#parts;
    const { reading, change } = held.read(entry, outbox.flight?.record === entry.record);
    const hash = recordHash(blake2b, entry.record);
    if (reading.type === 'void' && reading.reason === 'too-entangled') outbox.shrink(hash);
    const landed = outbox.land(hash);
    const own = landed !== null;
    let dropMine = landed ?? 0;
    if (reading.type === 'update' && !own) {
      if (reading.sender === device) dropMine = outbox.dropKnown(held.reader);
      live.apply(reading.update);
    }
    // The acknowledged edits move from `mine` to `log` in one write.
    vault.write({ ...change, dropMine });
    if (held.reader.fork) this.#parts.trust.raise('forked');
    this.#follow(entry, reading, own);
  }

  /**
   * Begins at a snapshot that somebody else vouches for. `too-early`: it is from before this device was let in, so another has to
   * come [SN5]. `not-convincing`: the log itself has to be read.
   */
  startFrom(start: Parameters<HeldLog['startFrom']>[0] | undefined): 'started' | 'too-early' | 'not-convincing' {
    const { held, live, trust, vault, log } = this.#parts;
    const started = start && held.startFrom(start);
    if (started?.ok === false && started.reason === 'cannot-open') return 'too-early';
    if (!started?.ok) {
      // One member's false snapshot must not keep newcomers out: the log itself is read instead.
      log('snapshot.not-convincing');
      trust.raise('bad-record');
      return 'not-convincing';
    }
    vault.write(started.value);
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
    const { held, standing, trust } = this.#parts;
    const { unopened } = held.reader;
    if (unopened && standing.reasonFor(unopened) === 'kept-back') trust.raise('bad-record');
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
  #voided(entry: LogEntry, { kind, reason }: Extract<Reading, { type: 'void' }>, own: boolean): void {
    const { held, snapshots, rescue, trust, log } = this.#parts;
    // Nobody can say anything about what it has no key of, or about what follows on that.
    if (!own && held.reader.missed && reason !== 'bad-signature') return undefined;
    log('record.void', { reason, own });
    if (own) return rescue.refuse(reason);
    // Honest edits may meet at one place.
    if (reason !== 'too-entangled') trust.raise('bad-record');
    if (kind === 'snapshot') return snapshots.voided(entry);
    if (kind === 'notice' && reason !== 'bad-signature' && held.isObjectedTo(entry))
      rescue.startOver('snapshot.withdrawn');
  }
}

/**
 * What this device writes next: objections, then what leaves revoked devices behind, then what its person asked to change about who
 * is in, then edits. The outbox makes the records, with the device's introduction before its first.
 *
 * Invariants: an objection stays until it is in the log, somebody's or our own, or the relay will never take it; no edit is
 * sealed under an epoch before the home has its secret, where the home has the room.
 */
import type { Access } from '../../wire/access.ts';
import { segmentWith } from '../../wire/epoch-access.ts';
import type { DeviceId, Hash } from '../../wire/ids.ts';
import type { Notice } from '../../wire/notice.ts';
import type { Kind } from '../../wire/record.ts';
import { accept, type Reason, refuse, type Verdict } from '../../wire/refusals.ts';
import { mayAppend } from '../../wire/roles.ts';
import { devicesIn, type EpochPlan, mayRenew, renewalPlan } from '../epochs/next-epoch.ts';
import type { Prekeys } from '../epochs/prekeys.ts';
import { namedPrekey, type Standing } from '../epochs/standing.ts';
import type { AccessRequests } from '../membership/requests.ts';
import type { Clock, EngineLog } from '../ports.ts';
import type { HeldLog } from './held-log.ts';
import type { Flight, Outbox } from './outbox.ts';
import type { RelayLine } from './relay-line.ts';
import type { Renewals } from './renewals.ts';
import type { Rights } from './rights.ts';
import type { ShutOut } from './shut-out.ts';
import type { Trust } from './trust.ts';

type Objection = Extract<Notice, { type: 'objection' }>;

export type AgendaParts = {
  readonly device: DeviceId;
  readonly clock: Clock;
  readonly held: HeldLog;
  readonly outbox: Outbox;
  readonly standing: Standing;
  readonly rights: Rights;
  readonly trust: Trust;
  readonly shutOut: ShutOut;
  readonly requests: AccessRequests;
  readonly log: EngineLog;
  readonly renewals: Renewals;
  readonly prekeys: Prekeys;
  readonly line: () => RelayLine;
  /** Whether what is sealed under this epoch may be sent: the home has its secret. */
  readonly mayAppend: (epoch: number) => boolean;
  /** Whether an epoch may be begun: the home's names no replaced prekey. */
  readonly mayBegin: () => boolean;
};

export class Agenda {
  readonly #parts: AgendaParts;
  readonly #objections: Objection[] = [];
  /** The last notice was an objection, not an introduction before it. */
  #isObjecting = false;
  /** The last record was for what the person asked for. */
  #isAsking = false;
  /** It was for an epoch that nobody asked for. */
  #isRenewing = false;
  readonly #onPrekeys = (): void => this.#parts.line().pump();

  constructor(parts: AgendaParts) {
    this.#parts = parts;
  }

  /** The next record, or null if there is nothing to send or it cannot be sent yet. Refused: it will never be taken. */
  next(): Verdict<Flight | null> {
    const { held, outbox, rights } = this.#parts;
    const { reader } = held;
    const [objection] = this.#objections;
    if (objection) {
      // It waits until it is in the log, somebody's or our own: a connection may take it along when it breaks.
      if (!held.isDisputed(objection.record)) {
        this.#isObjecting = outbox.isKnown(reader.access);
        return outbox.say(reader, objection);
      }
      this.#objections.shift();
      return this.next();
    }
    this.#isObjecting = false;
    this.#isAsking = false;
    this.#isRenewing = false;
    const change = reader.access ? this.#keyChange(reader.access) : accept(null);
    if (!change.ok) return change;
    // What waits for prekeys comes before the edits that are to be sealed under it.
    if (change.value) return accept(change.value === 'soon' ? null : change.value);
    if (outbox.waiting > 0 && !rights.mayWrite) return refuse('wrong-role');
    return this.mayAppend ? outbox.next(reader) : accept(null);
  }

  /**
   * The next record of a device that has no key of the current epoch, or has missed what was written in one: nothing that would have
   * to be sealed.
   */
  wayBack(): Verdict<Flight | null> {
    const { held, outbox, shutOut, device } = this.#parts;
    const { access, epochKey } = held.reader;
    this.#isObjecting = false;
    this.#isAsking = false;
    this.#isRenewing = false;
    if (!access) return accept(null);
    const change = this.#keyChange(access);
    if (!change.ok) return change;
    if (change.value) return accept(change.value === 'soon' ? null : change.value);
    const { lacking } = shutOut;
    if (!lacking || !shutOut.isDue) return accept(null);
    const { seq, record } = lacking;
    if (!held.isDisputed(record)) return outbox.say(held.reader, { type: 'objection', seq, record });
    // With a key it is the objection alone that has the next epoch owe a start [SN5].
    if (epochKey && !access.objected) return accept(null);
    const epoch = mayRenew(access, device) ? this.#epoch(access, renewalPlan(access)) : 'soon';
    return accept(epoch === 'soon' ? null : epoch);
  }

  /** There is an objection that is not in the log yet, and this device may write it. */
  get objects(): boolean {
    return this.#objections.length > 0;
  }

  /** The home has the secret of the current epoch. */
  get mayAppend(): boolean {
    const { held, mayAppend } = this.#parts;
    const { access } = held.reader;
    return access === null || mayAppend(access.epoch);
  }

  /** A snapshot in the log is not what this device would have made. */
  object(seq: number, record: Hash): void {
    const { rights, trust, line } = this.#parts;
    trust.raise('bad-record');
    const { role } = rights;
    if (role && mayAppend(role)) this.#objections.push({ type: 'objection', seq, record });
    line().pump();
  }

  /** A record beside the edits will never be taken. */
  giveUp(kind: Kind, reason: Reason): void {
    if (kind === 'notice' && this.#isObjecting) this.#objections.shift();
    else if (this.#isAsking && kind !== 'snapshot') this.#parts.requests.fail(reason);
    else if (this.#isRenewing && kind !== 'snapshot') this.#parts.renewals.giveUp();
  }

  /**
   * What leaves revoked devices behind: the account's newer list, then an epoch without them. Then what was asked for, then what keys
   * need by themselves. `soon`: it waits for something, and edits for it.
   */
  #keyChange(access: Access): Verdict<Flight | 'soon' | null> {
    const { held, outbox, rights, standing, requests, renewals, device } = this.#parts;
    const list = standing.newerList(access);
    if (list) return accept(outbox.notice(held.reader, list));
    if (standing.mustRenew(access) && mayRenew(access, device)) return accept(this.#epoch(access, renewalPlan(access)));
    const wanted = requests.next(access);
    if (wanted && wanted !== 'leave' && this.#closesUnsent(access, wanted)) return accept(null);
    this.#isAsking = wanted !== null;
    if (wanted === 'leave') return outbox.say(held.reader, { type: 'leave' });
    this.#isRenewing = !wanted && renewals.isDue(access, outbox.waiting > 0 && rights.mayWrite);
    if (!wanted && !this.#isRenewing) return accept(null);
    if (!outbox.isKnown(access)) return outbox.introduce(held.reader, access);
    return accept(this.#epoch(access, wanted ?? renewalPlan(access)));
  }

  /** [SG3] What is not sent before somebody is let in who starts empty nobody takes. */
  #closesUnsent(access: Access, plan: EpochPlan): boolean {
    const { outbox, rights, trust } = this.#parts;
    const isSent = outbox.waiting > 0 && rights.mayWrite && !trust.failure;
    return isSent && segmentWith(access, plan.access) !== access.core.segment;
  }

  /** `soon`: prekeys of those whom it is sealed to are being asked for, or the home has to go on first. */
  #epoch(access: Access, plan: EpochPlan): Flight | 'soon' {
    const { held, outbox, standing, prekeys, device, clock, log, mayBegin } = this.#parts;
    const others = devicesIn(access, plan).filter((other) => other !== device);
    const named = (other: DeviceId): number => namedPrekey(access, other);
    if (!prekeys.isFresh(others, named, this.#onPrekeys) || !mayBegin()) return 'soon';
    const at = { position: held.reader.position, date: clock.now() };
    const flight = outbox.epoch((counter) => standing.nextEpoch(access, plan, { ...at, counter }));
    if (flight && this.#isRenewing) log('epoch.renewed');
    return flight ?? 'soon';
  }
}

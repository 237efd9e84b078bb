/**
 * What a device does in an epoch that was sealed to it and whose secret it does not have: it says so in the log [NO5], and begins the
 * next epoch if it may, so that the room goes on with everybody. What was written meanwhile it gets by a snapshot. The same where
 * somebody else has begun the next one, and what was written in the one before is missing. A device that was merely left out begins
 * one as `Renewals` says.
 *
 * Invariants: a signer is blamed only for a wrap that it has signed for this device; each time takes longer than the one before,
 * for whoever shuts somebody out can do it again.
 */
import type { Access } from '../../wire/access.ts';
import type { PrincipalId } from '../../wire/ids.ts';
import { mayAppend } from '../../wire/roles.ts';
import type { Unopened } from '../epochs/epoch-record.ts';
import type { Standing } from '../epochs/standing.ts';
import type { Cancel, Clock, EngineLog, Random } from '../ports.ts';
import { Backoff } from '../sync/backoff.ts';
import type { HeldLog } from './held-log.ts';
import type { RelayLine } from './relay-line.ts';

/** How soon a device acts whose wrap does not open. */
const WRONGED = { firstMs: 100, maxMs: 60_000 };
/** How long a device waits that was kept from its wrap: the account's home may have the secret. Milliseconds. */
const KEPT_BACK_MS = 30_000;

export type ShutOutParts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: EngineLog;
  readonly held: HeldLog;
  readonly standing: Standing;
  readonly line: () => RelayLine;
};

export class ShutOut {
  readonly #parts: ShutOutParts;
  readonly #backoff: Backoff;
  /** The epoch that was looked at last. */
  #epoch = 0;
  #isDue = false;
  #cancel: Cancel = () => undefined;

  constructor(parts: ShutOutParts) {
    this.#parts = parts;
    this.#backoff = new Backoff(WRONGED, parts.random);
  }

  /** It is time to say so, and to begin the next epoch. */
  get isDue(): boolean {
    this.#look();
    return this.#isDue;
  }
  /** The current epoch, if there is no key of it, or the last of which something is missing. */
  get lacking(): Unopened | null {
    const { unopened, missed } = this.#parts.held.reader;
    return unopened ?? missed?.epoch ?? null;
  }
  /** Whoever gave this device a wrap that does not open, in the epoch that it lacks. */
  get by(): PrincipalId | null {
    const { lacking } = this;
    return lacking && this.#parts.standing.reasonFor(lacking) === 'bad-wrap' ? lacking.by : null;
  }

  stop(): void {
    this.#cancel();
  }

  #look(): void {
    const { held, clock, log, line } = this.#parts;
    const { access } = held.reader;
    const lacking = access && this.lacking;
    const epoch = lacking ? access.epoch : 0;
    if (epoch === this.#epoch) return;
    this.#epoch = epoch;
    this.#isDue = false;
    this.#cancel();
    if (!lacking || !this.#mayAct(access)) return;
    const { by } = this;
    if (by) log('epoch.bad-wrap', { by });
    this.#cancel = clock.after(by ? this.#backoff.next() : KEPT_BACK_MS, () => {
      this.#isDue = true;
      line().pump();
    });
  }

  /** In a room of one account alone the home has the secret, or the password brings it. */
  #mayAct(access: Access): boolean {
    const { held, standing } = this.#parts;
    const { unopened } = held.reader;
    if (unopened && standing.reasonFor(unopened) === 'left-out') return false;
    const role = standing.role(access);
    return standing.isIn(access) && access.members.size > 1 && role !== null && mayAppend(role);
  }
}

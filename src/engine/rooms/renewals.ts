/**
 * When this device begins the next epoch of a room although nobody asks for it: because it is left out, or named with a prekey
 * that it has replaced; because the home names a replaced prekey; or because it is about to write and the epoch is old.
 *
 * Invariants: a device that only looks renews nothing for its age; what the relay will not take holds no edit up, but for the
 * home's; a device that stays left out, whatever the others know, tries more and more seldom.
 */
import type { Access } from '../../wire/access.ts';
import type { DeviceId } from '../../wire/ids.ts';
import { namedPrekey, type Standing } from '../epochs/standing.ts';
import type { Cancel, Clock, KeyLives, Random } from '../ports.ts';
import { Backoff } from '../sync/backoff.ts';
import type { RelayLine } from './relay-line.ts';

/** The longest that a device which stays left out waits before it tries again. Milliseconds. */
const MAX_LEFT_OUT_MS = 86_400_000;

export type RenewalsParts = {
  readonly device: DeviceId;
  readonly clock: Clock;
  readonly random: Random;
  readonly lives: KeyLives;
  readonly standing: Standing;
  /** It is the account's own room: renewed where it has to be, never for its age. */
  readonly isHome: boolean;
  /** Whether the relay's directory has this device's prekey. */
  readonly isOffered: () => boolean;
  readonly line: () => RelayLine;
};

export class Renewals {
  readonly #parts: RenewalsParts;
  /** The epoch that all below is about. */
  #epoch = 0;
  /** Since when it is known, and how much later than others this device finds it old. Milliseconds. */
  #since = 0;
  #jitter: number | null = null;
  /** The relay will not take the next one from this device. */
  #isGivenUp = false;
  /** This device has waited for others to begin the next one. */
  #hasWaited = false;
  #cancelWait: Cancel | null = null;
  #backoff: Backoff;
  /** The prekey of this device that the waiting is for. */
  #prekey = 0;

  constructor(parts: RenewalsParts) {
    this.#parts = parts;
    this.#backoff = this.#newBackoff();
  }

  /** Whether the next epoch comes before anything else. `isWriting`: edits wait to be sent. */
  isDue(access: Access, isWriting: boolean): boolean {
    const { standing, isHome } = this.#parts;
    this.#follow(access);
    if (!standing.mayBegin(access) || (this.#isGivenUp && !isHome)) return false;
    return (isHome ? this.#isDueAtHome(access, isWriting) : isWriting && this.#isOld()) || this.#isLeftOut(access);
  }

  /** Somebody waits for the next epoch. */
  hurry(): void {
    this.#hasWaited = true;
  }

  /** The relay will not take it. */
  giveUp(): void {
    this.#isGivenUp = true;
  }

  stop(): void {
    this.#cancelWait?.();
    this.#cancelWait = null;
  }

  #follow({ epoch, core }: Access): void {
    if (epoch === this.#epoch) return;
    this.stop();
    // Somebody may wait since before anything was read.
    this.#hasWaited &&= this.#epoch === 0;
    this.#epoch = epoch;
    this.#isGivenUp = false;
    this.#jitter = null;
    // What was read from the vault is as old as its signer says; a date that is still to come is of no use.
    this.#since = Math.min(core.date, this.#parts.clock.now());
  }

  #isOld(): boolean {
    const { clock, lives, random } = this.#parts;
    const now = clock.now();
    // The clock was put back.
    this.#since = Math.min(this.#since, now);
    if (now - this.#since <= lives.epochMs) return false;
    this.#jitter ??= (lives.epochJitterMs * (random.bytes(1)[0] ?? 0)) / 255;
    return now - this.#since > lives.epochMs + this.#jitter;
  }

  /** This device's own prekey at once, for everything else of its replacement waits for that; others' before anything is written. */
  #isDueAtHome(access: Access, isWriting: boolean): boolean {
    const { standing, device } = this.#parts;
    if (namedPrekey(access, device) > 0 && standing.isBehind(access)) return true;
    return standing.namesReplaced(access) && (isWriting || this.#waited());
  }

  /** Others may begin it as well: each waits for a while. */
  #isLeftOut(access: Access): boolean {
    const { standing, isOffered } = this.#parts;
    return standing.isBehind(access) && isOffered() && this.#waited();
  }

  #waited(): boolean {
    const { clock, line, standing, device } = this.#parts;
    const prekey = standing.newestPrekey(device);
    if (prekey !== this.#prekey) {
      this.stop();
      this.#backoff = this.#newBackoff();
      this.#prekey = prekey;
    }
    if (!this.#hasWaited)
      this.#cancelWait ??= clock.after(this.#backoff.next(), () => {
        this.#cancelWait = null;
        this.#hasWaited = true;
        line().pump();
      });
    return this.#hasWaited;
  }

  #newBackoff(): Backoff {
    const { lives, random } = this.#parts;
    return new Backoff({ firstMs: lives.leftOutMs, maxMs: MAX_LEFT_OUT_MS }, random);
  }
}

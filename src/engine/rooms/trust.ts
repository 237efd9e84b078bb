/**
 * Whether a room can be shown: whether its chain was followed, why it cannot be used, and what the person is warned of.
 *
 * Invariants: nothing of a log is shown before its chain was followed from the room's id through the link's hash; after a
 * failure nothing is read or sent until another connection healed it (but see `isOver`), and some are final; a warning stays
 * until the person has read it, and is never replaced by a milder one.
 */
import type { RoomFailure } from '../api.ts';
import type { EngineLog } from '../ports.ts';
import { GRAVE_ALARMS, type RoomAlarm } from '../security/api.ts';
import type { Entrance } from '../vault/room-vault.ts';
import type { HeldLog } from './held-log.ts';
import type { Publication } from './publication.ts';

/** Mildest first. */
const ALARMS: readonly RoomAlarm[] = ['bad-record', 'disputed', ...GRAVE_ALARMS];

/** Failures that another connection does not heal. */
const FINAL: ReadonlySet<RoomFailure> = new Set<RoomFailure>(['damaged-vault', 'forked', 'untrusted-chain']);

export type TrustParts = {
  readonly entrance: Entrance;
  readonly held: HeldLog;
  readonly publication: Publication;
  /** Of earlier lives of this engine, not read yet. */
  readonly unread: readonly RoomAlarm[];
  readonly log: EngineLog;
  readonly onChange: () => void;
};

export class Trust {
  readonly #parts: TrustParts;
  /** The chain was followed through the link's hash once. */
  #isFollowed: boolean;
  #failure: RoomFailure | null;
  #alarm: RoomAlarm | null = null;
  #whenReady: (() => void)[] = [];

  constructor(parts: TrustParts) {
    this.#parts = parts;
    for (const alarm of parts.unread) this.raise(alarm);
    this.#failure = parts.held.damage?.reason ?? (this.#lacksKey ? 'cannot-open' : null);
    this.#isFollowed = this.#failure === null && this.#followsChain();
  }

  get failure(): RoomFailure | null {
    return this.#failure;
  }
  get alarm(): RoomAlarm | null {
    return this.#alarm;
  }
  /** Nothing is read or sent any more. Without a key the log is still followed, and what needs none is sent. */
  get isOver(): boolean {
    return this.#failure !== null && this.#failure !== 'cannot-open';
  }
  /** The room can be shown. */
  get isReady(): boolean {
    const { publication, held } = this.#parts;
    return publication.genesis !== null || (this.#isFollowed && held.reader.access !== null);
  }
  /** Somebody waits for the room to be ready. */
  get isAwaited(): boolean {
    return this.#whenReady.length > 0;
  }

  /** Resolves when the room can be shown, with null, or with why it cannot. */
  async ready(): Promise<RoomFailure | null> {
    while (!this.isReady) {
      if (this.#failure) return this.#failure;
      await new Promise<void>((resolve) => this.#whenReady.push(resolve));
    }
    return null;
  }

  /** Why the room must not be used although the relay's head was reached, or null. */
  objection(): RoomFailure | null {
    if (!this.#followsChain()) return 'untrusted-chain';
    return this.#lacksKey ? 'cannot-open' : null;
  }

  /** The relay's head was reached, and there is no objection. */
  confirm(): void {
    this.#isFollowed = true;
    this.#wake();
  }

  /** The log is read anew: what is read until the head proves nothing. */
  withdraw(): void {
    this.#isFollowed = false;
  }

  fail(failure: RoomFailure): void {
    this.#parts.log('room.failed', { failure });
    this.#failure = failure;
    this.#wake();
    this.#parts.onChange();
  }

  /** It has come to an epoch that this device cannot open, or has missed what was written in one. */
  get #lacksKey(): boolean {
    const { reader } = this.#parts.held;
    return reader.access !== null && (reader.epochKey === undefined || reader.missed !== null);
  }

  /** The relay has opened the room again. */
  heal(): void {
    if (this.#failure === 'cannot-open' && this.#lacksKey) return;
    if (this.#failure && !FINAL.has(this.#failure)) this.#failure = null;
  }

  /** Another record was read: with a key, and nothing missed, the room goes on. */
  regain(): void {
    if (this.#failure === 'cannot-open' && !this.#lacksKey) this.#failure = null;
  }

  raise(alarm: RoomAlarm): void {
    if (this.#alarm === null || ALARMS.indexOf(alarm) > ALARMS.indexOf(this.#alarm)) this.#alarm = alarm;
  }
  acknowledge(): void {
    this.#alarm = null;
  }

  /** The chain is verified from the room's id; a link also names an epoch that it must go through. */
  #followsChain(): boolean {
    const { entrance, held } = this.#parts;
    const { reader } = held;
    if (reader.access === null) return false;
    const epochHash = entrance.by === 'owner' ? null : entrance.epochHash;
    return epochHash === null || reader.hasEpoch(epochHash);
  }

  #wake(): void {
    if (!this.isReady && !this.#failure) return;
    const waiting = this.#whenReady;
    this.#whenReady = [];
    for (const resolve of waiting) resolve();
  }
}

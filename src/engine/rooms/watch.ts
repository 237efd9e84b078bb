/**
 * Watching the relay [WA1]–[WA4]: heads that others name in signed records and signals are held against this device's own log, and against
 * what the relay says.
 *
 * Invariants: a head that lies ahead is remembered until the log has come to it, at most `MAX_NAMED` of them; nothing is called
 * withheld before the relay itself has said, asked anew, that the log ends earlier.
 */
import type { DeviceId, Hash, Position } from '../../wire/ids.ts';
import { decodeRecord } from '../../wire/record.ts';
import type { Cancel, Clock } from '../ports.ts';
import type { AlarmCause, Alarms } from './alarms.ts';
import type { HeldLog } from './held-log.ts';
import type { LogEntry } from './log-reader.ts';
import type { RelayLine } from './relay-line.ts';
import type { Trust } from './trust.ts';

/** How long a position that somebody has seen may take to come before the relay is asked for it. Milliseconds. */
export const WITHHELD_MS = 2_500;
const MAX_NAMED = 16;

type Named = {
  readonly device: DeviceId;
  readonly head: Position;
  readonly controlChain: Hash;
  readonly record: Uint8Array;
};

export type WatchParts = {
  readonly clock: Clock;
  readonly held: HeldLog;
  readonly trust: Trust;
  readonly alarms: Alarms;
  readonly line: () => RelayLine;
};

export class Watch {
  readonly #parts: WatchParts;
  /** Ahead of the log, by position. */
  readonly #named = new Map<number, Named>();
  #cancelAsk: Cancel | null = null;

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  stop(): void {
    this.#cancelAsk?.();
    this.#cancelAsk = null;
  }

  get #position(): Position {
    return this.#parts.held.reader.position;
  }

  /** A checked signal names its sender's head. */
  heard(named: Named): void {
    const { seq } = named.head;
    if (seq <= this.#position.seq) return this.#compare(named);
    if (!this.#named.has(seq)) {
      // The furthest says most.
      if (this.#named.size >= MAX_NAMED) this.#named.delete(Math.min(...this.#named.keys()));
      this.#named.set(seq, named);
    }
    this.#awaitNamed();
  }

  /** A record that counts may name a head too. */
  read({ record }: LogEntry): void {
    const { header } = decodeRecord(record);
    if (!this.#parts.held.reader.fits(header.head)) this.#parts.alarms.raise('forked', { by: header.sender, record });
  }

  /** The log has grown, or its end was reached. */
  reached(): void {
    for (const [seq, named] of this.#named)
      if (seq <= this.#position.seq) {
        this.#named.delete(seq);
        this.#compare(named);
      }
    this.#awaitNamed();
  }

  #compare({ device, head, controlChain, record }: Named): void {
    const { held, alarms } = this.#parts;
    if (!held.reader.fits(head, controlChain)) alarms.raise('forked', { by: device, record });
  }

  /** What somebody has seen should come soon. */
  #awaitNamed(): void {
    const { clock, line } = this.#parts;
    if (this.#named.size === 0) return this.stop();
    if (this.#cancelAsk || !line().isCaughtUp) return;
    const { seq } = this.#position;
    this.#cancelAsk = clock.after(WITHHELD_MS, () => {
      this.#cancelAsk = null;
      // Where something comes, the rest is on its way.
      if (this.#position.seq > seq) this.#awaitNamed();
      else if (line().isCaughtUp) line().reopen();
    });
  }

  /** The relay says where the log ends. False: it must not be read on. */
  opened(head: Position): boolean {
    const { alarms } = this.#parts;
    const relay = { said: 'head', head } as const;
    const seen = [...this.#named.values()].filter((named) => named.head.seq > head.seq);
    for (const { device, record, head: named } of seen) {
      this.#named.delete(named.seq);
      alarms.raise('withheld', { by: device, record, relay });
    }
    if (head.seq >= this.#position.seq) return true;
    this.#fail('rolled-back', { relay });
    return false;
  }

  /** The log's end was reached, and it is another one than the relay says. */
  otherLog(head: Position): void {
    this.#fail('forked', { relay: { said: 'head', head } });
  }

  /** The relay says that there is no such room, which this device has read. */
  unknownRoom(): void {
    this.#fail('rolled-back', { relay: { said: 'unknown-room' } });
  }

  /** What came is not the next position: something is left out, or came twice. */
  gap(seq: number, record: Uint8Array): void {
    this.#fail('gap', { record, relay: { said: 'next', seq } });
  }

  #fail(alarm: 'forked' | 'gap' | 'rolled-back', cause: AlarmCause): void {
    this.#parts.alarms.raise(alarm, cause);
    this.#parts.trust.fail(alarm === 'gap' ? 'forked' : alarm);
  }
}

/**
 * What is done when edits are refused for good, and when what this device started from does not hold: the text as the person
 * saw it is kept, and the document goes back to the log.
 *
 * Invariants: nothing that was typed leaves `mine` but into the log or, in the same write, into a rescued copy; a rescued copy
 * stays until the person discards it.
 */
import type * as Y from 'yjs';
import type { Reason } from '../../wire/refusals.ts';
import type { EngineLog } from '../ports.ts';
import type { RoomChange, RoomVault } from '../vault/room-vault.ts';
import { textOf } from './document-text.ts';
import type { HeldLog } from './held-log.ts';
import type { LiveDocument } from './live-document.ts';
import type { Outbox } from './outbox.ts';
import type { RelayLine } from './relay-line.ts';
import type { Trust } from './trust.ts';

export type RescueParts = {
  readonly held: HeldLog;
  readonly outbox: Outbox;
  readonly live: LiveDocument;
  readonly trust: Trust;
  readonly vault: RoomVault;
  readonly log: EngineLog;
  readonly line: () => RelayLine;
  readonly onChange: () => void;
};

export class Rescue {
  readonly #parts: RescueParts;
  #copies: string[];
  #refused: Reason | null = null;

  /** `copies`: of earlier lives of this engine. */
  constructor(parts: RescueParts, copies: readonly string[]) {
    this.#parts = parts;
    this.#copies = [...copies];
  }

  get copies(): readonly string[] {
    return this.#copies;
  }
  /** Why the last edits were refused, while their copy is kept. */
  get refused(): Reason | null {
    return this.#refused;
  }

  /** What this device wrote will never be taken. */
  refuse(reason: Reason): void {
    const { vault, live } = this.#parts;
    this.#refused = reason;
    vault.write(this.#giveUpMine());
    live.rebuild();
    this.#changed();
  }

  /**
   * The part that was shown is closed: what was not sent of it nobody takes any more [SG3]. To be written together with the epoch that
   * says so.
   */
  close(shown: Y.Doc): RoomChange {
    const { held, outbox } = this.#parts;
    // The engine itself may have been about to give it its title, which goes along.
    if (textOf(shown) === held.titleBefore(held.content.segment - 1)) return { dropMine: outbox.clear() };
    return this.#giveUp('closed-segment', shown);
  }

  /** The log is going to be read by another right than so far. Elsewhere it says the same again. */
  setAside(): void {
    const { held, vault } = this.#parts;
    if (held.reader.access?.core.newcomers === 'start-empty') vault.write(this.#restart());
  }

  /** What we started from does not hold: read the whole log. */
  startOver(event: 'snapshot.withdrawn' | 'log.has-hole'): void {
    const { held, outbox, live, trust, vault, log, line } = this.#parts;
    log(event);
    trust.raise('bad-record');
    // Also what the relay has taken: it may not fit the log.
    const wrote = outbox.isKnown(held.reader.access);
    vault.write({ ...this.#giveUpMine(wrote), ...held.restart() });
    trust.withdraw();
    live.mount();
    live.renew();
    line().readWhole();
  }

  /** What is read is from before this device was let in, or back: what it can start from is still to come [SN5]. */
  awaitStart(): void {
    const { live, trust, vault, line } = this.#parts;
    const wasShown = trust.isReady;
    vault.write(this.#restart());
    trust.withdraw();
    live.mount();
    if (wasShown) live.renew();
    line().awaitStart();
  }

  /** What was written while this device had no key is in a snapshot now. What it has not sent yet stays, but for `#restart`. */
  startAgain(): void {
    const { live, trust } = this.#parts;
    this.awaitStart();
    trust.regain();
    live.renew();
  }

  discard(): void {
    this.#parts.vault.write({ discardRescued: this.#copies.length });
    this.#copies = [];
    this.#refused = null;
    this.#changed();
  }

  /** Where newcomers start empty, the part that unsent edits belong to may be closed by the time that this device reads on. */
  #restart(): RoomChange {
    const { held, live } = this.#parts;
    const isLasting = held.reader.access?.core.newcomers !== 'start-empty';
    return { ...(isLasting ? {} : this.#giveUp('cannot-open', live.doc)), ...held.restart() };
  }

  #giveUp(reason: Reason, shown: Y.Doc): RoomChange {
    if (this.#parts.outbox.waiting > 0) this.#refused = reason;
    return this.#giveUpMine(false, shown);
  }

  #giveUpMine(
    always = false,
    shown = this.#parts.live.doc,
  ): { readonly dropMine: number; readonly rescue: readonly string[] } {
    const { outbox } = this.#parts;
    const rescue = always || outbox.waiting > 0 ? [textOf(shown)] : [];
    this.#copies.push(...rescue);
    return { dropMine: outbox.clear(), rescue };
  }

  #changed(): void {
    this.#parts.live.touch();
    this.#parts.onChange();
  }
}

/**
 * The room's Y.Doc as the person sees it: the log's state with their own edits on top, and the tabs that show it.
 *
 * Invariants: the Y.Doc is exactly the seed, the log's accepted updates, and `mine`; an edit is in `mine`, and handed to the vault,
 * before it is sent; every Y.Doc that takes another's place has a higher generation, and no tab goes on with the
 * one before.
 */
import * as Y from 'yjs';
import type { Verdict } from '../../wire/refusals.ts';
import type { Attachment } from '../api.ts';
import type { Clock, EngineLog, FramePort } from '../ports.ts';
import { TabSession } from '../tabs/tab-session.ts';
import type { RoomVault } from '../vault/room-vault.ts';
import type { ClaimedId } from './client-ids.ts';
import type { HeldLog } from './held-log.ts';
import type { Reading } from './log-reader.ts';
import type { Outbox } from './outbox.ts';
import type { RelayLine } from './relay-line.ts';
import type { Tabs } from './tabs.ts';
import type { Trust } from './trust.ts';

/** Marks `mine` when it is put back on top of the log. */
const FROM_VAULT = Symbol('vault');

export type LiveDocumentParts = {
  readonly held: HeldLog;
  readonly outbox: Outbox;
  readonly tabs: Tabs;
  readonly trust: Trust;
  readonly vault: RoomVault;
  readonly clock: Clock;
  readonly log: EngineLog;
  readonly line: () => RelayLine;
  readonly onChange: () => void;
};

export class LiveDocument {
  readonly #parts: LiveDocumentParts;
  #generation: number;
  /** When it was last changed, by anyone. */
  #changedAt: number;
  /** What the engine itself writes under, in the document as it is mounted now. */
  #ownId: ClaimedId | null = null;

  /** Generations are counted from `generation`. */
  constructor(parts: LiveDocumentParts, generation: number, changedAt: number) {
    this.#parts = parts;
    this.#generation = generation;
    this.#changedAt = changedAt;
    this.mount();
  }

  get doc(): Y.Doc {
    return this.#parts.held.doc;
  }
  get generation(): number {
    return this.#generation;
  }
  get changedAt(): number {
    return this.#changedAt;
  }
  /** A tab shows it, or is about to. */
  get isShown(): boolean {
    return !this.#parts.tabs.isEmpty;
  }

  attach(port: FramePort): Attachment & { detach(): void } {
    return { ...this.#parts.tabs.attach(port, this.doc), generation: this.#generation };
  }

  /** Changes the document on behalf of the engine itself. What `change` does is one edit. */
  edit(change: (doc: Y.Doc) => void): void {
    const { doc } = this;
    this.#ownId ??= this.#parts.tabs.issue();
    doc.clientID = this.#ownId.clientId;
    doc.transact(() => change(doc), this.#ownId);
  }

  /** Takes in an update that the log has accepted. */
  apply(reading: Extract<Reading, { type: 'update' }>): void {
    const { held, log, tabs } = this.#parts;
    if (!held.apply(reading)) {
      log('yjs.threw');
      this.rebuild();
    }
    tabs.retryHeld();
  }

  /** Goes back to the log's state, with what is in `mine` on top. */
  rebuild(): void {
    this.#remount(this.#parts.held.rebuild());
  }

  /** The part that was shown is closed: the next one takes its place. What was not sent of it is not in `mine` any more. */
  beginPart(): void {
    this.#remount(this.#parts.held.beginPart());
    this.touch();
  }

  #remount(made: Verdict<true>): void {
    if (!made.ok) return this.#parts.trust.fail(made.reason);
    this.mount();
    this.renew();
  }

  /** What is held of the log has a Y.Doc of its own now. Puts `mine` on top of it and listens. */
  mount(): void {
    const { doc } = this;
    this.#ownId = null;
    for (const update of this.#parts.outbox.mine) Y.applyUpdate(doc, update, FROM_VAULT);
    doc.on('update', (update: Uint8Array, origin: unknown) => this.#onUpdate(update, origin));
  }

  /** Tabs must start again with a fresh Y.Doc. */
  renew(): void {
    this.#generation++;
    this.#parts.tabs.sendAway();
    this.#parts.onChange();
  }

  /** The document has changed just now. */
  touch(): void {
    this.#changedAt = this.#parts.clock.now();
  }

  #onUpdate(update: Uint8Array, origin: unknown): void {
    const { tabs, outbox, vault, line, onChange } = this.#parts;
    tabs.onUpdate(update, origin);
    const id = origin instanceof TabSession ? origin.id : origin === this.#ownId ? this.#ownId : null;
    if (!id) return;
    outbox.add(update);
    const nonce = tabs.takeUnstoredNonce(id);
    vault.write({ addMine: [update], ...(nonce ? { nonce } : {}) });
    this.touch();
    onChange();
    line().pump();
  }
}

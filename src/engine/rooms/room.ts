/**
 * One open room, as the rest of the engine sees it. What it does is in its parts: see "A room in the engine" in
 * docs/architecture.md, and `compose-room.ts`, which puts them together.
 *
 * Invariants: nothing is sent before the chain was followed from the room's id through the link's hash; all that leaves is sealed
 * by `seal/`; after `close` nothing of the room runs any more. Those of the parts stand with them.
 */
import type * as Y from 'yjs';
import { recordHash } from '../../wire/chain.ts';
import type { Hash, Position, RoomId } from '../../wire/ids.ts';
import type { OpenProof } from '../../wire/open-proof.ts';
import type { Attachment, RoomFailure, RoomState, ShareLinks } from '../api.ts';
import type { EpochSecret } from '../epochs/epoch-secrets.ts';
import type { Standing } from '../epochs/standing.ts';
import type { AccessRequests } from '../membership/requests.ts';
import type { EngineLog, FramePort } from '../ports.ts';
import { blake2b } from '../seal/sodium.ts';
import type { RoomLink } from '../sync/relay-session.ts';
import type { Entrance, RoomVault } from '../vault/room-vault.ts';
import type { Agenda } from './agenda.ts';
import { schemaOf, titleOf } from './document-text.ts';
import type { HeldLog } from './held-log.ts';
import type { LiveDocument } from './live-document.ts';
import type { Outbox, Writer } from './outbox.ts';
import type { Presence } from './presence.ts';
import type { Publication } from './publication.ts';
import type { RelaySide } from './relay-side.ts';
import type { Rescue } from './rescue.ts';
import type { Rights } from './rights.ts';
import { roomState } from './room-state.ts';
import type { RoomRoster } from './roster.ts';
import type { ShutOut } from './shut-out.ts';
import type { Snapshots } from './snapshots.ts';
import type { Tabs } from './tabs.ts';
import type { Trust } from './trust.ts';

export type RoomParts = {
  /** How this device got in. */
  readonly entrance: Entrance;
  readonly standing: Standing;
  readonly publication: Publication;
  readonly writer: Writer;
  readonly held: HeldLog;
  readonly trust: Trust;
  readonly rights: Rights;
  readonly shutOut: ShutOut;
  readonly outbox: Outbox;
  readonly live: LiveDocument;
  readonly tabs: Tabs;
  readonly presence: Presence;
  readonly agenda: Agenda;
  readonly snapshots: Snapshots;
  readonly rescue: Rescue;
  readonly requests: AccessRequests;
  readonly roster: RoomRoster;
  readonly relaySide: RelaySide;
  readonly vault: RoomVault;
  readonly log: EngineLog;
  readonly onChange: () => void;
};

export class Room {
  readonly room: RoomId;
  readonly #parts: RoomParts;
  #closed = false;

  constructor(parts: RoomParts) {
    this.room = parts.writer.room;
    this.#parts = parts;
  }

  /** To be joined to the session. */
  get relayLink(): RoomLink {
    return this.#parts.relaySide;
  }
  /** Changes that are not at the relay. */
  get waiting(): number {
    return this.#parts.outbox.waiting;
  }
  /** Nothing keeps this room open: all is at the relay and on disk, nobody looks, or waits to look; no snapshot is doubted. */
  get isIdle(): boolean {
    const { live, trust, snapshots, agenda, vault } = this.#parts;
    if (live.isShown || trust.isAwaited || snapshots.isChecking || agenda.objects) return false;
    return this.waiting === 0 && this.isPublished && vault.box.isStored;
  }
  get rescued(): readonly string[] {
    return this.#parts.rescue.copies;
  }
  /** The state that a tab would see. */
  get doc(): Y.Doc {
    return this.#parts.held.doc;
  }
  get position(): Position {
    return this.#parts.held.reader.position;
  }
  /** Records kept since the base. */
  get keptRecords(): number {
    return this.#parts.held.kept.log.length;
  }
  /** What this device shows when it opens the room. */
  get proof(): OpenProof {
    const { standing, held } = this.#parts;
    return standing.proof(held.reader.access);
  }
  get isPublished(): boolean {
    return this.#parts.publication.genesis === null;
  }
  get entrance(): Entrance {
    return this.#parts.entrance;
  }
  /** It has come to an epoch that this device cannot open: what follows is not read before there is a key. */
  get lacksKey(): boolean {
    return this.#parts.trust.failure === 'cannot-open';
  }
  /** Secrets that the home has. Returns whether any of them is new. */
  learn(secrets: readonly EpochSecret[]): boolean {
    return this.#parts.standing.learn(secrets);
  }
  /** 0: nothing was read yet. */
  get epoch(): number {
    return this.#parts.held.reader.access?.epoch ?? 0;
  }
  /** Of the epoch record that is current now. */
  get epochHash(): Hash | null {
    const { held, publication } = this.#parts;
    const { genesis } = publication;
    return held.reader.access?.epochHash ?? (genesis && recordHash(blake2b, genesis.record));
  }
  /** Of all epochs that this device can read. */
  get secrets(): readonly EpochSecret[] {
    const { held, standing } = this.#parts;
    const read = held.reader.secrets;
    const given = standing.secrets.filter(({ epoch }) => !read.some((secret) => secret.epoch === epoch));
    return [...given, ...read];
  }

  /** The links that this device can hand on, naming the epoch that is current now. */
  links(): ShareLinks {
    return this.#parts.roster.shareLinks(this.epochHash);
  }
  /** Who is in, and asking for that to change. */
  get roster(): RoomRoster {
    return this.#parts.roster;
  }

  state(): Omit<RoomState, 'kept' | 'folder'> {
    const { live, trust, shutOut, rights, rescue, relaySide, held, vault } = this.#parts;
    return roomState({
      room: this.room,
      title: titleOf(this.doc),
      schema: schemaOf(this.doc),
      role: rights.role,
      hasContent: trust.isReady,
      failure: trust.failure,
      refused: rescue.refused,
      fault: vault.box.fault,
      isStored: vault.box.isStored,
      waiting: this.waiting,
      unpublished: !this.isPublished,
      caughtUp: relaySide.isCaughtUp,
      generation: live.generation,
      alarm: trust.alarm,
      rescued: rescue.copies.length > 0,
      changedAt: live.changedAt,
      accessAt: held.reader.accessAt,
      shutOutBy: shutOut.by,
    });
  }

  /** Resolves when the room can be shown, with null, or with why it cannot. */
  ready(): Promise<RoomFailure | null> {
    return this.#parts.trust.ready();
  }

  /** Joins a tab. Call `ready` before. */
  attach(port: FramePort): Attachment & { detach(): void } {
    return this.#parts.live.attach(port);
  }

  /** Changes the document on behalf of the engine itself. What `change` does is one edit. */
  edit(change: (doc: Y.Doc) => void): void {
    this.#parts.live.edit(change);
  }

  /** What held the room back from the relay may be over. */
  publish(): void {
    this.#parts.relaySide.publish();
    this.#parts.relaySide.pump();
  }

  discardRescued(): void {
    this.#parts.rescue.discard();
  }

  /** Something was written to disk, or failed to be. */
  onVaultSettled(): void {
    if (this.#closed) return;
    const { writer, vault, relaySide, onChange } = this.#parts;
    writer.counters.confirm(vault.box.confirmed);
    onChange();
    relaySide.pump();
  }

  /** Resolves when everything is on disk, or cannot be written. */
  async flush(): Promise<void> {
    const { vault, log } = this.#parts;
    await vault.box.stored().catch(() => log('vault.not-flushed'));
  }

  async close(): Promise<void> {
    const { snapshots, presence, tabs, requests, shutOut, relaySide, vault, held, log } = this.#parts;
    this.#closed = true;
    requests.stop();
    shutOut.stop();
    snapshots.stop();
    presence.end();
    tabs.end();
    relaySide.stop();
    await vault.box.close().catch(() => log('vault.not-flushed'));
    held.destroy();
  }
}

/**
 * One open room, as the rest of the engine sees it. What it does is in its parts: see "A room in the engine" in
 * docs/architecture.md, and `compose-room.ts`, which puts them together.
 *
 * Invariants: nothing is sent before the chain was followed from the room's id through the link's hash; all that leaves is sealed
 * by `seal/`; after `close` nothing of the room runs any more. Those of the parts stand with them.
 */
import type * as Y from 'yjs';
import { recordHash } from '../../wire/chain.ts';
import type { DeviceId, Hash, Position, RoomId } from '../../wire/ids.ts';
import type { OpenProof } from '../../wire/open-proof.ts';
import { decodeRecord } from '../../wire/record.ts';
import { SHUT_OUT } from '../../wire/refusals.ts';
import type { Attachment, RoomFailure, RoomState, ShareLinks } from '../api.ts';
import type { EpochSecret } from '../epochs/epoch-secrets.ts';
import { namedPrekey, type Standing } from '../epochs/standing.ts';
import type { AccessRequests } from '../membership/requests.ts';
import type { EngineLog, FramePort } from '../ports.ts';
import { blake2b } from '../seal/sodium.ts';
import { historyOf, type RoomHistory } from '../security/history.ts';
import type { Observation, Observations } from '../security/observations.ts';
import type { RoomLink } from '../sync/relay-session.ts';
import type { Entrance, RoomVault } from '../vault/room-vault.ts';
import type { Agenda } from './agenda.ts';
import type { Alarms } from './alarms.ts';
import { schemaOf, titleOf } from './document-text.ts';
import { type EarlierPart, type PartEnd, partEnds } from './earlier-parts.ts';
import type { HeldLog } from './held-log.ts';
import type { LiveDocument } from './live-document.ts';
import type { LogEntry } from './log-reader.ts';
import type { Outbox, Writer } from './outbox.ts';
import type { Presence } from './presence.ts';
import type { Publication } from './publication.ts';
import type { RelaySide } from './relay-side.ts';
import type { Renewals } from './renewals.ts';
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
  readonly alarms: Alarms;
  readonly observations: Observations;
  readonly rights: Rights;
  readonly shutOut: ShutOut;
  readonly outbox: Outbox;
  readonly live: LiveDocument;
  readonly tabs: Tabs;
  readonly presence: Presence;
  readonly agenda: Agenda;
  readonly renewals: Renewals;
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
  /** The relay does not let this device in, or not any more. */
  get isShutOut(): boolean {
    return SHUT_OUT.has(this.#parts.trust.failure ?? '');
  }
  /** Everything that the relay has was read. */
  get isCaughtUp(): boolean {
    return this.#parts.relaySide.isCaughtUp;
  }
  /** It has come to an epoch that this device cannot open, or lacks what was written in one. */
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
  /** The prekey with which the epoch names a device; 0: it does not. */
  namedPrekey(device: DeviceId): number {
    const { access } = this.#parts.held.reader;
    return access ? namedPrekey(access, device) : 0;
  }
  /** A home: its epoch names no prekey of which a newer one is known. */
  get isHealed(): boolean {
    const { access } = this.#parts.held.reader;
    return access === null || !this.#parts.standing.namesReplaced(access);
  }
  /** A home: whoever waits for it to be healed does not wait for others to do it. */
  heal(): void {
    this.#parts.renewals.hurry();
    this.#parts.relaySide.pump();
  }
  /** Nothing at the relay is sealed to a key of this device and not opened and on disk; or it will never be read here. */
  get isRead(): boolean {
    const { relaySide, trust, vault } = this.#parts;
    return (relaySide.isCaughtUp || trust.isOver || !this.isPublished) && vault.box.isStored;
  }
  /** [LI1] Of the epoch record that whoever comes next has to be led through. */
  get epochHash(): Hash | null {
    const { held, publication } = this.#parts;
    const { genesis } = publication;
    return held.reader.access?.anchor ?? (genesis && recordHash(blake2b, genesis.record));
  }
  /** Of all epochs that this device can read. */
  get secrets(): readonly EpochSecret[] {
    const { held, standing } = this.#parts;
    const read = held.reader.secrets;
    const given = standing.secrets.filter(({ epoch }) => !read.some((secret) => secret.epoch === epoch));
    return [...given, ...read];
  }

  /** Of the epochs that somebody needs who begins at the last snapshot that this device has. */
  get startingSecrets(): readonly EpochSecret[] {
    const { snapshot } = this.#parts.held.kept;
    const first = snapshot ? decodeRecord(snapshot.record).header.epoch : 0;
    return this.secrets.filter(({ epoch }) => epoch >= first);
  }

  /** The links that this device can hand on. */
  links(): ShareLinks {
    return this.#parts.roster.shareLinks(this.epochHash);
  }
  /** Who is in, and asking for that to change. */
  get roster(): RoomRoster {
    return this.#parts.roster;
  }

  /** What has happened to who is in, by the control records that counted. */
  history(): RoomHistory {
    return historyOf(this.#counted, (seq) => this.#parts.observations.learnedAt(seq));
  }
  get #counted(): LogEntry[] {
    const { held } = this.#parts;
    return held.kept.controls.filter(({ seq }) => held.reader.hasCounted(seq));
  }

  /** Closed parts that can be read on this device, in order, and what ended each. */
  get earlierParts(): readonly (EarlierPart & { readonly end: PartEnd | null })[] {
    const ends = partEnds(this.#counted);
    return this.#parts.held.parts.map((part) => ({ ...part, end: ends.get(part.segment) ?? null }));
  }
  /** The log is going to be read by another right than so far. */
  setAside(): void {
    this.#parts.rescue.setAside();
  }
  /** What this device alone has noticed. */
  get observed(): readonly Observation[] {
    return this.#parts.observations.all;
  }
  /** A file that shows what alarms were about. Null: there was none. */
  get evidence(): string | null {
    return this.#parts.alarms.file;
  }
  acknowledge(): void {
    this.#parts.alarms.acknowledge();
  }

  state(): Omit<RoomState, 'kept' | 'folder'> {
    const { live, trust, shutOut, observations, rights, rescue, relaySide, held, vault } = this.#parts;
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
      noticed: observations.changes,
      rescued: rescue.copies.length > 0,
      changedAt: live.changedAt,
      accessAt: held.reader.accessAt,
      part: held.content.segment,
      earlierParts: held.parts.length,
      epoch: this.epoch,
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

  /** Resolves when everything is on disk. @throws StorageFault */
  stored(): Promise<void> {
    return this.#parts.vault.box.storedNow();
  }

  /** Resolves when everything is on disk, or cannot be written. */
  async flush(): Promise<void> {
    const { vault, log } = this.#parts;
    await vault.box.stored().catch(() => log('vault.not-flushed'));
  }

  async close(): Promise<void> {
    const { snapshots, presence, tabs, requests, renewals, shutOut, relaySide, vault, held, log } = this.#parts;
    this.#closed = true;
    requests.stop();
    renewals.stop();
    shutOut.stop();
    snapshots.stop();
    presence.end();
    tabs.end();
    relaySide.stop();
    await vault.box.close().catch(() => log('vault.not-flushed'));
    held.destroy();
  }
}

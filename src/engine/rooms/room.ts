/**
 * One open room: what is held of its log, the Y.Doc after it with the person's own edits on top, the tabs that show it,
 * and its side of the relay's socket.
 *
 * Invariants: the Y.Doc is exactly the seed, the log's accepted updates, and `mine`; an edit is in `mine` until a record
 * with it is in the log, or it was rescued; nothing is sent before the chain was followed from the room's id through
 * the link's hash; all that leaves is sealed by `seal/`.
 */
import * as Y from 'yjs';
import type { Access } from '../../wire/access.ts';
import { recordHash } from '../../wire/chain.ts';
import { SCHEMA_VERSION } from '../../wire/document.ts';
import type { DeviceId, Hash, Position, RoomId } from '../../wire/ids.ts';
import type { Notice } from '../../wire/notice.ts';
import type { OpenProof } from '../../wire/open-proof.ts';
import { decodeRecord } from '../../wire/record.ts';
import { accept, type Reason, refuse, type Verdict } from '../../wire/refusals.ts';
import { mayAppend, mayWrite, type Role } from '../../wire/roles.ts';
import type { Attachment, RoomFailure, RoomState, ShareLinks } from '../api.ts';
import type { EpochSecret } from '../epochs/epoch-secrets.ts';
import type { Identity } from '../epochs/identity.ts';
import { mayRenew, type PrekeyOf } from '../epochs/renewal.ts';
import { shareLinks } from '../epochs/share-links.ts';
import { Standing } from '../epochs/standing.ts';
import type { EnginePorts, FramePort } from '../ports.ts';
import { openRecord, RecordKeys } from '../seal/record-seal.ts';
import { blake2b, type KemKey } from '../seal/sodium.ts';
import type { RelaySession, RoomLink } from '../sync/relay-session.ts';
import { TabSession } from '../tabs/tab-session.ts';
import type { Entrance, Genesis, RoomVault, StoredRoom } from '../vault/room-vault.ts';
import type { ClaimedId } from './client-ids.ts';
import { Counters } from './counters.ts';
import { schemaOf, textOf, titleOf } from './document-text.ts';
import { HeldLog } from './held-log.ts';
import type { LogEntry, ReaderOptions, Reading } from './log-reader.ts';
import { type Flight, Outbox, type Writer } from './outbox.ts';
import { Presence } from './presence.ts';
import { RelaySide } from './relay-side.ts';
import { roomState } from './room-state.ts';
import { SignalGate, sealSignal } from './signals.ts';
import { DEFAULT_SNAPSHOT_LIMITS } from './snapshot-policy.ts';
import { Snapshots } from './snapshots.ts';
import { Tabs } from './tabs.ts';

export type RoomDeps = {
  readonly room: RoomId;
  readonly ports: EnginePorts;
  /** As it is now: the device list of an account grows. */
  readonly identity: () => Identity;
  readonly session: RelaySession;
  readonly vault: RoomVault;
  /** While a person signs in; null at all other times. */
  readonly accountKey: () => KemKey | null;
  /** Of the account's other devices, as the home has them. */
  readonly prekeyOf: PrekeyOf;
  /** Whether what is sealed under this epoch may be sent: the home has its secret. */
  readonly mayAppend: (epoch: number) => boolean;
  /** Whether the relay may be told of this room, which it does not know yet. */
  readonly mayPublish: () => boolean;
  /** Generations of the document are counted from here. */
  readonly firstGeneration: number;
  readonly onChange: () => void;
};

/** For tabs that must start again: their room is not closed under them meanwhile. */
const TABS_COME_BACK_MS = 10_000;
/** Marks `mine` when it is put back on top of the log. */
const FROM_VAULT = Symbol('vault');

export class Room {
  readonly room: RoomId;
  readonly #deps: RoomDeps;
  readonly #stored: StoredRoom;
  readonly #standing: Standing;
  readonly #writer: Writer;
  readonly #held: HeldLog;
  readonly #outbox: Outbox;
  readonly #presence: Presence;
  readonly #snapshots: Snapshots;
  readonly #relaySide: RelaySide;
  readonly #gate: SignalGate;
  readonly #tabs: Tabs;
  readonly #objections: Extract<Notice, { type: 'objection' }>[] = [];
  #genesis: Genesis | null;
  #rescued: string[];
  /** The chain was followed through the link's hash once. */
  #trusted: boolean;
  #failure: RoomFailure | null;
  #alarm: RoomState['alarm'] = null;
  #refused: Reason | null = null;
  #generation: number;
  /** What the engine itself writes under, in the document as it is mounted now. */
  #ownId: ClaimedId | null = null;
  #changedAt: number;
  #whenReady: (() => void)[] = [];
  #closed = false;
  /** Tabs were sent away to start again with a fresh Y.Doc. */
  #tabsComeBackUntil = 0;
  /** Number of the vault change that reserved the last block of counters. */
  #reservation = 0;

  constructor(deps: RoomDeps, stored: StoredRoom, changedAt: number) {
    this.room = deps.room;
    this.#deps = deps;
    this.#stored = stored;
    this.#changedAt = changedAt;
    this.#genesis = stored.genesis;
    this.#rescued = [...stored.rescued];
    this.#generation = deps.firstGeneration;
    this.#standing = this.#makeStanding();
    this.#tabs = this.#makeTabs();
    const options: ReaderOptions = {
      room: deps.room,
      keys: new RecordKeys(),
      unwrap: (access, wrap) => this.#standing.keyOf(access, wrap),
    };
    this.#writer = this.#makeWriter(options.keys);
    this.#held = new HeldLog(options, stored);
    this.#failure = this.#held.damage?.reason ?? null;
    this.#trusted = this.#failure === null && this.#followsChain();
    this.#outbox = new Outbox(this.#writer, stored.mine);
    this.#gate = new SignalGate(deps.room);
    this.#presence = this.#makePresence();
    this.#snapshots = this.#makeSnapshots(options);
    this.#relaySide = this.#makeRelaySide();
    this.#mount();
    this.#snapshots.resume();
  }

  /** To be joined to the session. */
  get relayLink(): RoomLink {
    return this.#relaySide;
  }
  get waiting(): number {
    return this.#outbox.waiting;
  }
  get hasTabs(): boolean {
    return !this.#tabs.isEmpty;
  }
  /** Nothing keeps this room open: all is at the relay and on disk, nobody looks, or waits to look. */
  get isIdle(): boolean {
    const tabsComeBack = this.#deps.ports.clock.now() < this.#tabsComeBackUntil;
    if (this.hasTabs || this.#whenReady.length > 0 || tabsComeBack) return false;
    return this.waiting === 0 && !this.#genesis && this.#deps.vault.box.isStored;
  }
  get rescued(): readonly string[] {
    return this.#rescued;
  }
  /** The state that a tab would see. */
  get doc(): Y.Doc {
    return this.#held.doc;
  }
  get #device(): DeviceId {
    return this.#deps.identity().device;
  }
  get position(): Position {
    return this.#held.reader.position;
  }
  /** Records kept since the base. */
  get keptRecords(): number {
    return this.#held.kept.log.length;
  }
  /** What this device shows when it opens the room. */
  get proof(): OpenProof {
    return this.#standing.proof(this.#held.reader.access);
  }
  get isPublished(): boolean {
    return this.#genesis === null;
  }
  /** How this device got in. */
  get entrance(): Entrance {
    return this.#stored.entrance;
  }
  /** It has come to an epoch that this device cannot open: what follows is not read before there is a key. */
  get lacksKey(): boolean {
    return this.#failure === 'cannot-open';
  }
  /** Secrets that the home has. Returns whether any of them is new. */
  learn(secrets: readonly EpochSecret[]): boolean {
    return this.#standing.learn(secrets);
  }
  /** 0: nothing was read yet. */
  get epoch(): number {
    return this.#held.reader.access?.epoch ?? 0;
  }
  /** Of the epoch record that is current now. */
  get epochHash(): Hash | null {
    return this.#held.reader.access?.epochHash ?? (this.#genesis && recordHash(blake2b, this.#genesis.record));
  }
  /** Of all epochs that this device can read. */
  get secrets(): readonly EpochSecret[] {
    const read = this.#held.reader.secrets;
    const given = this.#standing.secrets.filter(({ epoch }) => !read.some((secret) => secret.epoch === epoch));
    return [...given, ...read];
  }

  /** The links that this device can hand on, naming the epoch that is current now. */
  links(): ShareLinks {
    const { epochHash } = this;
    return epochHash ? shareLinks(this.room, this.#stored.entrance, epochHash) : { edit: null, view: null };
  }

  state(): Omit<RoomState, 'kept' | 'folder'> {
    const { box } = this.#deps.vault;
    return roomState({
      room: this.room,
      title: titleOf(this.doc),
      schema: schemaOf(this.doc),
      role: this.#role(),
      hasContent: this.#isReady(),
      failure: this.#failure,
      refused: this.#refused,
      fault: box.fault,
      isStored: box.isStored,
      waiting: this.waiting,
      unpublished: this.#genesis !== null,
      caughtUp: this.#relaySide.isCaughtUp,
      generation: this.#generation,
      alarm: this.#alarm,
      rescued: this.#rescued.length > 0,
      changedAt: this.#changedAt,
    });
  }

  /** Resolves when the room can be shown, with null, or with why it cannot. */
  async ready(): Promise<RoomFailure | null> {
    while (!this.#isReady()) {
      if (this.#failure) return this.#failure;
      await new Promise<void>((resolve) => this.#whenReady.push(resolve));
    }
    return null;
  }

  /** Joins a tab. Call `ready` before. */
  attach(port: FramePort): Attachment & { detach(): void } {
    return { ...this.#tabs.attach(port, this.doc), generation: this.#generation };
  }

  /** Changes the document on behalf of the engine itself. What `change` does is one edit. */
  edit(change: (doc: Y.Doc) => void): void {
    const { doc } = this;
    this.#ownId ??= this.#tabs.issue();
    doc.clientID = this.#ownId.clientId;
    doc.transact(() => change(doc), this.#ownId);
  }

  /** What held the room back from the relay may be over. */
  publish(): void {
    this.#relaySide.publish();
    this.#relaySide.pump();
  }

  discardRescued(): void {
    this.#deps.vault.write({ discardRescued: this.#rescued.length });
    this.#rescued = [];
    this.#refused = null;
    this.#changed();
  }

  /** Something was written to disk, or failed to be. */
  onVaultSettled(): void {
    if (this.#closed) return;
    if (this.#deps.vault.box.confirmed >= this.#reservation) this.#writer.counters.confirm();
    this.#deps.onChange();
    this.#relaySide.pump();
  }

  /** Resolves when everything is on disk, or cannot be written. */
  async flush(): Promise<void> {
    await this.#deps.vault.box.stored().catch(() => this.#deps.ports.log('vault.not-flushed'));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#snapshots.stop();
    this.#presence.end();
    this.#tabs.detachAll();
    this.#relaySide.stop();
    await this.#deps.vault.box.close().catch(() => this.#deps.ports.log('vault.not-flushed'));
    this.#held.destroy();
  }

  /** The next record of the log, from the relay or just acknowledged. */
  #take(entry: LogEntry): void {
    const { reading, change } = this.#held.read(entry, this.#outbox.flight?.record === entry.record);
    const hash = recordHash(blake2b, entry.record);
    if (reading.type === 'void' && reading.reason === 'too-entangled') this.#outbox.shrink(hash);
    const landed = this.#outbox.land(hash);
    const own = landed !== null;
    let dropMine = landed ?? 0;
    if (reading.type === 'update' && !own) {
      if (reading.sender === this.#device) dropMine = this.#outbox.dropKnown(this.#held.reader);
      this.#apply(reading.update);
    }
    // The acknowledged edits move from `mine` to `log` in one write.
    this.#deps.vault.write({ ...change, dropMine });
    this.#afterReading(entry, reading, own);
  }

  #afterReading(entry: LogEntry, reading: Reading, own: boolean): void {
    if (this.#held.reader.fork) this.#alarm = 'forked';
    switch (reading.type) {
      case 'update':
        this.#changedAt = this.#deps.ports.clock.now();
        return;
      case 'snapshot':
        return this.#snapshots.received(entry, reading, own);
      case 'notice':
        return this.#held.isWithdrawn ? this.#startOver('snapshot.withdrawn') : undefined;
      case 'void':
        this.#deps.ports.log('record.void', { reason: reading.reason, own });
        if (own) return this.#refuseForGood(reading.reason);
        // Honest edits may meet at one place.
        if (reading.reason !== 'too-entangled') this.#alarm ??= 'bad-record';
        if (reading.kind === 'snapshot') return this.#snapshots.voided(entry);
        if (reading.kind === 'notice' && reading.reason !== 'bad-signature' && this.#held.isObjectedTo(entry))
          this.#startOver('snapshot.withdrawn');
        return;
      case 'epoch':
        // Without the key every record after it would be taken for void.
        if (!this.#held.reader.epochKey) this.#fail('cannot-open');
        return;
    }
  }

  #apply(update: Uint8Array): void {
    if (!this.#held.apply(update)) {
      this.#deps.ports.log('yjs.threw');
      this.#rebuild();
    }
    this.#tabs.retryHeld();
  }

  /** What to send next: objections, the visitor's introduction, edits. */
  #next(): Verdict<Flight | null> {
    const { reader } = this.#held;
    const [objection] = this.#objections;
    if (objection) {
      // It waits until it is in the log, somebody's or our own: a connection may take it along when it breaks.
      if (!reader.access?.disputed.has(objection.record)) return this.#outbox.object(reader, objection);
      this.#objections.shift();
      return this.#next();
    }
    const change = reader.access && this.#keyChange(reader.access);
    if (change) return accept(change);
    if (this.waiting > 0 && !this.#mayWrite()) return refuse('wrong-role');
    if (reader.access && !this.#deps.mayAppend(reader.access.epoch)) return accept(null);
    return this.#outbox.next(reader);
  }

  /** What leaves revoked devices behind: the account's newer list, then an epoch without them. */
  #keyChange(access: Access): Flight | null {
    const { reader } = this.#held;
    const list = this.#standing.newerList(access);
    if (list) return this.#outbox.notice(reader, list);
    if (!access.rightsChanging || !mayRenew(access, this.#device)) return null;
    return this.#outbox.epoch((counter) => this.#standing.renewal(access, reader.position, counter));
  }

  /** Nothing that was typed is lost: the text as the person saw it is kept, the document goes back to the log. */
  #refuseForGood(reason: Reason): void {
    this.#refused = reason;
    this.#deps.vault.write(this.#rescue());
    this.#rebuild();
    this.#changed();
  }

  #rescue(always = false): { readonly dropMine: number; readonly rescue: readonly string[] } {
    const rescue = always || this.waiting > 0 ? [textOf(this.doc)] : [];
    this.#rescued.push(...rescue);
    return { dropMine: this.#outbox.clear(), rescue };
  }

  #rebuild(): void {
    const rebuilt = this.#held.rebuild();
    if (!rebuilt.ok) return this.#fail(rebuilt.reason);
    this.#mount();
    this.#bump();
  }

  /** What we started from does not hold: read the whole log. */
  #startOver(event: 'snapshot.withdrawn' | 'log.has-hole'): void {
    this.#deps.ports.log(event);
    this.#alarm ??= 'bad-record';
    // Also what the relay has taken: it may not fit the log.
    const wrote = this.#outbox.isKnown(this.#held.reader.access);
    this.#deps.vault.write({ ...this.#rescue(wrote), ...this.#held.restart() });
    this.#trusted = false;
    this.#mount();
    this.#bump();
    this.#relaySide.readWhole();
  }

  /** Tabs must start again with a fresh Y.Doc. */
  #bump(): void {
    this.#generation++;
    if (this.hasTabs) this.#tabsComeBackUntil = this.#deps.ports.clock.now() + TABS_COME_BACK_MS;
    this.#tabs.detachAll();
    this.#deps.onChange();
  }

  #fail(failure: RoomFailure): void {
    this.#deps.ports.log('room.failed', { failure });
    this.#failure = failure;
    if (failure === 'rolled-back' || failure === 'forked') this.#alarm = failure;
    this.#wake();
    this.#deps.onChange();
  }

  /** The chain is verified from the room's id; a link also names an epoch that it must go through. */
  #followsChain(): boolean {
    const { reader } = this.#held;
    const { entrance } = this.#stored;
    if (reader.access === null) return false;
    const epochHash = entrance.by === 'owner' ? null : entrance.epochHash;
    return epochHash === null || reader.hasEpoch(epochHash);
  }

  #onSignal(record: Uint8Array): void {
    const { access, epochKey } = this.#held.reader;
    if (!access || !epochKey) return;
    const received = this.#gate.receive(record, access, epochKey, this.#writer);
    if (!received.ok) return this.#deps.ports.log('signal.refused', { reason: received.reason });
    if (!this.#held.reader.fits(received.value.head)) {
      this.#alarm = 'forked';
      this.#deps.onChange();
    }
    this.#presence.receive(received.value.device, received.value.presence);
  }

  /** Puts `mine` on top of the log's state and listens. */
  #mount(): void {
    const { doc } = this;
    this.#ownId = null;
    for (const update of this.#outbox.mine) Y.applyUpdate(doc, update, FROM_VAULT);
    doc.on('update', (update: Uint8Array, origin: unknown) => this.#onDocUpdate(update, origin));
  }

  #onDocUpdate(update: Uint8Array, origin: unknown): void {
    this.#tabs.onUpdate(update, origin);
    const id = origin instanceof TabSession ? origin.id : origin === this.#ownId ? this.#ownId : null;
    if (!id) return;
    this.#outbox.add(update);
    const nonce = this.#tabs.takeUnstoredNonce(id);
    this.#deps.vault.write({ addMine: [update], ...(nonce ? { nonce } : {}) });
    this.#changed();
    this.#relaySide.pump();
  }

  #changed(): void {
    this.#changedAt = this.#deps.ports.clock.now();
    this.#deps.onChange();
  }

  #role(): Role | null {
    const { access } = this.#held.reader;
    if (!access) return this.#genesis ? 'owner' : null;
    return this.#standing.role(access);
  }

  #mayWrite(): boolean {
    const role = this.#role();
    return role !== null && mayWrite(role, 'content') && schemaOf(this.doc) <= SCHEMA_VERSION;
  }

  #isReady(): boolean {
    return this.#genesis !== null || (this.#trusted && this.#held.reader.access !== null);
  }

  #wake(): void {
    if (!this.#isReady() && !this.#failure) return;
    const waiting = this.#whenReady;
    this.#whenReady = [];
    for (const resolve of waiting) resolve();
  }

  // How the parts are put together

  #makeStanding(): Standing {
    const { room, identity, accountKey, vault } = this.#deps;
    return new Standing({
      room,
      entrance: this.#stored.entrance,
      identity,
      secrets: this.#stored.secrets,
      accountKey,
      prekeyOf: this.#deps.prekeyOf,
      random: this.#deps.ports.random,
      onLearned: (secret) => vault.write({ secrets: [secret] }),
    });
  }

  #makeWriter(keys: RecordKeys): Writer {
    const { identity, room, ports, vault } = this.#deps;
    return {
      room,
      identity: identity(),
      keys,
      random: ports.random,
      counters: new Counters(Math.max(1, this.#stored.counter), (counter) => {
        this.#reservation = vault.write({ counter });
      }),
      certificate: this.#standing.certificate,
      introduction: (access) => this.#standing.introduction(access),
      nonceOf: this.#tabs.nonceOf,
    };
  }

  #makeTabs(): Tabs {
    const { room, identity, ports, onChange } = this.#deps;
    return new Tabs(
      {
        room,
        device: identity().device,
        random: ports.random,
        presence: () => this.#presence,
        mayWrite: () => this.#mayWrite(),
        onBroken: () => {
          ports.log('tab.broken');
          this.#bump();
        },
        onChange,
      },
      this.#stored.nonces,
    );
  }

  #makePresence(): Presence {
    return new Presence({
      clock: this.#deps.ports.clock,
      send: (signal) => {
        const { epochKey, position } = this.#held.reader;
        if (!epochKey || !this.#relaySide.isCaughtUp) return;
        const record = sealSignal(this.#writer, epochKey, position, signal);
        if (record) this.#relaySide.signal(record);
      },
      tell: (entries) => this.#tabs.onAwareness(entries),
    });
  }

  #makeSnapshots(options: ReaderOptions): Snapshots {
    const { ports, identity, vault } = this.#deps;
    return new Snapshots({
      clock: ports.clock,
      random: ports.random,
      log: ports.log,
      limits: ports.snapshotLimits ?? DEFAULT_SNAPSHOT_LIMITS,
      options,
      device: identity().device,
      canMake: () =>
        this.#relaySide.isCaughtUp &&
        !this.#failure &&
        this.#mayWrite() &&
        this.#outbox.isKnown(this.#held.reader.access) &&
        !this.#outbox.flight,
      kept: () => this.#held.kept,
      position: () => this.position.seq,
      append: (stream, plain, cover) =>
        this.#relaySide.send(this.#outbox.seal(this.#held.reader, 'snapshot', stream, plain, cover)),
      object: (seq, record) => {
        this.#alarm ??= 'bad-record';
        const role = this.#role();
        if (role && mayAppend(role)) this.#objections.push({ type: 'objection', seq, record });
        this.#relaySide.pump();
      },
      open: (bytes) => {
        const record = decodeRecord(bytes);
        const key = this.#held.reader.keyOf(record.header.epoch);
        const plain = key && openRecord(options.keys, key, record);
        return plain?.ok ? plain.value : undefined;
      },
      isDisputed: (record) => this.#held.reader.access?.disputed.has(record) ?? false,
      adopt: (snapshot, dropLog) => vault.write(this.#held.adopt(snapshot, dropLog)),
    });
  }

  #makeRelaySide(): RelaySide {
    const { ports, session, vault, onChange } = this.#deps;
    return new RelaySide({
      room: this.room,
      clock: ports.clock,
      random: ports.random,
      log: ports.log,
      session,
      outbox: this.#outbox,
      proof: () => this.proof,
      isAwaited: () => this.entrance.by === 'account' && this.position.seq === 0,
      mayPublish: this.#deps.mayPublish,
      position: () => this.position,
      genesis: () => this.#genesis,
      failure: () => this.#failure,
      onPublished: () => {
        this.#genesis = null;
        vault.write({ published: true });
      },
      take: (entry) => this.#take(entry),
      startFrom: (start) => this.#startFrom(start),
      onHole: () => this.#startOver('log.has-hole'),
      objection: () => {
        if (!this.#followsChain()) return 'untrusted-chain';
        return this.#held.reader.epochKey ? null : 'cannot-open';
      },
      onCaughtUp: () => {
        this.#trusted = true;
        // A room that was removed from this device and came back begins at 1 again.
        this.#writer.counters.skipTo((this.#held.reader.counters.get(this.#device) ?? 0) + 1);
        this.#presence.begin();
        this.#wake();
      },
      onOffline: () => {
        this.#presence.end();
        onChange();
      },
      onSignal: (record) => this.#onSignal(record),
      next: () => this.#next(),
      skipCounters: (to) => this.#writer.counters.skipTo(to),
      onIdle: () => this.#snapshots.consider(),
      onRefused: (reason) => this.#refuseForGood(reason),
      onGivenUp: (kind) => {
        if (kind === 'notice') this.#objections.shift();
      },
      onFailure: (failure) => this.#fail(failure),
      onReopened: () => {
        if (this.#failure && !FINAL.has(this.#failure)) this.#failure = null;
      },
      onChange,
    });
  }

  #startFrom(start: Parameters<HeldLog['startFrom']>[0] | undefined): boolean {
    const started = start && this.#held.startFrom(start);
    if (!started?.ok) {
      // One member's false snapshot must not keep newcomers out: the log itself is read instead.
      this.#deps.ports.log('snapshot.not-convincing');
      this.#alarm ??= 'bad-record';
      return false;
    }
    this.#deps.vault.write(started.value);
    this.#mount();
    return true;
  }
}

/** Failures that another connection does not heal. */
const FINAL: ReadonlySet<RoomFailure> = new Set<RoomFailure>(['damaged-vault', 'forked', 'untrusted-chain']);

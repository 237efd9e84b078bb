/**
 * Opening and closing of the rooms that this device knows: which are open, which dormant, which closed.
 *
 * Invariants: a room is in memory once, however many ask for it; whoever adds or removes a room waits for who did so before; a room
 * is closed unasked only when it is idle.
 */
import type { RoomId } from '../../wire/ids.ts';
import type { RoomFailure, RoomState } from '../api.ts';
import type { Identity } from '../epochs/identity.ts';
import type { Prekeys } from '../epochs/prekeys.ts';
import { type EnginePorts, StorageFault } from '../ports.ts';
import type { KemKey } from '../seal/sodium.ts';
import type { RelaySession } from '../sync/relay-session.ts';
import { type ProfileVault, type RoomSummary, roomBoxName } from '../vault/profile-vault.ts';
import { RoomVault } from '../vault/room-vault.ts';
import { DamagedVault, SealedBox } from '../vault/sealed-box.ts';
import { isBetter } from './better-entrance.ts';
import { composeRoom } from './compose-room.ts';
import { DormantRoom } from './dormant-room.ts';
import { type NewPlace, writeNewPlace } from './new-place.ts';
import type { Room } from './room.ts';
import { type Place, RoomList } from './room-list.ts';

/** Rooms kept open although nobody looks at them and all is sent. */
const MAX_OPEN_ROOMS = 20;
/** Rooms opened at start so that they are up to date when the device goes offline. */
const WARM_ROOMS = 8;

export type ShelfDeps = {
  readonly ports: EnginePorts;
  readonly identity: () => Identity;
  readonly session: RelaySession;
  readonly vault: ProfileVault;
  /** The account's own room: it is no document, and always open. Null: there is no account. */
  readonly home: () => RoomId | null;
  readonly accountKey: () => KemKey | null;
  readonly lastRevocation: () => number;
  readonly prekeys: Prekeys;
  readonly mayPublish: (room: RoomId) => boolean;
  readonly mayAppend: (room: RoomId, epoch: number) => boolean;
  /** This device as the home shall name it. */
  readonly identityAtHome: () => Identity;
  readonly mayBegin: () => boolean;
  readonly isOffered: () => boolean;
  /** Higher than those of all shelves before: tabs attach anew. */
  readonly firstGeneration: number;
  readonly onChange: () => void;
  /** A room has changed, or was opened. */
  readonly onRoom: (room: RoomId) => void;
};

export class RoomShelf {
  readonly #deps: ShelfDeps;
  readonly #list: RoomList;
  /** Rooms that are being added or removed: two tabs may open one link at once, and a room is in memory once. */
  readonly #adding = new Map<RoomId, Promise<void>>();
  #uses = 0;

  constructor(deps: ShelfDeps, summaries: readonly RoomSummary[]) {
    this.#deps = deps;
    const { ports, vault, home } = deps;
    this.#list = new RoomList({ clock: ports.clock, vault, home }, summaries);
  }

  /** Opens what has something to send, and the rooms used last. */
  warmUp(): void {
    const places = this.#list.documents.sort((a, b) => b.summary.changedAt - a.summary.changedAt);
    for (const [index, place] of places.entries())
      if (place.summary.waiting > 0 || index < WARM_ROOMS) void this.open(place.summary.room);
  }

  /** All rooms on this device, the home too. */
  get rooms(): RoomId[] {
    return [...this.#list.places].map(({ summary }) => summary.room);
  }
  /** All documents on this device, as the start page shows them. */
  states(): RoomState[] {
    return this.#list.states();
  }
  /** All documents on this device. */
  get summaries(): readonly RoomSummary[] {
    return this.#list.summaries;
  }
  /** Something that this device wrote is not at the relay yet. */
  get hasUnsent(): boolean {
    return this.#list.hasUnsent;
  }
  has(room: RoomId): boolean {
    return this.#list.get(room) !== undefined;
  }
  /** The room, if it is open. */
  opened(room: RoomId): Room | null {
    return this.#list.get(room)?.room ?? null;
  }

  /** What held rooms back from the relay may be over. */
  publish(): void {
    for (const { room } of this.#list.places) room?.publish();
  }

  /** Where a room is kept, as the home was seen to say. */
  markKept(room: RoomId, kept: RoomSummary['kept']): void {
    if (this.#list.markKept(room, kept)) this.#deps.onChange();
  }

  failureOf(room: RoomId): RoomFailure {
    return this.#list.get(room)?.failure ?? 'unknown-room';
  }

  /** Keeps a room on this device, then opens it. A better link replaces a weaker one. @throws StorageFault */
  add(place: NewPlace): Promise<void> {
    const before = this.#adding.get(place.room) ?? Promise.resolve();
    const added = before
      .catch(() => undefined) // whoever asked for that one hears of it
      .then(() => this.#add(place));
    this.#adding.set(place.room, added);
    return added;
  }

  async #add(place: NewPlace): Promise<void> {
    const { room, entrance, kept: from } = place;
    const known = this.#list.get(room);
    if (known && !(await isBetter(await this.open(room), entrance, this.#deps.ports.clock))) return;
    // What only memory has would be lost with the room: on a full disk it stays as it is.
    await known?.room?.stored();
    known?.room?.setAside();
    if (known) await this.#hold(known);
    const summary: RoomSummary = {
      room,
      title: known?.summary.title ?? '',
      // By the account's right: the log says which, once it is read.
      role: entrance.by === 'link' ? entrance.role : entrance.by === 'owner' ? 'owner' : (known?.summary.role ?? null),
      waiting: 0,
      changedAt: this.#deps.ports.clock.now(),
      kept: from ?? known?.summary.kept ?? 'device',
    };
    const box = await this.#openBox(room, () => undefined);
    try {
      await writeNewPlace(box, place);
    } finally {
      await box.close();
    }
    // Listed on disk before anything can be written in it: what a crash leaves must be found again.
    await this.#list.put(summary, known?.generation ?? 0);
    await this.open(room);
  }

  /** Closes a room that is about to be replaced. Whoever opens it meanwhile gets what is in its place. */
  async #hold(place: Place): Promise<void> {
    const { room } = place.summary;
    place.cancelSave?.();
    const replaced = this.#adding.get(room) ?? Promise.resolve();
    place.opening = replaced.then(
      () => this.opened(room) ?? undefined,
      () => {
        place.opening = null;
        return this.open(room);
      },
    );
    await this.#close(place);
  }

  async #close(place: Place): Promise<void> {
    const { room } = place;
    if (!room) return;
    place.generation = room.state().generation;
    place.room = null;
    await room.close();
  }

  /** Undefined: this device does not know the room, or cannot read it (see `failureOf`). */
  async open(room: RoomId): Promise<Room | undefined> {
    const place = this.#list.get(room);
    if (!place) return undefined;
    place.usedAt = ++this.#uses;
    if (place.room) return place.room;
    place.opening ??= this.#load(place).finally(() => {
      place.opening = null;
    });
    return place.opening;
  }

  /** Closes a room and reads it again: there are keys now that there were not before. */
  async reopen(room: RoomId): Promise<void> {
    const place = this.#list.get(room);
    await place?.opening;
    if (!place?.room) return;
    await this.#close(place);
    await this.open(room);
  }

  async #load(place: Place): Promise<Room | undefined> {
    const { summary } = place;
    const box = await this.#openBox(summary.room, () => place.room?.onVaultSettled()).catch((error: unknown) => {
      if (!(error instanceof StorageFault)) throw error;
      place.failure = 'storage-failed';
      return undefined;
    });
    if (!box) return undefined;
    try {
      const vault = new RoomVault(box);
      const stored = await vault.load();
      if (!stored) {
        await box.close();
        return this.#finishForgetting(place);
      }
      const onChange = (): void => this.#onRoomChange(place);
      const mayPublish = (): boolean => this.#deps.mayPublish(summary.room);
      const mayAppend = (epoch: number): boolean => this.#deps.mayAppend(summary.room, epoch);
      const firstGeneration = Math.max(this.#deps.firstGeneration, place.generation + 1);
      const isHome = summary.room === this.#deps.home();
      const identity = isHome ? this.#deps.identityAtHome : this.#deps.identity;
      const mayBegin = isHome ? () => true : this.#deps.mayBegin;
      const given = { ...this.#deps, room: summary.room, vault, onChange, mayPublish, mayAppend, firstGeneration };
      place.room = composeRoom({ ...given, identity, isHome, mayBegin }, stored, summary.changedAt);
      place.failure = null;
      this.#deps.session.join(place.room.relayLink);
    } catch (error) {
      if (!(error instanceof DamagedVault || error instanceof StorageFault)) throw error;
      this.#deps.ports.log('vault.damaged');
      place.failure = error instanceof StorageFault ? 'storage-failed' : 'damaged-vault';
      await box.close().catch(() => undefined); // it could not be read: there is nothing to flush
    }
    this.#deps.onChange();
    this.#deps.onRoom(summary.room);
    return place.room ?? undefined;
  }

  async #openBox(room: RoomId, onSettled: () => void): Promise<SealedBox> {
    const name = roomBoxName(room);
    const { ports, vault } = this.#deps;
    return new SealedBox(await ports.boxes.open(name), name, vault.key, ports, onSettled);
  }

  #onRoomChange(place: Place): void {
    this.#deps.onChange();
    this.#deps.onRoom(place.summary.room);
    this.#list.saveSoon(place, () => this.#closeSome());
  }

  /** A room that was opened for a moment rests again, if nothing keeps it open. */
  async rest(room: RoomId): Promise<void> {
    const place = this.#list.get(room);
    if (place?.room?.isIdle) await this.#rest(place);
  }

  /** Least recently used first. */
  #closeSome(): void {
    const open = this.#list.documents.filter((place) => place.room);
    const idle = open.filter((place) => place.room?.isIdle).sort((a, b) => a.usedAt - b.usedAt);
    for (const place of idle.slice(0, Math.max(0, open.length - MAX_OPEN_ROOMS))) void this.#rest(place);
  }

  /** From open to dormant. */
  async #rest(place: Place): Promise<void> {
    const { room } = place;
    if (!room) return;
    this.#list.save(place);
    const { seq } = room.position;
    const { proof } = room;
    await this.#close(place);
    // Opened again, or removed from this device.
    if (place.room || place.opening || this.#list.get(place.summary.room) !== place) return;
    const onNews = (): void => {
      place.summary = { ...place.summary, changedAt: this.#deps.ports.clock.now() };
      this.#deps.onChange();
    };
    this.#deps.session.join(new DormantRoom(this.#deps.session, place.summary.room, seq, proof, onNews));
  }

  /** Whoever opens its link meanwhile gets it anew, once it is gone. */
  forget(room: RoomId): Promise<void> {
    const before = this.#adding.get(room) ?? Promise.resolve();
    const forgotten = before.catch(() => undefined).then(() => this.#forget(room));
    this.#adding.set(room, forgotten);
    return forgotten;
  }

  async #forget(room: RoomId): Promise<void> {
    const place = this.#list.get(room);
    if (!place) return;
    await place.opening;
    this.#list.drop(place);
    this.#deps.session.part(room);
    await place.room?.close();
    this.#deps.vault.forgetRoom(room);
    // On a full disk this fails, and removing the box makes the space for it.
    await this.#deps.vault.stored().catch(() => this.#deps.ports.log('vault.not-flushed'));
    await this.#deps.ports.boxes.remove(roomBoxName(room));
    this.#deps.onChange();
  }

  /** A room is listed after its box was written, so one without a box was being removed when the engine stopped. */
  #finishForgetting(place: Place): undefined {
    this.#deps.ports.log('vault.removal-finished');
    this.#list.drop(place);
    this.#deps.vault.forgetRoom(place.summary.room);
    this.#deps.onChange();
  }

  async flush(): Promise<void> {
    for (const place of this.#list.places) {
      this.#list.save(place);
      await place.room?.flush();
    }
  }

  /** What is being added or removed is finished first: nothing may write to a box behind the back of the next engine. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#adding.values());
    for (const place of this.#list.places) {
      place.cancelSave?.();
      await place.opening;
      this.#list.save(place);
      await place.room?.close();
      place.room = null;
    }
  }
}

/** All rooms that this device knows: which are open, which dormant, which closed; and their summaries for the start page. */
import type { RoomId } from '../../wire/ids.ts';
import type { RoomFailure, RoomState } from '../api.ts';
import type { Identity } from '../epochs/identity.ts';
import { type Cancel, type EnginePorts, StorageFault } from '../ports.ts';
import type { RelaySession } from '../sync/relay-session.ts';
import { type ProfileVault, type RoomSummary, roomBoxName } from '../vault/profile-vault.ts';
import { type Entrance, type Genesis, RoomVault } from '../vault/room-vault.ts';
import { DamagedVault, SealedBox } from '../vault/sealed-box.ts';
import { DormantRoom } from './dormant-room.ts';
import { Room } from './room.ts';

/** Rooms kept open although nobody looks at them and all is sent. */
const MAX_OPEN_ROOMS = 20;
/** Rooms opened at start so that they are up to date when the device goes offline. */
const WARM_ROOMS = 8;
/** A summary is written this long after a change, so that typing does not write one for each key. Milliseconds. */
const SUMMARY_DELAY_MS = 500;

export type ShelfDeps = {
  readonly ports: EnginePorts;
  readonly identity: Identity;
  readonly session: RelaySession;
  readonly vault: ProfileVault;
  readonly onChange: () => void;
};

type Place = {
  summary: RoomSummary;
  room: Room | null;
  opening: Promise<Room | undefined> | null;
  failure: RoomFailure | null;
  usedAt: number;
  cancelSave: Cancel | null;
};

export class RoomShelf {
  readonly #deps: ShelfDeps;
  readonly #places = new Map<RoomId, Place>();
  /** Rooms that are being added or removed: two tabs may open one link at once, and a room is in memory once. */
  readonly #adding = new Map<RoomId, Promise<void>>();
  #uses = 0;

  constructor(deps: ShelfDeps, summaries: readonly RoomSummary[]) {
    this.#deps = deps;
    for (const summary of summaries) this.#places.set(summary.room, emptyPlace(summary));
  }

  /** Opens what has something to send, and the rooms used last. */
  warmUp(): void {
    const places = [...this.#places.values()].sort((a, b) => b.summary.changedAt - a.summary.changedAt);
    for (const [index, place] of places.entries())
      if (place.summary.waiting > 0 || index < WARM_ROOMS) void this.open(place.summary.room);
  }

  states(): RoomState[] {
    return [...this.#places.values()]
      .map((place) => place.room?.state() ?? closedState(place))
      .sort((a, b) => b.changedAt - a.changedAt);
  }

  failureOf(room: RoomId): RoomFailure {
    return this.#places.get(room)?.failure ?? 'unknown-room';
  }

  /** Keeps a room on this device, then opens it. A better link replaces a weaker one. @throws StorageFault */
  add(room: RoomId, entrance: Entrance, genesis: Genesis | null, counter: number): Promise<void> {
    const before = this.#adding.get(room) ?? Promise.resolve();
    const added = before
      .catch(() => undefined) // whoever asked for that one hears of it
      .then(() => this.#add(room, entrance, genesis, counter));
    this.#adding.set(room, added);
    return added;
  }

  async #add(room: RoomId, entrance: Entrance, genesis: Genesis | null, counter: number): Promise<void> {
    const known = this.#places.get(room);
    if (known && !(await this.#isBetter(room, entrance))) return;
    await known?.room?.close();
    const summary: RoomSummary = {
      room,
      title: known?.summary.title ?? '',
      role: entrance.by === 'owner' ? 'owner' : entrance.role,
      waiting: 0,
      changedAt: this.#deps.ports.clock.now(),
    };
    const box = await this.#openBox(room, () => undefined);
    const vault = new RoomVault(box);
    await box.read();
    vault.create(entrance, genesis);
    if (counter > 0) vault.write({ counter });
    await box.close();
    // Listed on disk before anything can be written in it: what a crash leaves must be found again.
    this.#deps.vault.saveRoom(summary);
    await this.#deps.vault.stored();
    this.#places.set(room, emptyPlace(summary));
    await this.open(room);
  }

  async #isBetter(room: RoomId, entrance: Entrance): Promise<boolean> {
    const opened = await this.open(room);
    if (!opened) return true;
    const links = opened.links();
    return links.edit === null && entrance.by === 'link' && entrance.role === 'editor';
  }

  /** Undefined: this device does not know the room, or cannot read it (see `failureOf`). */
  async open(room: RoomId): Promise<Room | undefined> {
    const place = this.#places.get(room);
    if (!place) return undefined;
    place.usedAt = ++this.#uses;
    if (place.room) return place.room;
    place.opening ??= this.#load(place).finally(() => {
      place.opening = null;
    });
    return place.opening;
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
      place.room = new Room({ ...this.#deps, room: summary.room, vault, onChange }, stored, summary.changedAt);
      place.failure = null;
      this.#deps.session.join(place.room.relayLink);
    } catch (error) {
      if (!(error instanceof DamagedVault || error instanceof StorageFault)) throw error;
      this.#deps.ports.log('vault.damaged');
      place.failure = error instanceof StorageFault ? 'storage-failed' : 'damaged-vault';
      await box.close().catch(() => undefined); // it could not be read: there is nothing to flush
    }
    this.#deps.onChange();
    return place.room ?? undefined;
  }

  async #openBox(room: RoomId, onSettled: () => void): Promise<SealedBox> {
    const name = roomBoxName(room);
    const { ports, vault } = this.#deps;
    return new SealedBox(await ports.boxes.open(name), name, vault.key, ports, onSettled);
  }

  #onRoomChange(place: Place): void {
    this.#deps.onChange();
    place.cancelSave ??= this.#deps.ports.clock.after(SUMMARY_DELAY_MS, () => {
      place.cancelSave = null;
      this.#save(place);
      this.#closeSome();
    });
  }

  #save(place: Place): void {
    if (!place.room || !this.#places.has(place.summary.room)) return;
    const { room, title, role, changedAt } = place.room.state();
    const summary = { room, title, role, changedAt, waiting: place.room.waiting };
    if (JSON.stringify(summary) === JSON.stringify(place.summary)) return;
    place.summary = summary;
    this.#deps.vault.saveRoom(summary);
  }

  /** Least recently used first. */
  #closeSome(): void {
    const open = [...this.#places.values()].filter((place) => place.room);
    const idle = open.filter((place) => place.room?.isIdle).sort((a, b) => a.usedAt - b.usedAt);
    for (const place of idle.slice(0, Math.max(0, open.length - MAX_OPEN_ROOMS))) void this.#rest(place);
  }

  /** From open to dormant. */
  async #rest(place: Place): Promise<void> {
    const { room } = place;
    if (!room) return;
    this.#save(place);
    place.room = null;
    const { seq } = room.position;
    const { proof } = room;
    await room.close();
    if (place.room || place.opening) return;
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
    const place = this.#places.get(room);
    if (!place) return;
    await place.opening;
    this.#places.delete(room);
    place.cancelSave?.();
    this.#deps.session.part(room);
    await place.room?.close();
    this.#deps.vault.forgetRoom(room);
    // On a full disk this fails, and removing the box makes the space for it.
    await this.#deps.vault.stored().catch(() => this.#deps.ports.log('vault.not-flushed'));
    await this.#deps.ports.boxes.remove(roomBoxName(room));
    this.#deps.onChange();
  }

  /** A room is listed after its box was written, so one without a box was being removed when the engine stopped. */
  #finishForgetting({ summary: { room } }: Place): undefined {
    this.#deps.ports.log('vault.removal-finished');
    this.#places.delete(room);
    this.#deps.vault.forgetRoom(room);
    this.#deps.onChange();
  }

  async flush(): Promise<void> {
    for (const place of this.#places.values()) {
      if (place.room) this.#save(place);
      await place.room?.flush();
    }
  }

  async close(): Promise<void> {
    for (const place of this.#places.values()) {
      place.cancelSave?.();
      await place.opening;
      this.#save(place);
      await place.room?.close();
      place.room = null;
    }
  }
}

const emptyPlace = (summary: RoomSummary): Place => ({
  summary,
  room: null,
  opening: null,
  failure: null,
  usedAt: 0,
  cancelSave: null,
});

/** What is known of a room that is not open. */
const closedState = ({ summary, failure }: Place): RoomState => ({
  room: summary.room,
  title: summary.title,
  phase: failure ? 'failed' : 'opening',
  failure,
  role: summary.role,
  readOnly: null,
  saved: summary.waiting > 0 ? { at: 'device', waiting: summary.waiting } : { at: 'relay' },
  caughtUp: false,
  generation: 0,
  alarm: null,
  rescued: false,
  changedAt: summary.changedAt,
});

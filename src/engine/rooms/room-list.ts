/**
 * All rooms that this device knows, each with its summary for the start page, and what of the list is on disk.
 *
 * Invariants: a room that left the list is never written to it again; of an open room the room itself is asked, of any other its
 * summary, which is at most `SUMMARY_DELAY_MS` behind.
 */
import type { RoomId } from '../../wire/ids.ts';
import type { RoomFailure, RoomState } from '../api.ts';
import type { Cancel, Clock } from '../ports.ts';
import type { ProfileVault, RoomSummary } from '../vault/profile-vault.ts';
import type { Room } from './room.ts';

/** A summary is written this long after a change, so that typing does not write one for each key. Milliseconds. */
const SUMMARY_DELAY_MS = 500;

export type Place = {
  summary: RoomSummary;
  room: Room | null;
  opening: Promise<Room | undefined> | null;
  failure: RoomFailure | null;
  usedAt: number;
  /** Of the document, as the last room here had it: the next begins above, so that tabs of the last attach anew. */
  generation: number;
  cancelSave: Cancel | null;
};

export type RoomListPorts = {
  readonly clock: Clock;
  readonly vault: ProfileVault;
  /** The account's own room: it is no document. Null: there is no account. */
  readonly home: () => RoomId | null;
};

export class RoomList {
  readonly #ports: RoomListPorts;
  readonly #places = new Map<RoomId, Place>();

  constructor(ports: RoomListPorts, summaries: readonly RoomSummary[]) {
    this.#ports = ports;
    for (const summary of summaries) this.#places.set(summary.room, emptyPlace(summary));
  }

  /** Of all rooms, the home too. Also of those that come while one goes through them. */
  get places(): Iterable<Place> {
    return this.#places.values();
  }
  get documents(): Place[] {
    const home = this.#ports.home();
    return [...this.places].filter(({ summary }) => summary.room !== home);
  }
  get(room: RoomId): Place | undefined {
    return this.#places.get(room);
  }

  states(): RoomState[] {
    return this.documents
      .map((place) => ({ ...(place.room?.state() ?? closedState(place)), kept: place.summary.kept, folder: null }))
      .sort((a, b) => b.changedAt - a.changedAt);
  }
  get summaries(): readonly RoomSummary[] {
    return this.documents.map(({ summary, room }) => ({ ...summary, waiting: room?.waiting ?? summary.waiting }));
  }
  /** Something that this device wrote is not at the relay yet, or never will be and is kept as a copy. */
  get hasUnsent(): boolean {
    return [...this.places].some(({ summary, room }) =>
      room ? room.waiting > 0 || !room.isPublished || room.rescued.length > 0 : summary.waiting > 0,
    );
  }

  /** Resolves when the room is listed on disk. @throws StorageFault */
  async put(summary: RoomSummary, generation: number): Promise<void> {
    const { vault } = this.#ports;
    vault.saveRoom(summary);
    await vault.stored();
    this.#places.set(summary.room, { ...emptyPlace(summary), generation });
  }

  /** From here. On disk it stays until the vault forgets it. */
  drop({ summary, cancelSave }: Place): void {
    this.#places.delete(summary.room);
    cancelSave?.();
  }

  /** Writes an open room's summary, if it has changed. */
  save(place: Place): void {
    if (!place.room || !this.#places.has(place.summary.room)) return;
    const { room, title, role, changedAt } = place.room.state();
    const summary = { room, title, role, waiting: place.room.waiting, changedAt, kept: place.summary.kept };
    if (JSON.stringify(summary) === JSON.stringify(place.summary)) return;
    place.summary = summary;
    this.#ports.vault.saveRoom(summary);
  }

  /** Writes it with the changes that are still to come. */
  saveSoon(place: Place, onSaved: () => void): void {
    place.cancelSave ??= this.#ports.clock.after(SUMMARY_DELAY_MS, () => {
      place.cancelSave = null;
      this.save(place);
      onSaved();
    });
  }

  /** Where a room is kept. False: that was known. */
  markKept(room: RoomId, kept: RoomSummary['kept']): boolean {
    const place = this.#places.get(room);
    if (!place || place.summary.kept === kept) return false;
    place.summary = { ...place.summary, kept };
    this.#ports.vault.saveRoom(place.summary);
    return true;
  }
}

const emptyPlace = (summary: RoomSummary): Place => ({
  summary,
  room: null,
  opening: null,
  failure: null,
  usedAt: 0,
  generation: 0,
  cancelSave: null,
});

/** What is known of a room that is not open. */
const closedState = ({ summary, failure }: Place): Omit<RoomState, 'kept' | 'folder'> => ({
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
  noticed: 0,
  rescued: false,
  changedAt: summary.changedAt,
  accessAt: 0,
  part: 0,
  earlierParts: 0,
  epoch: 0,
  shutOutBy: null,
});

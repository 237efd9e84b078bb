/**
 * Keeps this device's rooms and the home in step: what the home has comes to this device, what this device takes into the
 * account goes to the home, what another device removed goes from here.
 *
 * Invariants: a room is removed here only if the home was seen to have it, the home is settled, and nothing of it is unsent;
 * a room that is to be kept in the account is not told to the relay before the relay has the home's entry of it (else its
 * words could outlive the only device that can read them).
 */
import type { RoomId } from '../../wire/ids.ts';
import type { EngineLog } from '../ports.ts';
import type { RoomShelf } from '../rooms/room-shelf.ts';
import type { HomeBook } from './home-book.ts';
import { homeEntryOf } from './home-entry.ts';

export type HomeKeeperPorts = {
  readonly home: HomeBook;
  readonly homeId: () => RoomId | null;
  readonly shelf: () => RoomShelf;
  readonly log: EngineLog;
};

export class HomeKeeper {
  readonly #ports: HomeKeeperPorts;
  /** Rooms that are about to be in the home. */
  readonly #expected = new Set<RoomId>();
  /** Rooms that are to be taken when the home can be written. */
  readonly #wanted = new Set<RoomId>();
  /** Rooms on their way to this device, or from it; one after the other. */
  readonly #moving = new Set<RoomId>();
  #lastMove: Promise<void> = Promise.resolve();
  /** Up to which epoch the home's entry of a room was seen to have all secrets. */
  readonly #complete = new Map<RoomId, number>();
  /** The last epoch of each room whose secret the home was seen to have. */
  readonly #backedUp = new Map<RoomId, number>();

  constructor(ports: HomeKeeperPorts) {
    this.#ports = ports;
  }

  /** From now on the relay does not hear of this room before the home has it. */
  expect(room: RoomId): void {
    if (this.#ports.homeId()) this.#expected.add(room);
  }

  mayPublish(room: RoomId): boolean {
    const { home, homeId } = this.#ports;
    if (!homeId()) return true;
    if (!home.isReady) return home.hasFailed;
    return home.hasRoom(room) ? home.isSettled : !this.#expected.has(room);
  }

  /** Whether the relay has the home's entry with the secret of this epoch, where the home has the room. */
  mayAppend(room: RoomId, epoch: number): boolean {
    const { home, homeId } = this.#ports;
    if (!homeId() || room === homeId() || (this.#backedUp.get(room) ?? 0) >= epoch) return true;
    if (!home.isReady) return home.hasFailed;
    if (!home.hasRoom(room)) return true;
    const isThere = home.entrance(room)?.entrance.by === 'link' || home.hasSecret(room, epoch);
    if (!isThere || !home.isSettled) return false;
    this.#backedUp.set(room, epoch);
    return true;
  }

  /** Takes a room of this device into the account. False: not now; as soon as the home can be written, if it is still here. */
  async take(room: RoomId): Promise<boolean> {
    const { home, shelf } = this.#ports;
    if (!home.isReady) {
      this.#wanted.add(room);
      return false;
    }
    const opened = await shelf().open(room);
    const entry = opened && homeEntryOf(opened);
    if (entry) home.keepRoom(room, entry);
    this.#expected.delete(room);
    return entry !== undefined;
  }

  /** A room has changed, or was opened. */
  onRoom(room: RoomId): void {
    if (room === this.#ports.homeId()) this.#follow();
    else this.#exchange(room);
  }

  /** Secrets of epochs go to the home, for devices that are not sealed to, and come from there to this one. */
  #exchange(room: RoomId): void {
    const { home, shelf } = this.#ports;
    const opened = shelf().opened(room);
    // With every record that comes: what was found once is not looked for again.
    if (!opened || this.#complete.get(room) === opened.epoch || !home.isReady) return;
    const known = home.room(room);
    if (!known) return;
    const { entrance, secrets } = known;
    // Another device has accepted an invitation into a room that all had by a link.
    if (entrance.by === 'account' && opened.entrance.by === 'link')
      return this.#move(room, () => shelf().add({ room, entrance, secrets, kept: 'account' }));
    opened.roster.learnLinks(known.links);
    if (opened.learn(known.secrets) && opened.lacksKey) this.#move(room, () => shelf().reopen(room));
    const entry = opened.lacksKey ? undefined : homeEntryOf(opened);
    if (!entry) return;
    home.keepRoom(room, entry);
    this.#complete.set(room, opened.epoch);
  }

  /** Follows the home. */
  #follow(): void {
    const { home, shelf } = this.#ports;
    if (home.hasFailed) shelf().publish();
    if (!home.isReady) return;
    // Two devices may have written a room's entry at once: then one of them took away what the other had put there.
    this.#complete.clear();
    for (const room of this.#wanted) {
      this.#wanted.delete(room);
      void this.take(room);
    }
    const entries = home.rooms();
    for (const [room, { entrance, secrets }] of entries)
      if (!shelf().has(room)) this.#move(room, () => shelf().add({ room, entrance, secrets, kept: 'account' }));
      else this.#exchange(room);
    if (!home.isSettled) return;
    for (const { room, kept, waiting } of shelf().summaries) {
      if (entries.has(room)) shelf().markKept(room, 'account');
      else if (kept === 'account' && waiting > 0) shelf().markKept(room, 'device');
      else if (kept === 'account') this.#move(room, () => shelf().forget(room));
    }
    shelf().publish();
  }

  #move(room: RoomId, run: () => Promise<void>): void {
    if (this.#moving.has(room)) return;
    this.#moving.add(room);
    const moved = (isDone: boolean): void => {
      this.#moving.delete(room);
      if (isDone) return this.#follow();
      // A full disk: tried again with the next change of the home.
      this.#ports.log('home.room-not-moved');
    };
    this.#lastMove = this.#lastMove.then(run).then(
      () => moved(true),
      () => moved(false),
    );
  }
}

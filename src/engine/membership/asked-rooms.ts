/**
 * Where this device has asked to be let in. The profile keeps it, so that whoever comes back reads that it was done.
 *
 * Invariants: a room stands there once, with the last time; at most `MAX_ASKED_ROOMS`, of which the oldest goes.
 */
import type { RoomId } from '../../wire/ids.ts';

export type AskedRoom = {
  readonly room: RoomId;
  /** Milliseconds since 1970, by this device's clock. */
  readonly askedAt: number;
};

/** More than an account may wait at [KN4]. */
export const MAX_ASKED_ROOMS = 32;

export class AskedRooms {
  readonly #write: (asked: readonly AskedRoom[]) => void;
  #asked: readonly AskedRoom[];

  constructor(write: (asked: readonly AskedRoom[]) => void, stored: readonly AskedRoom[]) {
    this.#write = write;
    this.#asked = stored;
  }

  /** Oldest first. */
  list(): readonly AskedRoom[] {
    return this.#asked;
  }

  add(room: RoomId, askedAt: number): void {
    const others = this.#asked.filter((known) => known.room !== room);
    this.#keep([...others, { room, askedAt }].slice(-MAX_ASKED_ROOMS));
  }
  /** There is nothing to wait for any more. */
  drop(room: RoomId): void {
    if (this.#asked.some((known) => known.room === room))
      this.#keep(this.#asked.filter((known) => known.room !== room));
  }
  /** The next one at this device is somebody else. */
  forgetAll(): void {
    this.#asked = [];
  }

  #keep(asked: readonly AskedRoom[]): void {
    this.#asked = asked;
    this.#write(asked);
  }
}

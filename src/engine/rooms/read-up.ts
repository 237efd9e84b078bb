import type { RoomId } from '../../wire/ids.ts';
import type { Clock } from '../ports.ts';
import type { RoomShelf } from './room-shelf.ts';

/** A room that takes longer than this is left for another time. Milliseconds. */
const READING_MS = 60_000;
const LOOK_EVERY_MS = 100;

/** Reads a room up to the relay's head; one that rests is opened for that and rests again. False: it could not be read. */
export async function readUp(shelf: RoomShelf, clock: Clock, room: RoomId): Promise<boolean> {
  const rests = shelf.opened(room) === null;
  // A room that is not here any more, or damaged on this disk, is never read again.
  if (!(await shelf.open(room))) return shelf.failureOf(room) !== 'storage-failed';
  const isRead = (): boolean => shelf.opened(room)?.isRead ?? false;
  const end = clock.now() + READING_MS;
  while (!isRead() && clock.now() < end) await new Promise<void>((resolve) => void clock.after(LOOK_EVERY_MS, resolve));
  const read = isRead();
  if (rests) await shelf.rest(room);
  return read;
}

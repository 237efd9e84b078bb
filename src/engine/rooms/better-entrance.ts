/** Whether another way into a room that this device knows takes the place of the one it has. */
import { equalBytes } from '../../wire/bytes.ts';
import { keySource } from '../epochs/held-link.ts';
import type { Clock } from '../ports.ts';
import type { Entrance, LinkEntrance } from '../vault/room-vault.ts';
import type { Room } from './room.ts';

/** How long another link into a room waits for what the relay says of the one before. Milliseconds. */
const VERDICT_MS = 3_000;
const LOOK_EVERY_MS = 50;

/** `room`: as it is, opened; undefined where it cannot be read. */
export async function isBetter(room: Room | undefined, entrance: Entrance, clock: Clock): Promise<boolean> {
  if (!room) return true;
  // The account's own right: from its home, to a device that came by a link before.
  if (entrance.by === 'account') return room.entrance.by === 'link';
  if (entrance.by !== 'link') return false;
  if (room.links().edit === null && entrance.role === 'editor') return true;
  return isOtherLink(room.entrance, entrance) && isShutOut(room, clock);
}

const isOtherLink = (before: Entrance, entrance: LinkEntrance): boolean =>
  before.by === 'link' && !equalBytes(keySource(before), keySource(entrance));

/** As the relay says within a moment: whoever opens a new link because the old one has ended does so at once. */
async function isShutOut(room: Room, clock: Clock): Promise<boolean> {
  for (let waited = 0; waited < VERDICT_MS && !room.isCaughtUp && !room.isShutOut; waited += LOOK_EVERY_MS)
    await new Promise<void>((resolve) => void clock.after(LOOK_EVERY_MS, resolve));
  return room.isShutOut;
}

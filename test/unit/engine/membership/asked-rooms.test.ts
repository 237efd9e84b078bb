import { describe, expect, it } from 'vitest';
import { type AskedRoom, AskedRooms, MAX_ASKED_ROOMS } from '../../../../src/engine/membership/asked-rooms.ts';
import { type RoomId, roomId } from '../../../../src/wire/ids.ts';

const room = (fill: number): RoomId => roomId(new Uint8Array(32).fill(fill));

describe('rooms at which this device has asked', () => {
  it('stand there once, with the last time, and are bounded', () => {
    let kept: readonly AskedRoom[] = [];
    const asked = new AskedRooms(
      (now) => {
        kept = now;
      },
      [{ room: room(0), askedAt: 1 }],
    );
    asked.add(room(1), 2);
    asked.add(room(0), 3);
    expect(kept).toEqual([
      { room: room(1), askedAt: 2 },
      { room: room(0), askedAt: 3 },
    ]);
    asked.drop(room(0));
    for (let fill = 2; fill <= MAX_ASKED_ROOMS + 1; fill++) asked.add(room(fill), fill);
    expect(kept).toHaveLength(MAX_ASKED_ROOMS);
    expect(kept[0]).toEqual({ room: room(2), askedAt: 2 });
    expect(asked.list()).toEqual(kept);
  });
});

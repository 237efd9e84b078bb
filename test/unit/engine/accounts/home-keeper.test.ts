import { describe, expect, it } from 'vitest';
import type { HomeBook } from '../../../../src/engine/accounts/home-book.ts';
import type { HomeRoom } from '../../../../src/engine/accounts/home-entry.ts';
import { HomeKeeper } from '../../../../src/engine/accounts/home-keeper.ts';
import type { RoomShelf } from '../../../../src/engine/rooms/room-shelf.ts';
import type { RoomSummary } from '../../../../src/engine/vault/profile-vault.ts';
import { hashId, type RoomId, roomId } from '../../../../src/wire/ids.ts';

const filled = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const [HOME, ROOM, OTHER]: RoomId[] = [roomId(filled(1)), roomId(filled(2)), roomId(filled(3))];
const home = HOME as RoomId;
const room = ROOM as RoomId;
const other = OTHER as RoomId;

const entryWith = (...epochs: number[]): HomeRoom => ({
  entrance: { by: 'account', editSecret: null, epochHash: hashId(filled(4)) },
  links: [],
  secrets: epochs.map((epoch) => ({ epoch, secret: filled(epoch) })),
});
const summaryOf = (of: Partial<RoomSummary>): RoomSummary => ({
  room,
  title: '',
  role: 'owner',
  waiting: 0,
  changedAt: 0,
  kept: 'account',
  ...of,
});

/** A home and a shelf that are as a test says. */
function setUp() {
  const book = { isReady: true, hasFailed: false, isSettled: true, entries: new Map<RoomId, HomeRoom>() };
  const shelf = { summaries: [] as RoomSummary[], added: [] as RoomId[], forgotten: [] as RoomId[], published: 0 };
  const asHome = {
    get isReady() {
      return book.isReady;
    },
    get hasFailed() {
      return book.hasFailed;
    },
    get isSettled() {
      return book.isSettled;
    },
    rooms: () => book.entries,
    room: (of: RoomId) => book.entries.get(of),
    entrance: (of: RoomId) => book.entries.get(of),
    hasSecret: (of: RoomId, epoch: number) => book.entries.get(of)?.secrets.some((one) => one.epoch === epoch) ?? false,
    hasRoom: (of: RoomId) => book.entries.has(of),
  } as unknown as HomeBook;
  const asShelf = {
    has: (of: RoomId) => of === home || shelf.summaries.some((summary) => summary.room === of),
    get summaries() {
      return shelf.summaries;
    },
    add: async ({ room: of }: { room: RoomId }) => {
      shelf.added.push(of);
      shelf.summaries.push(summaryOf({ room: of }));
    },
    forget: async (of: RoomId) => {
      shelf.forgotten.push(of);
      shelf.summaries = shelf.summaries.filter((summary) => summary.room !== of);
    },
    markKept: (of: RoomId, kept: RoomSummary['kept']) => {
      shelf.summaries = shelf.summaries.map((summary) => (summary.room === of ? { ...summary, kept } : summary));
    },
    publish: () => {
      shelf.published++;
    },
    opened: () => null,
  } as unknown as RoomShelf;
  const ports = { home: asHome, homeId: () => home as RoomId | null, shelf: () => asShelf, log: () => undefined };
  return { book, shelf, ports, keeper: new HomeKeeper(ports) };
}

describe('the relay hears of a room that is to be kept in the account', () => {
  it('when it has the home’s entry of it, and not before', () => {
    const { book, keeper } = setUp();
    keeper.expect(room);
    expect(keeper.mayPublish(room)).toBe(false);
    book.entries.set(room, entryWith(1));
    book.isSettled = false;
    expect(keeper.mayPublish(room)).toBe(false);
    book.isSettled = true;
    expect(keeper.mayPublish(room)).toBe(true);
  });

  it('not while the home is being read; where it cannot be read, rooms go on without it', () => {
    const { book, keeper } = setUp();
    book.isReady = false;
    expect(keeper.mayPublish(other)).toBe(false);
    book.hasFailed = true;
    expect(keeper.mayPublish(other)).toBe(true);
  });

  it('at once where there is no account, or the room stays on this device', () => {
    const { keeper, ports } = setUp();
    expect(keeper.mayPublish(other)).toBe(true);
    const guest = new HomeKeeper({ ...ports, homeId: () => null });
    guest.expect(room);
    expect(guest.mayPublish(room)).toBe(true);
  });
});

describe('under an epoch', () => {
  it('nothing is sent before the relay has the home’s entry with its secret', () => {
    const { book, keeper } = setUp();
    book.entries.set(room, entryWith(1));
    expect(keeper.mayAppend(room, 1)).toBe(true);
    expect(keeper.mayAppend(room, 2)).toBe(false);
    book.entries.set(room, entryWith(1, 2));
    book.isSettled = false;
    expect(keeper.mayAppend(room, 2)).toBe(false);
    book.isSettled = true;
    expect(keeper.mayAppend(room, 2)).toBe(true);
    // What the relay has it has, whatever else is on its way.
    book.isSettled = false;
    expect(keeper.mayAppend(room, 2)).toBe(true);
    expect(keeper.mayAppend(room, 3)).toBe(false);
  });

  it('a room that one is in by a link needs no secret in the home: the link gives it', () => {
    const { book, keeper } = setUp();
    const entrance = { by: 'link', role: 'editor', secret: filled(5), epochHash: hashId(filled(4)) } as const;
    book.entries.set(room, { entrance, links: [], secrets: [] });
    expect(keeper.mayAppend(room, 9)).toBe(true);
  });
});

describe('a room goes from this device', () => {
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  };

  it('when another device has removed it from the home, and the home is settled', async () => {
    const { book, shelf, keeper } = setUp();
    shelf.summaries = [summaryOf({})];
    book.isSettled = false;
    keeper.onRoom(home);
    await settled();
    expect(shelf.forgotten).toEqual([]);
    book.isSettled = true;
    keeper.onRoom(home);
    await settled();
    expect(shelf.forgotten).toEqual([room]);
  });

  it('not while something of it is unsent: then it is this device’s own', async () => {
    const { shelf, keeper } = setUp();
    shelf.summaries = [summaryOf({ waiting: 1 })];
    keeper.onRoom(home);
    await settled();
    expect(shelf.forgotten).toEqual([]);
    expect(shelf.summaries).toMatchObject([{ room, kept: 'device' }]);
  });

  it('not if the home was never seen to have it', async () => {
    const { shelf, keeper } = setUp();
    shelf.summaries = [summaryOf({ kept: 'device' })];
    keeper.onRoom(home);
    await settled();
    expect(shelf.forgotten).toEqual([]);
  });

  it('and comes with the home', async () => {
    const { book, shelf, keeper } = setUp();
    book.entries.set(room, entryWith(1));
    keeper.onRoom(home);
    await settled();
    expect([shelf.added, shelf.published > 0]).toEqual([[room], true]);
  });
});

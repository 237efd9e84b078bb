/** Rooms with two devices each that write under load. */
import type { Hash, RoomId } from '../../../src/wire/ids.ts';
import { TestClient } from '../server/client.ts';
import { type Device, makeDevice, makePerson } from '../server/identities.ts';
import { epoch } from '../server/records.ts';
import { LoadWriter } from './load-writer.ts';

type WrittenRoom = { readonly room: RoomId; readonly reader: Device; readonly writers: readonly LoadWriter[] };

export class WrittenRooms {
  readonly rooms: readonly WrittenRoom[];

  private constructor(rooms: readonly WrittenRoom[]) {
    this.rooms = rooms;
  }

  /** `url`: where the server is now. */
  static async create(url: () => string, count: number, bytes?: number): Promise<WrittenRooms> {
    const rooms: WrittenRoom[] = [];
    for (let i = 0; i < count; i++) {
      const devices = ['first', 'second', 'reader'].map((name) => makeDevice(`${name} of ${i}`));
      const [first, second, reader] = devices as [Device, Device, Device];
      const made = epoch(first, { people: [{ person: makePerson(`owner of ${i}`, devices), role: 'owner' }] }, 1);
      const client = await TestClient.connect(url(), first);
      const { head } = await client.create(made);
      await client.close();
      const writers = [first, second].map((device) => new LoadWriter(device, made.room, url, head, bytes));
      rooms.push({ room: made.room, reader, writers });
    }
    return new WrittenRooms(rooms);
  }

  get writers(): LoadWriter[] {
    return this.rooms.flatMap(({ writers }) => writers);
  }
  get acknowledgements(): number {
    return this.writers.reduce((sum, writer) => sum + writer.acknowledged.size, 0);
  }
  start(): void {
    for (const writer of this.writers) writer.start();
  }
  async stop(): Promise<void> {
    await Promise.all(this.writers.map((writer) => writer.stop()));
  }
}

/** What the room's writers were told, taken at this moment. */
export const acknowledgedIn = ({ writers }: WrittenRoom): Map<number, Hash> =>
  new Map(writers.flatMap((writer) => [...writer.acknowledged]));

/** Waits until so many more records were acknowledged. */
export async function untilAcknowledged(rooms: WrittenRooms, more: number, withinMs = 60_000): Promise<void> {
  const goal = rooms.acknowledgements + more;
  const end = performance.now() + withinMs;
  while (rooms.acknowledgements < goal) {
    if (performance.now() > end) throw new Error(`${goal - rooms.acknowledgements} acknowledgements did not come`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

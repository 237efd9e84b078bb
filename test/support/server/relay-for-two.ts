/** A relay with each kind of store, and Ann's room with Bob in it: what tests of what the relay does for members begin with. */
import { afterEach, beforeEach, describe } from 'vitest';
import type { RoomId } from '../../../src/wire/ids.ts';
import type { TestClient } from './client.ts';
import { type Device, makePerson } from './identities.ts';
import { type Epoch, epoch } from './records.ts';
import { type Counts, type RelayServer, startRelay } from './relay-server.ts';
import { STORE_VERSIONS, type StoreVersion } from './stores.ts';

export const ann = makePerson('ann');
export const bob = makePerson('bob');
export const members = {
  people: [
    { person: ann, role: 'owner' as const },
    { person: bob, role: 'editor' as const },
  ],
};

/** `a`: Ann's client, who made the room by `first`; `b`: Bob's. */
type Shared = { readonly a: TestClient; readonly b: TestClient; readonly room: RoomId; readonly first: Epoch };

/** Ann makes a room on this relay, and both are in it. */
export async function shareRoom(
  relay: Pick<RelayServer, 'connect'>,
  first = epoch(ann.device, members, 1),
): Promise<Shared> {
  const a = await relay.connect(ann.device);
  await a.create(first);
  const b = await relay.connect(bob.device);
  await b.open(first.room);
  await b.at(first.room, 1);
  return { a, b, room: first.room, first };
}

export class RelayForTwo {
  #opened: Awaited<ReturnType<StoreVersion['open']>> | undefined;
  #server: RelayServer | undefined;

  async start(open: StoreVersion['open']): Promise<void> {
    this.#opened = await open();
    this.#server = await startRelay({ store: this.#opened.store });
  }
  async stop(): Promise<void> {
    await this.#server?.close();
    await this.#opened?.dispose();
  }

  /** False where nothing outlives the process. */
  get canRestart(): boolean {
    return this.#opened?.reopen != null;
  }
  async restart(): Promise<void> {
    await this.#running.relay.close();
    const store = await this.#opened?.reopen?.();
    if (!store) throw new Error('nothing outlives the process');
    this.#server = await startRelay({ store });
  }

  get counts(): Counts {
    return this.#running.counts;
  }
  connect(device: Device): Promise<TestClient> {
    return this.#running.connect(device);
  }
  /** Ann's room with both in it. */
  share(first?: Epoch): Promise<Shared> {
    return shareRoom(this.#running, first);
  }

  get #running(): RelayServer {
    if (!this.#server) throw new Error('the relay does not run');
    return this.#server;
  }
}

/** A relay of its own for each test, once with each kind of store. */
export function withEachStore(concept: string, tests: (relay: RelayForTwo) => void): void {
  describe.each(STORE_VERSIONS)(`${concept}, with a store $name`, ({ open }) => {
    const relay = new RelayForTwo();
    beforeEach(() => relay.start(open));
    afterEach(() => relay.stop());
    tests(relay);
  });
}

/**
 * One device that appends to a room as fast as it is acknowledged, and remembers what was. It has several records on
 * their way at any time, so that a crash finds some in every state.
 */
import { recordHash } from '../../../src/wire/chain.ts';
import type { Hash, Position, RoomId } from '../../../src/wire/ids.ts';
import { blake2b256 } from '../../../sync-server/relay/hash.ts';
import { type RoomReplica, TestClient } from '../server/client.ts';
import type { Device } from '../server/identities.ts';
import { update } from '../server/records.ts';

const IN_FLIGHT = 8;
const TRY_AGAIN_MS = 25;

export class LoadWriter {
  readonly room: RoomId;
  /** Acknowledged records by position. */
  readonly acknowledged = new Map<number, Hash>();
  /** Reasons of refusals, as they came. */
  readonly refusals: string[] = [];
  readonly #device: Device;
  readonly #url: () => string;
  readonly #bytes: number;
  readonly #sent = new Map<number, Uint8Array>();
  #known: Position;
  #counter = 1;
  #client: TestClient | null = null;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();

  /** `start`: a position of the room's log that the device holds. `bytes`: of a record's body. */
  constructor(device: Device, room: RoomId, url: () => string, start: Position, bytes = 200) {
    this.#device = device;
    this.room = room;
    this.#url = url;
    this.#known = start;
    this.#bytes = bytes;
  }

  /** Writes, connecting again whenever it has to, until `stop`. */
  start(): void {
    this.#stopped = false;
    this.#running = this.#run();
  }

  /** Resolves when everything that was sent is acknowledged or the connection is gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#connect();
        await this.#write();
      } catch {
        // The server is gone, or ended the socket: that is what is being tested.
        await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
      }
      this.#client?.socket.terminate();
    }
  }

  async #connect(): Promise<void> {
    const client = new TestClient(this.#url(), this.#device);
    this.#client = client;
    await Promise.race([this.#open(client), this.#gone(client)]);
  }

  async #open(client: TestClient): Promise<void> {
    await client.greet(new URL(this.#url()).host);
    await client.next('welcome');
    const replica = await client.open(this.room, { from: this.#known.seq });
    // A counter that was used may be in the log.
    replica.counter = this.#counter;
  }

  async #gone(client: TestClient): Promise<never> {
    await client.until(() => client.closed !== undefined, 'the end of the connection');
    throw new Error('the connection is gone');
  }

  async #write(): Promise<void> {
    const client = this.#client;
    if (!client) return;
    const replica = client.replica(this.room);
    while (client.closed === undefined) {
      while (!this.#stopped && replica.pending.size < IN_FLIGHT) this.#send(client, replica);
      if (this.#stopped && replica.pending.size === 0) return this.#take(client, replica);
      await client.until(() => client.frames.length > 0 || client.closed !== undefined, 'an answer', 3_000);
      this.#take(client, replica);
    }
  }

  #send(client: TestClient, replica: RoomReplica): void {
    const place = replica.place();
    this.#counter = place.counter;
    const record = update(this.#device, place, this.#bytes);
    this.#sent.set(place.counter, record);
    client.appendRecord(this.room, record);
  }

  #take(client: TestClient, replica: RoomReplica): void {
    for (const frame of client.frames.splice(0)) {
      if (frame.type === 'ack') {
        const record = this.#sent.get(frame.counter);
        if (record) this.acknowledged.set(frame.seq, recordHash(blake2b256, record));
        this.#sent.delete(frame.counter);
      }
      if (frame.type === 'refused') {
        this.refusals.push(frame.reason);
        replica.pending.delete(frame.counter);
      }
    }
    this.#known = replica.head;
  }
}

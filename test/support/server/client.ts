/** A client on a real WebSocket that follows the chain of the rooms it opens, so that its records name true heads. */
import { WebSocket } from 'ws';
import { chainAfter, recordHash } from '../../../src/wire/chain.ts';
import {
  type ClientFrame,
  encodeClientFrame,
  helloSignedBytes,
  type OpenMode,
} from '../../../src/wire/client-frames.ts';
import { type Hash, hashId, type Position, type RoomId } from '../../../src/wire/ids.ts';
import { PROTOCOL_VERSION } from '../../../src/wire/limits.ts';
import { NO_PROOF, type OpenProof } from '../../../src/wire/open-proof.ts';
import { counterOf, type Stream } from '../../../src/wire/record.ts';
import { decodeRelayMessage, type RelayFrame } from '../../../src/wire/relay-frames.ts';
import { blake2b256 } from '../../../sync-server/relay/hash.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { Device } from './identities.ts';
import { type Epoch, type RecordPlace, update } from './records.ts';

const APPENDS_AT_ONCE = 50;

export type FrameOf<T extends RelayFrame['type']> = RelayFrame & { readonly type: T };
export type OpenOptions = {
  readonly from?: number;
  readonly mode?: OpenMode;
  readonly proof?: OpenProof;
};

/** The room as this client has seen it. */
export class RoomReplica {
  readonly room: RoomId;
  channel: number;
  readonly base: Position;
  head: Position;
  epoch = 1;
  counter = 0;
  /** Own records, by counter, until they are acknowledged. */
  readonly pending = new Map<number, Uint8Array>();

  constructor(room: RoomId, channel: number, base: Position) {
    this.room = room;
    this.channel = channel;
    this.base = base;
    this.head = base;
  }

  place(): RecordPlace {
    return { room: this.room, epoch: this.epoch, counter: ++this.counter, head: this.head };
  }

  follow(seq: number, hash: Hash): void {
    if (seq !== this.head.seq + 1) throw new Error(`position ${seq} after ${this.head.seq}`);
    this.head = chainAfter(blake2b256, this.head, hash);
  }
}

export class TestClient {
  readonly device: Device;
  readonly socket: WebSocket;
  readonly frames: RelayFrame[] = [];
  readonly replicas = new Map<RoomId, RoomReplica>();
  /** Code of the close frame, undefined while open. */
  closed: number | undefined;
  /** HTTP status of a refused upgrade. */
  status: number | undefined;
  readonly #created = new Map<RoomId, Uint8Array>();
  #waiters: (() => void)[] = [];
  #messages = 0;

  constructor(url: string, device: Device, headers: Record<string, string> = {}) {
    this.device = device;
    this.socket = new WebSocket(`${url}/sync`, { headers, perMessageDeflate: false });
    this.socket.binaryType = 'nodebuffer';
    this.socket.on('message', (data: Buffer) => this.#receive(data));
    this.socket.on('close', (code) => {
      this.closed = code;
      this.#notify();
    });
    this.socket.on('unexpected-response', (_request, response) => {
      this.status = response.statusCode;
      this.#notify();
    });
    this.socket.on('error', () => undefined);
  }

  /** WebSocket messages received, each of one or more frames. */
  get messages(): number {
    return this.#messages;
  }

  /** Connects and greets. */
  static async connect(url: string, device: Device, headers?: Record<string, string>): Promise<TestClient> {
    const client = new TestClient(url, device, headers);
    await client.greet(new URL(url).host);
    await client.next('welcome');
    return client;
  }

  async greet(host: string, device = this.device): Promise<void> {
    const { challenge } = await this.next('challenge');
    const signature = device.sign(helloSignedBytes(challenge, host));
    this.send({ type: 'hello', version: PROTOCOL_VERSION, device: this.device.id, signature });
  }

  send(...frames: readonly ClientFrame[]): void {
    for (const frame of frames) if (frame.type === 'create') this.#created.set(frame.room, frame.record);
    this.sendRaw(Buffer.concat(frames.map(encodeClientFrame)));
  }

  sendRaw(message: Uint8Array | string): void {
    this.socket.send(message);
  }

  /** Waits until `find` returns something, trying again at every frame. */
  async until<T>(find: () => T | undefined | false, what: string, withinMs = PATIENCE_MS): Promise<T> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const found = find();
      if (found !== undefined && found !== false) return found;
      const left = deadline - performance.now();
      if (left <= 0)
        throw new Error(
          `waited in vain for ${what}; got ${this.frames
            .slice(-20)
            .map(({ type }) => type)
            .join(' ')}`,
        );
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiters.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Takes the first frame of that type, and all before it, out of `frames`. */
  async next<T extends RelayFrame['type']>(type: T, withinMs = PATIENCE_MS): Promise<FrameOf<T>> {
    const index = await this.until(
      () => {
        const found = this.frames.findIndex((frame) => frame.type === type);
        return found >= 0 ? { found } : undefined;
      },
      type,
      withinMs,
    );
    return this.frames.splice(0, index.found + 1).at(-1) as FrameOf<T>;
  }

  async untilClosed(withinMs = PATIENCE_MS): Promise<number> {
    return (
      await this.until(() => (this.closed === undefined ? undefined : { code: this.closed }), 'the close', withinMs)
    ).code;
  }

  all<T extends RelayFrame['type']>(type: T): FrameOf<T>[] {
    return this.frames.filter((frame) => frame.type === type) as FrameOf<T>[];
  }

  /** Waits until a pong has come back: everything sent before has been handled and answered, but for commits. */
  async settle(): Promise<void> {
    const before = this.all('pong').length;
    this.send({ type: 'ping' });
    await this.until(() => this.all('pong').length > before, 'pong');
  }

  /** Makes the room and follows it. */
  async create(first: Epoch): Promise<RoomReplica> {
    this.send({ type: 'create', room: first.room, record: first.record, wraps: first.wraps });
    await this.at(first.room, 1);
    return this.replica(first.room);
  }

  async open(room: RoomId, options: OpenOptions = {}): Promise<RoomReplica> {
    this.send({
      type: 'open',
      room,
      from: options.from ?? 0,
      mode: options.mode ?? 'live',
      proof: options.proof ?? NO_PROOF,
    });
    await this.next('opened');
    return this.replica(room);
  }

  replica(room: RoomId): RoomReplica {
    const replica = this.replicas.get(room);
    if (!replica) throw new Error('the room is not open');
    return replica;
  }

  /** Appends an update at the head that this client knows. Returns its counter. */
  append(room: RoomId, bytes?: number, stream?: Stream): number {
    const replica = this.replica(room);
    const place = replica.place();
    this.appendRecord(room, update(this.device, place, bytes, stream));
    return place.counter;
  }

  /** Appends `count` updates, never so many at once that their heads grow stale. */
  async appendMany(room: RoomId, count: number, bytes: number): Promise<void> {
    const upTo = this.replica(room).head.seq + count;
    for (let sent = 0; sent < count; ) {
      for (let i = 0; i < APPENDS_AT_ONCE && sent < count; i++, sent++) this.append(room, bytes);
      await this.at(room, upTo - count + sent);
    }
  }

  appendRecord(room: RoomId, record: Uint8Array, wraps: readonly Uint8Array[] = []): void {
    const replica = this.replica(room);
    replica.pending.set(counterOf(record), record);
    this.send({ type: 'append', channel: replica.channel, record, wraps });
  }

  /** Waits until the replica has followed the log to `seq`. */
  async at(room: RoomId, seq: number, withinMs = PATIENCE_MS): Promise<void> {
    await this.until(() => (this.replicas.get(room)?.head.seq ?? -1) >= seq, `position ${seq}`, withinMs);
  }

  async close(): Promise<void> {
    this.socket.close();
    if (this.closed === undefined) await this.untilClosed();
  }

  #receive(data: Buffer): void {
    this.#messages++;
    try {
      for (const frame of decodeRelayMessage(new Uint8Array(data))) {
        this.frames.push(frame);
        this.#follow(frame);
      }
    } finally {
      this.#notify();
    }
  }

  #follow(frame: RelayFrame): void {
    if (frame.type === 'opened') {
      const known = this.replicas.get(frame.room);
      const replica = new RoomReplica(frame.room, frame.channel, frame.base);
      replica.counter = known?.counter ?? 0;
      replica.epoch = known?.epoch ?? 1;
      const created = this.#created.get(frame.room);
      if (!known && created) {
        replica.counter = counterOf(created);
        replica.pending.set(replica.counter, created);
      }
      this.replicas.set(frame.room, replica);
      return;
    }
    if (frame.type !== 'entry' && frame.type !== 'stub' && frame.type !== 'ack') return;
    const replica = [...this.replicas.values()].find(({ channel }) => channel === frame.channel);
    if (!replica) throw new Error('a frame on a channel that was never opened');
    if (frame.type === 'stub') {
      // [TH1] Before the tail: a part of the prelude.
      if (frame.seq > replica.base.seq) replica.follow(frame.seq, hashId(frame.recordHash));
    } else if (frame.type === 'entry') replica.follow(frame.seq, recordHash(blake2b256, frame.record));
    else {
      const own = replica.pending.get(frame.counter);
      if (!own) throw new Error(`an acknowledgement of ${frame.counter}, which was not sent`);
      replica.pending.delete(frame.counter);
      replica.follow(frame.seq, recordHash(blake2b256, own));
    }
  }

  #notify(): void {
    for (const waiter of this.#waiters.splice(0)) waiter();
  }
}

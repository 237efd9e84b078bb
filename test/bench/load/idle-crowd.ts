/** Connections that do nothing but stay: what each of them costs a server in memory. */
import { WebSocket } from 'ws';
import { makeRoom, type NewDocument } from '../../../src/engine/epochs/first-epoch.ts';
import { type Identity, makeIdentity } from '../../../src/engine/epochs/identity.ts';
import { certify, type LinkKeys, linkKeys } from '../../../src/engine/epochs/link-keys.ts';
import { sign, sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { nodeRandom } from '../../../src/platform/node/random.ts';
import { type ClientFrame, encodeClientFrame, helloSignedBytes } from '../../../src/wire/client-frames.ts';
import { PROTOCOL_VERSION } from '../../../src/wire/limits.ts';
import { certificateProof } from '../../../src/wire/open-proof.ts';
import { decodeRelayMessage } from '../../../src/wire/relay-frames.ts';
import { inTurns } from './crowd.ts';
import type { Orders } from './orders.ts';
import { YjsMember } from './yjs-member.ts';

type SharedRoom = { readonly made: NewDocument; readonly link: LinkKeys };

export class IdleCrowd {
  readonly #order: Orders['idle'];
  readonly #closers: (() => void)[] = [];

  constructor(order: Orders['idle']) {
    this.#order = order;
  }

  async join(): Promise<{ rooms: number }> {
    await sodiumReady();
    return this.#order.peer === 'sealroom' ? this.#joinRelay() : this.#joinYjs(this.#order.peer);
  }

  leave(): void {
    for (const close of this.#closers.splice(0)) close();
  }

  /** A peer's connection shows one room. */
  async #joinYjs(peer: Exclude<Orders['idle']['peer'], 'sealroom'>): Promise<{ rooms: number }> {
    const { url, connections, members, prefix } = this.#order;
    const none = { onTaken: () => undefined, onRefused: () => undefined, onArrived: () => undefined };
    await inTurns(
      Array.from({ length: connections }, (_, index) => () => {
        const room = { name: `${prefix}-${Math.floor(index / members)}`, authors: new Map() };
        const member = new YjsMember(url, peer, room, false, none);
        this.#closers.push(() => member.close());
        return member.join();
      }),
    );
    return { rooms: Math.ceil(connections / members) };
  }

  /** A ring: connection `i` owns the rooms that start at it, and is a visitor in those of its neighbours. */
  async #joinRelay(): Promise<{ rooms: number }> {
    const { connections, roomsEach, members } = this.#order;
    const rooms = Math.floor((connections * roomsEach) / members);
    const shared: SharedRoom[] = [];
    const clients = Array.from({ length: connections }, () => new IdleClient(this.#order.url));
    for (const client of clients) this.#closers.push(() => client.close());
    await inTurns(clients.map((client) => () => client.connect()));
    const ownerOf = (room: number): number => Math.floor((room * connections) / rooms);
    await inTurns(
      Array.from({ length: rooms }, (_, room) => async () => {
        const client = clients[ownerOf(room)];
        if (client) shared[room] = await client.create();
      }),
    );
    await inTurns(
      Array.from({ length: rooms }, (_, room) => async () => {
        for (let number = 1; number < members; number++) {
          const client = clients[(ownerOf(room) + number) % connections];
          if (client && shared[room]) await client.open(shared[room]);
        }
      }),
    );
    return { rooms };
  }
}

class IdleClient {
  readonly #url: string;
  readonly #identity: Identity = makeIdentity(nodeRandom, Date.now());
  #socket: WebSocket | null = null;
  #onDone: () => void = () => undefined;
  #queue: Promise<void> = Promise.resolve();

  constructor(url: string) {
    this.#url = url;
  }

  connect(): Promise<void> {
    const socket = new WebSocket(`${this.#url}/sync`, { perMessageDeflate: false });
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.#receive(data));
    return new Promise((resolve, reject) => {
      this.#onDone = resolve;
      socket.on('error', reject);
    });
  }

  async create(): Promise<SharedRoom> {
    const made = makeRoom(this.#identity, nodeRandom, 0);
    await this.#ask({ type: 'create', room: made.room, record: made.record, wraps: made.wraps });
    return { made, link: linkKeys(made.editSecret) };
  }

  open({ made, link }: SharedRoom): Promise<void> {
    const proof = certificateProof(certify(link, made.room, this.#identity.device));
    return this.#ask({ type: 'open', room: made.room, mode: 'live', from: 0, proof });
  }

  close(): void {
    this.#socket?.terminate();
  }

  #ask(frame: ClientFrame): Promise<void> {
    this.#queue = this.#queue.then(
      () =>
        new Promise((resolve) => {
          this.#onDone = resolve;
          this.#socket?.send(encodeClientFrame(frame));
        }),
    );
    return this.#queue;
  }

  #receive(data: Buffer): void {
    for (const frame of decodeRelayMessage(data)) {
      if (frame.type === 'challenge') {
        const signature = sign(helloSignedBytes(frame.challenge, new URL(this.#url).host), this.#identity.signing);
        const hello = { type: 'hello', version: PROTOCOL_VERSION, device: this.#identity.device, signature } as const;
        this.#socket?.send(encodeClientFrame(hello));
      }
      // A new room is opened before its record is on disk, an old one sends its record after it was opened.
      if (frame.type === 'welcome' || frame.type === 'ack' || frame.type === 'entry') this.#onDone();
      if (frame.type === 'refused' || frame.type === 'ended') throw new Error(`refused: ${frame.reason}`);
    }
  }
}

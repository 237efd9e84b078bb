/** A client of a server that speaks y-protocols: the stock one, Hocuspocus, or the bare echo. Sends one message an edit. */
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { EditSource } from './edit-source.ts';
import type { Author, Member, MemberEvents } from './member.ts';

export type Dialect = 'bare' | 'stock' | 'hocuspocus';

const SYNC = 0;
const AUTH = 2;
const SYNC_STATUS = 8;
const UPDATE = 2;

export type YjsRoom = { readonly name: string; readonly authors: Map<number, Author> };

export class YjsMember implements Member {
  readonly author: Author = { madeAt: [], arrived: 0 };
  readonly #url: string;
  readonly #dialect: Dialect;
  readonly #room: YjsRoom;
  readonly #events: MemberEvents;
  readonly #isProbe: boolean;
  readonly #source: EditSource;
  #socket: WebSocket | null = null;
  #joined: () => void = () => undefined;
  inFlight = 0;
  sent = 0;

  constructor(url: string, dialect: Dialect, room: YjsRoom, isProbe: boolean, events: MemberEvents) {
    this.#url = url;
    this.#dialect = dialect;
    this.#room = room;
    this.#isProbe = isProbe;
    this.#events = events;
    this.#source = new EditSource(Math.floor(Math.random() * 2 ** 31));
    room.authors.set(this.#source.clientId, this.author);
  }

  join(): Promise<void> {
    const path = this.#dialect === 'hocuspocus' ? '' : this.#room.name;
    const socket = new WebSocket(`${this.#url}/${path}`, { perMessageDeflate: false });
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.#receive(data));
    return new Promise((resolve, reject) => {
      this.#joined = resolve;
      socket.on('error', reject);
      socket.on('open', () => {
        if (this.#dialect === 'hocuspocus') this.#authenticate();
        if (this.#dialect === 'bare') resolve();
      });
    });
  }

  get sentEdits(): number {
    return this.sent;
  }

  write(): void {
    const update = this.#source.next();
    this.author.madeAt.push(performance.now());
    this.inFlight++;
    this.sent++;
    const out = this.#message();
    encoding.writeVarUint(out, SYNC);
    encoding.writeVarUint(out, UPDATE);
    encoding.writeVarUint8Array(out, update);
    this.#socket?.send(encoding.toUint8Array(out));
  }

  close(): void {
    this.#socket?.terminate();
  }

  #message(): encoding.Encoder {
    const out = encoding.createEncoder();
    if (this.#dialect === 'hocuspocus') encoding.writeVarString(out, this.#room.name);
    return out;
  }

  #authenticate(): void {
    const out = this.#message();
    encoding.writeVarUint(out, AUTH);
    encoding.writeVarUint(out, 0);
    encoding.writeVarString(out, 'token');
    this.#socket?.send(encoding.toUint8Array(out));
  }

  #receive(data: Buffer): void {
    const reader = decoding.createDecoder(data);
    if (this.#dialect === 'hocuspocus') decoding.readVarString(reader);
    const type = decoding.readVarUint(reader);
    if (type === SYNC_STATUS && this.#dialect === 'hocuspocus') return this.#taken(1);
    if (type === AUTH && this.#dialect === 'hocuspocus') return this.#joined();
    if (type !== SYNC) return;
    if (decoding.readVarUint(reader) !== UPDATE) return this.#joined();
    // The others echo a writer's own edits, Hocuspocus says beside it that it has taken them.
    const isOwn =
      this.#dialect !== 'hocuspocus' && this.inFlight > 0 && this.#authorOf(reader) === this.#source.clientId;
    if (isOwn) this.#taken(1);
    else if (this.#isProbe) this.#arrived(decoding.readVarUint8Array(reader));
  }

  #taken(edits: number): void {
    this.inFlight -= edits;
    this.#events.onTaken(edits);
  }

  /** The client id of an update with one struct. Leaves the reader where it is. */
  #authorOf(reader: decoding.Decoder): number {
    const ahead = decoding.clone(reader);
    decoding.readVarUint(ahead);
    decoding.readVarUint(ahead);
    decoding.readVarUint(ahead);
    return decoding.readVarUint(ahead);
  }

  #arrived(update: Uint8Array): void {
    for (const [client, clock] of Y.parseUpdateMeta(update).to) {
      const author = this.#room.authors.get(client);
      if (author && author !== this.author) this.#events.onArrived(author, clock - 1);
    }
  }
}

/**
 * Plays the engine's part towards tabs: a Y.Doc for each room, to which virtual sockets are attached. Hubs of several pages
 * of one browser are joined by a BroadcastChannel, so that two pages are two people.
 */
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as sync from 'y-protocols/sync';
import * as Y from 'yjs';
import { ROOT_NAME, SEED_CLIENT_ID } from '../../../src/wire/document.ts';

const SYNC = 0;
const AWARENESS = 1;
const OPEN = 1;
const CLOSED = 3;

type Message = { room: string; kind: 'update' | 'awareness' | 'hello'; data: Uint8Array };

export class FakeHub {
  readonly doc = new Y.Doc();
  readonly awareness = new Awareness(this.doc);
  readonly sockets = new Set<FakeSocket>();
  readonly #channel = new BroadcastChannel('sealroom-fake');
  readonly #room: string;

  constructor(room: string, onChange: (hub: FakeHub) => void) {
    this.#room = room;
    this.awareness.setLocalState(null);
    Y.applyUpdate(this.doc, seed());
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => this.#receive(data);
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      this.#broadcast(SYNC, (encoder) => sync.writeUpdate(encoder, update), origin);
      if (origin !== this) this.#post('update', update);
      onChange(this);
    });
    this.awareness.on(
      'update',
      (change: { added: number[]; updated: number[]; removed: number[] }, origin: unknown) => {
        const clients = [...change.added, ...change.updated, ...change.removed];
        const update = encodeAwarenessUpdate(this.awareness, clients);
        this.#broadcast(AWARENESS, (encoder) => encoding.writeVarUint8Array(encoder, update), origin);
        if (origin !== this) this.#post('awareness', update);
      },
    );
    this.#post('hello', new Uint8Array());
  }

  /** The text, for tests that write in it by hand. */
  textRoot(): Y.XmlText {
    return this.doc.get(ROOT_NAME, Y.XmlText) as Y.XmlText;
  }

  #post(kind: Message['kind'], data: Uint8Array): void {
    this.#channel.postMessage({ room: this.#room, kind, data } satisfies Message);
  }

  #receive({ room, kind, data }: Message): void {
    if (room !== this.#room) return;
    if (kind === 'update') Y.applyUpdate(this.doc, data, this);
    else if (kind === 'awareness') applyAwarenessUpdate(this.awareness, data, this);
    else {
      this.#post('update', Y.encodeStateAsUpdate(this.doc));
      this.#post('awareness', encodeAwarenessUpdate(this.awareness, [...this.awareness.getStates().keys()]));
    }
  }

  #broadcast(type: number, write: (encoder: encoding.Encoder) => void, origin: unknown): void {
    for (const socket of this.sockets) if (socket !== origin) socket.deliver(type, write);
  }
}

/** What stands in for WebSocket in a y-websocket provider. */
export class FakeSocket {
  readonly OPEN = OPEN;
  readyState = 0;
  onopen: ((event: unknown) => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;
  readonly #hub: FakeHub;

  constructor(hub: FakeHub) {
    this.#hub = hub;
    queueMicrotask(() => {
      if (this.readyState !== 0) return;
      this.readyState = OPEN;
      hub.sockets.add(this);
      this.onopen?.({});
      this.deliver(SYNC, (encoder) => sync.writeSyncStep1(encoder, hub.doc));
      const update = encodeAwarenessUpdate(hub.awareness, [...hub.awareness.getStates().keys()]);
      this.deliver(AWARENESS, (encoder) => encoding.writeVarUint8Array(encoder, update));
    });
  }

  deliver(type: number, write: (encoder: encoding.Encoder) => void): void {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, type);
    write(encoder);
    const data = encoding.toUint8Array(encoder).slice().buffer;
    queueMicrotask(() => this.onmessage?.({ data }));
  }

  send(data: Uint8Array): void {
    const decoder = decoding.createDecoder(data);
    const type = decoding.readVarUint(decoder);
    if (type === AWARENESS) {
      applyAwarenessUpdate(this.#hub.awareness, decoding.readVarUint8Array(decoder), this);
      return;
    }
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, SYNC);
    sync.readSyncMessage(decoder, encoder, this.#hub.doc, this);
    if (encoding.length(encoder) > 1) {
      const reply = encoding.toUint8Array(encoder).slice().buffer;
      queueMicrotask(() => this.onmessage?.({ data: reply }));
    }
  }

  close(): void {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    this.#hub.sockets.delete(this);
  }
}

function seed(): Uint8Array {
  const doc = new Y.Doc();
  doc.clientID = SEED_CLIENT_ID;
  const root = doc.get(ROOT_NAME, Y.XmlText) as Y.XmlText;
  const paragraph = new Y.XmlText();
  root.insertEmbed(0, paragraph);
  paragraph.setAttribute('__type', 'paragraph');
  return Y.encodeStateAsUpdate(doc);
}

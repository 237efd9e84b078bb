/**
 * A client of our relay without a replica: it seals, signs and follows the chain with the product's own code, but does
 * not open what others wrote, so that the load costs less than what it loads.
 *
 * Merged: as the engine's outbox, one record in flight, and what is typed meanwhile joins the next, which waits a moment after a
 * record of several edits. Single: a record
 * for every edit, as many in flight as there are edits.
 */
import { WebSocket } from 'ws';
import { certify } from '../../../src/engine/epochs/link-keys.ts';
import { CLIENT_NONCE_BYTES, clientIdOf } from '../../../src/engine/rooms/client-ids.ts';
import { mergeInGroups } from '../../../src/engine/rooms/merge.ts';
import { GATHER_MS } from '../../../src/engine/rooms/relay-side.ts';
import { encodeUpdateBody } from '../../../src/engine/rooms/update-body.ts';
import { clearRecord, sealRecord } from '../../../src/engine/seal/record-seal.ts';
import { type SigningKey, sign, signingKeyFromSeed } from '../../../src/engine/seal/sodium.ts';
import { nodeRandom } from '../../../src/platform/node/random.ts';
import { decodeCertificate } from '../../../src/wire/certificate.ts';
import { type ClientFrame, encodeClientFrame, helloSignedBytes } from '../../../src/wire/client-frames.ts';
import { type DeviceId, deviceId } from '../../../src/wire/ids.ts';
import { PROTOCOL_VERSION } from '../../../src/wire/limits.ts';
import { encodeNotice } from '../../../src/wire/notice.ts';
import { certificateProof } from '../../../src/wire/open-proof.ts';
import { CONTENT, counterOf, type Header, NO_STREAM, senderBytes } from '../../../src/wire/record.ts';
import type { RelayFrame } from '../../../src/wire/relay-frames.ts';
import { EditSource } from './edit-source.ts';
import { scanRelayMessage } from './frame-scan.ts';
import type { Author, Member, MemberEvents } from './member.ts';
import type { RelayRoom } from './relay-room.ts';

export type WriteMode = 'merged' | 'single';
type Flight = { readonly record: Uint8Array; readonly edits: number };

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, 32).toString('latin1');

export class RelayMember implements Member {
  readonly author: Author & { readonly lastEditOf: Map<number, number> };
  mode: WriteMode = 'merged';
  readonly #url: string;
  readonly #room: RelayRoom;
  readonly #role: { readonly owns: boolean; readonly writes: boolean; readonly isProbe: boolean };
  readonly #events: MemberEvents;
  readonly #signing: SigningKey;
  readonly #device: DeviceId;
  readonly #nonce = nodeRandom.bytes(CLIENT_NONCE_BYTES);
  readonly #source: EditSource;
  readonly #flights = new Map<number, Flight>();
  #socket: WebSocket | null = null;
  #channel = 0;
  #counter = 1;
  #waiting: Uint8Array[] = [];
  #claimed = false;
  #gathering = false;
  #made = 0;
  #joined: () => void = () => undefined;
  #failed: (error: Error) => void = () => undefined;
  inFlight = 0;
  sent = 0;

  constructor(
    url: string,
    room: RelayRoom,
    role: { readonly owns: boolean; readonly writes: boolean; readonly isProbe: boolean },
    events: MemberEvents,
  ) {
    this.#url = url;
    this.#room = room;
    this.#role = role;
    this.#events = events;
    this.#signing = role.owns ? room.owner.signing : signingKeyFromSeed(nodeRandom.bytes(32));
    this.#device = deviceId(this.#signing.publicKey);
    this.#source = new EditSource(clientIdOf(this.#device, room.made.room, CONTENT, this.#nonce));
    this.author = { madeAt: [], arrived: 0, lastEditOf: new Map() };
    room.authors.set(textOf(this.#signing.publicKey), this.author);
  }

  join(): Promise<void> {
    const socket = new WebSocket(`${this.#url}/sync`, { perMessageDeflate: false });
    this.#socket = socket;
    socket.on('message', (data: Buffer) =>
      scanRelayMessage(data, {
        entry: (seq, record) => this.#onEntry(seq, record),
        ack: (seq, counter) => this.#onAck(seq, counter),
        other: (frame) => this.#onFrame(frame),
      }),
    );
    return new Promise((resolve, reject) => {
      this.#joined = resolve;
      this.#failed = reject;
      socket.on('error', reject);
    });
  }

  write(): void {
    this.#waiting.push(this.#source.next());
    this.author.madeAt.push(performance.now());
    this.inFlight++;
    this.#pump();
  }

  get sentEdits(): number {
    return this.#made;
  }

  close(): void {
    this.#socket?.terminate();
  }

  #pump(): void {
    if (this.#waiting.length === 0 || this.#gathering || (this.mode === 'merged' && this.#flights.size > 0)) return;
    const updates = this.#waiting;
    this.#waiting = [];
    const header = this.#header('update');
    const claims = this.#claimed ? [] : [{ clientId: this.#source.clientId, nonce: this.#nonce }];
    this.#claimed = true;
    const body = encodeUpdateBody({ claims, update: mergeInGroups(updates) });
    const { keys, made } = this.#room;
    this.#made += updates.length;
    this.author.lastEditOf.set(header.counter, this.#made - 1);
    this.#append(header.counter, sealRecord(keys, made.key, header, body, this.#signing, nodeRandom), updates.length);
    this.sent++;
  }

  #append(counter: number, record: Uint8Array, edits: number): void {
    this.#flights.set(counter, { record, edits });
    this.#send({ type: 'append', channel: this.#channel, record, wraps: [] });
  }

  #header(kind: 'update' | 'notice'): Header {
    return {
      kind,
      stream: kind === 'update' ? CONTENT : NO_STREAM,
      room: this.#room.made.room,
      epoch: 1,
      sender: this.#device,
      counter: ++this.#counter,
      head: this.#room.head,
      units: 0,
      cover: null,
    };
  }

  #onEntry(seq: number, record: Uint8Array): void {
    this.#room.follow(seq, record);
    if (!this.#role.isProbe) return;
    const author = this.#room.authors.get(textOf(senderBytes(record)));
    const last = author?.lastEditOf.get(counterOf(record));
    if (author && last !== undefined && author !== this.author) this.#events.onArrived(author, last);
  }

  #onAck(seq: number, counter: number): void {
    const { made } = this.#room;
    const flight = this.#flights.get(counter);
    this.#room.follow(seq, flight?.record ?? made.record);
    this.#flights.delete(counter);
    // The room's first record, or the introduction.
    if (!flight || flight.edits === 0) return this.#joined();
    this.inFlight -= flight.edits;
    if (this.mode === 'merged' && flight.edits > 1) this.#gather();
    // The engine sends what waits before anybody can type again.
    this.#pump();
    this.#events.onTaken(flight.edits);
  }

  /** As the engine does it, see relay-side.ts. */
  #gather(): void {
    this.#gathering = true;
    setTimeout(() => {
      this.#gathering = false;
      this.#pump();
    }, GATHER_MS);
  }

  #onFrame(frame: RelayFrame): void {
    const { made, link } = this.#room;
    switch (frame.type) {
      case 'challenge': {
        const signature = sign(helloSignedBytes(frame.challenge, new URL(this.#url).host), this.#signing);
        return this.#send({ type: 'hello', version: PROTOCOL_VERSION, device: this.#device, signature });
      }
      case 'welcome': {
        const { room, record, wraps } = made;
        if (this.#role.owns) return this.#send({ type: 'create', room, record, wraps });
        const proof = certificateProof(certify(link, room, this.#device));
        return this.#send({ type: 'open', room, mode: 'live', from: 0, proof });
      }
      case 'opened':
        this.#channel = frame.channel;
        if (this.#role.owns) return;
        return this.#role.writes ? this.#introduce() : this.#joined();
      case 'refused':
      case 'ended':
        this.#failed(new Error(`the relay refuses the load: ${frame.reason}`));
        return this.#events.onRefused(frame.reason);
      default:
        return;
    }
  }

  #introduce(): void {
    const { link, made } = this.#room;
    const certificate = decodeCertificate(certify(link, made.room, this.#device), made.room, this.#device);
    const header = this.#header('notice');
    const notice = encodeNotice({ type: 'visitor', certificate });
    this.#append(header.counter, clearRecord(header, notice, this.#signing), 0);
  }

  #send(frame: ClientFrame): void {
    this.#socket?.send(encodeClientFrame(frame));
  }
}

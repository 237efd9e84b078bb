/**
 * What a stream lets in. Yjs trusts client ids and clocks, so every update is judged here before it touches a document,
 * by the log before it and constants of the protocol alone: all replicas judge alike, whatever they have not sent yet.
 * Rules [AD1]–[AD11] in docs/protocol.md.
 *
 * Invariants of a ledger: `clocks` are exactly those of the stream's Y.Doc after the log; every client id but the
 * seed's has one owner, for good; judging changes nothing, `admit` adds what was judged.
 */
import type * as Y from 'yjs';
import { ByteReader, ByteWriter, WireError } from '../../wire/bytes.ts';
import { assertAscending, sortById } from '../../wire/device-list.ts';
import { SEED_CLIENT_ID } from '../../wire/document.ts';
import { type DeviceId, deviceId, ID_BYTES, idBytes, type RoomId } from '../../wire/ids.ts';
import {
  MAX_CHANGES_PER_UPDATE,
  MAX_CLIENTS_PER_STREAM,
  MAX_CLIENTS_PER_UPDATE,
  MAX_DOCUMENT_BYTES,
  MAX_UPDATE_BYTES,
} from '../../wire/limits.ts';
import type { Stream } from '../../wire/record.ts';
import { accept, refuse, type Verdict } from '../../wire/refusals.ts';
import { CLIENT_NONCE_BYTES, type ClaimedId, clientIdOf } from './client-ids.ts';
import { Places, type StagedPlaces } from './places.ts';
import { isSurelyPlaced, judgePlacing } from './placing.ts';
import type { UpdateBody } from './update-body.ts';
import { decodeYjsUpdate, integrate } from './yjs-update.ts';

type Owner = { readonly device: DeviceId; readonly nonce: Uint8Array };

export type Admitted = {
  readonly owners: ReadonlyMap<number, Owner>;
  readonly clocks: ReadonlyMap<number, number>;
  readonly places: StagedPlaces;
  readonly bytes: number;
};

/** The stream's document after the log so far, without unsent edits. Asked for only when an update may be hard to place. */
export type StateAfterLog = () => Y.Doc;
const nobodyHolds: StateAfterLog = () => {
  throw new Error('a ledger without a document to place updates in');
};

export class Ledger {
  readonly room: RoomId;
  readonly stream: Stream;
  readonly #owners = new Map<number, Owner>();
  readonly #clocks = new Map<number, number>();
  readonly #places = new Places();
  readonly #state: StateAfterLog;
  #bytes = 0;
  /** Sum of all clocks: no document after this log has more structs. */
  #clockSum = 0;

  constructor(room: RoomId, stream: Stream, state = nobodyHolds) {
    this.room = room;
    this.stream = stream;
    this.#state = state;
  }

  /** What the stream costs against `MAX_DOCUMENT_BYTES`. */
  get bytes(): number {
    return this.#bytes;
  }
  nextClock(client: number): number {
    return this.#clocks.get(client) ?? 0;
  }
  /** Whether these are the next clocks of all clients. */
  hasClocks(clocks: ReadonlyMap<number, number>): boolean {
    const used = [...this.#clocks].filter(([, clock]) => clock > 0);
    return used.length === clocks.size && used.every(([client, clock]) => clocks.get(client) === clock);
  }
  /** All client ids it speaks of, ascending. */
  get clients(): readonly number[] {
    return [...new Set([...this.#clocks.keys(), ...this.#owners.keys()])].sort((a, b) => a - b);
  }
  ownerOf(client: number): DeviceId | undefined {
    return this.#owners.get(client)?.device;
  }

  /** The stream's position 0: the constant update that every replica starts from and nobody sends. */
  seed(update: Uint8Array): void {
    const decoded = decodeYjsUpdate(update, MAX_CHANGES_PER_UPDATE);
    if (!decoded.ok) throw new Error('the seed is not a Yjs update');
    const places = this.#stage();
    const clocks = this.#place(decoded.value, places);
    if (!clocks.ok) throw new Error('the seed does not stand by itself');
    this.admit({ owners: new Map(), clocks: clocks.value, places, bytes: update.length });
  }

  /** `maxSteps`: less than the protocol's for one's own update, which others may get ahead of. */
  judge(sender: DeviceId, body: UpdateBody, maxSteps?: number): Verdict<Admitted> {
    if (body.update.length > MAX_UPDATE_BYTES) return refuse('too-large', `update of ${body.update.length} bytes`);
    const bytes = this.#bytes + body.update.length;
    if (bytes > MAX_DOCUMENT_BYTES) return refuse('document-full', `${bytes} bytes`);
    const owners = this.#claims(sender, body.claims);
    if (!owners.ok) return owners;
    const decoded = decodeYjsUpdate(body.update, MAX_CHANGES_PER_UPDATE);
    if (!decoded.ok) return decoded;
    // [AD2] Only under ids of the sender's device: else a member writes first under another's id and silences it.
    for (const client of decoded.value.structsByClient.keys())
      if ((owners.value.get(client) ?? this.#owners.get(client))?.device !== sender)
        return refuse('foreign-client-id', 'writes under an id that is not the sender’s');
    const places = this.#stage();
    const clocks = this.#place(decoded.value, places);
    if (!clocks.ok) return clocks;
    const nextClock = (client: number): number => this.nextClock(client);
    if (!isSurelyPlaced(decoded.value, nextClock, this.#clockSum)) {
      const placed = judgePlacing(decoded.value, nextClock, this.#state(), maxSteps);
      if (!placed.ok) return placed;
    }
    return accept({ owners: owners.value, clocks: clocks.value, places, bytes: body.update.length });
  }

  admit(admitted: Admitted): void {
    for (const [client, owner] of admitted.owners) this.#owners.set(client, owner);
    for (const [client, clock] of admitted.clocks) {
      this.#clockSum += clock - this.nextClock(client);
      this.#clocks.set(client, clock);
    }
    this.#places.join(admitted.places);
    this.#bytes += admitted.bytes;
  }

  /** A snapshot was accepted: from now on the stream costs what it weighs, and what came after the covered position. */
  weigh(bytes: number): void {
    this.#bytes = bytes;
  }

  #claims(sender: DeviceId, claims: readonly ClaimedId[]): Verdict<Map<number, Owner>> {
    if (claims.length > MAX_CLIENTS_PER_UPDATE) return refuse('too-many-clients', 'claims in one update');
    const owners = new Map<number, Owner>();
    for (const { clientId, nonce } of claims) {
      if (clientId === SEED_CLIENT_ID || clientIdOf(sender, this.room, this.stream, nonce) !== clientId)
        return refuse('foreign-client-id', 'a claim that does not fit');
      const owner = this.#owners.get(clientId);
      if (owner && owner.device !== sender) return refuse('foreign-client-id', 'the id has another owner');
      if (!owner) owners.set(clientId, { device: sender, nonce });
    }
    if (this.#owners.size + owners.size > MAX_CLIENTS_PER_STREAM) return refuse('too-many-clients', 'in this stream');
    return accept(owners);
  }

  /** [AD3]–[AD6] Every struct follows on its client's clock, finds what it refers to, and lies no deeper than allowed. */
  #place(
    update: { structsByClient: ReadonlyMap<number, readonly (Y.Item | Y.GC)[]> } & Parameters<typeof integrate>[0],
    places: StagedPlaces,
  ): Verdict<ReadonlyMap<number, number>> {
    if (update.structsByClient.size > MAX_CLIENTS_PER_UPDATE) return refuse('too-many-clients', 'in one update');
    return integrate(
      update,
      (client) => this.nextClock(client),
      (struct) => places.put(struct),
    );
  }

  #stage(): StagedPlaces {
    return this.#places.stage((client) => this.nextClock(client));
  }

  /** The same bytes for the same ledger: part of a snapshot, which others compare. The weight follows from the state. */
  encode(): Uint8Array {
    const out = new ByteWriter();
    const devices = sortById([...new Set([...this.#owners.values()].map((owner) => owner.device))], (device) => device);
    out.varUint(devices.length);
    for (const device of devices) out.raw(idBytes(device));
    const indexOf = new Map(devices.map((device, index) => [device, index]));
    const { clients } = this;
    out.varUint(clients.length);
    for (const client of clients) {
      const owner = this.#owners.get(client);
      out.varUint(client).varUint(owner ? (indexOf.get(owner.device) ?? 0) + 1 : 0);
      if (owner) out.raw(owner.nonce);
      out.varUint(this.nextClock(client));
      this.#places.writeRuns(out, client);
    }
    this.#places.writeLists(out, clients);
    return out.bytes();
  }

  /** @throws WireError `malformed` */
  static decode(bytes: Uint8Array, room: RoomId, stream: Stream, state = nobodyHolds): Ledger {
    const ledger = new Ledger(room, stream, state);
    const reader = new ByteReader(bytes);
    const devices: DeviceId[] = [];
    let before: Uint8Array | undefined;
    for (let count = reader.varUint(); count > 0; count--) {
      const device = reader.raw(ID_BYTES);
      assertAscending(before, device);
      before = device;
      devices.push(deviceId(device));
    }
    const clients = reader.varUint();
    if (clients > MAX_CLIENTS_PER_STREAM + 1) throw new WireError('malformed', 'too many client ids');
    for (let i = 0; i < clients; i++) {
      const client = reader.varUint();
      const owner = reader.varUint();
      const device = devices[owner - 1];
      if (device) ledger.#owners.set(client, { device, nonce: reader.raw(CLIENT_NONCE_BYTES).slice() });
      else if (owner !== 0) throw new WireError('malformed', 'owner of a client id');
      const clock = reader.varUint();
      ledger.#clockSum += clock - ledger.nextClock(client);
      ledger.#clocks.set(client, clock);
      ledger.#places.readRuns(reader, client);
    }
    ledger.#places.readLists(reader, ledger.clients);
    reader.end();
    ledger.#checkOwners();
    return ledger;
  }

  /** A snapshot's maker cannot hand somebody's id to somebody else: ids follow from device and nonce. */
  #checkOwners(): void {
    for (const [client, { device, nonce }] of this.#owners)
      if (clientIdOf(device, this.room, this.stream, nonce) !== client)
        throw new WireError('malformed', 'a client id that does not fit its owner');
  }
}

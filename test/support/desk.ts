import { expect } from 'vitest';
import * as Y from 'yjs';
import { makeRoom } from '../../src/engine/epochs/first-epoch.ts';
import { makeIdentity } from '../../src/engine/epochs/identity.ts';
import { visitorIntroduction } from '../../src/engine/epochs/standing.ts';
import { clientIdOf } from '../../src/engine/rooms/client-ids.ts';
import { compactState } from '../../src/engine/rooms/compact-state.ts';
import { Counters } from '../../src/engine/rooms/counters.ts';
import { HeldLog } from '../../src/engine/rooms/held-log.ts';
import { type Flight, Outbox, type Writer } from '../../src/engine/rooms/outbox.ts';
import { docOf, replay, snapshotOf } from '../../src/engine/rooms/replay.ts';
import { encodeSnapshotBody } from '../../src/engine/rooms/snapshot-body.ts';
import { RecordKeys } from '../../src/engine/seal/record-seal.ts';
import { nodeRandom } from '../../src/platform/node/random.ts';
import { CONTENT } from '../../src/wire/record.ts';
import { emptyLog } from './fuzz/hostile-log.ts';

const NO_WRAP = new Uint8Array();

/** One device with its log and its outbox, as a room has them; the relay takes what it sends. */
export class Desk {
  readonly #made;
  readonly #identity = makeIdentity(nodeRandom, 0);
  readonly #writer: Writer;
  readonly #nonces = [1, 2, 3].map((fill) => new Uint8Array(16).fill(fill));
  readonly clients: readonly number[];
  held: HeldLog;
  outbox: Outbox;
  /** As the vault keeps it. */
  vaultMine: Uint8Array[] = [];
  records = 0;

  constructor() {
    this.#made = makeRoom(this.#identity, nodeRandom, 0);
    const { room, record, counter } = this.#made;
    this.clients = this.#nonces.map((nonce) => clientIdOf(this.#identity.device, room, CONTENT, nonce));
    this.held = new HeldLog(this.#options(), emptyLog);
    this.held.read({ seq: 1, record, wrap: NO_WRAP }, false);
    const counters = new Counters(counter + 1, () => 0);
    this.#writer = {
      room,
      identity: this.#identity,
      keys: new RecordKeys(),
      random: nodeRandom,
      counters,
      certificate: NO_WRAP,
      introduction: (access) => visitorIntroduction(access, NO_WRAP, this.#identity.device),
      nonceOf: (id) => this.#nonces[this.clients.indexOf(id)],
    };
    this.outbox = new Outbox(this.#writer, []);
  }

  #options() {
    return { room: this.#made.room, keys: new RecordKeys(), unwrap: () => this.#made.key };
  }

  /** An edit of a tab, in one transaction. */
  edit(change: (doc: Y.Doc) => void, client = this.clients[0] ?? 0): void {
    const tab = new Y.Doc();
    Y.applyUpdate(tab, Y.encodeStateAsUpdate(this.held.doc));
    tab.clientID = client;
    tab.once('update', (update: Uint8Array) => this.add(update));
    tab.transact(() => change(tab));
  }
  add(update: Uint8Array): void {
    Y.applyUpdate(this.held.doc, update, 'tab');
    this.outbox.add(update);
    this.vaultMine.push(update);
  }

  next(): Flight | null {
    this.#writer.counters.confirm(0);
    const flight = this.outbox.next(this.held.reader);
    if (!flight.ok) throw new Error(`${flight.reason}: ${flight.detail}`);
    return flight.value;
  }
  /** The relay gives it a position, and acknowledges it unless the connection breaks. */
  take(flight: Flight, isAcknowledged = true): void {
    const entry = { seq: this.held.reader.position.seq + 1, record: flight.record, wrap: NO_WRAP };
    const { reading } = this.held.read(entry, true);
    expect(reading).toMatchObject({ type: 'update' });
    this.records++;
    if (!isAcknowledged) this.outbox.ground();
    const dropped = isAcknowledged ? this.outbox.land(flight.hash) : this.outbox.dropKnown(this.held.reader);
    this.vaultMine.splice(0, dropped ?? 0);
  }
  sendAll(): void {
    for (let flight = this.next(); flight; flight = this.next()) this.take(flight);
  }
  /** From what the vault keeps. */
  restart(): void {
    this.held = new HeldLog(this.#options(), { ...emptyLog, ...this.held.kept });
    for (const update of this.vaultMine) Y.applyUpdate(this.held.doc, update, 'vault');
    this.outbox = new Outbox(this.#writer, this.vaultMine);
  }
  /** What others make of the log. */
  get others(): Y.Doc {
    const replica = replay(this.#options(), this.held.kept, false);
    if (!replica.ok) throw new Error(replica.reason);
    return docOf(replica.value, CONTENT);
  }
  snapshot(cover: number): ReturnType<typeof snapshotOf> {
    return snapshotOf(this.#options(), this.held.kept, CONTENT, cover);
  }
  /** What a newcomer says to a snapshot of this state, that the maker did not check. */
  startAtForgedSnapshot(state = Y.encodeStateAsUpdate(this.others)): ReturnType<HeldLog['startFrom']> {
    this.#writer.counters.confirm(0);
    const { reader, kept } = this.held;
    const ledger = reader.ledger(CONTENT);
    const plain = encodeSnapshotBody({
      counters: reader.counters,
      controlChain: reader.controlChain,
      coveredBefore: 0,
      ledger: ledger.encode(),
      state: compactState(state, ledger.clients),
    });
    const flight = this.outbox.seal(reader, 'snapshot', CONTENT, plain, reader.position);
    const snapshot = { seq: reader.position.seq + 1, record: flight?.record ?? NO_WRAP, wrap: NO_WRAP };
    return new HeldLog(this.#options(), emptyLog).startFrom({ controls: kept.controls, snapshot });
  }
  get title(): string {
    return this.others.getText('title').toString();
  }
}

/** An edit that writes at the beginning. */
export const write = (text: string) => (doc: Y.Doc) => doc.getText('title').insert(0, text);

/**
 * A room's log as hostile members write it: every record is signed by a device that may append, most are sealed under the
 * room's key, and what is inside is anything between an honest edit and noise.
 */
import * as Y from 'yjs';
import { makeRoom, type NewDocument } from '../../../src/engine/epochs/first-epoch.ts';
import { type Identity, makeIdentity } from '../../../src/engine/epochs/identity.ts';
import { certify, linkKeys } from '../../../src/engine/epochs/link-keys.ts';
import { type ClaimedId, clientIdOf } from '../../../src/engine/rooms/client-ids.ts';
import { HeldLog } from '../../../src/engine/rooms/held-log.ts';
import type { LogEntry, ReaderOptions, Reading } from '../../../src/engine/rooms/log-reader.ts';
import { snapshotOf } from '../../../src/engine/rooms/replay.ts';
import { encodeUpdateBody } from '../../../src/engine/rooms/update-body.ts';
import { clearRecord, RecordKeys, sealRecord } from '../../../src/engine/seal/record-seal.ts';
import { decodeCertificate, encodeCertificate } from '../../../src/wire/certificate.ts';
import { type DeviceId, type Position, ZERO_HASH } from '../../../src/wire/ids.ts';
import { encodeNotice } from '../../../src/wire/notice.ts';
import { CONTENT, type Header, NO_STREAM } from '../../../src/wire/record.ts';
import type { FuzzRandom } from './fuzz-random.ts';
import { mutate } from './mutate.ts';
import { notice } from './wire-values.ts';
import { editedUpdate, handMadeUpdate } from './yjs-updates.ts';

const EMPTY: Uint8Array = new Uint8Array();

type Writer = { readonly identity: Identity; readonly claims: readonly ClaimedId[]; counter: number };

export const emptyLog = { controls: [], thinned: [], snapshot: null, snapshotChecked: false, log: [] };

export class HostileLog {
  readonly entries: LogEntry[] = [];
  /** An honest reader of what there is so far: later records are made on top of it. */
  readonly reader: HeldLog;
  readonly readings: Reading[] = [];
  readonly options: ReaderOptions;
  readonly #random: FuzzRandom;
  readonly #room: NewDocument;
  readonly #writers: readonly Writer[];
  readonly #keys = new RecordKeys();
  readonly #updates: Uint8Array[] = [];

  constructor(random: FuzzRandom) {
    this.#random = random;
    const owner = makeIdentity(random, 0);
    const visitor = makeIdentity(random, 0);
    this.#room = makeRoom(owner, random, 0);
    const { room, key, editSecret } = this.#room;
    this.options = { room, keys: this.#keys, unwrap: (access) => (access.epoch === key.epoch ? key : undefined) };
    this.reader = new HeldLog(this.options, emptyLog);
    this.#writers = [owner, visitor].map((identity) => ({
      identity,
      claims: [1, 2].map((fill) => this.#claim(identity, fill)),
      counter: 1,
    }));
    this.#append(this.#room.record);
    const certificate = certify(linkKeys(editSecret), room, visitor.device);
    const introduced = { type: 'visitor' as const, certificate: decodeCertificate(certificate, room, visitor.device) };
    this.#append(
      clearRecord(this.#honestHeader(this.#writers[1] as Writer, 'notice'), encodeNotice(introduced), visitor.signing),
    );
  }

  /** An id of the visitor's that no record names: for edits that one reader has and nobody else. */
  get unsentClaim(): ClaimedId {
    return this.#claim((this.#writers[1] as Writer).identity, 9);
  }

  grow(): void {
    const writer = this.#random.pick(this.#writers);
    switch (this.#random.below(9)) {
      case 0:
      case 1:
      case 2:
        return this.#appendUpdate(writer, this.#honestUpdate(writer));
      case 3:
      case 4:
        return this.#appendUpdate(
          writer,
          mutate(this.#honestUpdate(writer), this.#random, () => this.#earlier()),
        );
      case 5:
        return this.#appendUpdate(writer, this.#handMade(writer));
      case 6:
        return this.#appendSnapshot(writer);
      case 7:
        return this.#appendNotice(writer);
      default:
        return this.#append(mutate(this.#random.pick(this.entries).record, this.#random, () => this.#earlier()));
    }
  }

  /** As members do who follow the rules, each without having seen the last edits of the other. */
  growHonestly(): void {
    const writer = this.#random.pick(this.#writers);
    if (!this.#random.once(8)) return this.#sealHonestly(writer, this.#honestUpdate(writer), writer.claims);
    const { seq } = this.reader.reader.position;
    const made = snapshotOf(this.options, this.reader.kept, CONTENT, seq);
    if (made.ok) this.#sealHonest(writer, 'snapshot', made.value.plain, made.value.cover);
  }

  /** Appends an honest update, as its owner sends what the others lack. */
  appendUnsent(update: Uint8Array): void {
    const writer = this.#writers[1] as Writer;
    this.#sealHonestly(writer, update, [this.unsentClaim]);
  }

  #sealHonestly(writer: Writer, update: Uint8Array, claims: readonly ClaimedId[]): void {
    this.#sealHonest(writer, 'update', encodeUpdateBody({ claims, update }), null);
  }

  #sealHonest(writer: Writer, kind: 'update' | 'snapshot', plain: Uint8Array, cover: Position | null): void {
    const header = this.#honestHeader(writer, kind, cover);
    this.#append(sealRecord(this.#keys, this.#room.key, header, plain, writer.identity.signing, this.#random));
  }

  /** What a relay could slip in: a device introduces itself by a certificate that the link never gave. */
  appendForgedVisitor(): DeviceId {
    const stranger = { identity: makeIdentity(this.#random, 0), claims: [], counter: 0 };
    const [link] = this.reader.reader.access?.core.links ?? [];
    if (!link) throw new Error('the room has links');
    const bytes = encodeCertificate(link.principal, this.#random.bytes(64));
    const certificate = decodeCertificate(bytes, this.#room.room, stranger.identity.device);
    const body = encodeNotice({ type: 'visitor', certificate });
    this.#append(clearRecord(this.#honestHeader(stranger, 'notice'), body, stranger.identity.signing));
    return stranger.identity.device;
  }

  #claim(identity: Identity, fill: number): ClaimedId {
    const nonce = new Uint8Array(16).fill(fill);
    return { clientId: clientIdOf(identity.device, this.#room.room, CONTENT, nonce), nonce };
  }

  #earlier(): Uint8Array {
    return this.#updates.length > 0 ? this.#random.pick(this.#updates) : EMPTY;
  }

  #honestUpdate(writer: Writer): Uint8Array {
    const { clientId } = this.#random.pick(writer.claims);
    const state = Y.encodeStateAsUpdate(this.reader.doc);
    const update = editedUpdate(state, clientId, this.#random, this.#random.between(1, 4));
    this.#updates.push(update);
    return update;
  }

  #handMade(writer: Writer): Uint8Array {
    const ledger = this.reader.reader.ledger(CONTENT);
    const place = ({ clientId }: ClaimedId) => [clientId, ledger.nextClock(clientId)] as const;
    const others = this.#writers.flatMap(({ claims }) => claims.map(place));
    return handMadeUpdate(
      { own: writer.claims.map(place), others: [...others, [1, ledger.nextClock(1)]] },
      this.#random,
    );
  }

  #appendUpdate(writer: Writer, update: Uint8Array): void {
    const plain = encodeUpdateBody({ claims: writer.claims, update });
    this.#seal(writer, 'update', this.#random.once(10) ? mutate(plain, this.#random, () => this.#earlier()) : plain);
  }

  #appendSnapshot(writer: Writer): void {
    const { seq } = this.reader.reader.position;
    const made = snapshotOf(this.options, this.reader.kept, CONTENT, this.#random.between(Math.max(1, seq - 3), seq));
    if (!made.ok) throw new Error(`no snapshot can be made: ${made.reason}`);
    const { plain, cover } = made.value;
    const damaged = this.#random.once(2) ? plain : mutate(plain, this.#random, () => this.#earlier());
    this.#seal(writer, 'snapshot', damaged, cover);
  }

  #appendNotice(writer: Writer): void {
    const body = this.#random.once(2) ? notice(this.#random) : mutate(notice(this.#random), this.#random, () => EMPTY);
    // Nobody leaves: the log is to go on.
    if (body[0] === 2) body[0] = 3;
    this.#append(clearRecord(this.#header(writer, 'notice'), body, writer.identity.signing));
  }

  #seal(writer: Writer, kind: 'update' | 'snapshot', plain: Uint8Array, cover: Position | null = null): void {
    const header = this.#header(writer, kind, cover);
    this.#append(sealRecord(this.#keys, this.#room.key, header, plain, writer.identity.signing, this.#random));
  }

  #honestHeader(writer: Writer, kind: Header['kind'], cover: Position | null = null): Header {
    return {
      kind,
      stream: kind === 'notice' ? NO_STREAM : CONTENT,
      room: this.#room.room,
      epoch: 1,
      sender: writer.identity.device,
      counter: ++writer.counter,
      head: this.reader.reader.position,
      units: 0,
      cover,
    };
  }

  #header(writer: Writer, kind: Header['kind'], cover: Position | null = null): Header {
    const honest = this.#honestHeader(writer, kind, cover);
    const { position } = this.reader.reader;
    if (!this.#random.once(20)) return honest;
    return this.#random.pick([
      { ...honest, counter: 1 },
      { ...honest, epoch: 2 },
      { ...honest, head: { seq: position.seq + 5, hash: ZERO_HASH } },
      { ...honest, head: { seq: position.seq, hash: ZERO_HASH } },
      { ...honest, stream: kind === 'notice' ? NO_STREAM : { class: 'comments' as const, segment: 0 } },
    ]);
  }

  #append(record: Uint8Array): void {
    const entry = { seq: this.entries.length + 1, record, wrap: EMPTY };
    this.entries.push(entry);
    this.readings.push(readInto(this.reader, entry));
  }
}

/** What a room does with a record: read it, and apply what it lets in. */
export function readInto(held: HeldLog, entry: LogEntry): Reading {
  const { reading } = held.read(entry, false);
  if (reading.type === 'update' && reading.stream.class === 'content' && !held.apply(reading)) {
    const rebuilt = held.rebuild();
    if (!rebuilt.ok) throw new Error(`cannot be rebuilt: ${rebuilt.reason}`);
  }
  return reading;
}

/**
 * What this device has written and the relay has not acknowledged, and the one record of it that is on its way.
 *
 * Invariants: `mine` is in the order of the edits; a record carries a prefix of it, or the first part of an item that is more than
 * a record may hold; at most one record is in flight, so what is typed meanwhile joins the next; an item leaves only when
 * all of it is in the log, or for good. The vault keeps such an item whole until then: what the log has of it shows in the
 * clocks.
 */
import * as Y from 'yjs';
import { type Access, contentOf } from '../../wire/access.ts';
import { recordHash } from '../../wire/chain.ts';
import type { Hash, RoomId } from '../../wire/ids.ts';
import { MAX_CHANGES_PER_UPDATE, MAX_DOCUMENT_BYTES, MAX_PLACING_STEPS, MAX_UPDATE_BYTES } from '../../wire/limits.ts';
import { encodeNotice, type Notice } from '../../wire/notice.ts';
import { type Header, type Kind, NO_STREAM, type Stream } from '../../wire/record.ts';
import { accept, refuse, type Verdict } from '../../wire/refusals.ts';
import type { SealedEpoch } from '../epochs/epoch-record.ts';
import type { Identity } from '../epochs/identity.ts';
import type { Random } from '../ports.ts';
import { clearRecord, type RecordKeys, sealRecord } from '../seal/record-seal.ts';
import { blake2b } from '../seal/sodium.ts';
import type { ClaimedId } from './client-ids.ts';
import type { Counters } from './counters.ts';
import type { LogReader } from './log-reader.ts';
import { mergeInGroups, prefixWithin } from './merge.ts';
import { firstPart, isDivisible } from './split-update.ts';
import { encodeUpdateBody, type UpdateBody } from './update-body.ts';
import { decodeYjsUpdate } from './yjs-update.ts';

export type Flight = {
  readonly kind: Kind;
  /** Items of `mine` that are in the log when the record is. */
  readonly count: number;
  /** The record holds only a part of the next item: what is left of it then. */
  readonly rest: Uint8Array | null;
  readonly counter: number;
  readonly record: Uint8Array;
  /** Of an epoch record. */
  readonly wraps: readonly Uint8Array[];
  readonly hash: Hash;
};

/** What comes into the log first may add to the steps that one's own record takes [AD11]. */
const OWN_PLACING_STEPS = MAX_PLACING_STEPS / 2;

const NO_EDITS = { count: 0, rest: null };

export type Writer = {
  readonly room: RoomId;
  readonly identity: Identity;
  readonly keys: RecordKeys;
  readonly random: Random;
  readonly counters: Counters;
  /** A visitor's; empty for members. */
  readonly certificate: Uint8Array;
  /** What this device shows before its first record, in a room whose log does not know it. Refused: it has nothing to show. */
  readonly introduction: (access: Access) => Verdict<Notice>;
  /** Ids issued to this device's tabs. */
  readonly nonceOf: (clientId: number) => Uint8Array | undefined;
};

/** What the next update record holds. */
type Load = { readonly body: UpdateBody; readonly count: number; readonly rest: Uint8Array | null };

export class Outbox {
  readonly #writer: Writer;
  #mine: Uint8Array[];
  #flight: Flight | null = null;
  /** Items, and changes of one item, to try at once: twice as many as went last. */
  #maxItems = Infinity;
  #maxChanges = Infinity;

  constructor(writer: Writer, mine: readonly Uint8Array[]) {
    this.#writer = writer;
    this.#mine = [...mine];
  }

  get mine(): readonly Uint8Array[] {
    return this.#mine;
  }
  /** Changes that are not at the relay. */
  get waiting(): number {
    return this.#mine.length;
  }
  get flight(): Flight | null {
    return this.#flight;
  }

  add(update: Uint8Array): void {
    this.#mine.push(update);
  }
  /** The record was refused for now, or the connection is gone: what is not in the log will be sealed anew. */
  ground(): void {
    this.#flight = null;
  }
  /** If the record is the one in flight, its items leave. Returns how many, or null. */
  land(hash: Hash): number | null {
    if (this.#flight?.hash !== hash) return null;
    const { count, rest } = this.#flight;
    this.#flight = null;
    this.#mine.splice(0, count);
    if (rest) this.#mine[0] = rest;
    return count;
  }
  /** Others came first, so that the record in flight does not count [AD11]: its edits stay, and less goes next time. */
  shrink(hash: Hash): void {
    if (this.#flight?.hash !== hash) return;
    this.#maxItems = Math.max(1, this.#flight.count >>> 1);
    this.#maxChanges = Math.max(1, Math.min(this.#maxChanges, MAX_CHANGES_PER_UPDATE) >>> 2);
    this.#flight = null;
  }
  /** Gives up everything that was not acknowledged. */
  clear(): number {
    const count = this.#mine.length;
    this.#mine = [];
    this.#flight = null;
    return count;
  }

  /**
   * A record of this device was found in the log whose acknowledgement never came. Drops the items that it held: all up
   * to the last one whose structs the log knows. A pure deletion behind that is sent again, which changes nothing, and so
   * are the deletions of an item of which the log knows a part.
   */
  dropKnown(reader: LogReader): number {
    let count = 0;
    for (const [index, update] of this.#mine.entries()) {
      const decoded = decodeYjsUpdate(update, Infinity);
      if (!decoded.ok || decoded.value.structCount === 0) continue;
      const ledger = reader.ledger(contentOf(reader.access));
      const known = [...decoded.value.structsByClient].every(([client, structs]) => {
        const last = structs.at(-1);
        return last && last.id.clock + last.length <= ledger.nextClock(client);
      });
      if (!known) break;
      count = index + 1;
    }
    this.#mine.splice(0, count);
    return count;
  }

  /** The next record, or null if there is nothing to send or it cannot be sent yet. Refused: it never will be. */
  next(reader: LogReader): Verdict<Flight | null> {
    const { access, epochKey } = reader;
    if (this.#flight || this.#mine.length === 0 || !access || !epochKey || access.rightsChanging) return accept(null);
    if (!this.isKnown(access)) return this.introduce(reader, access);
    const load = this.#load(reader);
    if (!load.ok) return load;
    const { body, count, rest } = load.value;
    return accept(this.#seal(reader, 'update', contentOf(access), encodeUpdateBody(body), { count, rest }));
  }

  /** As many items as one record may hold, or as much of the first as it may. */
  #load(reader: LogReader): Verdict<Load> {
    for (let count = Math.min(prefixWithin(this.#mine, MAX_UPDATE_BYTES), this.#maxItems); ; count >>>= 1) {
      const body = this.#judged(mergeInGroups(this.#mine.slice(0, count)), reader);
      if (body.ok) {
        this.#maxItems = 2 * count;
        return accept({ body: body.value, count, rest: null });
      }
      if (body.reason === 'clock-gap' && this.#cutKnown(reader)) return this.#load(reader);
      if (!isDivisible(body.reason)) return body;
      if (count === 1) return this.#loadPart(reader);
    }
  }

  #loadPart(reader: LogReader): Verdict<Load> {
    const update = this.#mine[0] as Uint8Array;
    const ledger = reader.ledger(contentOf(reader.access));
    const bytes = ledger.bytes + update.length;
    // Not some of it, if there is no room for all.
    if (bytes > MAX_DOCUMENT_BYTES) return refuse('document-full', `${bytes} bytes`);
    const cutOff = (maxSteps: number) =>
      firstPart(
        update,
        (client) => ledger.nextClock(client),
        this.#maxChanges,
        (part) => this.#judged(part, reader, maxSteps),
      );
    let first = cutOff(OWN_PLACING_STEPS);
    // One struct that takes nearly all steps that there are.
    if (!first.ok && first.reason === 'too-entangled') first = cutOff(MAX_PLACING_STEPS);
    if (!first.ok) return first.reason === 'clock-gap' && this.#cutKnown(reader) ? this.#load(reader) : first;
    const { part, rest, changes } = first.value;
    this.#maxChanges = 2 * changes;
    return accept({ body: part, count: rest ? 0 : 1, rest });
  }

  /** Not more than the peers let in: they judge alike. */
  #judged(update: Uint8Array, reader: LogReader, maxSteps = OWN_PLACING_STEPS): Verdict<UpdateBody> {
    const body = { claims: this.#claimsOf(update, reader), update };
    const judged = reader.ledger(contentOf(reader.access)).judge(this.#writer.identity.device, body, maxSteps);
    return judged.ok ? accept(body) : judged;
  }

  /** Parts of the first item went before a restart, or before a connection broke. False: the log knows nothing of it. */
  #cutKnown(reader: LogReader): boolean {
    const update = this.#mine[0] as Uint8Array;
    const ledger = reader.ledger(contentOf(reader.access));
    const clients = [...Y.parseUpdateMeta(update).from.keys()];
    const known = new Map(clients.map((client) => [client, ledger.nextClock(client)]));
    const rest = Y.diffUpdate(update, Y.encodeStateVector(known));
    if (rest.length >= update.length) return false;
    this.#mine[0] = rest;
    return true;
  }

  /** An epoch record that `make` makes under the next counter. Null if it cannot be sent now. */
  epoch(make: (counter: number) => SealedEpoch): Flight | null {
    const counter = this.#flight ? undefined : this.#writer.counters.take();
    if (counter === undefined) return null;
    const { record, wraps } = make(counter);
    this.#flight = { kind: 'epoch', ...NO_EDITS, counter, record, wraps, hash: recordHash(blake2b, record) };
    return this.#flight;
  }

  /** A notice, or first the device's introduction. */
  say(reader: LogReader, notice: Notice): Verdict<Flight | null> {
    const { access } = reader;
    if (!access) return accept(null);
    return this.isKnown(access) ? accept(this.notice(reader, notice)) : this.introduce(reader, access);
  }

  /** The log knows this device: its records count. */
  isKnown(access: Access | null): boolean {
    return access?.principalOfDevice.has(this.#writer.identity.device) ?? false;
  }

  /** A record beside the edits: a snapshot, an objection. Null if it cannot be sent now. */
  seal(reader: LogReader, kind: 'snapshot', stream: Stream, plain: Uint8Array, cover: Header['cover']): Flight | null {
    return this.#flight ? null : this.#seal(reader, kind, stream, plain, NO_EDITS, cover);
  }
  notice(reader: LogReader, notice: Notice): Flight | null {
    const header = this.#flight ? undefined : this.#header(reader, 'notice', NO_STREAM, null);
    if (!header) return null;
    return this.#take(
      'notice',
      header.counter,
      clearRecord(header, encodeNotice(notice), this.#writer.identity.signing),
    );
  }

  /** What a log has to know of this device before anything else of it counts [NO2], [NO4]. */
  introduce(reader: LogReader, access: Access): Verdict<Flight | null> {
    const notice = this.#writer.introduction(access);
    return notice.ok ? accept(this.notice(reader, notice.value)) : notice;
  }

  #claimsOf(update: Uint8Array, reader: LogReader): ClaimedId[] {
    const ledger = reader.ledger(contentOf(reader.access));
    const { from } = Y.parseUpdateMeta(update);
    return [...from.keys()]
      .filter((clientId) => ledger.ownerOf(clientId) === undefined)
      .flatMap((clientId) => {
        const nonce = this.#writer.nonceOf(clientId);
        return nonce ? [{ clientId, nonce }] : [];
      });
  }

  #seal(
    reader: LogReader,
    kind: 'update' | 'snapshot',
    stream: Stream,
    plain: Uint8Array,
    holds: Pick<Flight, 'count' | 'rest'>,
    cover: Header['cover'] = null,
  ): Flight | null {
    const { epochKey } = reader;
    const header = this.#header(reader, kind, stream, cover);
    if (!header || !epochKey) return null;
    const { keys, identity, random } = this.#writer;
    return this.#take(kind, header.counter, sealRecord(keys, epochKey, header, plain, identity.signing, random), holds);
  }

  #header(reader: LogReader, kind: Kind, stream: Stream, cover: Header['cover']): Header | undefined {
    const counter = this.#writer.counters.take();
    if (counter === undefined || !reader.access) return undefined;
    return {
      kind,
      stream,
      room: this.#writer.room,
      epoch: reader.access.epoch,
      sender: this.#writer.identity.device,
      counter,
      head: reader.position,
      units: 0,
      cover,
    };
  }

  #take(kind: Kind, counter: number, record: Uint8Array, holds: Pick<Flight, 'count' | 'rest'> = NO_EDITS): Flight {
    this.#flight = { kind, ...holds, counter, record, wraps: [], hash: recordHash(blake2b, record) };
    return this.#flight;
  }
}

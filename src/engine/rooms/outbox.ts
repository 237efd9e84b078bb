/**
 * What this device has written and the relay has not acknowledged, and the one record of it that is on its way.
 *
 * Invariants: `mine` is in the order of the edits; a record carries a prefix of it; at most one record is in flight, so
 * what is typed meanwhile joins the next; an item leaves only when a record that holds it is in the log, or for good.
 */
import * as Y from 'yjs';
import type { Access } from '../../wire/access.ts';
import { decodeCertificate } from '../../wire/certificate.ts';
import { recordHash } from '../../wire/chain.ts';
import { type Hash, idBytes, principalId, type RoomId } from '../../wire/ids.ts';
import { MAX_UPDATE_BYTES } from '../../wire/limits.ts';
import { encodeNotice, type Notice } from '../../wire/notice.ts';
import { CONTENT, type Header, type Kind, NO_STREAM, type Stream } from '../../wire/record.ts';
import { accept, refuse, type Verdict } from '../../wire/refusals.ts';
import type { Identity } from '../epochs/identity.ts';
import type { Random } from '../ports.ts';
import { clearRecord, type RecordKeys, sealRecord } from '../seal/record-seal.ts';
import { blake2b } from '../seal/sodium.ts';
import type { ClaimedId } from './client-ids.ts';
import type { Counters } from './counters.ts';
import type { LogReader } from './log-reader.ts';
import { mergeInGroups, prefixWithin } from './merge.ts';
import { encodeUpdateBody } from './update-body.ts';
import { decodeYjsUpdate } from './yjs-update.ts';

export type Flight = {
  readonly kind: Kind;
  /** Items of `mine` that the record holds. */
  readonly count: number;
  readonly counter: number;
  readonly record: Uint8Array;
  readonly hash: Hash;
};

export type Writer = {
  readonly room: RoomId;
  readonly identity: Identity;
  readonly keys: RecordKeys;
  readonly random: Random;
  readonly counters: Counters;
  /** A visitor's certificate; empty for members. */
  readonly certificate: Uint8Array;
  /** Ids issued to this device's tabs. */
  readonly nonceOf: (clientId: number) => Uint8Array | undefined;
};

export class Outbox {
  readonly #writer: Writer;
  #mine: Uint8Array[];
  #flight: Flight | null = null;

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
    const { count } = this.#flight;
    this.#flight = null;
    this.#mine.splice(0, count);
    return count;
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
   * to the last one whose structs the log knows. A pure deletion behind that is sent again, which changes nothing.
   */
  dropKnown(reader: LogReader): number {
    let count = 0;
    for (const [index, update] of this.#mine.entries()) {
      const decoded = decodeYjsUpdate(update);
      if (!decoded.ok || decoded.value.structCount === 0) continue;
      const ledger = reader.ledger(CONTENT);
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
    if (!this.isKnown(access)) return this.#introduce(reader, access);
    const count = prefixWithin(this.#mine, MAX_UPDATE_BYTES);
    const update = mergeInGroups(this.#mine.slice(0, count));
    const claims = this.#claimsOf(update, reader);
    const body = { claims, update };
    const judged = reader.ledger(CONTENT).judge(this.#writer.identity.device, body);
    if (!judged.ok) return judged;
    return accept(this.#seal(reader, 'update', CONTENT, encodeUpdateBody(body), count));
  }

  /** What an objection needs: the objection, or first the device's introduction. */
  object(reader: LogReader, objection: Notice): Verdict<Flight | null> {
    const { access } = reader;
    if (!access) return accept(null);
    return this.isKnown(access) ? accept(this.notice(reader, objection)) : this.#introduce(reader, access);
  }

  /** The log knows this device: its records count. */
  isKnown(access: Access | null): boolean {
    return access?.principalOfDevice.has(this.#writer.identity.device) ?? false;
  }

  /** A record beside the edits: a snapshot, an objection. Null if it cannot be sent now. */
  seal(reader: LogReader, kind: 'snapshot', stream: Stream, plain: Uint8Array, cover: Header['cover']): Flight | null {
    return this.#flight ? null : this.#seal(reader, kind, stream, plain, 0, cover);
  }
  notice(reader: LogReader, notice: Notice): Flight | null {
    const header = this.#flight ? undefined : this.#header(reader, 'notice', NO_STREAM, null);
    if (!header) return null;
    return this.#take(
      'notice',
      header.counter,
      clearRecord(header, encodeNotice(notice), this.#writer.identity.signing),
      0,
    );
  }

  /** [NO4] A visitor's device shows its certificate before its first record. */
  #introduce(reader: LogReader, access: Access): Verdict<Flight | null> {
    const { certificate, room, identity } = this.#writer;
    if (certificate.length === 0) return refuse('unknown-device');
    const decoded = decodeCertificate(certificate, room, identity.device);
    if (!access.members.has(principalId(idBytes(decoded.link)))) return refuse('unknown-device');
    return accept(this.notice(reader, { type: 'visitor', certificate: decoded }));
  }

  #claimsOf(update: Uint8Array, reader: LogReader): ClaimedId[] {
    const ledger = reader.ledger(CONTENT);
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
    count: number,
    cover: Header['cover'] = null,
  ): Flight | null {
    const { epochKey } = reader;
    const header = this.#header(reader, kind, stream, cover);
    if (!header || !epochKey) return null;
    const { keys, identity, random } = this.#writer;
    return this.#take(kind, header.counter, sealRecord(keys, epochKey, header, plain, identity.signing, random), count);
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

  #take(kind: Kind, counter: number, record: Uint8Array, count: number): Flight {
    this.#flight = { kind, count, counter, record, hash: recordHash(blake2b, record) };
    return this.#flight;
  }
}

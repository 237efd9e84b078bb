/**
 * The rooms in memory. Nothing is loaded before somebody asks; idle rooms are dropped, least recently used first.
 *
 * Invariants: a room is in memory once; one that has readers, requests or records on their way stays; a spent one is
 * never handed out.
 */
import type { Access } from '../../src/wire/access.ts';
import { accessAfter } from '../../src/wire/access-after.ts';
import type { Blake2b256 } from '../../src/wire/chain.ts';
import { afterHiddenRenewal } from '../../src/wire/epoch-access.ts';
import { hashId, type Position, type RoomId } from '../../src/wire/ids.ts';
import { parseRecord } from '../../src/wire/parsed-record.ts';
import { decodeRecord } from '../../src/wire/record.ts';
import type { Verdict } from '../../src/wire/refusals.ts';
import type { ControlMark } from '../log/room-logs.ts';
import { Room, type RoomHost, type RoomState } from './room.ts';

/** Control records that are read at a time. */
const CONTROLS_PER_READ = 64;
/** Rooms looked at, for each that is loaded, for one that can be dropped. */
const LOOKS_PER_LOAD = 4;

export class Rooms {
  readonly #hash: Blake2b256;
  readonly #host: RoomHost;
  readonly #maxRooms: number;
  /** In the order of their last use. */
  readonly #byId = new Map<RoomId, Room>();
  readonly #byChannel = new Map<number, Room>();
  readonly #loading = new Map<RoomId, Promise<Room | undefined>>();
  #nextChannel = 1;

  constructor(hash: Blake2b256, host: RoomHost, maxRooms: number) {
    this.#hash = hash;
    this.#host = host;
    this.#maxRooms = maxRooms;
  }

  byChannel(channel: number): Room | undefined {
    return this.#byChannel.get(channel);
  }

  all(): Iterable<Room> {
    return this.#byId.values();
  }

  has(id: RoomId): boolean {
    return this.#byId.has(id);
  }

  /**
   * The room, pinned: whoever asks takes one off `pins` when done. Undefined: there is no such room on disk.
   * @throws StorageFailed
   */
  async pin(id: RoomId): Promise<Room | undefined> {
    let room = this.#byId.get(id);
    while (!room) {
      const loading = this.#loading.get(id) ?? this.#load(id);
      this.#loading.set(id, loading);
      if (!(await loading)) return undefined;
      // It may have been dropped or spent since.
      room = this.#byId.get(id);
    }
    room.pins++;
    this.#byId.delete(id);
    this.#byId.set(id, room);
    return room;
  }

  /** A room that is being made, or that was just read. */
  add(id: RoomId, state: RoomState): Room {
    if (this.#byId.has(id)) throw new Error('a room is in memory once');
    const room = new Room(id, this.#nextChannel++, state, this.#host);
    this.#byId.set(id, room);
    this.#byChannel.set(room.channel, room);
    room.pins++;
    this.#dropIdle();
    room.pins--;
    return room;
  }

  /** [LI4] */
  endExpired(now: number): void {
    for (const room of this.#byId.values()) room.endExpired(now);
  }

  remove(room: Room): void {
    if (this.#byId.get(room.id) !== room) return;
    this.#byId.delete(room.id);
    this.#byChannel.delete(room.channel);
  }

  /**
   * After the store has reopened: forgets what nobody uses and compares the rest with the disk. Rooms whose appends
   * failed are spent already.
   */
  async reread(): Promise<void> {
    for (const room of [...this.#byId.values()]) {
      if (room.idle) {
        this.remove(room);
        continue;
      }
      const before = room.committed;
      const onDisk = await this.#host.logs.head(room.id);
      const quiet = !room.busy && room.committed === before;
      if (quiet && !samePlace(onDisk, before)) room.fail(new Error('the disk holds another head'));
    }
  }

  async #load(id: RoomId): Promise<Room | undefined> {
    try {
      const state = await this.#host.logs.state(id);
      if (!state) return undefined;
      const access = await this.#accessAt(id, state.head);
      return this.#byId.get(id) ?? this.add(id, { ...state, access });
    } finally {
      this.#loading.delete(id);
    }
  }

  /** Replays the control records; of plain renewals before the last epoch only the hashes count. */
  async #accessAt(id: RoomId, head: Position): Promise<Access> {
    const { logs } = this.#host;
    const lastEpoch = await logs.lastEpoch(id, head.seq);
    let access: Access | null = null;
    let from = 1;
    for (;;) {
      const marks = (await logs.controls(id, from, CONTROLS_PER_READ)).filter(({ seq }) => seq <= head.seq);
      const isThinned = ({ seq, renews }: ControlMark): boolean => renews && seq < lastEpoch;
      const [thinned, whole] = [marks.filter(isThinned), marks.filter((mark) => !isThinned(mark))];
      const hashes = await logs.recordHashes(id, thinned.map(seqOf));
      const records = await logs.records(id, whole.map(seqOf));
      for (const mark of marks) {
        const bytes = isThinned(mark) ? hashes.shift() : records.shift();
        if (!bytes) throw new Error('a control record is missing from the log');
        const next: Verdict<Access> =
          access && isThinned(mark)
            ? afterHiddenRenewal(access, mark.seq, hashId(bytes))
            : accessAfter(this.#hash, access, parseRecord(decodeRecord(bytes)), mark.seq);
        if (!next.ok) throw new Error(`the log holds a control record that does not follow: ${next.reason}`);
        access = next.value;
      }
      if (marks.length < CONTROLS_PER_READ) break;
      from = (marks.at(-1)?.seq ?? 0) + 1;
    }
    if (!access) throw new Error('a log without an epoch');
    return access;
  }

  /** Looks at the oldest few only, so that many rooms in use do not make every load slow. */
  #dropIdle(): void {
    for (let looked = 0; looked < LOOKS_PER_LOAD && this.#byId.size > this.#maxRooms; looked++) {
      const [oldest] = this.#byId.values();
      if (!oldest) return;
      if (oldest.idle) this.remove(oldest);
      else {
        this.#byId.delete(oldest.id);
        this.#byId.set(oldest.id, oldest);
      }
    }
  }
}

const seqOf = ({ seq }: ControlMark): number => seq;

const samePlace = (a: Position | undefined, b: Position): boolean => a?.seq === b.seq && a.hash === b.hash;

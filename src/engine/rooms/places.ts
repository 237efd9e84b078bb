/**
 * Where every struct of a stream lies, as far as it must be known [AD4], [AD6]: in which list, or under a key of a map how deep. Kept
 * beside the Y.Doc because Yjs forgets where deleted things were, at moments that depend on one's own unsent edits; what was
 * judged on the Y.Doc would let replicas disagree.
 *
 * Invariant: lists are numbered as they first appear in the log, so all replicas give them the same numbers.
 */
import * as Y from 'yjs';
import { type ByteReader, type ByteWriter, WireError } from '../../wire/bytes.ts';
import { MAX_DEPTH, MAX_UPDATE_BYTES } from '../../wire/limits.ts';
import { accept, refuse, type Verdict } from '../../wire/refusals.ts';
import { ClockRuns } from './clock-runs.ts';

/** A root type's name, or the struct that is the type. */
type Parent = string | Y.ID;
type List = { readonly parent: Parent; readonly level: number };

/** Things directly in a root type. */
const ROOT_LEVEL = 1;
/** A struct that only fills clocks. */
const NOWHERE = 0;
/** Places below are levels, of what stands under a key of a map; from here on they are lists. */
const FIRST_LIST = 128;

const nameOf = (parent: Parent): string =>
  typeof parent === 'string' ? `root ${parent}` : `${parent.client} ${parent.clock}`;

export class Places {
  readonly #runs = new ClockRuns();
  readonly #lists: List[] = [];
  readonly #numbers = new Map<string, number>();

  /** What an update adds. `nextClock`: of every client before it. */
  stage(nextClock: (client: number) => number): StagedPlaces {
    return new StagedPlaces(this, nextClock);
  }

  join({ runs, lists }: StagedPlaces): void {
    this.#runs.join(runs);
    for (const list of lists) this.#add(list);
  }

  at({ client, clock }: Y.ID): number {
    return this.#runs.at(client, clock);
  }
  get listCount(): number {
    return this.#lists.length;
  }
  list(number: number): List | undefined {
    return this.#lists[number];
  }
  numberOf(parent: Parent): number | undefined {
    return this.#numbers.get(nameOf(parent));
  }

  #add(list: List): void {
    this.#numbers.set(nameOf(list.parent), this.#lists.length);
    this.#lists.push(list);
  }

  writeRuns(out: ByteWriter, client: number): void {
    this.#runs.write(out, client);
  }
  readRuns(reader: ByteReader, client: number): void {
    this.#runs.read(reader, client);
  }

  /** `clients`: the ledger's, ascending. A list's level follows from where its parent lies. */
  writeLists(out: ByteWriter, clients: readonly number[]): void {
    const indexOf = new Map(clients.map((client, index) => [client, index]));
    out.varUint(this.#lists.length);
    for (const { parent } of this.#lists) {
      if (typeof parent === 'string') out.varUint(0).text(parent);
      else out.varUint((indexOf.get(parent.client) ?? 0) + 1).varUint(parent.clock);
    }
  }

  /** After all runs. @throws WireError `malformed` */
  readLists(reader: ByteReader, clients: readonly number[]): void {
    for (let count = reader.varUint(); count > 0; count--) {
      const index = reader.varUint();
      const client = clients[index - 1];
      if (index > 0 && client === undefined)
        throw new WireError('malformed', 'a list of a client id that is not there');
      const parent = client === undefined ? reader.text(MAX_UPDATE_BYTES) : new Y.ID(client, reader.varUint());
      if (this.#numbers.has(nameOf(parent))) throw new WireError('malformed', 'a list that is there twice');
      this.#add({ parent, level: typeof parent === 'string' ? ROOT_LEVEL : this.#levelAt(parent) + 1 });
    }
    if (this.#runs.largest >= FIRST_LIST + this.#lists.length)
      throw new WireError('malformed', 'a list that is not there');
  }

  #levelAt(parent: Y.ID): number {
    const place = this.at(parent);
    const level = place < FIRST_LIST ? place : this.#lists[place - FIRST_LIST]?.level;
    if (level === undefined) throw new WireError('malformed', 'a list inside one that comes later');
    return level;
  }
}

/** What an update adds to the places of a stream, which stay as they are until it is admitted. */
export class StagedPlaces {
  readonly runs = new ClockRuns();
  readonly lists: List[] = [];
  readonly #base: Places;
  readonly #nextClock: (client: number) => number;
  readonly #numbers = new Map<string, number>();

  constructor(base: Places, nextClock: (client: number) => number) {
    this.#base = base;
    this.#nextClock = nextClock;
  }

  /** The next struct. What it refers to is known. */
  put(struct: Y.Item | Y.GC): Verdict<true> {
    if (this.#isTorn(struct)) return refuse('bad-encoding', 'neighbours in different places');
    const place = this.#placeOf(struct);
    const level = this.#levelIn(place);
    if (level > MAX_DEPTH) return refuse('too-deep', `level ${level}`);
    this.runs.add(struct.id.client, struct.id.clock, place);
    return accept(true);
  }

  /** Where Yjs takes the parent from a neighbour, so do we. */
  #placeOf(struct: Y.Item | Y.GC): number {
    if (!(struct instanceof Y.Item)) return NOWHERE;
    const { parent, parentSub, origin, rightOrigin } = struct;
    if (parent instanceof Y.ID || typeof parent === 'string') {
      const level = typeof parent === 'string' ? ROOT_LEVEL : this.#levelIn(this.#at(parent)) + 1;
      return parentSub === null ? FIRST_LIST + this.#numberOf(parent, level) : level;
    }
    const neighbour = origin ?? rightOrigin;
    return neighbour ? this.#at(neighbour) : NOWHERE;
  }

  /**
   * [AD4] Yjs writes an entry of a map that stands as a struct of length 1, with nothing to its right, and keeps neighbours in one
   * list. On anything else it throws later, or every replica makes something else of it.
   */
  #isTorn(struct: Y.Item | Y.GC): boolean {
    if (!(struct instanceof Y.Item)) return false;
    const { origin, rightOrigin, length, content } = struct;
    const [left, right] = [origin, rightOrigin].map((id) => (id ? this.#at(id) : NOWHERE));
    // Entries that were replaced join into one deleted run.
    const isEntry = length === 1 || content instanceof Y.ContentDeleted;
    const place = this.#placeOf(struct);
    if (place !== NOWHERE && place < FIRST_LIST && (!isEntry || rightOrigin !== null)) return true;
    return Boolean(left && right && left !== right);
  }

  #at(id: Y.ID): number {
    return id.clock >= this.#nextClock(id.client) ? this.runs.at(id.client, id.clock) : this.#base.at(id);
  }

  #levelIn(place: number): number {
    if (place < FIRST_LIST) return place;
    const number = place - FIRST_LIST;
    return (this.#base.list(number) ?? this.lists[number - this.#base.listCount])?.level ?? 0;
  }

  #numberOf(parent: Parent, level: number): number {
    const name = nameOf(parent);
    const known = this.#base.numberOf(parent) ?? this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#base.listCount + this.lists.length;
    this.#numbers.set(name, number);
    this.lists.push({ parent, level });
    return number;
  }
}

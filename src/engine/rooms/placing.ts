/**
 * What it takes Yjs to place an update [AD11], counted without touching a document. Yjs places a struct among others that
 * were written at the same place by walking over them, and moves what follows in its client's array when it cuts a
 * struct in two: a few bytes can keep it busy for minutes. Here the same steps are taken on a sketch, until they are too many.
 */
import * as Y from 'yjs';
import { MAX_LOADING_STEPS, MAX_PLACING_STEPS } from '../../wire/limits.ts';
import { accept, refuse, type Verdict } from '../../wire/refusals.ts';
import { ClockRuns } from './clock-runs.ts';
import { byClocks, byPieces } from './followers.ts';
import { isValues, type List, type Piece, pieceOf, Sketch } from './sketch.ts';
import { type DecodedUpdate, dependencies, inYjsOrder } from './yjs-update.ts';

/** Moving so many entries of an array takes as long as walking over one struct. */
const MOVED_PER_STEP = 64;
/** So many entries under a key are passed in the time of one step. */
const PASSED_PER_STEP = 16;

export class Placing {
  readonly #sketch: Sketch;
  readonly #maxSteps: number;
  #walked = 0;
  #walk = 0;
  #conflict = 0;

  /** `doc` holds the log before the update, and nothing else. */
  constructor(doc: Y.Doc, update: DecodedUpdate, followers = byPieces(doc), maxSteps = MAX_PLACING_STEPS) {
    this.#sketch = new Sketch(doc, followers, valuesIn(update));
    this.#maxSteps = maxSteps;
  }

  /** Structs that were walked over. */
  get walked(): number {
    return this.#walked;
  }
  get steps(): number {
    const { passed, moved } = this.#sketch;
    return this.#walked + Math.floor(passed / PASSED_PER_STEP + moved / MOVED_PER_STEP);
  }
  get #isSpent(): boolean {
    return this.steps > this.#maxSteps;
  }

  /** Counting pieces instead of clocks may show that it takes fewer steps. */
  get mayTakeLess(): boolean {
    return this.steps - Math.floor(this.#sketch.moved / MOVED_PER_STEP) <= this.#maxSteps;
  }

  /** False: too many steps. */
  placeAll(update: DecodedUpdate, nextClock: NextClock): boolean {
    for (const struct of inYjsOrder(update, nextClock)) if (!this.place(struct)) return false;
    for (const [client, ranges] of update.deletes)
      for (const { clock, len } of ranges) if (!this.remove(client, clock, len)) return false;
    return true;
  }

  /** As Yjs' `Item.getMissing` and `Item.integrate`. False: too many steps. */
  place(struct: Y.Item | Y.GC): boolean {
    this.#sketch.append(struct, struct instanceof Y.Item ? this.#insert(struct) : null);
    return !this.#isSpent;
  }

  /** As Yjs' `readAndApplyDeleteSet`, which cuts at both ends. False: too many steps. */
  remove(client: number, clock: number, length: number): boolean {
    for (const end of [clock, clock + length]) {
      const piece = end < this.#sketch.endOf(client) ? this.#sketch.find(client, end) : null;
      if (piece && !piece.isDeleted && piece.clock < end) this.#sketch.cut(piece, end);
    }
    return !this.#isSpent;
  }

  #insert(struct: Y.Item): Piece | null {
    const sketch = this.#sketch;
    const left = struct.origin ? sketch.endingAt(struct.origin) : undefined;
    const right = struct.rightOrigin ? sketch.startingAt(struct.rightOrigin) : undefined;
    if (left === null || right === null) return null;
    const list = (left ?? right)?.list ?? sketch.listUnder(struct.parent, struct.parentSub);
    if (!list) return null;
    const piece = pieceOf(list, struct);
    const isBeside = left ? sketch.rightOf(left) === (right ?? null) : right && sketch.leftOf(right) === null;
    sketch.insert(piece, isBeside ? (left ?? null) : this.#walkFrom(left ?? null, right ?? null, piece, list));
    return piece;
  }

  /** The loop of `Item.integrate`: which piece the struct comes after. */
  #walkFrom(left: Piece | null, right: Piece | null, piece: Piece, list: List): Piece | null {
    const sketch = this.#sketch;
    let after = left;
    const walk = ++this.#walk;
    let conflict = ++this.#conflict;
    let other = left ? sketch.rightOf(left) : sketch.startOf(list);
    for (; other && other !== right && !this.#isSpent; other = sketch.rightOf(other)) {
      this.#walked++;
      other.seenIn = walk;
      other.conflictIn = conflict;
      let isAfter: boolean;
      if (Y.compareIDs(piece.origin, other.origin)) {
        isAfter = other.client < piece.client;
        if (!isAfter && Y.compareIDs(piece.rightOrigin, other.rightOrigin)) break;
      } else {
        const origin = other.origin && sketch.find(other.origin.client, other.origin.clock);
        if (origin?.seenIn !== walk) break;
        isAfter = origin.conflictIn !== conflict;
      }
      if (!isAfter) continue;
      after = other;
      conflict = ++this.#conflict;
    }
    return after;
  }
}

/** [AD11] `doc`: the state after the log before the update, without unsent edits. */
export function judgePlacing(
  update: DecodedUpdate,
  nextClock: NextClock,
  doc: Y.Doc,
  maxSteps = MAX_PLACING_STEPS,
): Verdict<true> {
  // As if every clock were a struct: enough for nearly all, and without going through all structs.
  const rough = new Placing(doc, update, byClocks(doc), maxSteps);
  if (rough.placeAll(update, nextClock)) return accept(true);
  if (rough.mayTakeLess && new Placing(doc, update, byPieces(doc), maxSteps).placeAll(update, nextClock))
    return accept(true);
  return refuse('too-entangled', `more than ${maxSteps} steps to place it`);
}

/**
 * Whether a whole state is loaded within the limit [SN4]: its structs are placed in another order than they came in, and may
 * have to be walked over which took no step each before.
 */
export function isSoonLoaded(state: DecodedUpdate, maxSteps = MAX_LOADING_STEPS): boolean {
  const empty = new Y.Doc();
  return new Placing(empty, state, byPieces(empty), maxSteps).placeAll(state, () => 0);
}

type NextClock = (client: number) => number;

function valuesIn(update: DecodedUpdate): number {
  let values = 0;
  for (const structs of update.structsByClient.values())
    for (const struct of structs) if (struct instanceof Y.Item && isValues(struct.content)) values += struct.length;
  return values;
}

/** A change walks once. Under a key Yjs passes all entries twice before. */
const WALKS = 1 + 2 / PASSED_PER_STEP;
/** A change cuts twice, each moving what follows and copying values two times, and joins once, copying four times. */
const MOVES = 2 * 3 + 4;

/**
 * Whether the update is placed within the limit in whatever document has so many clocks: no document is needed then.
 * Typing is, even in long documents; what lies in types that the update itself brings can only meet the update.
 */
export function isSurelyPlaced(
  update: DecodedUpdate,
  nextClock: NextClock,
  knownClocks: number,
  maxSteps = MAX_PLACING_STEPS,
): boolean {
  const { structsByClient, changes } = update;
  let ownClocks = 0;
  for (const structs of structsByClient.values()) for (const { length } of structs) ownClocks += length;
  // Every change adds a piece, and two where it cuts others.
  const ownPieces = 3 * changes;
  const stepsAmong = (clocks: number): number =>
    WALKS * (clocks + ownPieces) + (MOVES * (clocks + ownClocks)) / MOVED_PER_STEP;
  if (changes * stepsAmong(knownClocks) <= maxSteps) return true;
  if (changes * stepsAmong(0) > maxSteps) return false;
  const ranges = changes - update.structCount;
  let steps = (ranges * MOVES * (knownClocks + ownClocks)) / MOVED_PER_STEP;
  const fresh = new ClockRuns();
  const isFresh = (id: Y.ID): boolean => id.clock >= nextClock(id.client) && fresh.at(id.client, id.clock) === 1;
  for (const struct of inYjsOrder(update, nextClock)) {
    const meetsItselfOnly = struct instanceof Y.Item && isInFreshType(struct, nextClock, isFresh);
    fresh.add(struct.id.client, struct.id.clock, meetsItselfOnly ? 1 : 0);
    steps += stepsAmong(meetsItselfOnly ? 0 : knownClocks);
    if (steps > maxSteps) break;
  }
  return steps <= maxSteps;
}

function isInFreshType(struct: Y.Item, nextClock: NextClock, isFresh: (id: Y.ID) => boolean): boolean {
  if (struct.parent instanceof Y.ID) return struct.parent.clock >= nextClock(struct.parent.client);
  const [neighbour] = dependencies(struct);
  return neighbour !== undefined && isFresh(neighbour);
}

/**
 * The places in a document that an update touches, as linked pieces over the document's own items: a list in which
 * structs can be placed for trial. What is not touched is looked up in the document when somebody comes by.
 *
 * Invariants: the document is never changed; items that Yjs would join are one piece, so the pieces do not depend on how
 * the document came to its state; neighbours are linked both ways as soon as either is known to have changed.
 */
import * as Y from 'yjs';

type Type = Y.Doc['share'] extends Map<string, infer T> ? T : never;
/** A root type that the document does not have yet has a name only. */
type Parent = Type | string;

/** A type's children, or what was ever written under one key of it. */
export type List = {
  readonly parent: Parent;
  readonly key: string | null;
  /** Undefined: as in the document, not looked up yet. */
  start: Piece | null | undefined;
  /** Pieces that were added here. */
  added: number;
  /** Pieces under a key in the document. */
  entries: number;
};

/** Structs side by side that Yjs keeps, or would keep, as one. */
export class Piece {
  readonly list: List;
  readonly client: number;
  readonly clock: number;
  length: number;
  readonly origin: Y.ID | null;
  readonly rightOrigin: Y.ID | null;
  readonly content: Y.Item['content'];
  readonly isDeleted: boolean;
  /** Undefined: as in the document, not looked up yet. */
  left: Piece | null | undefined = null;
  right: Piece | null | undefined = null;
  /** The document's items at both ends. */
  first: Y.Item | null = null;
  last: Y.Item | null = null;
  /** All parts that the document's piece was cut into, in the order of their clocks; null: one. */
  parts: Piece[] | null = null;
  /** Marks of the walks that came by, see placing.ts. */
  seenIn = 0;
  conflictIn = 0;

  constructor(list: List, of: Pick<Piece, 'client' | 'clock' | 'length' | 'origin' | 'rightOrigin' | 'content'>) {
    this.list = list;
    this.client = of.client;
    this.clock = of.clock;
    this.length = of.length;
    this.origin = of.origin;
    this.rightOrigin = of.rightOrigin;
    this.content = of.content;
    this.isDeleted = of.content instanceof Y.ContentDeleted;
  }

  get end(): number {
    return this.clock + this.length;
  }
}

export const pieceOf = (list: List, item: Y.Item, end = item.id.clock + item.length): Piece => {
  const { client, clock } = item.id;
  const { origin, rightOrigin, content } = item;
  return new Piece(list, { client, clock, length: end - clock, origin, rightOrigin, content });
};

/** What Yjs puts in place of structs in a deleted type: it has no neighbours. */
type Gone = { readonly clock: number; readonly length: number };

/** The update's own structs of one client. */
type Own = { readonly from: number; readonly pieces: (Piece | Gone)[] };

/** How many structs of a client follow on a clock. Yjs moves them all when it cuts a struct there. */
export type Followers = {
  /** Pieces of the document from this clock on. */
  after(client: number, clock: number): number;
  cutAt(client: number, clock: number): void;
};

export class Sketch {
  readonly #doc: Y.Doc;
  readonly #followers: Followers;
  readonly #lists = new Map<Parent, Map<string | null, List>>();
  readonly #pieces = new Map<Y.Item, Piece>();
  readonly #own = new Map<number, Own>();
  /** Values that the update brings. */
  readonly #values: number;
  /** Entries of arrays that Yjs moves or copies to cut pieces and to join them again. */
  moved = 0;
  /** Entries under keys that Yjs goes through to find the first. */
  passed = 0;

  constructor(doc: Y.Doc, followers: Followers, values: number) {
    this.#doc = doc;
    this.#followers = followers;
    this.#values = values;
  }

  /** The update's next struct of a client. Null: it vanishes in a deleted type. */
  append(struct: Y.Item | Y.GC, piece: Piece | null): void {
    const { client, clock } = struct.id;
    let own = this.#own.get(client);
    if (!own) {
      own = { from: clock, pieces: [] };
      this.#own.set(client, own);
    }
    own.pieces.push(piece ?? { clock, length: struct.length });
  }

  endOf(client: number): number {
    const last = this.#own.get(client)?.pieces.at(-1);
    return last ? last.clock + last.length : Y.getState(this.#doc.store, client);
  }

  /** The piece that a clock lies in. Null: it vanished. */
  find(client: number, clock: number): Piece | null {
    const own = this.#own.get(client);
    if (own && clock >= own.from) {
      const piece = own.pieces[indexAt(own.pieces, clock)];
      return piece instanceof Piece ? piece : null;
    }
    const item: Y.Item | Y.GC = Y.getItem(this.#doc.store, new Y.ID(client, clock));
    if (!(item instanceof Y.Item)) return null;
    const piece = this.#pieceFor(item);
    return piece.parts?.[indexAt(piece.parts, clock)] ?? piece;
  }

  endingAt(id: Y.ID): Piece | null {
    const piece = this.find(id.client, id.clock);
    if (piece && piece.end > id.clock + 1) this.cut(piece, id.clock + 1);
    return piece;
  }
  startingAt(id: Y.ID): Piece | null {
    const piece = this.find(id.client, id.clock);
    return piece && piece.clock < id.clock ? this.cut(piece, id.clock) : piece;
  }

  /** Returns the right part. */
  cut(piece: Piece, clock: number): Piece {
    const { list, client, rightOrigin, content, end } = piece;
    // Values are copied, and once more when they are joined again; texts are not.
    if (isValues(content)) this.moved += 2 * piece.length;
    const origin = new Y.ID(client, clock - 1);
    const rest = new Piece(list, { client, clock, length: end - clock, origin, rightOrigin, content });
    rest.left = piece;
    rest.right = piece.right;
    rest.last = piece.last;
    if (piece.right) piece.right.left = rest;
    piece.right = rest;
    piece.length = clock - piece.clock;
    list.added++;
    const own = this.#own.get(client);
    const isOwn = own !== undefined && clock > own.from;
    const parts = isOwn ? own.pieces : this.#partsOf(piece);
    const index = indexAt(parts, piece.clock) + 1;
    if (isOwn) this.moved += parts.length - index;
    else {
      this.moved += this.#followers.after(client, clock) + (own?.pieces.length ?? 0);
      this.#followers.cutAt(client, clock);
    }
    parts.splice(index, 0, rest);
    return rest;
  }

  rightOf(piece: Piece): Piece | null {
    if (piece.right === undefined) {
      const item = piece.last?.right;
      piece.right = item ? this.#pieceFor(item) : null;
    }
    return piece.right;
  }
  leftOf(piece: Piece): Piece | null {
    if (piece.left === undefined) {
      const item = piece.first?.left;
      const neighbour = item ? this.#pieceFor(item) : null;
      piece.left = neighbour?.parts?.at(-1) ?? neighbour;
    }
    return piece.left;
  }

  /** Yjs knows the last entry under a key, and goes from there to the first. */
  startOf(list: List): Piece | null {
    if (list.start === undefined) this.#lookUp(list);
    if (list.key !== null) this.passed += list.entries + list.added;
    return list.start ?? null;
  }

  insert(piece: Piece, left: Piece | null): void {
    const { list } = piece;
    const right = left ? this.rightOf(left) : this.startOf(list);
    piece.left = left;
    piece.right = right;
    if (left) left.right = piece;
    else list.start = piece;
    if (right) right.left = piece;
    list.added++;
    // Yjs joins values by copying those on the right, beginning with the last.
    if (left && isValues(piece.content) && isValues(left.content) && left.client === piece.client)
      this.moved += 4 * (left.first ? left.length : this.#values);
  }

  /** Null: the parent is no type, or none any more. */
  listUnder(parent: Y.Item['parent'], key: string | null): List | null {
    if (typeof parent === 'string') return this.#list(this.#doc.share.get(parent) ?? parent, key);
    if (!(parent instanceof Y.ID)) return null;
    const content = this.find(parent.client, parent.clock)?.content;
    return content instanceof Y.ContentType ? this.#list(content.type, key) : null;
  }

  #list(parent: Parent, key: string | null): List {
    let byKey = this.#lists.get(parent);
    if (!byKey) {
      byKey = new Map();
      this.#lists.set(parent, byKey);
    }
    let list = byKey.get(key);
    if (!list) {
      list = { parent, key, start: undefined, added: 0, entries: 0 };
      byKey.set(key, list);
    }
    return list;
  }

  #lookUp(list: List): void {
    const { parent, key } = list;
    list.start = null;
    if (typeof parent === 'string') return;
    let item = key === null ? parent._start : (parent._map.get(key) ?? null);
    if (!item) return;
    if (key !== null) {
      list.entries = 1;
      for (; item.left; item = item.left) if (!isOne(item.left, item)) list.entries++;
    }
    list.start = this.#pieceFor(item);
  }

  #pieceFor(item: Y.Item): Piece {
    const known = this.#pieces.get(item);
    if (known) return known;
    let first = item;
    let last = item;
    while (first.left && isOne(first.left, first)) first = first.left;
    while (last.right && isOne(last, last.right)) last = last.right;
    const list = this.#list(first.parent as Type, first.parentSub);
    const piece = pieceOf(list, first, last.id.clock + last.length);
    piece.left = undefined;
    piece.right = undefined;
    piece.first = first;
    piece.last = last;
    for (let part = first; part !== last; part = part.right as Y.Item) this.#pieces.set(part, piece);
    this.#pieces.set(last, piece);
    return piece;
  }

  /** The parts that the document's piece was cut into so far. */
  #partsOf(piece: Piece): Piece[] {
    const whole = piece.first ? piece : this.#pieceFor(Y.getItem(this.#doc.store, new Y.ID(piece.client, piece.clock)));
    whole.parts ??= [whole];
    return whole.parts;
  }
}

export const isValues = (content: Y.Item['content']): boolean =>
  content instanceof Y.ContentAny || content instanceof Y.ContentJSON;

/** Index of the piece that a clock lies in. */
function indexAt(pieces: readonly { readonly clock: number }[], clock: number): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((pieces[middle]?.clock ?? 0) <= clock) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Whether Yjs would join two neighbours (`Item.mergeWith`). */
export function isOne(left: Y.Item, right: Y.Item): boolean {
  const { origin, id } = right;
  const { content } = left;
  return (
    origin !== null &&
    origin.clock === id.clock - 1 &&
    origin.client === id.client &&
    left.id.client === id.client &&
    left.id.clock + left.length === id.clock &&
    content.constructor === right.content.constructor &&
    left.deleted === right.deleted &&
    (content instanceof Y.ContentString || content instanceof Y.ContentDeleted || isValues(content)) &&
    Y.compareIDs(left.rightOrigin, right.rightOrigin)
  );
}

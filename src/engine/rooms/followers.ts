/**
 * How many structs of a client come after a clock: when Yjs cuts a struct in two, it moves all of them. Counting by clocks is an
 * upper bound and costs nothing; counting by pieces goes through all structs of the client once.
 */
import * as Y from 'yjs';
import { type Followers, isOne } from './sketch.ts';

/** No client has more structs than fit into a document, whatever its clocks say. */
export const MAX_MOVED = 2 ** 21;

/** As if every clock were a struct. */
export function byClocks(doc: Y.Doc): Followers {
  return {
    after: (client, clock) => Math.min(MAX_MOVED, Y.getState(doc.store, client) - clock),
    cutAt: () => undefined,
  };
}

/** Pieces that Yjs keeps, or would join into one. */
export function byPieces(doc: Y.Doc): Followers {
  const startsOf = new Map<number, number[]>();
  const starts = (client: number): number[] => {
    let known = startsOf.get(client);
    if (!known) {
      known = [];
      let before: Y.Item | Y.GC | undefined;
      for (const struct of doc.store.clients.get(client) ?? []) {
        if (!before || !isJoined(before, struct)) known.push(struct.id.clock);
        before = struct;
      }
      startsOf.set(client, known);
    }
    return known;
  };
  return {
    after: (client, clock) => starts(client).length - upTo(starts(client), clock),
    cutAt: (client, clock) => {
      const known = starts(client);
      known.splice(upTo(known, clock), 0, clock);
    },
  };
}

/** How many of the ascending numbers are not above the limit. */
function upTo(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isJoined(left: Y.Item | Y.GC, right: Y.Item | Y.GC): boolean {
  if (left instanceof Y.Item && right instanceof Y.Item) return left.right === right && isOne(left, right);
  return left instanceof Y.GC && right instanceof Y.GC;
}

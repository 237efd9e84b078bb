/**
 * One's own update in parts: a single edit can be more than one record may hold ("select all, delete, undo" in a long
 * document), and nothing of it may be lost for that.
 *
 * Invariants: the parts together are the update; each stands on those before it; the last struct goes last, so whoever finds
 * all structs in the log knows that all deletions are there too.
 */
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { MAX_CHANGES_PER_UPDATE } from '../../wire/limits.ts';
import { accept, type Reason, type Verdict } from '../../wire/refusals.ts';
import { decodeYjsUpdate, integrate } from './yjs-update.ts';

type Struct = Y.Item | Y.GC;
type Range = { readonly client: number; readonly clock: number; readonly len: number };
type Change = Struct | Range;

/** `rest`: null if the part is all of it. `changes`: how many structs and ranges the part has. */
export type FirstPart<T> = { readonly part: T; readonly rest: Uint8Array | null; readonly changes: number };

/** Less of it may be let in. */
export const isDivisible = (reason: Reason): boolean =>
  reason === 'too-large' || reason === 'too-entangled' || reason === 'too-many-clients';

/**
 * Cuts off as much of the update as fits. `nextClock`: of every client before it. `atMost`: changes to begin with. Refused: for
 * another reason than its size, or because a single struct does not fit.
 */
export function firstPart<T>(
  update: Uint8Array,
  nextClock: (client: number) => number,
  atMost: number,
  fits: (part: Uint8Array) => Verdict<T>,
): Verdict<FirstPart<T>> {
  const ordered = inSendingOrder(update, nextClock);
  if (!ordered.ok) return ordered;
  let changes = ordered.value;
  let size = Math.min(changes.length, atMost, MAX_CHANGES_PER_UPDATE);
  for (;;) {
    const part = fits(encodeChanges(changes.slice(0, size)));
    if (part.ok) {
      const rest = changes.length > size ? encodeChanges(changes.slice(size)) : null;
      return accept({ part: part.value, rest, changes: size });
    }
    if (!isDivisible(part.reason)) return part;
    const [first] = changes;
    const halves = size <= 1 && first instanceof Y.Item ? inHalves(first) : null;
    if (halves) changes = [...halves, ...changes.slice(1)];
    else if (size <= 1) return part;
    size = Math.max(1, size >>> 1);
  }
}

function inSendingOrder(update: Uint8Array, nextClock: (client: number) => number): Verdict<readonly Change[]> {
  const decoded = decodeYjsUpdate(update, Infinity);
  if (!decoded.ok) return decoded;
  const structs: Struct[] = [];
  const placed = integrate(decoded.value, nextClock, (struct) => {
    structs.push(struct);
    return accept(true);
  });
  if (!placed.ok) return placed;
  const last = structs.pop();
  const ranges = [...decoded.value.deletes].flatMap(([client, own]) =>
    own.map(({ clock, len }): Range => ({ client, clock, len })),
  );
  const ofLast = (range: Range): boolean =>
    last !== undefined && range.client === last.id.client && range.clock + range.len > last.id.clock;
  const before = ranges.filter((range) => !ofLast(range));
  return accept([...structs, ...before, ...(last ? [last] : []), ...ranges.filter(ofLast)]);
}

const isStruct = (change: Change): change is Struct => 'id' in change;

function byClient<T>(changes: readonly T[], clientOf: (change: T) => number): ReadonlyMap<number, readonly T[]> {
  const groups = new Map<number, T[]>();
  for (const change of changes) {
    const group = groups.get(clientOf(change));
    if (group) group.push(change);
    else groups.set(clientOf(change), [change]);
  }
  return groups;
}

/** Encoding V1, as Yjs writes it. */
function encodeChanges(changes: readonly Change[]): Uint8Array {
  const structs = byClient(changes.filter(isStruct), ({ id }) => id.client);
  const ranges = byClient(
    changes.filter((change): change is Range => !isStruct(change)),
    ({ client }) => client,
  );
  const encoder = new Y.UpdateEncoderV1();
  const out = encoder.restEncoder;
  encoding.writeVarUint(out, structs.size);
  for (const [client, own] of structs) {
    encoding.writeVarUint(out, own.length);
    encoder.writeClient(client);
    encoding.writeVarUint(out, own[0]?.id.clock ?? 0);
    for (const struct of own) struct.write(encoder, 0);
  }
  encoding.writeVarUint(out, ranges.size);
  for (const [client, own] of ranges) {
    encoder.resetDsCurVal();
    encoding.writeVarUint(out, client);
    encoding.writeVarUint(out, own.length);
    for (const { clock, len } of own) {
      encoder.writeDsClock(clock);
      encoder.writeDsLen(len);
    }
  }
  return encoder.toUint8Array();
}

/** Two structs that Yjs takes for the one, or null if it cannot be cut. */
function inHalves({ id, length, origin, rightOrigin, parent, parentSub, content }: Y.Item): [Y.Item, Y.Item] | null {
  if (!(content instanceof Y.ContentString || content instanceof Y.ContentAny) || length < 2) return null;
  let at = length >>> 1;
  // Yjs would put replacement characters in place of a divided pair of surrogates.
  if (content instanceof Y.ContentString && isHighSurrogate(content.str.charCodeAt(at - 1))) at++;
  if (at >= length) return null;
  const left = content.copy();
  const right = left.splice(at);
  return [
    new Y.Item(id, null, origin, null, rightOrigin, parent, parentSub, left),
    new Y.Item(
      new Y.ID(id.client, id.clock + at),
      null,
      new Y.ID(id.client, id.clock + at - 1),
      null,
      rightOrigin,
      null,
      null,
      right,
    ),
  ];
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;

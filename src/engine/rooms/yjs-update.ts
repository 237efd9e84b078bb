/** Decoding of Yjs updates from others, without applying them: encoding V1 only, every byte accounted for. */
import * as decoding from 'lib0/decoding';
import * as Y from 'yjs';
import { accept, refuse, type Verdict } from '../../wire/refusals.ts';
import { ClientDecoder } from './client-decoder.ts';

/** Clocks stay far below 2^53, so that sums of clock and length are exact. */
const MAX_CLOCK = 2 ** 45;

export type DecodedUpdate = {
  /** By client, in the order of their clocks, without gaps inside the update. */
  readonly structsByClient: ReadonlyMap<number, readonly (Y.Item | Y.GC)[]>;
  readonly deletes: ReadonlyMap<number, readonly { readonly clock: number; readonly len: number }[]>;
  readonly structCount: number;
  /** Structs and deleted ranges. */
  readonly changes: number;
};

/** Thrown out of Yjs' reader: reading on would cost more than an update may. */
class TooManyChanges extends Error {}

/** Which client a number in a struct stands for. */
export type ClientOf = (number: number) => number;
const asItIs: ClientOf = (client) => client;

class CountingDecoder extends ClientDecoder {
  /** The one that Yjs made last. */
  static made: CountingDecoder | null = null;
  static maxChanges = 0;
  static clientOf: ClientOf = asItIs;
  readonly clients = new Set<number>();
  clientsRepeat = false;
  changes = 0;

  constructor(decoder: decoding.Decoder) {
    super(decoder);
    CountingDecoder.made = this;
  }
  protected override clientOf(number: number): number {
    return CountingDecoder.clientOf(number);
  }
  override readClient(): number {
    const client = super.readClient();
    this.clientsRepeat ||= this.clients.has(client);
    this.clients.add(client);
    return client;
  }
  /** Called once for each struct. */
  override readInfo(): number {
    this.#count();
    return super.readInfo();
  }
  /** Called once for each deleted range. */
  override readDsClock(): number {
    this.#count();
    return super.readDsClock();
  }
  #count(): void {
    if (++this.changes > CountingDecoder.maxChanges) throw new TooManyChanges();
  }
}

/** `maxChanges`: structs and deleted ranges together [AD10]. `clientOf`: of a snapshot's state, see compact-state.ts. */
export function decodeYjsUpdate(update: Uint8Array, maxChanges: number, clientOf = asItIs): Verdict<DecodedUpdate> {
  let decoded: ReturnType<typeof Y.decodeUpdateV2>;
  CountingDecoder.made = null;
  CountingDecoder.maxChanges = maxChanges;
  CountingDecoder.clientOf = clientOf;
  try {
    decoded = Y.decodeUpdateV2(update, CountingDecoder);
  } catch (error) {
    if (error instanceof TooManyChanges) return refuse('too-large', `more than ${maxChanges} structs and ranges`);
    return refuse('bad-encoding', 'not a Yjs update in encoding V1');
  }
  const decoder = CountingDecoder.made as CountingDecoder | null;
  CountingDecoder.made = null;
  // An update in encoding V2 read as V1 ends early. Accepting what is left over would hide bytes from the checks.
  const rest = decoder?.restDecoder;
  if (!decoder || !rest || decoding.hasContent(rest)) return refuse('bad-encoding', 'bytes left over');
  // Of two blocks for one client Yjs reads both when it decodes, and applies only the last.
  if (decoder.clientsRepeat) return refuse('bad-encoding', 'two blocks of one client');
  const structsByClient = new Map<number, (Y.Item | Y.GC)[]>();
  for (const struct of decoded.structs) {
    if (!(struct instanceof Y.Item || struct instanceof Y.GC)) return refuse('clock-gap', 'the update skips a range');
    if (!(struct.length > 0) || struct.id.clock + struct.length > MAX_CLOCK) return refuse('bad-encoding', 'length');
    if (struct instanceof Y.Item && struct.content instanceof Y.ContentDoc)
      return refuse('bad-encoding', 'documents inside documents');
    const list = structsByClient.get(struct.id.client);
    if (list) list.push(struct);
    else structsByClient.set(struct.id.client, [struct]);
  }
  for (const ranges of decoded.ds.clients.values())
    if (!areInOrder(ranges)) return refuse('bad-encoding', 'deleted ranges');
  return accept({
    structsByClient,
    deletes: decoded.ds.clients,
    structCount: decoded.structs.length,
    changes: decoder.changes,
  });
}

type Ranges = readonly { readonly clock: number; readonly len: number }[];

/** As Yjs writes them. In reverse order 65,000 of them would move a long text's pieces for half a minute. */
function areInOrder(ranges: Ranges): boolean {
  let end = 0;
  return ranges.every(({ clock, len }) => {
    const follows = clock >= end && len > 0 && clock + len <= MAX_CLOCK;
    end = clock + len;
    return follows;
  });
}

/** What a struct must find in place: its neighbours and its parent. */
export function* dependencies(struct: Y.Item | Y.GC): Generator<Y.ID> {
  if (!(struct instanceof Y.Item)) return;
  if (struct.origin) yield struct.origin;
  if (struct.rightOrigin) yield struct.rightOrigin;
  if (struct.parent instanceof Y.ID) yield struct.parent;
}

/**
 * Visits the structs in an order in which Yjs can integrate them, given the next clock of every client. Refused if
 * one would have to wait: in an ordered log nothing may be missing.
 */
export function integrate(
  update: DecodedUpdate,
  nextClock: (client: number) => number,
  visit: (struct: Y.Item | Y.GC) => Verdict<true>,
): Verdict<ReadonlyMap<number, number>> {
  const next = new Map<number, number>();
  const cursor = new Map<number, number>();
  const clockOf = (client: number): number => next.get(client) ?? nextClock(client);
  let left = update.structCount;
  let moved = true;
  while (left > 0 && moved) {
    moved = false;
    for (const [client, structs] of update.structsByClient) {
      let index = cursor.get(client) ?? 0;
      for (let struct = structs[index]; struct; struct = structs[++index]) {
        if (struct.id.clock !== clockOf(client))
          return refuse('clock-gap', `clock ${struct.id.clock}, expected ${clockOf(client)}`);
        if (!isReady(struct, clockOf)) break;
        const verdict = visit(struct);
        if (!verdict.ok) return verdict;
        next.set(client, struct.id.clock + struct.length);
        moved = true;
        left--;
      }
      cursor.set(client, index);
    }
  }
  if (left > 0) return refuse('missing-dependency', `${left} structs refer to something unknown`);
  for (const [client, ranges] of update.deletes)
    for (const { clock, len } of ranges)
      if (clock + len > clockOf(client)) return refuse('missing-delete', 'deletes something unknown');
  return accept(next);
}

/** The structs in the order in which Yjs places them (`integrateStructs`). Only for updates that `integrate` let pass. */
export function inYjsOrder(
  { structsByClient }: DecodedUpdate,
  nextClock: (client: number) => number,
): Iterable<Y.Item | Y.GC> {
  const [only, ...others] = structsByClient.values();
  return others.length === 0 ? (only ?? []) : amongClients(structsByClient, nextClock);
}

function* amongClients(
  structsByClient: DecodedUpdate['structsByClient'],
  nextClock: (client: number) => number,
): Generator<Y.Item | Y.GC> {
  const targets = [...structsByClient.keys()].sort((a, b) => a - b);
  const next = new Map<number, number>();
  const cursor = new Map<number, number>();
  const take = (client: number): Y.Item | Y.GC | undefined => {
    const index = cursor.get(client) ?? 0;
    cursor.set(client, index + 1);
    return structsByClient.get(client)?.[index];
  };
  const missing = (struct: Y.Item | Y.GC): number | undefined => {
    for (const id of dependencies(struct))
      if (id.client !== struct.id.client && id.clock >= (next.get(id.client) ?? nextClock(id.client))) return id.client;
    return undefined;
  };
  const waiting: (Y.Item | Y.GC)[] = [];
  // The highest client first.
  for (let target = targets.pop(); target !== undefined; target = targets.pop()) {
    for (let struct = take(target); struct; struct = waiting.pop() ?? take(target)) {
      for (let client = missing(struct); client !== undefined; client = missing(struct)) {
        const needed = take(client);
        if (!needed) throw new Error('a struct waits for something unknown');
        waiting.push(struct);
        struct = needed;
      }
      yield struct;
      next.set(struct.id.client, struct.id.clock + struct.length);
    }
  }
}

function isReady(struct: Y.Item | Y.GC, clockOf: (client: number) => number): boolean {
  for (const id of dependencies(struct)) if (id.clock >= clockOf(id.client)) return false;
  return true;
}

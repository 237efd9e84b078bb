/**
 * Updates that are small and hard to place, as a hostile member makes them by hand (encoding V1). Two clients, so that one
 * can come between what the other wrote.
 */
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { Ledger } from '../../../src/engine/rooms/admission.ts';
import { clientIdOf } from '../../../src/engine/rooms/client-ids.ts';
import { seedOf } from '../../../src/engine/rooms/seed.ts';
import { META_NAME, SEED_CLIENT_ID, TITLE_NAME } from '../../../src/wire/document.ts';
import { deviceId, roomId } from '../../../src/wire/ids.ts';
import { CONTENT } from '../../../src/wire/record.ts';
import type { Reason } from '../../../src/wire/refusals.ts';

const room = roomId(new Uint8Array(32).fill(7));
const sender = deviceId(new Uint8Array(32).fill(0x51));

type Id = readonly [client: number, clock: number];
type Place = { readonly left?: Id; readonly right?: Id; readonly root?: string; readonly key?: string };
/** `text`: of so many letters; `gone`: so many deleted clocks; `values`: so many nulls. */
type Content = { readonly text: number } | { readonly gone: number } | { readonly values: number };
export type Struct = Place & Content;
type Range = readonly [client: number, clock: number, length: number];

const GONE = 1;
const TEXT = 4;
const VALUES = 8;

/** One block of structs, then deleted ranges, which must be grouped by client and in order. */
export function handMade(client: number, clock: number, structs: readonly Struct[], ranges: readonly Range[] = []) {
  return encoding.encode((out) => {
    const numbers = (...values: readonly number[]) => {
      for (const value of values) encoding.writeVarUint(out, value);
    };
    numbers(structs.length > 0 ? 1 : 0);
    if (structs.length > 0) numbers(structs.length, client, clock);
    for (const struct of structs) {
      const { left, right, root = TITLE_NAME, key } = struct;
      const alone = !left && !right;
      const content = 'text' in struct ? TEXT : 'gone' in struct ? GONE : VALUES;
      encoding.writeUint8(out, content | (left ? 0x80 : 0) | (right ? 0x40 : 0) | (alone && key ? 0x20 : 0));
      for (const id of [left, right]) if (id) numbers(...id);
      if (alone) {
        numbers(1);
        encoding.writeVarString(out, root);
        if (key) encoding.writeVarString(out, key);
      }
      if ('text' in struct) encoding.writeVarString(out, 'x'.repeat(struct.text));
      else if ('gone' in struct) numbers(struct.gone);
      else {
        numbers(struct.values);
        for (let i = 0; i < struct.values; i++) encoding.writeAny(out, null);
      }
    }
    const clients = [...new Set(ranges.map(([of]) => of))];
    numbers(clients.length);
    for (const of of clients) {
      const own = ranges.filter((range) => range[0] === of);
      numbers(of, own.length, ...own.flatMap(([, from, length]) => [from, length]));
    }
  });
}

/** Seed, ledger and document of one reader, and the two clients' ids, the lower one first. */
export class JudgedDoc {
  readonly doc = new Y.Doc();
  readonly ledger = new Ledger(room, CONTENT, () => this.doc);
  readonly claims = [1, 2]
    .map((fill) => new Uint8Array(16).fill(fill))
    .map((nonce) => ({ clientId: clientIdOf(sender, room, CONTENT, nonce), nonce }))
    .sort((a, b) => a.clientId - b.clientId);
  readonly low = this.claims[0]?.clientId ?? 0;
  readonly high = this.claims[1]?.clientId ?? 0;

  constructor() {
    const seed = seedOf(CONTENT);
    if (!seed) throw new Error('content has a seed');
    this.ledger.seed(seed);
    Y.applyUpdate(this.doc, seed);
  }

  /** Judges it, and applies it if it is let in. */
  take(update: Uint8Array): Reason | 'accepted' {
    const verdict = this.ledger.judge(sender, { claims: this.claims, update });
    if (!verdict.ok) return verdict.reason;
    this.ledger.admit(verdict.value);
    Y.applyUpdate(this.doc, update);
    return 'accepted';
  }

  /** Whether it is let in. */
  judges(update: Uint8Array): boolean {
    return this.ledger.judge(sender, { claims: this.claims, update }).ok;
  }

  /** As many of these structs as are let in at a time. */
  fill(client: number, structs: readonly Struct[], atOnce = 4_000): void {
    for (let at = 0; at < structs.length; at += atOnce) {
      const outcome = this.take(handMade(client, this.ledger.nextClock(client), structs.slice(at, at + atOnce)));
      if (outcome !== 'accepted') throw new Error(outcome);
    }
  }
}

/** All have the seed's paragraph to their left: four bytes each. */
export const siblings = (count: number): Struct[] =>
  Array.from({ length: count }, () => ({ left: [SEED_CLIENT_ID, 0] as const, gone: 1 }));

/** All as if they were the first under one key. */
export const entries = (count: number): Struct[] =>
  Array.from({ length: count }, () => ({ root: META_NAME, key: 'k', values: 1 }));

/** Each between two letters of a text that somebody wrote in one piece. */
export const between = (client: number, from: number, count: number, every = 2): Struct[] =>
  Array.from({ length: count }, (_, i) => ({
    left: [client, from + i * every] as const,
    right: [client, from + i * every + 1] as const,
    text: 1,
  }));

/** Every other letter of a client's text. */
export const everyOther = (client: number, from: number, count: number): Range[] =>
  Array.from({ length: count }, (_, i) => [client, from + 2 * i, 1] as const);

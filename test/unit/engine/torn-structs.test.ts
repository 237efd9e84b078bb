import * as encoding from 'lib0/encoding';
import { beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { Ledger } from '../../../src/engine/rooms/admission.ts';
import { clientIdOf } from '../../../src/engine/rooms/client-ids.ts';
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { deviceId, roomId } from '../../../src/wire/ids.ts';
import { CONTENT } from '../../../src/wire/record.ts';

const room = roomId(new Uint8Array(32).fill(7));
const sender = deviceId(new Uint8Array(32).fill(0x51));
const nonce = new Uint8Array(16).fill(1);
const TYPE = 7;
const ANY = 8;
const MAP = 1;

type Parent = { readonly root: string } | { readonly clock: number };
type Struct = {
  readonly left?: number;
  readonly right?: number;
  readonly parent?: Parent;
  readonly key?: string;
  /** A number of values, or a nested map. */
  readonly content: number | 'map';
};

let client = 0;
beforeAll(async () => {
  await sodiumReady();
  client = clientIdOf(sender, room, CONTENT, nonce);
});

/** Encoding V1. `left`, `right` and `clock` are clocks of the one client. */
function update(structs: readonly Struct[], deleted: readonly number[] = []): Uint8Array {
  return encoding.encode((out) => {
    const numbers = (...values: number[]) => {
      for (const value of values) encoding.writeVarUint(out, value);
    };
    numbers(1, structs.length, client, 0);
    for (const { left, right, parent = { root: 'meta' }, key, content } of structs) {
      const byItself = left === undefined && right === undefined;
      const flags = (left === undefined ? 0 : 0x80) | (right === undefined ? 0 : 0x40) | (byItself && key ? 0x20 : 0);
      encoding.writeUint8(out, flags | (content === 'map' ? TYPE : ANY));
      for (const clock of [left, right]) if (clock !== undefined) numbers(client, clock);
      if (byItself && 'root' in parent) {
        numbers(1);
        encoding.writeVarString(out, parent.root);
      } else if (byItself && 'clock' in parent) numbers(0, client, parent.clock);
      if (byItself && key) encoding.writeVarString(out, key);
      if (content === 'map') numbers(MAP);
      else {
        numbers(content);
        for (let i = 0; i < content; i++) encoding.writeAny(out, i);
      }
    }
    if (deleted.length === 0) return numbers(0);
    numbers(1, client, deleted.length);
    for (const clock of deleted) numbers(clock, 1);
  });
}

function judge(bytes: Uint8Array): string {
  const verdict = new Ledger(room, CONTENT).judge(sender, { claims: [{ clientId: client, nonce }], update: bytes });
  return verdict.ok ? 'accepted' : verdict.reason;
}

describe('structs whose neighbours do not belong together', () => {
  it('[AD4] refuses an entry of a map with two values: its first half outlives the map, and Yjs throws', () => {
    const brick = update(
      [
        { key: 'm', content: 'map' },
        { parent: { clock: 0 }, key: 'k', content: 2 },
        { left: 1, content: 1 },
      ],
      [0],
    );
    expect(judge(brick)).toBe('bad-encoding');
    expect(() => Y.applyUpdate(new Y.Doc(), brick)).toThrow();
  });

  it('[AD4] refuses an entry of a map with something to its right', () => {
    const entries = [
      { key: 'k', content: 1 },
      { left: 0, content: 1 },
    ];
    expect(judge(update(entries))).toBe('accepted');
    expect(judge(update([...entries, { left: 0, right: 1, content: 1 }]))).toBe('bad-encoding');
  });

  it('[AD4] refuses neighbours in a list and in a map, and neighbours that are not equally deep', () => {
    const list = { parent: { root: 'list' }, content: 1 };
    expect(judge(update([list, { left: 0, content: 1 }, { left: 0, right: 1, content: 1 }]))).toBe('accepted');
    expect(judge(update([list, { key: 'k', content: 1 }, { left: 0, right: 1, content: 1 }]))).toBe('bad-encoding');
    const nested = [list, { key: 'm', content: 'map' as const }, { parent: { clock: 1 }, content: 1 }];
    expect(judge(update([...nested, { left: 0, right: 2, content: 1 }]))).toBe('bad-encoding');
  });

  it('[AD4] refuses neighbours in two lists, however deep: whoever has deleted one of them would not see what others see', () => {
    const lists = [
      { parent: { root: 'a' }, content: 1 },
      { parent: { root: 'b' }, content: 1 },
    ];
    expect(judge(update([...lists, { left: 0, content: 1 }, { right: 1, content: 1 }]))).toBe('accepted');
    expect(judge(update([...lists, { left: 0, right: 1, content: 1 }]))).toBe('bad-encoding');
    const types = [
      { parent: { root: 'a' }, content: 'map' as const },
      { left: 0, content: 'map' as const },
    ];
    const inside = [
      { parent: { clock: 0 }, content: 1 },
      { parent: { clock: 1 }, content: 1 },
      { parent: { clock: 0 }, content: 1 },
    ];
    expect(judge(update([...types, ...inside, { left: 2, right: 4, content: 1 }]))).toBe('accepted');
    expect(judge(update([...types, ...inside, { left: 2, right: 3, content: 1 }]))).toBe('bad-encoding');
  });

  it('[AD4] takes a map that was written over in one go, as Yjs joins what it replaced', () => {
    const doc = new Y.Doc();
    doc.clientID = client;
    doc.transact(() => {
      for (let i = 0; i < 5; i++) doc.getMap('meta').set('k', i);
    });
    expect(judge(Y.encodeStateAsUpdate(doc))).toBe('accepted');
  });
});

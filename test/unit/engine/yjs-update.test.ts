import * as encoding from 'lib0/encoding';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { decodeYjsUpdate } from '../../../src/engine/rooms/yjs-update.ts';

const CLIENT = 2 ** 40;

type Block = { readonly clock: number; readonly text: string };
type Range = readonly [clock: number, length: number];

/** Encoding V1: a block of one string for each of `blocks`, all of one client, then its deleted ranges. */
const update = (blocks: readonly Block[], ranges: readonly Range[] = []): Uint8Array =>
  encoding.encode((out) => {
    encoding.writeVarUint(out, blocks.length);
    for (const { clock, text } of blocks) {
      encoding.writeVarUint(out, 1);
      encoding.writeVarUint(out, CLIENT);
      encoding.writeVarUint(out, clock);
      encoding.writeUint8(out, 4);
      encoding.writeVarUint(out, 1);
      encoding.writeVarString(out, 'title');
      encoding.writeVarString(out, text);
    }
    encoding.writeVarUint(out, ranges.length > 0 ? 1 : 0);
    if (ranges.length === 0) return;
    encoding.writeVarUint(out, CLIENT);
    encoding.writeVarUint(out, ranges.length);
    for (const number of ranges.flat()) encoding.writeVarUint(out, number);
  });

const outcome = (bytes: Uint8Array): string => {
  const decoded = decodeYjsUpdate(bytes, Infinity);
  return decoded.ok ? 'accepted' : decoded.reason;
};

describe('decoding a Yjs update', () => {
  it('[AD8] refuses two blocks of one client, of which Yjs would apply only the last', () => {
    const twice = update([
      { clock: 0, text: 'x' },
      { clock: 1, text: 'y' },
    ]);
    expect(outcome(twice)).toBe('bad-encoding');
    // Why: what was checked as a whole would stay pending.
    const doc = new Y.Doc();
    Y.applyUpdate(doc, twice);
    expect(doc.store.pendingStructs).not.toBeNull();
    expect(outcome(update([{ clock: 0, text: 'xy' }]))).toBe('accepted');
  });

  it('[AD8] refuses deleted ranges that overlap or are not in order', () => {
    const text = [{ clock: 0, text: 'abcdef' }];
    expect(
      outcome(
        update(text, [
          [0, 1],
          [2, 2],
        ]),
      ),
    ).toBe('accepted');
    expect(
      outcome(
        update(text, [
          [2, 2],
          [0, 1],
        ]),
      ),
    ).toBe('bad-encoding');
    expect(
      outcome(
        update(text, [
          [0, 3],
          [2, 2],
        ]),
      ),
    ).toBe('bad-encoding');
    expect(
      outcome(
        update(text, [
          [0, 1],
          [0, 1],
        ]),
      ),
    ).toBe('bad-encoding');
  });

  it('[AD8] takes deleted ranges as Yjs itself writes and merges them', () => {
    const doc = new Y.Doc();
    const updates: Uint8Array[] = [];
    doc.on('update', (bytes: Uint8Array) => updates.push(bytes));
    doc.getText('title').insert(0, 'x'.repeat(40));
    doc.transact(() => {
      for (const at of [30, 5, 12, 3, 20]) doc.getText('title').delete(at, 2);
    });
    for (const at of [9, 1, 4]) doc.getText('title').delete(at, 1);
    for (const bytes of [...updates, Y.mergeUpdates(updates.toReversed()), Y.encodeStateAsUpdate(doc)])
      expect(outcome(bytes)).toBe('accepted');
  });
});

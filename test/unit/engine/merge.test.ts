import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { mergeInGroups, prefixWithin } from '../../../src/engine/rooms/merge.ts';
import { leastCpuMs } from '../../support/cpu-time.ts';

/** The updates of a sequence of edits, by a few clients that know each other's. */
function updatesOf(edits: readonly { client: number; at: number; text: string; remove: number }[]): Uint8Array[] {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
  for (const { client, at, text, remove } of edits) {
    doc.clientID = client + 10;
    doc.transact(() => {
      const title = doc.getText('title');
      const index = at % (title.length + 1);
      const removed = Math.min(remove, title.length - index);
      if (removed > 0) title.delete(index, removed);
      if (text) title.insert(index, text);
      doc.getMap('meta').set(`key ${at % 3}`, text);
    });
  }
  return updates;
}

const docOf = (updates: readonly Uint8Array[]): Y.Doc => {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc;
};

describe('merging in groups', () => {
  it('is the same as applying one by one', () => {
    const edit = fc.record({ client: fc.nat(3), at: fc.nat(), text: fc.string({ maxLength: 4 }), remove: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 80 }), (edits) => {
        const updates = updatesOf(edits);
        const one = docOf(updates);
        const merged = docOf([mergeInGroups(updates)]);
        expect(merged.getText('title').toString()).toBe(one.getText('title').toString());
        expect(merged.getMap('meta').toJSON()).toEqual(one.getMap('meta').toJSON());
        expect(Y.encodeStateAsUpdate(merged)).toEqual(Y.encodeStateAsUpdate(one));
        expect(merged.store.pendingStructs).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  it('of one update is that update, of none is a mistake', () => {
    const [update] = updatesOf([{ client: 1, at: 0, text: 'x', remove: 0 }]);
    expect(mergeInGroups([update!])).toBe(update);
    expect(() => mergeInGroups([])).toThrow('nothing to merge');
  });

  it('of 10,000 updates takes less than two seconds', () => {
    const edits = Array.from({ length: 10_000 }, (_, i) => ({
      client: i % 2,
      at: i * 7,
      text: 'ab',
      remove: i % 5 === 0 ? 1 : 0,
    }));
    const updates = updatesOf(edits);
    expect(updates).toHaveLength(10_000);
    expect(leastCpuMs(() => mergeInGroups(updates))).toBeLessThan(2_000);
    expect(docOf([mergeInGroups(updates)]).getText('title').length).toBe(docOf(updates).getText('title').length);
  });
});

describe('the prefix that fits into a record', () => {
  it('is the longest within the limit, and one update at least', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 20 }), fc.nat(200), (lengths, limit) => {
        const updates = lengths.map((length) => new Uint8Array(length));
        const count = prefixWithin(updates, limit);
        const sum = (n: number): number => lengths.slice(0, n).reduce((total, length) => total + length, 0);
        expect(count).toBeGreaterThanOrEqual(1);
        if (count > 1) expect(sum(count)).toBeLessThanOrEqual(limit);
        if (count < updates.length) expect(sum(count + 1)).toBeGreaterThan(limit);
      }),
    );
  });

  it('merging does not make it longer', () => {
    const updates = updatesOf(
      Array.from({ length: 50 }, (_, i) => ({ client: i % 4, at: i * 3, text: 'abc', remove: i % 2 })),
    );
    const sum = updates.reduce((total, { length }) => total + length, 0);
    expect(mergeInGroups(updates).length).toBeLessThanOrEqual(sum);
  });
});

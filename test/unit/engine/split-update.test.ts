import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { firstPart } from '../../../src/engine/rooms/split-update.ts';
import { decodeYjsUpdate } from '../../../src/engine/rooms/yjs-update.ts';
import { accept, refuse, type Verdict } from '../../../src/wire/refusals.ts';
import { FuzzRandom } from '../../support/fuzz/fuzz-random.ts';
import { editOnce } from '../../support/fuzz/yjs-updates.ts';

type Limit = { readonly changes?: number; readonly bytes?: number };

const fitting =
  ({ changes = Infinity, bytes = Infinity }: Limit) =>
  (part: Uint8Array): Verdict<Uint8Array> => {
    const decoded = decodeYjsUpdate(part, changes);
    if (!decoded.ok) return decoded;
    return part.length > bytes ? refuse('too-large') : accept(part);
  };

/** Applies part after part to a document that has `before`, and returns it with their sizes. */
function inParts(update: Uint8Array, limit: Limit, before?: Uint8Array): { doc: Y.Doc; parts: Uint8Array[] } {
  const doc = new Y.Doc();
  if (before) Y.applyUpdate(doc, before);
  const parts: Uint8Array[] = [];
  for (let rest: Uint8Array | null = update; rest; ) {
    const first: ReturnType<typeof firstPart<Uint8Array>> = firstPart(
      rest,
      (client) => Y.getState(doc.store, client),
      Infinity,
      fitting(limit),
    );
    if (!first.ok) throw new Error(`${first.reason} ${first.detail}`);
    parts.push(first.value.part);
    Y.applyUpdate(doc, first.value.part);
    if (doc.store.pendingStructs || doc.store.pendingDs) throw new Error('a part waits for another');
    rest = first.value.rest;
  }
  return { doc, parts };
}

const stateOf = (doc: Y.Doc): Uint8Array => {
  const settled = new Y.Doc();
  Y.applyUpdate(settled, Y.encodeStateAsUpdate(doc));
  return Y.encodeStateAsUpdate(settled);
};

describe('an update in parts', () => {
  it('[AD10] the parts of any editing come to the same document, whatever their size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 }), fc.integer({ min: 1, max: 12 }), (seed, changes) => {
        const random = new FuzzRandom(seed);
        const doc = new Y.Doc();
        for (let i = 0; i < 15; i++) editOnce(doc, random);
        const before = Y.encodeStateAsUpdate(doc);
        const other = new Y.Doc();
        Y.applyUpdate(other, before);
        const vector = Y.encodeStateVector(doc);
        other.transact(() => {
          for (let i = 0; i < 15; i++) editOnce(other, random);
        });
        for (let i = 0; i < 5; i++) editOnce(doc, random);
        Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
        const update = Y.encodeStateAsUpdate(other, vector);
        const split = inParts(update, { changes }, before);
        expect(stateOf(split.doc)).toEqual(stateOf(other));
      }),
      { numRuns: 150 },
    );
  });

  it('[AD10] the last struct comes last: who knows all structs has all deletions', () => {
    const doc = new Y.Doc();
    const text = doc.getText('title');
    text.insert(0, 'x'.repeat(100));
    const before = Y.encodeStateAsUpdate(doc);
    const vector = Y.encodeStateVector(doc);
    doc.transact(() => {
      for (let at = 0; at < 40; at++) text.delete(at, 1);
      text.insert(0, 'first');
      text.insert(text.length, 'last');
    });
    const { parts } = inParts(Y.encodeStateAsUpdate(doc, vector), { changes: 7 }, before);
    expect(parts.length).toBeGreaterThan(5);
    const withStructs = parts.flatMap((part, index) => (Y.parseUpdateMeta(part).to.size > 0 ? [index] : []));
    expect(withStructs.at(-1)).toBe(parts.length - 1);
  });

  it('[AD7] cuts a text that is longer than a record, and no letter in two', () => {
    const doc = new Y.Doc();
    doc.getText('title').insert(0, `a${'😀'.repeat(3_000)}`);
    const { doc: made, parts } = inParts(Y.encodeStateAsUpdate(doc), { bytes: 1_000 });
    expect(parts.length).toBeGreaterThan(12);
    expect(made.getText('title').toString()).toBe(doc.getText('title').toString());
  });

  it('says why when a single struct does not fit', () => {
    const doc = new Y.Doc();
    doc.getMap('meta').set('k', 'x'.repeat(2_000));
    const outcome = firstPart(Y.encodeStateAsUpdate(doc), () => 0, Infinity, fitting({ bytes: 1_000 }));
    expect(outcome).toMatchObject({ ok: false, reason: 'too-large' });
  });
});

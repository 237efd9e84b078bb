import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { byClocks, byPieces } from '../../../src/engine/rooms/followers.ts';
import { isSurelyPlaced, Placing } from '../../../src/engine/rooms/placing.ts';
import { type DecodedUpdate, decodeYjsUpdate } from '../../../src/engine/rooms/yjs-update.ts';
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { META_NAME, ROOT_NAME, TITLE_NAME } from '../../../src/wire/document.ts';
import { MAX_CHANGES_PER_UPDATE } from '../../../src/wire/limits.ts';
import { between, entries, everyOther, handMade, JudgedDoc, siblings } from '../../support/fuzz/entangled.ts';
import { FuzzRandom } from '../../support/fuzz/fuzz-random.ts';
import { JudgedStream, SENDER } from '../../support/fuzz/judged-stream.ts';
import { walkedBy } from '../../support/fuzz/real-walk.ts';
import { editOnce } from '../../support/fuzz/yjs-updates.ts';

beforeAll(sodiumReady);

const decoded = (update: Uint8Array): DecodedUpdate => {
  const verdict = decodeYjsUpdate(update, Infinity);
  if (!verdict.ok) throw new Error(verdict.detail);
  return verdict.value;
};
const clocksOf = (doc: Y.Doc) => (client: number) => Y.getState(doc.store, client);
const loaded = (doc: Y.Doc): Y.Doc => {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  return copy;
};

function counted(doc: Y.Doc, update: Uint8Array, followers = byPieces(doc)): { walked: number; steps: number } {
  const placing = new Placing(doc, decoded(update), followers, Infinity);
  placing.placeAll(decoded(update), clocksOf(doc));
  return { walked: placing.walked, steps: placing.steps };
}

/** Counts must be what Yjs does, in a document that read every update and in one that was loaded, and then it is applied. */
function expectTrue(doc: Y.Doc, update: Uint8Array): void {
  const fresh = loaded(doc);
  const { walked, steps } = counted(doc, update);
  expect(counted(fresh, update)).toEqual({ walked, steps });
  expect(counted(doc, update, byClocks(doc)).steps).toBeGreaterThanOrEqual(steps);
  const known = [...Y.decodeStateVector(Y.encodeStateVector(doc)).values()].reduce((sum, clock) => sum + clock, 0);
  // What is said without a document never promises too much.
  if (steps > 0) expect(isSurelyPlaced(decoded(update), clocksOf(doc), known, steps - 1)).toBe(false);
  expect(walkedBy(() => Y.applyUpdate(fresh, update))).toBe(walked);
  expect(walkedBy(() => Y.applyUpdate(doc, update))).toBe(walked);
}

describe('counting the steps that placing takes', () => {
  it('[AD11] counts exactly the structs that Yjs walks over, for people who edit at once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 }), (seed) => {
        const random = new FuzzRandom(seed);
        const log = new Y.Doc();
        const records: Uint8Array[] = [];
        const people = [11, 3, 77].map((clientID) => {
          const person = { doc: new Y.Doc(), unsent: [] as Uint8Array[], read: 0 };
          person.doc.clientID = clientID;
          person.doc.on('update', (update: Uint8Array, origin) => origin !== 'log' && person.unsent.push(update));
          return person;
        });
        for (let step = 0; step < 50; step++) {
          const person = random.pick(people);
          const act = random.below(6);
          if (act < 4) editOnce(person.doc, random);
          else if (act === 4) {
            for (; person.read < records.length; person.read++)
              Y.applyUpdate(person.doc, records[person.read] as Uint8Array, 'log');
          } else if (person.unsent.length > 0) {
            const update = Y.mergeUpdates(person.unsent.splice(0));
            expectTrue(log, update);
            records.push(update);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('[AD11] counts exactly for hand-made updates too', () => {
    const random = new FuzzRandom(5);
    const stream = new JudgedStream(random);
    let accepted = 0;
    for (let i = 0; i < 3_000; i++) {
      const update = stream.handMadeUpdate(random);
      if (!stream.ledger().judge(SENDER, { claims: stream.claims, update }).ok) continue;
      accepted++;
      const doc = new Y.Doc();
      Y.applyUpdate(doc, stream.state);
      expectTrue(doc, update);
    }
    expect(accepted).toBeGreaterThan(100);
  });

  it('[AD11] counts walks among siblings, entries of a key that are passed, and structs that are moved', () => {
    const judged = new JudgedDoc();
    judged.fill(judged.low, siblings(300));
    expect(counted(judged.doc, handMade(judged.high, 0, siblings(100)))).toMatchObject({ walked: 300 * 100 + 99 });
    expectTrue(judged.doc, handMade(judged.high, 0, siblings(100)));
    const keyed = new JudgedDoc();
    expect(counted(keyed.doc, handMade(keyed.high, 0, entries(400))).steps).toBeGreaterThan((400 * 399) / 16);
    const behind = new JudgedDoc();
    behind.fill(behind.low, [{ text: 2_000 }, ...siblings(6_400)]);
    const { walked, steps } = counted(behind.doc, handMade(behind.high, 0, between(behind.low, 0, 100)));
    expect(walked).toBe(0);
    expect(steps).toBeGreaterThanOrEqual((100 * 6_400) / 64);
    expectTrue(behind.doc, handMade(behind.high, 0, [], everyOther(behind.low, 1, 119)));
    expectTrue(behind.doc, handMade(behind.high, 0, between(behind.low, 1_000, 100)));
  });

  it('[AD11] typing, a paragraph and a deletion need no document to be judged', () => {
    const doc = new Y.Doc();
    const edits: ((doc: Y.Doc) => void)[] = [
      (at) => at.getText(TITLE_NAME).insert(3, 'a word'),
      (at) => at.getText(TITLE_NAME).delete(3, 2),
      (at) => {
        const paragraph = new Y.XmlText();
        at.get(ROOT_NAME, Y.XmlText).insertEmbed(0, paragraph);
        for (const name of ['__type', '__format', '__indent', '__dir']) paragraph.setAttribute(name, 'x');
        paragraph.insert(0, 'a line');
      },
      (at) => void at.getMap(META_NAME).set('title', 'a paper'),
    ];
    doc.getText(TITLE_NAME).insert(0, 'x'.repeat(9));
    for (const edit of edits) {
      const vector = Y.encodeStateVector(doc);
      doc.transact(() => edit(doc));
      const clocks = Y.decodeStateVector(vector);
      const update = decoded(Y.encodeStateAsUpdate(doc, vector));
      expect(isSurelyPlaced(update, (client) => clocks.get(client) ?? 0, 25_000)).toBe(true);
    }
  });
});

describe('an update that is hard to place', () => {
  it('[AD11] is refused as soon as it takes too many steps, and changes nothing', () => {
    const judged = new JudgedDoc();
    judged.fill(judged.low, siblings(2_000));
    const before = judged.ledger.encode();
    expect(judged.take(handMade(judged.high, 0, siblings(2_000)))).toBe('too-entangled');
    expect(judged.ledger.encode()).toEqual(before);
    // Fewer at a time are let in.
    expect(judged.take(handMade(judged.high, 0, siblings(20)))).toBe('accepted');
  });

  it('[AD11] is refused under one key of a map, and where it cuts what much comes after', () => {
    const judged = new JudgedDoc();
    expect(judged.take(handMade(judged.high, 0, entries(3_000)))).toBe('too-entangled');
    judged.fill(judged.low, [{ text: 10_000 }, ...siblings(40_000)]);
    expect(judged.take(handMade(judged.high, 0, between(judged.low, 0, 200)))).toBe('too-entangled');
    expect(judged.take(handMade(judged.high, 0, [], everyOther(judged.low, 1, 200)))).toBe('too-entangled');
    expect(judged.take(handMade(judged.high, 0, between(judged.low, 0, 20)))).toBe('accepted');
  });

  it('[AD11] is judged alike by who read the whole log and by who began at its state', () => {
    const judged = new JudgedDoc();
    judged.fill(judged.low, siblings(2_000));
    judged.fill(judged.high, siblings(20));
    const other = new JudgedDoc();
    judged.fill(judged.low, [{ text: 500 }]);
    Y.applyUpdate(other.doc, Y.encodeStateAsUpdate(judged.doc));
    for (let count = 1; count < 60; count++) {
      const update = handMade(judged.high, judged.ledger.nextClock(judged.high), siblings(count));
      expect(counted(other.doc, update)).toEqual(counted(judged.doc, update));
    }
  });

  it('[AD11] is judged alike where Yjs happens to keep in two what it would join', () => {
    const judged = new JudgedDoc();
    judged.fill(judged.low, [{ text: 40 }, { left: [judged.low, 39], gone: 40 }]);
    const update = handMade(judged.high, 0, [{ text: 1 }, ...between(judged.low, 0, 20)]);
    const before = counted(judged.doc, update);
    const notJoined = { doc: judged.doc, _mergeStructs: [] } as unknown as Y.Transaction;
    for (const clock of [7, 20, 50, 51, 60]) Y.getItemCleanStart(notJoined, new Y.ID(judged.low, clock));
    expect(counted(judged.doc, update)).toEqual(before);
    expect(counted(judged.doc, update, byClocks(judged.doc))).toEqual(
      counted(loaded(judged.doc), update, byClocks(judged.doc)),
    );
  });

  it('[AD10] has at most so many structs and deleted ranges together', () => {
    const judged = new JudgedDoc();
    const chained = (count: number) =>
      Array.from({ length: count }, (_, i) =>
        i === 0 ? { text: 1 } : { left: [judged.low, i - 1] as const, text: 1 },
      );
    const ranges = everyOther(judged.low, 0, 100);
    const most = MAX_CHANGES_PER_UPDATE - ranges.length;
    expect(judged.take(handMade(judged.low, 0, chained(most + 1), ranges))).toBe('too-large');
    expect(judged.take(handMade(judged.low, 0, chained(most), ranges))).toBe('accepted');
  });
});

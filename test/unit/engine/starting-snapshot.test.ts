import { beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { Desk, write } from '../../support/desk.ts';
import { handMade, siblings } from '../../support/fuzz/entangled.ts';

beforeAll(sodiumReady);

describe('a snapshot to start at', () => {
  it('[SN1] is refused when its state lacks what it refers to, or what its ledger speaks of', () => {
    const earlierState = (_: Uint8Array, earlier: Y.Doc) => Y.encodeStateAsUpdate(earlier);
    const laterEdits = (whole: Uint8Array, earlier: Y.Doc) => Y.diffUpdate(whole, Y.encodeStateVector(earlier));
    for (const broken of [earlierState, laterEdits]) {
      const desk = new Desk();
      desk.edit(write('a text'));
      desk.sendAll();
      const earlier = desk.others;
      desk.edit(write('more of '));
      desk.sendAll();
      const state = broken(Y.encodeStateAsUpdate(desk.others), earlier);
      expect(desk.startAtForgedSnapshot(state)).toMatchObject({ reason: 'bad-snapshot', detail: 'its state' });
    }
  });

  it('[SN4] is not made of a document that takes long to load, and is refused when it is', () => {
    const desk = new Desk();
    const [low = 0, middle = 0, high = 0] = [...desk.clients].sort((a, b) => a - b);
    const count = 2_500;
    // In this order each takes a step. What the last one refers to turns the order round when all is loaded.
    desk.add(handMade(middle, 0, siblings(count)));
    desk.add(handMade(low, 0, siblings(count)));
    desk.sendAll();
    const { seq } = desk.held.reader.position;
    expect(desk.snapshot(seq)).toMatchObject({ ok: true });
    desk.add(handMade(high, 0, [{ left: [low, count - 1], text: 1 }]));
    desk.sendAll();
    expect(desk.snapshot(seq + 1)).toMatchObject({ ok: false, reason: 'too-entangled' });
    expect(desk.startAtForgedSnapshot()).toMatchObject({ ok: false, reason: 'bad-snapshot' });
  });

  it('[SN1] [SN4] control: made by hand of a true state it convinces', () => {
    const desk = new Desk();
    desk.edit(write('a text'));
    desk.sendAll();
    expect(desk.startAtForgedSnapshot()).toMatchObject({ ok: true });
  });
});

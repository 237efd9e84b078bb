import { beforeAll, describe, expect, it } from 'vitest';
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { Desk, write } from '../../support/desk.ts';
import { handMade, siblings } from '../../support/fuzz/entangled.ts';

beforeAll(sodiumReady);

describe('a document that takes long to load', () => {
  it('[SN4] gets no snapshot, and nobody begins at one', () => {
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

  it('[SN4] control: a snapshot made by hand convinces', () => {
    const desk = new Desk();
    desk.edit(write('a text'));
    desk.sendAll();
    expect(desk.startAtForgedSnapshot()).toMatchObject({ ok: true });
  });
});

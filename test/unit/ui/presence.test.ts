import { describe, expect, it } from 'vitest';
import { cursorStates, peopleIn } from '../../../src/ui/documents/presence.ts';

const place = { type: { client: 1, clock: 2 }, item: { client: 3, clock: 4 }, tname: null, assoc: 0 };
const ada = { name: 'Ada', color: '#8a3f96', focusing: true, anchorPos: place, focusPos: place };

describe('who is here', () => {
  it('is oneself first, and everybody once', () => {
    const states = new Map([
      [2, { name: 'Grace', color: '#1b6a9c' }],
      [3, { name: 'Grace', color: '#1b6a9c' }],
      [1, { name: 'Ada', color: '#8a3f96' }],
    ]);
    expect(peopleIn(states, 1)).toEqual([
      { name: 'Ada', color: '#8a3f96', self: true },
      { name: 'Grace', color: '#1b6a9c', self: false },
    ]);
  });

  it('is called a guest without a name', () => {
    expect(peopleIn(new Map([[2, { name: 7, color: 'red' }]]), 1)).toEqual([
      { name: 'Guest', color: '#51616e', self: false },
    ]);
  });
});

describe('the cursors of others', () => {
  const drawn = (state: Record<string, unknown>) =>
    cursorStates({ clientID: 1, getStates: () => new Map([[2, state]]) }).has(2);

  it('are drawn where they are', () => {
    expect(drawn(ada)).toBe(true);
    expect(drawn({ ...ada, anchorPos: null, focusPos: null })).toBe(true);
  });

  it('are left out when their place is not shaped like one', () => {
    for (const bad of [
      'x',
      7,
      undefined,
      { item: { client: -1, clock: 0 } },
      { item: { client: 1, clock: 0.5 } },
      { type: 'x' },
    ]) {
      expect(drawn({ ...ada, anchorPos: bad })).toBe(false);
    }
  });

  it('may not make new types in our document', () => {
    expect(drawn({ ...ada, focusPos: { type: null, item: null, tname: 'junk' } })).toBe(false);
    expect(drawn({ ...ada, focusPos: { type: null, item: null, tname: 'root' } })).toBe(true);
  });

  it('do not include one’s own', () => {
    expect(cursorStates({ clientID: 1, getStates: () => new Map([[1, ada]]) }).size).toBe(0);
  });
});

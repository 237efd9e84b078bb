import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applySplice, moveCaret, spliceBetween } from '../../../src/ui/documents/title-text.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'b', 'ä', '🌱', '🌳', ' '), maxLength: 12 });

describe('the title as a splice', () => {
  it('turns one text into the other', () => {
    fc.assert(
      fc.property(text, text, fc.nat(24), (before, after, caret) => {
        const splice = spliceBetween(before, after, Math.min(caret, after.length));
        expect(splice === null ? before : applySplice(before, splice)).toBe(after);
      }),
    );
  });

  it('is nothing for equal texts', () => {
    expect(spliceBetween('same', 'same')).toBeNull();
  });

  it('never cuts a surrogate pair', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const splice = spliceBetween(before, after);
        if (splice === null) return;
        expect(splice.insert.isWellFormed()).toBe(true);
        expect(before.slice(0, splice.index).isWellFormed()).toBe(true);
        expect(before.slice(splice.index + splice.remove).isWellFormed()).toBe(true);
      }),
    );
  });

  it('puts a letter typed among equal ones where the caret is', () => {
    expect(spliceBetween('aaa', 'aaaa', 2)).toEqual({ index: 1, remove: 0, insert: 'a' });
    expect(spliceBetween('aaa', 'aaaa', 4)).toEqual({ index: 3, remove: 0, insert: 'a' });
  });

  it('touches only the letters that changed', () => {
    expect(spliceBetween('Field notes', 'Field quotes', 8)).toEqual({ index: 6, remove: 1, insert: 'qu' });
    expect(spliceBetween('plan 🌱', 'plan 🌳')).toEqual({ index: 5, remove: 2, insert: '🌳' });
  });
});

describe('the caret in the title', () => {
  it('moves with what others insert and delete before it', () => {
    expect(moveCaret(5, [{ insert: 'My ' }])).toBe(8);
    expect(moveCaret(5, [{ delete: 2 }])).toBe(3);
    expect(moveCaret(5, [{ retain: 3 }, { delete: 10 }])).toBe(3);
  });

  it('stays where it is when the change comes after it', () => {
    expect(moveCaret(5, [{ retain: 5 }, { insert: '!' }])).toBe(5);
    expect(moveCaret(2, [{ retain: 7 }, { delete: 1 }])).toBe(2);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  joinText,
  splitByBytes,
  splitLines,
  splitText,
  utf8Length,
} from '../../../src/ui/documents/editor/split-text.ts';

const anyText = fc.string({ unit: fc.constantFrom('a', 'é', '字', '🌱', ' ', '\n', '\t'), maxLength: 400 });
const brokenText = fc.string({ unit: fc.constantFrom('a', '\ud83c', '\udf31', '🌱'), maxLength: 60 });

describe('splitting pasted text', () => {
  it('loses nothing and keeps the order', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 4, max: 40 }), fc.integer({ min: 1, max: 6 }), (text, bytes, lines) => {
        expect(joinText(splitText(text, bytes, lines))).toBe(text);
      }),
    );
  });

  it('keeps every piece within its bounds', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 4, max: 40 }), fc.integer({ min: 1, max: 6 }), (text, bytes, lines) => {
        for (const piece of splitText(text, bytes, lines)) {
          expect(piece.length).toBeLessThanOrEqual(lines);
          expect(piece.reduce((sum, run) => sum + utf8Length(run.text), 0)).toBeLessThanOrEqual(bytes);
        }
      }),
    );
  });

  it('never cuts a surrogate pair', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 4, max: 9 }), (text, bytes) => {
        for (const run of splitText(text, bytes).flat()) expect(run.text.isWellFormed()).toBe(true);
      }),
    );
  });

  it('does not stumble over surrogates that have lost their partner', () => {
    fc.assert(
      fc.property(brokenText, (text) => {
        expect(splitByBytes(text, 5).join('')).toBe(text);
      }),
    );
  });

  it('counts bytes as UTF-8 does', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, brokenText), (text) => {
        expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
      }),
    );
  });

  it('takes the line ends of every system', () => {
    expect(splitLines('a\r\nb\rc\nd')).toEqual(['a', 'b', 'c', 'd']);
  });

  it('cuts a line of a megabyte into pieces of 32 KiB', () => {
    const pieces = splitText('x'.repeat(1_000_000));
    expect(pieces).toHaveLength(31);
    expect(pieces.flat().filter((run) => run.newLine)).toHaveLength(0);
  });
});

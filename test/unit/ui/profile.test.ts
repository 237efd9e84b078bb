import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanName, initials, MAX_NAME_LENGTH, suggestProfile } from '../../../src/ui/profile/names.ts';
import { contrastWithWhite, PALETTE, readableColor } from '../../../src/ui/profile/palette.ts';

const MIN_CONTRAST = 4.5;

describe('the colours of people', () => {
  it.each(PALETTE)('white text can be read on $name', ({ hex }) => {
    expect(contrastWithWhite(hex)).toBeGreaterThanOrEqual(MIN_CONTRAST);
    expect(readableColor(hex)).toBe(hex);
  });

  it('darkens whatever colour others send until it can', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), (value) => {
        const color = readableColor(`#${value.toString(16).padStart(6, '0')}`);
        expect(color).toMatch(/^#[0-9a-f]{6}$/);
        expect(contrastWithWhite(color)).toBeGreaterThanOrEqual(MIN_CONTRAST);
      }),
    );
  });

  it('takes nothing else for a colour', () => {
    for (const value of ['red', '#fff', 'url(x)', '#12345g', null, 7, {}]) expect(readableColor(value)).toBe('#51616e');
  });
});

describe('the names of people', () => {
  it('suggests one for every random number', () => {
    for (const random of [0, 0.25, 0.5, 0.999999]) {
      expect(suggestProfile(() => random)).toMatchObject({
        name: expect.stringMatching(/^\p{L}+ \p{L}+$/u),
        color: expect.stringMatching(/^#[0-9a-f]{6}$/),
      });
    }
  });

  it('shows them on one line, bounded, without characters that turn text around', () => {
    expect(cleanName('  Ada\n\u202eLovelace\u0000 ')).toBe('Ada Lovelace');
    expect([...cleanName('🌱'.repeat(100))]).toHaveLength(MAX_NAME_LENGTH);
    expect(cleanName(undefined)).toBe('');
    expect(cleanName({ toString: () => 'x' })).toBe('');
  });

  it('makes initials of any of them', () => {
    expect(initials('Ada Lovelace')).toBe('AL');
    expect(initials('ada')).toBe('A');
    expect(initials('🌱 seed')).toBe('🌱S');
    expect(initials('')).toBe('?');
  });
});

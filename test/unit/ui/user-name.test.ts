import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adviseName, typedName } from '../../../src/ui/accounts/name-advice.ts';
import { judgeUserName } from '../../../src/wire/http/user-name.ts';

describe('a user name that is being chosen', () => {
  it('is not judged before it is typed', () => {
    expect(adviseName('')).toBeNull();
    expect(adviseName('   ')).toBeNull();
  });

  it('is good when the service would take it', () => {
    for (const name of ['ada', 'grace.hopper', 'a1-b2_c3', ' ada ']) expect(adviseName(name)?.state).toBe('good');
  });

  it('is not called wrong while more may come', () => {
    expect(adviseName('a')?.state).toBe('short');
    expect(adviseName('ad')?.state).toBe('short');
    expect(adviseName('ada.')).toMatchObject({ state: 'short', sentence: expect.stringContaining('ends with') });
  });

  it.each([
    ['Ada', 'lower case', 'ada'],
    ['Émilie', '“É”', 'emilie'],
    ['ａｄａ', '“ａ”', 'ada'],
    ['ada lovelace', 'spaces', 'ada.lovelace'],
    ['аda', '“а”', undefined],
    ['ada!', '“!”', undefined],
    ['1ada', 'begins with a letter', undefined],
    ['a..da', 'No two signs', undefined],
    ['a'.repeat(33), 'these are 33', undefined],
    ['ad.min', 'reserved', undefined],
    ['Admin', 'lower case', undefined],
  ])('%s: says %s', (name, part, offer) => {
    const advice = adviseName(name);
    expect(advice?.state).toBe('wrong');
    expect(advice?.sentence).toContain(part);
    expect(advice?.offer).toBe(offer);
  });

  it('is called good exactly when the service takes it, and never offered unless it does', () => {
    const typed = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.string({ unit: fc.constantFrom(...'abzAZ09._-é '), maxLength: 36 }),
    );
    fc.assert(
      fc.property(typed, (name) => {
        const advice = adviseName(name);
        expect(advice?.state === 'good').toBe(judgeUserName(name.trim()) === 'good');
        if (advice?.offer !== undefined) expect(judgeUserName(advice.offer)).toBe('good');
      }),
    );
  });
});

describe('a user name of somebody who has one', () => {
  it('may be typed in upper case and with spaces around it', () => {
    expect(typedName(' Ada ')).toBe('ada');
  });
});

import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { judgeUserName, MAX_NAME_LENGTH, MIN_NAME_LENGTH, userNameField } from '../../../src/wire/http/user-name.ts';
import { leastCpuMs } from '../../support/cpu-time.ts';

describe('user names', () => {
  it.each(['ann', 'ann2', 'a.b', 'a-b-c', 'ann_lee', 'a1.b2-c3_d4', 'x'.repeat(MAX_NAME_LENGTH)])(
    '%s is good',
    (name) => {
      expect(judgeUserName(name)).toBe('good');
    },
  );

  it.each([
    ...['', 'a', 'ab', 'x'.repeat(MAX_NAME_LENGTH + 1), 'Ann', 'ANN', '1ann', '.ann', '-ann', '_ann', 'ann.', 'ann-'],
    ...[
      'ann_',
      'a..b',
      'a.-b',
      'a__b',
      'an n',
      ' ann',
      'ann ',
      'ann\n',
      'änn',
      'аnn',
      'ａnn',
      'ann\u200b',
      'ann@b',
      'a/b',
    ],
  ])('%j is invalid', (name) => {
    expect(judgeUserName(name)).toBe('invalid');
    expect(v.is(userNameField, name)).toBe(false);
  });

  it.each([
    'admin',
    'root',
    'support',
    'sealroom',
    'seal-room',
    'ad.min',
    'no_reply',
    'web.master',
    'null',
    'everyone',
  ])('%s is reserved', (name) => {
    expect(judgeUserName(name)).toBe('reserved');
    // Nobody has it, and asking for it is no mistake.
    expect(v.is(userNameField, name)).toBe(true);
  });

  it('have one spelling: what is good is its own normal form, in lower case', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: MAX_NAME_LENGTH + 2 }), (text) => {
        if (judgeUserName(text) === 'invalid') return;
        expect(text).toBe(text.normalize('NFKC').toLowerCase());
        expect(text).toMatch(/^[\x21-\x7e]+$/);
        expect(text.length).toBeGreaterThanOrEqual(MIN_NAME_LENGTH);
      }),
    );
  });

  it('are judged in time that grows with their length alone', () => {
    const judgeThousand = (): void => {
      for (let i = 0; i < 1_000; i++) judgeUserName(`${'a.'.repeat(i)}!`);
    };
    expect(leastCpuMs(judgeThousand)).toBeLessThan(500);
  });
});

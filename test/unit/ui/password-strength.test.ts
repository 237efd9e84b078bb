import { describe, expect, it } from 'vitest';
import { judgePassword } from '../../../src/ui/accounts/password-strength.ts';
import { estimateStrength } from '../../../src/ui/accounts/strength-estimator.ts';
import { leastCpuMs } from '../../support/cpu-time.ts';

const judge = (password: string, known: readonly string[] = ['ada', 'Sealroom']) =>
  judgePassword(password, estimateStrength(password, known));

describe('a new password', () => {
  it('needs eight characters, as people count them', () => {
    expect(judge('x7#kQ2!')).toMatchObject({ accepted: false, sentence: 'Too short: 1 more character needed.' });
    expect(judge('🌱🌿🍀🌵🌲🌳🌴')).toMatchObject({ accepted: false, sentence: expect.stringContaining('1 more') });
    expect(judge('')).toMatchObject({ accepted: false, score: null });
  });

  it.each([
    ['password1', 'common'],
    ['qwertyuiop', 'common'],
    ['aaaaaaaaaa', 'Repeated'],
    ['abcabcabc', 'Repeated'],
    ['23456789012', 'Sequences'],
  ])('%s is refused, with the reason', (password, reason) => {
    const verdict = judge(password);
    expect(verdict.accepted).toBe(false);
    expect(verdict.sentence).toMatch(new RegExp(reason, 'i'));
    expect(verdict.sentence).toMatch(/Add another word/);
  });

  it('is refused when it is the user name', () => {
    expect(judge('margarethamilton', ['margarethamilton'])).toMatchObject({
      accepted: false,
      sentence: expect.stringContaining('user name'),
    });
  });

  it.each(['quiet otters swim at dawn', 'k8$wPz!q2LmN', 'пять тихих выдр', '七つの静かな川の獺'])(
    '%s is accepted whatever kinds of characters it has',
    (password) => {
      expect(judge(password)).toMatchObject({ accepted: true, score: expect.any(Number) });
    },
  );

  it('is judged by its length alone where no estimate can be made', () => {
    expect(judgePassword('password1', null)).toMatchObject({ accepted: true, score: null });
    expect(judgePassword('short', null).accepted).toBe(false);
  });

  it('of any length is judged in bounded time', () => {
    const long = 'correct horse '.repeat(5_000);
    expect(judge(long).accepted).toBe(true);
    expect(leastCpuMs(() => judge(long))).toBeLessThan(2_000);
  });
});

import { describe, expect, it } from 'vitest';
import { isSameCode } from '../../../src/ui/accounts/recovery-code.ts';
import { safetyGroups } from '../../../src/ui/accounts/settings/safety-groups.ts';

const CODE = 'W3PD-Q8LM-2ZKX';

describe('a recovery code that is typed again', () => {
  it.each([CODE, 'w3pd-q8lm-2zkx', ' W3PD Q8LM\n2ZKX ', 'W3PDQ8LM2ZKX', 'W3PD–Q8LM—2ZKX'])(
    'may be written %j',
    (typed) => {
      expect(isSameCode(typed, CODE)).toBe(true);
    },
  );
  it.each(['', 'W3PD', 'W3PD-Q8LM-2ZKY', 'W3PD-Q8LM-2ZKX1'])('is not %j', (typed) => {
    expect(isSameCode(typed, CODE)).toBe(false);
  });
});

describe('a safety number', () => {
  it('is shown in twelve groups of five digits', () => {
    const digits = Array.from({ length: 60 }, (_, i) => i % 10).join('');
    const groups = safetyGroups(digits);
    expect(groups).toHaveLength(12);
    expect(groups.every((group) => group.length === 5)).toBe(true);
    expect(safetyGroups(groups.join(' '))).toEqual(groups);
    expect(groups.join('')).toBe(digits);
  });
});

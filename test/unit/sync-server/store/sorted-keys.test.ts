import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SortedKeys } from '../../../../sync-server/store/sorted-keys.ts';

const key = (n: number): string => String(n).padStart(5, '0');
const [ALL_FROM, ALL_TO] = ['', '~'];

it('a sorted set holds what a sorted list holds, whatever is added and removed', () => {
  const change = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 3_000 }));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 3_000, size: 'max' }), fc.nat(3_000), fc.nat(3_000), (changes, a, b) => {
      const keys = new SortedKeys();
      const model = new Set<string>();
      for (const [adds, n] of changes) {
        if (adds && !model.has(key(n))) keys.add(key(n));
        if (!adds && model.has(key(n))) keys.delete(key(n));
        if (adds) model.add(key(n));
        else model.delete(key(n));
      }
      const sorted = [...model].sort();
      expect(keys.between(ALL_FROM, ALL_TO, Number.POSITIVE_INFINITY, false)).toEqual(sorted);
      const within = sorted.filter((text) => text >= key(a) && text < key(b));
      expect(keys.between(key(a), key(b), 7, false)).toEqual(within.slice(0, 7));
      expect(keys.between(key(a), key(b), 7, true)).toEqual(within.reverse().slice(0, 7));
    }),
    { numRuns: 30, seed: 3 },
  );
});

it('a sorted set stays sorted over many runs', () => {
  const keys = new SortedKeys();
  for (let n = 0; n < 5_000; n++) keys.add(key((n * 7919) % 5_000));
  const all = Array.from({ length: 5_000 }, (_, n) => key(n));
  expect(keys.between(ALL_FROM, ALL_TO, Number.POSITIVE_INFINITY, false)).toEqual(all);
  for (let n = 0; n < 5_000; n += 2) keys.delete(key(n));
  expect(keys.between(ALL_FROM, ALL_TO, 3, true)).toEqual([key(4_999), key(4_997), key(4_995)]);
});

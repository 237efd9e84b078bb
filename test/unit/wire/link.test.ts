import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { blake2b, sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { ZERO_BYTES } from '../../../src/wire/ids.ts';
import { decodeLink, encodeLink } from '../../../src/wire/link.ts';
import * as any from './arbitraries.ts';
import { survives } from './hostile-bytes.ts';

beforeAll(sodiumReady);

const RUNS = { numRuns: 30 };

describe('[LI1] a link', () => {
  const partsOf = (path: string): [string, string] => path.replace('/d/', '').split('#') as [string, string];
  const read = (room: string, fragment: string) => (): Uint8Array => {
    decodeLink(blake2b, room, fragment);
    return new Uint8Array();
  };

  it('decodes to what was encoded', () => {
    fc.assert(
      fc.property(any.link, (link) => {
        expect(decodeLink(blake2b, ...partsOf(encodeLink(blake2b, link)))).toEqual(link);
      }),
      RUNS,
    );
  });

  it('is refused with any letter changed or lost, in the room or in the fragment', () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    fc.assert(
      fc.property(any.link, fc.nat(), fc.constantFrom(...letters), (link, at, letter) => {
        const [room, fragment] = partsOf(encodeLink(blake2b, link));
        const whole = room + fragment;
        const index = at % whole.length;
        fc.pre(whole[index] !== letter);
        const changed = whole.slice(0, index) + letter + whole.slice(index + 1);
        expect(survives(read(changed.slice(0, 43), changed.slice(43)), ZERO_BYTES)).toBe('refused');
        for (let length = 0; length < fragment.length; length++)
          expect(survives(read(room, fragment.slice(0, length)), ZERO_BYTES)).toBe('refused');
      }),
      RUNS,
    );
  });

  it('out of any text is refused, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), any.link, (room, fragment, link) => {
        expect(survives(read(room, fragment), ZERO_BYTES)).toBe('refused');
        expect(survives(read(link.room, fragment), ZERO_BYTES)).toBe('refused');
      }),
      { numRuns: 100 },
    );
  });
});

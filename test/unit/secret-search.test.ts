import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../src/wire/bytes.ts';
import { blake2b256 } from '../../sync-server/relay/hash.ts';
import { SecretSearch } from '../support/secret-search.ts';

const bytes = (min: number, max: number) => fc.uint8Array({ minLength: min, maxLength: max });
/** Without a pattern: of such as have one, a part can look like the whole at another alignment. */
const secret = fc.nat().map((seed) => blake2b256(utf8(`secret ${seed}`)));
const ENCODINGS = ['latin1', 'hex', 'base64', 'base64url'] as const;

describe('the search for secrets', () => {
  it('finds a value in every encoding, at any alignment, amid anything', () => {
    fc.assert(
      fc.property(
        bytes(12, 70),
        bytes(0, 40),
        bytes(0, 40),
        fc.constantFrom(...ENCODINGS),
        fc.boolean(),
        fc.boolean(),
        (value, before, after, encoding, isUpper, isTwoBytes) => {
          const text = Buffer.concat([before, value, after]).toString(encoding);
          const cased = encoding === 'hex' && isUpper ? text.toUpperCase() : text;
          const place = Buffer.from(cased, isTwoBytes ? 'utf16le' : 'latin1');
          const search = new SecretSearch({ other: new Uint8Array(12).fill(0xa7), value });
          expect(search.found(new Uint8Array(9), place)).toContain('value');
        },
      ),
      { numRuns: 500 },
    );
  });

  it('finds nothing where nothing is, nor all of a value but its end', () => {
    fc.assert(
      fc.property(secret, bytes(0, 200), fc.constantFrom(...ENCODINGS), (value, around, encoding) => {
        const search = new SecretSearch({ value });
        expect(search.found(Buffer.from(Buffer.from(around).toString(encoding), 'latin1'))).toEqual([]);
        // Of the last byte, base64 shows no more than a few bits.
        const part = Buffer.from(value.subarray(0, -2)).toString(encoding);
        expect(search.found(Buffer.from(part, 'latin1'))).toEqual([]);
      }),
    );
  });
});

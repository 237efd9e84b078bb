import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { concatBytes } from '../../../src/wire/bytes.ts';
import { parseRecord } from '../../../src/wire/parsed-record.ts';
import { assembleRecord, decodeRecord, encodeHeader } from '../../../src/wire/record.ts';
import * as any from './arbitraries.ts';
import { survives } from './hostile-bytes.ts';
import { noticeBytes, STRUCTURES } from './structures.ts';

beforeAll(sodiumReady);

const RUNS = { numRuns: 30 };

describe.each(STRUCTURES)('[EN2] $name', ({ encoded, again, openEnded, spellings }) => {
  it('decodes to what encodes to the same bytes', () => {
    fc.assert(
      fc.property(encoded, (bytes) => {
        expect(again(bytes)).toEqual(bytes);
      }),
      RUNS,
    );
  });

  it('is refused wherever it is cut off, and with a byte too many', () => {
    fc.assert(
      fc.property(encoded, (bytes) => {
        const end = openEnded ? openEnded(bytes) : bytes.length;
        for (let length = 0; length < end; length++)
          if (survives(again, bytes.subarray(0, length)) !== 'refused') expect.fail(`accepted ${length} bytes`);
        for (let length = end; length < bytes.length; length++) survives(again, bytes.subarray(0, length));
        if (openEnded) return;
        // A frame may be followed by another one; no frame has the tag 0.
        expect(survives(again, concatBytes(bytes, new Uint8Array(1)))).toBe('refused');
      }),
      { numRuns: 8 },
    );
  });

  it('with a bit turned over is refused or read as another value, and nothing else happens', () => {
    fc.assert(
      fc.property(encoded, fc.nat(), fc.integer({ min: 0, max: 7 }), (bytes, at, bit) => {
        const changed = bytes.slice();
        const index = at % changed.length;
        changed[index] = (changed[index] ?? 0) ^ (1 << bit);
        if (survives(again, changed) === 'accepted' && !spellings) expect(again(changed)).not.toEqual(bytes);
      }),
      { numRuns: 150 },
    );
  });

  it('out of random bytes is refused or read, and nothing else happens', () => {
    fc.assert(
      fc.property(any.someBytes(400), (bytes) => {
        survives(again, bytes);
      }),
      { numRuns: 100 },
    );
  });

  it('with random bytes behind its beginning is refused or read, and nothing else happens', () => {
    fc.assert(
      fc.property(encoded, fc.nat(), any.someBytes(200), (bytes, at, noise) => {
        survives(again, concatBytes(bytes.subarray(0, at % bytes.length), noise));
      }),
      { numRuns: 100 },
    );
  });
});

describe('[RE1] a record with its clear body', () => {
  it('whatever lies in the body of an epoch or a notice, it is read or refused', () => {
    const clear = any.record.filter(({ header }) => header.kind === 'epoch' || header.kind === 'notice');
    fc.assert(
      fc.property(clear, fc.oneof(any.epochBody, noticeBytes, any.someBytes(300)), ({ header, signature }, body) => {
        const record = assembleRecord(concatBytes(encodeHeader(header), body), signature);
        survives((bytes) => {
          parseRecord(decodeRecord(bytes));
          return bytes;
        }, record);
      }),
      { numRuns: 100 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '../../../src/wire/bytes.ts';
import { CERTIFICATE_BYTES } from '../../../src/wire/certificate.ts';
import { MAX_DEVICE_LIST_BYTES } from '../../../src/wire/device-list.ts';
import { certificateProof, NO_PROOF, readOpenProof } from '../../../src/wire/open-proof.ts';
import * as any from './arbitraries.ts';
import { encodeProof } from './structures.ts';

describe('[FR3] a proof shown at opening', () => {
  const read = (bytes: Uint8Array) => () => readOpenProof(new ByteReader(bytes));
  const block = (tag: number, length: number) => new ByteWriter().u8(tag).block(new Uint8Array(length)).bytes();

  it('is decoded to what was encoded', () => {
    fc.assert(
      fc.property(any.openProof, (proof) => {
        expect(readOpenProof(new ByteReader(encodeProof(proof)))).toEqual(proof);
      }),
    );
  });
  it('is none without a certificate', () => {
    expect(certificateProof(new Uint8Array())).toEqual(NO_PROOF);
    expect(encodeProof(NO_PROOF)).toEqual(Uint8Array.of(0));
  });
  it('has a bounded size', () => {
    expect(read(block(1, CERTIFICATE_BYTES))().type).toBe('certificate');
    expect(read(block(2, MAX_DEVICE_LIST_BYTES))().type).toBe('device-list');
    expect(read(block(1, CERTIFICATE_BYTES + 1))).toThrow('too-large');
    expect(read(block(2, MAX_DEVICE_LIST_BYTES + 1))).toThrow('too-large');
  });
  it('[EN5] of another kind is not guessed at', () => {
    expect(read(block(3, 0))).toThrow('unknown-version');
  });
});

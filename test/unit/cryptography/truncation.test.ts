/** Whatever is signed or sealed, shortened to any length, lengthened by a byte, or with a bit changed: nobody takes it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { AEAD_TAG_BYTES, sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { concatBytes } from '../../../src/wire/bytes.ts';
import { SIGNATURE_LENGTH } from '../../../src/wire/proof.ts';
import { proofHolds } from '../../../sync-server/relay/verifier.ts';
import { BASE } from '../../support/separation/context.ts';
import { SEALED } from '../../support/separation/sealed-things.ts';
import { signatureOf } from '../../support/separation/signed-thing.ts';
import { SIGNED } from '../../support/separation/signed-things.ts';

beforeAll(sodiumReady);

const shorter = (bytes: Uint8Array): Uint8Array[] => Array.from(bytes, (_, length) => bytes.subarray(0, length));
const longer = (bytes: Uint8Array): Uint8Array[] =>
  [0, 1, 0xff].flatMap((more) => [concatBytes(bytes, Uint8Array.of(more)), concatBytes(Uint8Array.of(more), bytes)]);
const flipped = (bytes: Uint8Array, bit: number): Uint8Array => {
  const changed = bytes.slice();
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
};

describe('a signature', () => {
  it.each(SIGNED)('of $name counts whole alone', async (thing) => {
    const signature = signatureOf(thing, BASE);
    expect(signature).toHaveLength(SIGNATURE_LENGTH);
    expect([thing.client(signature, BASE), await thing.server(signature, BASE)]).toEqual([true, true]);
    // Each bit of one kind, which stands for all; of the others one in five.
    const step = thing.label === 'record/update' ? 1 : 5;
    const bits = Array.from({ length: Math.ceil((8 * SIGNATURE_LENGTH) / step) }, (_, i) =>
      flipped(signature, step * i),
    );
    for (const damaged of [...shorter(signature), ...longer(signature), ...bits]) {
      if (thing.client(damaged, BASE)) expect.fail(`the client takes ${damaged}`);
      if (await thing.server(damaged, BASE)) expect.fail(`the server takes ${damaged}`);
    }
  });

  it('that is too long is looked at whole by the server, although its library looks at the first 64 bytes alone', () => {
    const thing = SIGNED[0] ?? expect.fail();
    const { publicKey: key } = thing.key(BASE);
    const message = thing.over(thing.payload(BASE)) ?? expect.fail();
    const signature = signatureOf(thing, BASE);
    expect(proofHolds({ key, message, signature })).toBe(true);
    for (const damaged of [...shorter(signature), concatBytes(signature, Uint8Array.of(0))])
      expect(proofHolds({ key, message, signature: damaged })).toBe(false);
  });
});

describe('a seal', () => {
  it.each(SEALED)('of $name opens whole alone', (thing) => {
    const bytes = thing.seal(BASE);
    expect(thing.opens(bytes, BASE)).toBe(true);
    for (const damaged of [...shorter(bytes), ...longer(bytes)])
      if (thing.opens(damaged, BASE)) expect.fail(`${damaged.length} of ${bytes.length} bytes`);
    // Each bit of the tag; of the rest one in every byte, or fewer: opening an encapsulation is dear.
    const step = bytes.length > 1_000 ? 37 : 9;
    const tagAt = 8 * (bytes.length - AEAD_TAG_BYTES);
    for (let bit = 0; bit < 8 * bytes.length; bit += bit < tagAt ? step : 1)
      if (isCovered(thing.name, bit) && thing.opens(flipped(bytes, bit), BASE))
        expect.fail(`bit ${bit} of ${bytes.length} bytes`);
  });
});

/** A wrap says for whom it is, so that it is found; the record covers that, by the wrap's hash [EP8]. */
const WRAP_NAMES_BITS = 8 * (32 + 4);
const isCovered = (name: string, bit: number): boolean => name !== 'a wrap' || bit >= WRAP_NAMES_BITS;

/** Signed prekeys that say what a test wants. */
import type { Identity } from '../../src/engine/epochs/identity.ts';
import { KEY_BYTES, kemKeyFromSeed, sign } from '../../src/engine/seal/sodium.ts';
import { concatBytes } from '../../src/wire/bytes.ts';
import { ZERO_HASH } from '../../src/wire/ids.ts';
import { encodePrekey, type Prekey, prekeySignedBytes } from '../../src/wire/prekey.ts';

export const kemKey = (fill: number): Uint8Array => kemKeyFromSeed(new Uint8Array(KEY_BYTES).fill(fill)).publicKey;

/** Signed by `signer`, whatever it says. */
export function signedBy(signer: Identity, fields: Partial<Prekey> = {}): Uint8Array {
  const unsigned = encodePrekey({
    device: signer.device,
    id: 1,
    date: 0,
    listVersion: 1,
    listHash: ZERO_HASH,
    kemKey: fields.kemKey ?? kemKey(fields.id ?? 1),
    ...fields,
  });
  return concatBytes(unsigned, sign(prekeySignedBytes(unsigned), signer.signing));
}

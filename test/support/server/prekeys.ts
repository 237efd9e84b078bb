/** Signed prekeys of test devices. Their keys are noise: the relay does not look at them. */
import { concatBytes } from '../../../src/wire/bytes.ts';
import { ZERO_HASH } from '../../../src/wire/ids.ts';
import { encodePrekey, KEM_PUBLIC_KEY_BYTES, type Prekey, prekeySignedBytes } from '../../../src/wire/prekey.ts';
import type { Device } from './identities.ts';

/** `fields.device` another than the signer: a forgery. */
export function prekeyOf(signer: Device, fields: Partial<Prekey> = {}): Uint8Array {
  const unsigned = encodePrekey({
    device: signer.id,
    id: 1,
    date: 0,
    listVersion: 1,
    listHash: ZERO_HASH,
    kemKey: new Uint8Array(KEM_PUBLIC_KEY_BYTES).fill(fields.id ?? 1),
    ...fields,
  });
  return concatBytes(unsigned, signer.sign(prekeySignedBytes(unsigned)));
}

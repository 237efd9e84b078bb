/** Reading device lists that clients bring. */
import { WireError } from '../../src/wire/bytes.ts';
import { decodeDeviceList, type SignedDeviceList } from '../../src/wire/device-list.ts';
import type { Verifier } from '../relay/verifier.ts';
import { decline, done, type Outcome } from './outcome.ts';

/** With every signature checked. Declined with `bad-device-list` or `bad-signature`. */
export async function checkedList(verifier: Verifier, bytes: Uint8Array): Promise<Outcome<SignedDeviceList>> {
  const signed = decoded(bytes);
  if (!signed) return decline('bad-device-list');
  return (await verifier.verify(signed.proofs)) ? done(signed) : decline('bad-signature');
}

function decoded(bytes: Uint8Array): SignedDeviceList | undefined {
  try {
    return decodeDeviceList(bytes);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** Checks signatures, off the main thread where that pays. */
import sodium from 'sodium-native';
import { type Proof, SIGNATURE_LENGTH } from '../../src/wire/proof.ts';
import { asBuffer } from './hash.ts';

export type Verifier = {
  /** True if every proof holds. Rejects only when the check itself could not be made. */
  readonly verify: (proofs: readonly Proof[]) => Promise<boolean>;
  readonly close: () => Promise<void>;
};

/** sodium-native looks at the first 64 bytes alone, whatever the length. */
export const proofHolds = ({ key, message, signature }: Proof): boolean =>
  signature.length === SIGNATURE_LENGTH &&
  sodium.crypto_sign_verify_detached(asBuffer(signature), asBuffer(message), asBuffer(key));

/** On the calling thread: for a single core, tests and simulations. */
export const createInlineVerifier = (): Verifier => ({
  verify: async (proofs) => proofs.every(proofHolds),
  close: async () => undefined,
});

/** A signature that still has to be checked. Decoders return proofs; only whoever holds a crypto library checks them. */
export type Proof = {
  /** Ed25519 public key, 32 bytes. */
  readonly key: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
};
export const SIGNATURE_LENGTH = 64;

/** Proofs on their way to a worker and verdicts on their way back: one buffer each, so that nothing is cloned piecemeal. */
import { ByteReader, ByteWriter } from '../../src/wire/bytes.ts';
import { ID_BYTES } from '../../src/wire/ids.ts';
import { type Proof, SIGNATURE_LENGTH } from '../../src/wire/proof.ts';

export type BatchMessage = { readonly id: number; readonly proofs: Uint8Array };
/** `holds`: one byte for each proof, 1 or 0. */
export type BatchAnswer = { readonly id: number; readonly holds: Uint8Array };

export function packProofs(proofs: readonly Proof[]): Uint8Array {
  const out = new ByteWriter();
  for (const { key, signature, message } of proofs) out.raw(key).raw(signature).block(message);
  return out.bytes();
}

export function unpackProofs(bytes: Uint8Array): Proof[] {
  const reader = new ByteReader(bytes);
  const proofs: Proof[] = [];
  while (reader.remaining > 0)
    proofs.push({
      key: reader.raw(ID_BYTES),
      signature: reader.raw(SIGNATURE_LENGTH),
      message: reader.block(bytes.length),
    });
  return proofs;
}

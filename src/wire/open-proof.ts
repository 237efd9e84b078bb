/**
 * What a device shows when it opens a room whose log may not know it yet [FR3]. Frames do not look inside: `introductionOf` does.
 * A tag and, behind all but `none`, a block.
 */
import { type ByteReader, type ByteWriter, WireError } from './bytes.ts';
import { CERTIFICATE_BYTES } from './certificate.ts';
import { MAX_DEVICE_LIST_BYTES } from './device-list.ts';

export type OpenProof =
  | { readonly type: 'none' }
  /** A visitor's certificate. */
  | { readonly type: 'certificate'; readonly bytes: Uint8Array }
  /** A signed device list, newer than the one that the log knows. */
  | { readonly type: 'device-list'; readonly bytes: Uint8Array };

const TAGS = { none: 0, certificate: 1, 'device-list': 2 } as const;

export const NO_PROOF: OpenProof = { type: 'none' };

/** `certificate`: empty for members. */
export const certificateProof = (certificate: Uint8Array): OpenProof =>
  certificate.length === 0 ? NO_PROOF : { type: 'certificate', bytes: certificate };

export function writeOpenProof(out: ByteWriter, proof: OpenProof): ByteWriter {
  out.u8(TAGS[proof.type]);
  return proof.type === 'none' ? out : out.block(proof.bytes);
}

/** @throws WireError */
export function readOpenProof(reader: ByteReader): OpenProof {
  const tag = reader.u8();
  if (tag === TAGS.none) return NO_PROOF;
  if (tag === TAGS.certificate) return { type: 'certificate', bytes: reader.block(CERTIFICATE_BYTES) };
  if (tag === TAGS['device-list']) return { type: 'device-list', bytes: reader.block(MAX_DEVICE_LIST_BYTES) };
  throw new WireError('unknown-version', `proof ${tag}`);
}

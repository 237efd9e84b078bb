/** Padding hides lengths [RE4]: at least 256 bytes, above that the PADMÉ length (Nikitin et al., PETS 2019: at most 12 % more). */
import { ByteReader, ByteWriter, WireError } from '../../wire/bytes.ts';
import { MAX_SNAPSHOT_RECORD_BYTES } from '../../wire/limits.ts';

export const MIN_PADDED_BYTES = 256;
const LENGTH_BYTES = 4;

/** The PADMÉ length for `length` bytes, or the minimum. */
export function paddedLength(length: number): number {
  if (length <= MIN_PADDED_BYTES) return MIN_PADDED_BYTES;
  const exponent = Math.floor(Math.log2(length));
  const zeroBits = exponent - (Math.floor(Math.log2(exponent)) + 1);
  const step = 2 ** zeroBits;
  return Math.ceil(length / step) * step;
}

export function pad(plain: Uint8Array): Uint8Array {
  const length = LENGTH_BYTES + plain.length;
  return new ByteWriter()
    .block(plain)
    .raw(new Uint8Array(paddedLength(length) - length))
    .bytes();
}

/** @throws WireError `malformed` if it was not padded as the rule says */
export function unpad(padded: Uint8Array): Uint8Array {
  const reader = new ByteReader(padded);
  const plain = reader.block(MAX_SNAPSHOT_RECORD_BYTES);
  const fill = reader.rest();
  if (padded.length !== paddedLength(LENGTH_BYTES + plain.length) || fill.some((byte) => byte !== 0))
    throw new WireError('malformed', 'padding');
  return plain;
}

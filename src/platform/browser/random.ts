import type { Random } from '../../engine/ports.ts';

/** More in one call is an error by the Web Cryptography specification. */
const MAX_CALL_BYTES = 65_536;

export const browserRandom: Random = {
  bytes(length) {
    const bytes = new Uint8Array(length);
    for (let start = 0; start < length; start += MAX_CALL_BYTES) {
      crypto.getRandomValues(bytes.subarray(start, start + MAX_CALL_BYTES));
    }
    return bytes;
  },
};

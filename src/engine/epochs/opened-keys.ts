/** Keys of epochs that were worked out once. A log is replayed often, and opening a wrap takes most of a millisecond. */
import type { Hash } from '../../wire/ids.ts';
import type { Unwrap } from '../rooms/log-reader.ts';
import type { EpochKey } from '../seal/record-seal.ts';

/** A core commits to one secret, so whatever gave it once, the key stays the same. */
export function rememberingKeys(unwrap: Unwrap): Unwrap {
  const keyByCore = new Map<Hash, EpochKey>();
  return (access, wrap) => {
    const key = keyByCore.get(access.coreHash) ?? unwrap(access, wrap);
    if (key) keyByCore.set(access.coreHash, key);
    return key;
  };
}

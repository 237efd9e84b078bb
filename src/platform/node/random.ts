import { randomBytes } from 'node:crypto';
import type { Random } from '../../engine/ports.ts';

export const nodeRandom: Random = {
  // A plain Uint8Array: a Buffer's slice() shares memory, which no caller expects.
  bytes: (length) => new Uint8Array(randomBytes(length)),
};

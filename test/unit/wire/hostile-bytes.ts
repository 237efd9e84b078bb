import { expect } from 'vitest';
import { WireError } from '../../../src/wire/bytes.ts';

const QUICK_MS = 500;

/** Runs a decoder on hostile bytes: only a WireError may come out, and soon. */
export function survives(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): 'accepted' | 'refused' {
  const startedAt = performance.now();
  try {
    decode(bytes);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return 'refused';
  } finally {
    const took = performance.now() - startedAt;
    if (took > QUICK_MS) expect.fail(`took ${took} ms`);
  }
}

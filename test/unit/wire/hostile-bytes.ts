import { expect } from 'vitest';
import { WireError } from '../../../src/wire/bytes.ts';
import { leastCpuMs } from '../../support/cpu-time.ts';

/** Of CPU time. */
const QUICK_MS = 500;

/** Runs a decoder on hostile bytes: only a WireError may come out, and soon. */
export function survives(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): 'accepted' | 'refused' {
  const startedAt = performance.now();
  const outcome = outcomeOf(decode, bytes);
  if (performance.now() - startedAt > QUICK_MS)
    expect(leastCpuMs(() => outcomeOf(decode, bytes))).toBeLessThan(QUICK_MS);
  return outcome;
}

function outcomeOf(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): 'accepted' | 'refused' {
  try {
    decode(bytes);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return 'refused';
  }
}

/**
 * What two people compare to know that nobody stands between them: the same on both screens, worked out of both identity keys.
 * Sixty digits hold 199 bits, so a pair of false keys with the same number takes 2^99 attempts.
 */
import { toBase64Url } from '../../wire/base64url.ts';
import { concatBytes, labelled } from '../../wire/bytes.ts';
import { compareBytes } from '../../wire/device-list.ts';
import { idBytes, type PrincipalId } from '../../wire/ids.ts';
import { blake2b } from '../seal/sodium.ts';

const GROUPS = 12;
const GROUP_BYTES = 5;
const GROUP_SIZE = 100_000n;
const HASH_HALVES = ['safety-number/1', 'safety-number/2'];

export type SafetyNumber = { readonly digits: string; readonly code: string };

export function safetyNumber(a: PrincipalId, b: PrincipalId): SafetyNumber {
  const pair = [idBytes(a), idBytes(b)].sort(compareBytes);
  const bytes = concatBytes(...HASH_HALVES.map((label) => blake2b(labelled(label, ...pair))));
  const groups = Array.from({ length: GROUPS }, (_, i) => {
    const part = bytes.subarray(i * GROUP_BYTES, (i + 1) * GROUP_BYTES);
    const value = part.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
    return String(value % GROUP_SIZE).padStart(5, '0');
  });
  return {
    digits: groups.join(' '),
    code: `sealroom-safety:1:${toBase64Url(blake2b(labelled('safety-code', ...pair)))}`,
  };
}

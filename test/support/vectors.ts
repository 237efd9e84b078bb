/** Reads the test vectors, and brings what the product decodes into their shape. */
import { readFileSync } from 'node:fs';
import type { Random } from '../../src/engine/ports.ts';
import { WireError } from '../../src/wire/bytes.ts';
import type { Reason } from '../../src/wire/refusals.ts';

export type Hostile = {
  readonly name: string;
  readonly reason: Reason;
  readonly step: 'decode' | 'verify' | 'open' | 'judge';
  readonly bytes: string;
  readonly [key: string]: unknown;
};
export type VectorFile<Valid, Rest = unknown> = {
  readonly valid: readonly Valid[];
  readonly hostile: readonly Hostile[];
} & Rest;

export const readVectors = <Valid, Rest = unknown>(name: string): VectorFile<Valid, Rest> =>
  JSON.parse(readFileSync(new URL(`../vectors/data/${name}.json`, import.meta.url), 'utf8'));

export const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const ID_TEXT = /^[A-Za-z0-9_-]{43}$/;

/** Bytes and identifiers as hex, maps as objects, everything else as it is. */
export function toVector(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (typeof value === 'string') return ID_TEXT.test(value) ? toHex(Buffer.from(value, 'base64url')) : value;
  if (Array.isArray(value)) return value.map(toVector);
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, item]) => [toVector(key), toVector(item)] as const));
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toVector(item)]));
  return value;
}

/** The reason a decoder refuses with; anything else that it throws is passed on. */
export function refusalOf(decode: () => unknown): Reason | 'accepted' {
  try {
    decode();
  } catch (error) {
    if (error instanceof WireError) return error.reason;
    throw error;
  }
  return 'accepted';
}

/** Hands out these bytes, in order, where the product asks for random ones. */
export function randomFrom(...parts: readonly Uint8Array[]): Random {
  const left = [...parts];
  return {
    bytes(length) {
      const next = left.shift();
      if (next?.length !== length) throw new Error(`asked for ${length} bytes, there are ${next?.length ?? 'none'}`);
      return next;
    },
  };
}

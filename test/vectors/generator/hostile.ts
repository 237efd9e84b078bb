/** Hostile variants: each entry names the reason it must be refused with, and the step at which. */
import { cat, hex, type Json, u8 } from './layout.ts';

export type Step = 'decode' | 'verify' | 'open' | 'judge';
export type Hostile = { readonly name: string; readonly reason: string; readonly step: Step } & {
  readonly [key: string]: Json;
};

export const refused = (name: string, reason: string, bytes: Uint8Array, rest: object = {}): Hostile => ({
  name,
  reason,
  step: 'decode',
  bytes: hex(bytes),
  ...rest,
});

/** Cut off at these lengths; negative ones count from the end. */
export const truncated = (of: string, bytes: Uint8Array, lengths: readonly number[]): Hostile[] =>
  lengths.map((length) => refused(`${of}, cut to ${length} bytes`, 'malformed', bytes.slice(0, length)));

export const trailing = (of: string, bytes: Uint8Array): Hostile =>
  refused(`${of}, a byte too many`, 'malformed', cat(bytes, u8(0)));

/** Whose first byte is a version. */
export const otherVersions = (of: string, bytes: Uint8Array, own = 1): Hostile[] =>
  [...new Set([0, own - 1, own + 1, 255])].map((version) =>
    refused(`${of}, version ${version}`, 'unknown-version', cat(u8(version), bytes.subarray(1))),
  );

/** Every proper prefix is refused like the whole. */
export const everyCut = (of: string, reason: string, bytes: Uint8Array, rest: object = {}): Hostile =>
  refused(`${of}, cut at any length`, reason, bytes, { cut: 'every length', ...rest });
export const unopened = (name: string, bytes: Uint8Array, rest: object): Hostile =>
  refused(name, 'cannot-open', bytes, { step: 'open', ...rest });

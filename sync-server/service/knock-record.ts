/**
 * A knock that waits at a room, under room and account; and beside it two short lists, of who waits at the room and where the account
 * waits. Every commit checks both, so their limits hold whoever comes at once.
 */
import { ByteReader, ByteWriter } from '../../src/wire/bytes.ts';
import { MAX_KNOCK_BYTES } from '../../src/wire/knock.ts';
import { assertVersion } from '../log/streams.ts';

const VERSION = 1;
const DAY_MS = 24 * 60 * 60 * 1000;
/** How long a knock waits. Whoever was not let in by then asks again. */
export const KNOCK_DAYS = 30;
export const KNOCK_MS = KNOCK_DAYS * DAY_MS;

export type KeptKnock = {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** As the device signed it. */
  readonly note: Uint8Array;
};

export const encodeKnockRecord = ({ at, note }: KeptKnock): Uint8Array =>
  new ByteWriter().u8(VERSION).u64(at).block(note).bytes();

/** @throws WireError if the database holds something else */
export function decodeKnockRecord(value: Uint8Array): KeptKnock {
  const reader = new ByteReader(value);
  assertVersion(reader.u8(), VERSION);
  const kept = { at: reader.u64(), note: reader.block(MAX_KNOCK_BYTES) };
  reader.end();
  return kept;
}

/** `id`: the bytes of an account or of a room, all of one list equally long. */
export type Waiting = { readonly id: Uint8Array; readonly at: number };

export function encodeWaiting(waiting: readonly Waiting[]): Uint8Array {
  const out = new ByteWriter().u8(VERSION).u16(waiting.length);
  for (const { id, at } of waiting) out.block(id).u64(at);
  return out.bytes();
}

export function decodeWaiting(value: Uint8Array): Waiting[] {
  const reader = new ByteReader(value);
  assertVersion(reader.u8(), VERSION);
  const waiting = Array.from({ length: reader.u16() }, () => ({ id: reader.block(value.length), at: reader.u64() }));
  reader.end();
  return waiting;
}

/** `now` in milliseconds since 1970. A clock that was set back keeps it for no longer. */
export const isAsking = ({ at }: { readonly at: number }, now: number): boolean => Math.abs(now - at) < KNOCK_MS;

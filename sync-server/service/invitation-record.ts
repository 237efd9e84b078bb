/** An invitation that waits for an account, under recipient, room and sender, and how many there have been. */
import { ByteReader, ByteWriter } from '../../src/wire/bytes.ts';
import { MAX_INVITATION_BYTES } from '../../src/wire/invitation.ts';
import { assertVersion } from '../log/streams.ts';

const VERSION = 1;
const DAY_MS = 24 * 60 * 60 * 1000;
/** How long a note waits. Longer than people are away; who comes later asks to be invited again, and is in the room as before. */
export const INVITATION_DAYS = 30;
export const INVITATION_MS = INVITATION_DAYS * DAY_MS;

export type KeptInvitation = {
  /** Counts up for each recipient: the order in which they came, whatever the clock did. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** As the sender signed it. */
  readonly note: Uint8Array;
};

export const encodeKept = ({ number, at, note }: KeptInvitation): Uint8Array =>
  new ByteWriter().u8(VERSION).u64(number).u64(at).block(note).bytes();

/** @throws WireError if the database holds something else */
export function decodeKept(value: Uint8Array): KeptInvitation {
  const reader = new ByteReader(value);
  assertVersion(reader.u8(), VERSION);
  const kept = { number: reader.u64(), at: reader.u64(), note: reader.block(MAX_INVITATION_BYTES) };
  reader.end();
  return kept;
}

/** `now` in milliseconds since 1970. A clock that was set back keeps it for no longer. */
export const isCurrent = ({ at }: KeptInvitation, now: number): boolean => Math.abs(now - at) < INVITATION_MS;

/** The last number given to an invitation of an account. */
export const encodeLastNumber = (number: number): Uint8Array => new ByteWriter().u8(VERSION).u64(number).bytes();

export function decodeLastNumber(value: Uint8Array): number {
  const reader = new ByteReader(value);
  assertVersion(reader.u8(), VERSION);
  const number = reader.u64();
  reader.end();
  return number;
}

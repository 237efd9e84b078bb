/**
 * How often somebody may try. Counted on disk when an attempt begins, so that neither a restart nor many requests at
 * once give more of them; given back when it succeeds. Names and addresses are kept as keyed hashes.
 *
 * Invariant: an entry counts while it lies within the window of now, on either side. So a clock that was set back locks
 * nobody out for longer than two windows, and one that was set forward and back leaves nothing behind.
 */
import { ByteReader, ByteWriter, utf8 } from '../../src/wire/bytes.ts';
import { assertVersion } from '../log/streams.ts';
import { accountKeys } from '../store/account-keys.ts';
import type { ServiceContext } from './context.ts';
import { keyedHash } from './keyed-hash.ts';
import { decline, done, type Outcome, retried } from './outcome.ts';

const VERSION = 1;
export const ATTEMPT_WINDOW_MS = 15 * 60 * 1000;
/** For one name, and for one address, within the window. */
export const MAX_ATTEMPTS = 10;
/** Times that one account may ask for access to a room, within the window. */
export const KNOCKS_PER_ACCOUNT = 10;
/** A value holds no more times than this, whatever the settings say. */
const MAX_TIMES = 10_000;

/**
 * Whom or what is counted. `text`: a name, an address as `addressGroup` gives it, or the account that looks somebody up, invites or
 * asks for access.
 */
export type Subject = {
  readonly kind: 'name' | 'address' | 'sign-up' | 'lookup' | 'invitation' | 'knock';
  readonly text: string;
};
/** An attempt that was counted, for giving it back. */
export type Ticket = { readonly keys: readonly Uint8Array[]; readonly at: number };

export type Attempts = ReturnType<typeof createAttempts>;

/** All functions throw StorageFailed as the store does. */
export function createAttempts({ store, setup, date, settings }: ServiceContext) {
  const keyOf = ({ kind, text }: Subject) => accountKeys.attempt(keyedHash(setup.attemptKey, kind, utf8(text)));
  const limits: { readonly [K in Subject['kind']]: number } = {
    name: MAX_ATTEMPTS,
    address: MAX_ATTEMPTS,
    'sign-up': settings.signUpsPerAddress,
    lookup: settings.lookupsPerAccount,
    invitation: settings.invitationsPerAccount,
    knock: KNOCKS_PER_ACCOUNT,
  };

  return {
    /** Counts one attempt of each subject, or of none of them. Declined with `too-many-attempts`. */
    begin(subjects: readonly Subject[]): Promise<Outcome<Ticket>> {
      const keys = subjects.map(keyOf);
      return retried(async () => {
        const now = date();
        const values = await store.getMany(keys);
        const counted = values.map((value) => liveTimes(value, now));
        const waits = counted.flatMap((times, i) => {
          const subject = subjects[i];
          return subject && times.length >= limits[subject.kind] ? [Math.min(...times) + ATTEMPT_WINDOW_MS - now] : [];
        });
        if (waits.length > 0) return decline('too-many-attempts', Math.ceil(Math.max(...waits) / 1000));
        const checks = keys.map((key, i) => ({ key, value: values[i] ?? null }));
        const writes = keys.map((key, i) => ({ key, value: encodeTimes([...(counted[i] ?? []), now]) }));
        return (await store.commit(checks, writes)) === 'conflict' ? 'conflict' : done({ keys, at: now });
      });
    },

    /** To be called once for a ticket. */
    giveBack({ keys, at }: Ticket): Promise<Outcome<null>> {
      return retried(async () => {
        const values = await store.getMany(keys);
        const checks = keys.map((key, i) => ({ key, value: values[i] ?? null }));
        const writes = keys.map((key, i) => ({ key, value: withoutOne(values[i], at) }));
        return (await store.commit(checks, writes)) === 'conflict' ? 'conflict' : done(null);
      });
    },
  };
}

/** Whether nothing in the value counts any more. */
export const isSpent = (value: Uint8Array, now: number): boolean => liveTimes(value, now).length === 0;

const liveTimes = (value: Uint8Array | undefined, now: number): number[] =>
  value ? decodeTimes(value).filter((at) => Math.abs(now - at) < ATTEMPT_WINDOW_MS) : [];

function withoutOne(value: Uint8Array | undefined, at: number): Uint8Array | null {
  if (!value) return null;
  const times = decodeTimes(value);
  const index = times.indexOf(at);
  if (index >= 0) times.splice(index, 1);
  return times.length === 0 ? null : encodeTimes(times);
}

function encodeTimes(times: readonly number[]): Uint8Array {
  const out = new ByteWriter().u8(VERSION).u16(times.length);
  for (const at of times) out.u64(at);
  return out.bytes();
}

function decodeTimes(value: Uint8Array): number[] {
  const reader = new ByteReader(value);
  assertVersion(reader.u8(), VERSION);
  const times = Array.from({ length: Math.min(reader.u16(), MAX_TIMES) }, () => reader.u64());
  reader.end();
  return times;
}

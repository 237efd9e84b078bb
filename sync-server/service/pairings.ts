/**
 * What passes between a device that is to be added by its code and the one that has scanned the code, until the list can
 * be made: the new one signs for the account's principal [DL4], which it learns from the message.
 *
 * Invariants:
 * 1. A device has one pairing, of one account. It ends PAIRING_MS after it began, however often it is asked for.
 * 2. The message is for whoever proves the device's key, the listing for the account that left the message.
 * 3. A listing stays with the message that it answered: another message has none yet.
 */
import { equalBytes } from '../../src/wire/bytes.ts';
import type { AccountId } from '../../src/wire/http/fields.ts';
import type { AnswerPairing, BeginPairing, LookPairing } from '../../src/wire/http/pairing.ts';
import { claimSignedBytes } from '../../src/wire/http/sign-in.ts';
import { idBytes } from '../../src/wire/ids.ts';
import type { ServiceContext } from './context.ts';
import { readDevice } from './device-record.ts';
import { decline, done, type Outcome } from './outcome.ts';
import { Pending } from './pending.ts';
import type { SignedIn } from './sessions.ts';
import { WELCOME_MS } from './welcome-record.ts';

/** As long as the welcome that follows it. */
export const PAIRING_MS = WELCOME_MS;

type Pairing = {
  readonly account: AccountId;
  /** Sealed under the secret of the device's code. */
  readonly message: Uint8Array;
  /** Not checked here: it counts for nothing until it stands in a list, and there it is. */
  listing: Uint8Array | null;
};

export type Pairings = ReturnType<typeof createPairings>;

/** All functions throw StorageFailed as the store does. */
export function createPairings({ store, clock, verifier }: ServiceContext) {
  const pending = new Pending<Pairing>(clock.now, PAIRING_MS);

  return {
    /** Declined with `not-signed-in` for a session of no device, with `key-taken` for a device that somebody has. */
    async begin({ account, session }: SignedIn, { device, message }: BeginPairing): Promise<Outcome<null>> {
      if (session.session.device === null) return decline('not-signed-in');
      if (await readDevice(store, device)) return decline('key-taken');
      const { id } = account.account;
      const before = pending.find(idBytes(device));
      if (before && before.account !== id) return decline('key-taken');
      // Sent again because the answer got lost: what the device has said to it meanwhile stays.
      if (before && equalBytes(before.message, message)) return done(null);
      pending.add(idBytes(device), { account: id, message, listing: null });
      return done(null);
    },

    /** The message for the device, null for none. `host`: as the client addressed the server. */
    async answer({ device, listing }: AnswerPairing, host: string): Promise<Outcome<Uint8Array | null>> {
      const { id, signature } = device;
      const proof = { key: idBytes(id), message: claimSignedBytes(id, host), signature };
      if (!(await verifier.verify([proof]))) return decline('bad-signature');
      const pairing = pending.find(idBytes(id));
      if (!pairing) return done(null);
      if (listing) pairing.listing = listing;
      return done(pairing.message);
    },

    /** The device's listing, null for none and for whoever did not begin the pairing. */
    look({ account: { account } }: SignedIn, { device }: LookPairing): Uint8Array | null {
      const pairing = pending.find(idBytes(device));
      return pairing?.account === account.id ? pairing.listing : null;
    },
  };
}

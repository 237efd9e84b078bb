/** The service: accounts, their devices, keys and sessions. Domain logic; what speaks HTTP is in ../http. */
import type { Clock } from '../clock.ts';
import type { Log } from '../relay/metrics.ts';
import type { Verifier } from '../relay/verifier.ts';
import type { Store } from '../store/store.ts';
import { createAccounts } from './accounts.ts';
import { createAttempts } from './attempts.ts';
import type { ServiceContext, ServiceSettings } from './context.ts';
import { createDevices } from './devices.ts';
import { AccountEvents } from './events.ts';
import { createKeys } from './keys.ts';
import { createPairings } from './pairings.ts';
import { findPerson } from './people.ts';
import { createSessions } from './sessions.ts';
import { loadSetup } from './setup.ts';
import { createSignIns } from './sign-in.ts';
import { startSweeping } from './sweeper.ts';

export type ServiceOptions = {
  /** Closed by its owner, after the service; the verifier too. */
  readonly store: Store;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly date: () => number;
  /** Cryptographically secure random bytes. */
  readonly random: (length: number) => Uint8Array;
  readonly verifier: Verifier;
  readonly log: Log;
  readonly settings: ServiceSettings;
};

export type Service = Awaited<ReturnType<typeof createService>>;

/** @throws StorageFailed */
export async function createService(options: ServiceOptions) {
  const { store, clock, date, random, verifier, log, settings } = options;
  const events = new AccountEvents();
  const setup = await loadSetup(store, random);
  const context: ServiceContext = { store, setup, clock, date, random, verifier, events, settings };
  const attempts = createAttempts(context);
  return {
    accounts: createAccounts(context, attempts),
    signIns: createSignIns(context, attempts),
    sessions: createSessions(context),
    devices: createDevices(context),
    pairings: createPairings(context),
    keys: createKeys(context, attempts),
    findPerson: (name: string) => findPerson(store, name),
    events,
    clock,
    date,
    close: startSweeping(context, log),
  };
}

/** The service: accounts, their devices, keys and sessions. Domain logic; what speaks HTTP is in ../http. */
import type { Log } from '../relay/metrics.ts';
import { createAccounts } from './accounts.ts';
import { createAttempts } from './attempts.ts';
import { createBans } from './bans.ts';
import type { ServiceContext, ServiceParts } from './context.ts';
import { makeDecoy } from './decoy.ts';
import { createDevices } from './devices.ts';
import { AccountEvents } from './events.ts';
import { createInvitations } from './invitations.ts';
import { createKeys } from './keys.ts';
import { createKnocks } from './knocks.ts';
import { createPairings } from './pairings.ts';
import { createPeople } from './people.ts';
import { createSessions } from './sessions.ts';
import { loadSetup } from './setup.ts';
import { createSignIns } from './sign-in.ts';
import { startSweeping } from './sweeper.ts';

export type ServiceOptions = ServiceParts & { readonly log: Log };

export type Service = Awaited<ReturnType<typeof createService>>;

/** @throws StorageFailed */
export async function createService({ log, ...parts }: ServiceOptions) {
  const { store, clock, date, random } = parts;
  const events = new AccountEvents();
  const setup = await loadSetup(store, random);
  await makeDecoy(parts, setup);
  const context: ServiceContext = { ...parts, setup, events };
  const attempts = createAttempts(context);
  return {
    accounts: createAccounts(context, attempts),
    signIns: createSignIns(context, attempts),
    sessions: createSessions(context),
    devices: createDevices(context),
    pairings: createPairings(context),
    keys: createKeys(context, attempts),
    people: createPeople(context, attempts),
    invitations: createInvitations(context, attempts),
    knocks: createKnocks(context, attempts),
    bans: createBans(context),
    events,
    clock,
    date,
    close: startSweeping(context, log),
  };
}

import type { Clock } from '../clock.ts';
import type { Verifier } from '../relay/verifier.ts';
import type { Store } from '../store/store.ts';
import type { AccountEvents } from './events.ts';
import type { OwnersOf } from './room-owners.ts';
import type { Setup } from './setup.ts';

/** What the service is handed. */
export type ServiceParts = {
  /** Closed by its owner, after the service; the verifier too. */
  readonly store: Store;
  readonly clock: Clock;
  /** Milliseconds since 1970. Unlike the clock it survives a restart, and an operator may set it back. */
  readonly date: () => number;
  /** Cryptographically secure random bytes. */
  readonly random: (length: number) => Uint8Array;
  readonly verifier: Verifier;
  readonly ownersOf: OwnersOf;
  readonly settings: ServiceSettings;
};

/** What the parts of the service are made from. */
export type ServiceContext = ServiceParts & {
  readonly setup: Setup;
  readonly events: AccountEvents;
};

export type ServiceSettings = {
  /** How long a session lasts in all. */
  readonly sessionMs: number;
  /** Sign-ups begun from one address within ATTEMPT_WINDOW_MS. */
  readonly signUpsPerAddress: number;
  /** People looked up by one account within ATTEMPT_WINDOW_MS. */
  readonly lookupsPerAccount: number;
  /** Invitations left by one account within ATTEMPT_WINDOW_MS. */
  readonly invitationsPerAccount: number;
};

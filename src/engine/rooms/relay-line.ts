import type { Flight } from './outbox.ts';

/** What the other parts of a room ask of its relay side, which is made after them. */
export type RelayLine = {
  /** All that the relay had when the room was opened is here. */
  readonly isCaughtUp: boolean;
  /** Sends the next record if there is one and none is on its way. */
  pump(): void;
  send(flight: Flight | null): void;
  signal(record: Uint8Array): void;
  /** Asks the relay anew where the log ends, and for what is missing here. */
  reopen(): void;
  /** Reads the log from its beginning, past all snapshots. */
  readWhole(): void;
  /** Opens the log anew after a while: what this device can read is still to come. */
  awaitStart(): void;
};

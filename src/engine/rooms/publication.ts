/**
 * Making a room at the relay: its first record, from when this device made the room until the relay has it.
 *
 * Invariants: the relay is asked once in each connection, and not before it may hear of the room; the first record stays on
 * disk until the relay has it.
 */
import type { RoomId } from '../../wire/ids.ts';
import type { RelaySession } from '../sync/relay-session.ts';
import type { Genesis, RoomVault } from '../vault/room-vault.ts';
import type { LogEntry } from './log-reader.ts';

export type PublicationPorts = {
  readonly room: RoomId;
  readonly session: RelaySession;
  readonly vault: RoomVault;
  /** Whether the relay may hear of the room's first record. */
  readonly mayPublish: () => boolean;
};

export class Publication {
  readonly #ports: PublicationPorts;
  #genesis: Genesis | null;
  #isAsked = false;

  constructor(ports: PublicationPorts, genesis: Genesis | null) {
    this.#ports = ports;
    this.#genesis = genesis;
  }

  /** The room's first record, while the relay has not acknowledged it. */
  get genesis(): Genesis | null {
    return this.#genesis;
  }

  /** Makes the room at the relay, if that has to be done and may be done. */
  publish(): void {
    const { room, session, mayPublish } = this.#ports;
    if (!this.#genesis || this.#isAsked || !session.isOnline || !mayPublish()) return;
    this.#isAsked = true;
    session.send({ type: 'create', room, ...this.#genesis });
  }

  /** The connection is gone, or was not enough: the relay may be asked again. */
  interrupt(): void {
    this.#isAsked = false;
  }

  /** The relay has the room. Returns the log's first entry, or null if there was nothing to publish. */
  finish(): LogEntry | null {
    if (!this.#genesis) return null;
    const { record, wraps } = this.#genesis;
    const [wrap = new Uint8Array()] = wraps;
    this.#genesis = null;
    this.#ports.vault.write({ published: true });
    return { seq: 1, record, wrap };
  }
}

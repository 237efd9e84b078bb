/**
 * The tabs that show a room, and the Yjs client ids issued to them.
 *
 * Invariants: every id is this device's own [AD1]; a nonce is on disk before, or with, the first edit under its id, so
 * that edits of a crashed engine can still be claimed; a tab that was sent away counts as one that shows the room until it has left,
 * for it comes back at once, or its person still sees what it showed.
 */
import type * as Y from 'yjs';
import type { DeviceId, RoomId } from '../../wire/ids.ts';
import type { Stream } from '../../wire/record.ts';
import type { FramePort, Random } from '../ports.ts';
import { TabSession } from '../tabs/tab-session.ts';
import { CLIENT_NONCE_BYTES, type ClaimedId, clientIdOf } from './client-ids.ts';
import type { AwarenessEntry, Presence } from './presence.ts';

export type TabsPorts = {
  readonly room: RoomId;
  readonly device: DeviceId;
  readonly random: Random;
  /** That of the text that is written now. */
  readonly stream: () => Stream;
  readonly presence: () => Presence;
  readonly mayWrite: () => boolean;
  /** A tab sent what no tab of this build sends: all tabs should start again. */
  readonly onBroken: () => void;
  readonly onChange: () => void;
};

export class Tabs {
  readonly #ports: TabsPorts;
  readonly #sessions = new Set<TabSession>();
  /** Client ids of tabs from which nothing is taken any more, and that have not left yet. */
  readonly #sentAway = new Set<number>();
  readonly #issued: Uint8Array[] = [];
  /** Nonces of the issued ids, by what they are in the stream of this segment. */
  #nonces = new Map<number, Uint8Array>();
  #segment: number;
  readonly #stored = new Set<number>();

  /** `nonces`: of ids issued in earlier lives of this engine. */
  constructor(ports: TabsPorts, nonces: readonly Uint8Array[]) {
    this.#ports = ports;
    this.#segment = ports.stream().segment;
    for (const nonce of nonces) this.#stored.add(this.#remember(nonce));
  }

  get isEmpty(): boolean {
    return this.#sessions.size + this.#sentAway.size === 0;
  }

  readonly nonceOf = (clientId: number): Uint8Array | undefined => {
    const { segment } = this.#ports.stream();
    if (segment !== this.#segment) {
      this.#segment = segment;
      this.#nonces = new Map(this.#issued.map((nonce) => [this.#idOf(nonce), nonce]));
    }
    return this.#nonces.get(clientId);
  };

  /** A client id of this device's own that nobody has written under. */
  issue(): ClaimedId {
    const nonce = this.#ports.random.bytes(CLIENT_NONCE_BYTES);
    return { clientId: this.#remember(nonce), nonce };
  }

  attach(port: FramePort, doc: Y.Doc): { readonly clientId: number; readonly detach: () => void } {
    const id = this.issue();
    const { mayWrite, onBroken } = this.#ports;
    const session = new TabSession({ doc, presence: this.#ports.presence(), mayWrite, onBroken }, id, port);
    this.#sessions.add(session);
    return { clientId: id.clientId, detach: () => this.#leave(session) };
  }

  /** All must start again with a fresh Y.Doc. */
  sendAway(): void {
    for (const session of [...this.#sessions]) {
      this.#sentAway.add(session.id.clientId);
      this.#detach(session);
    }
  }

  /** The room is closed. */
  end(): void {
    this.sendAway();
    this.#sentAway.clear();
  }

  #leave(session: TabSession): void {
    if (this.#sentAway.delete(session.id.clientId)) this.#ports.onChange();
    else this.#detach(session);
  }

  #detach(session: TabSession): void {
    if (!this.#sessions.delete(session)) return;
    session.detach();
    this.#ports.onChange();
  }

  /** Passes a change of the engine's Y.Doc on to all tabs but the one that it came from. */
  onUpdate(update: Uint8Array, origin: unknown): void {
    for (const session of this.#sessions) if (session !== origin) session.onUpdate(update);
  }
  onAwareness(entries: readonly AwarenessEntry[]): void {
    for (const session of this.#sessions) session.onAwareness(entries);
  }
  retryHeld(): void {
    for (const session of this.#sessions) session.retryHeld();
  }

  /** The nonce of an issued id, if it has not been written to disk yet. From now on it counts as written. */
  takeUnstoredNonce({ clientId, nonce }: ClaimedId): Uint8Array | undefined {
    if (this.#stored.has(clientId)) return undefined;
    this.#stored.add(clientId);
    return nonce;
  }

  #remember(nonce: Uint8Array): number {
    const clientId = this.#idOf(nonce);
    this.#issued.push(nonce);
    this.#nonces.set(clientId, nonce);
    return clientId;
  }

  #idOf(nonce: Uint8Array): number {
    const { device, room, stream } = this.#ports;
    return clientIdOf(device, room, stream(), nonce);
  }
}

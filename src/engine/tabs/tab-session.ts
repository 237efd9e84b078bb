/**
 * One tab on one document: plays the y-websocket server's part. Takes from the tab only what is written under the
 * client id that was issued to it, and nothing that the engine's Y.Doc could not integrate.
 *
 * Invariants: what would have to wait in the Y.Doc waits here, in order; a tab without the right to write changes nothing.
 */
import * as Y from 'yjs';
import { accept } from '../../wire/refusals.ts';
import type { FramePort } from '../ports.ts';
import type { ClaimedId } from '../rooms/client-ids.ts';
import type { AwarenessEntry, Presence } from '../rooms/presence.ts';
import { decodeYjsUpdate, integrate } from '../rooms/yjs-update.ts';
import { awarenessFrame, decodeTabFrame, step1Frame, step2Frame, updateFrame } from './y-protocol.ts';

/** What a tab may have on hold before it is told to start again. */
const MAX_HELD_BYTES = 4 * 1024 * 1024;

export type TabRoom = {
  readonly doc: Y.Doc;
  readonly presence: Presence;
  /** Whether this device may write now. */
  readonly mayWrite: () => boolean;
  /** The tab cannot go on with its Y.Doc. */
  readonly onBroken: () => void;
};

export class TabSession {
  readonly id: ClaimedId;
  readonly #room: TabRoom;
  readonly #port: FramePort;
  #held: Uint8Array[] = [];
  #heldBytes = 0;

  constructor(room: TabRoom, id: ClaimedId, port: FramePort) {
    this.#room = room;
    this.id = id;
    this.#port = port;
    port.onFrame = (frame) => this.#receive(frame);
  }

  detach(): void {
    this.#port.onFrame = null;
    this.#room.presence.removeLocal(this.id.clientId);
  }

  /** A change of the engine's Y.Doc that did not come from this tab. */
  onUpdate(update: Uint8Array): void {
    this.#port.post(updateFrame(update));
  }

  onAwareness(entries: readonly AwarenessEntry[]): void {
    this.#port.post(awarenessFrame(entries));
  }

  /** The Y.Doc has grown: what was on hold may fit now. */
  retryHeld(): void {
    if (this.#held.length === 0) return;
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    for (const update of held) this.#take(update);
  }

  #receive(bytes: Uint8Array): void {
    const frame = decodeTabFrame(bytes);
    switch (frame.type) {
      case 'step-1':
        this.#port.post(step2Frame(Y.encodeStateAsUpdate(this.#room.doc, frame.stateVector)));
        return this.#port.post(step1Frame(Y.encodeStateVector(this.#room.doc)));
      case 'update':
        return this.#take(frame.update);
      case 'awareness':
        // y-websocket passes on every change it hears of, also other people's.
        for (const entry of frame.entries)
          if (entry.client === this.id.clientId) this.#room.presence.setLocal(this.id, entry.clock, entry.state);
        return;
      case 'query-awareness':
        return this.onAwareness(this.#room.presence.others());
      case 'unknown':
        return;
    }
  }

  #take(update: Uint8Array): void {
    if (!this.#room.mayWrite()) return;
    const { doc } = this.#room;
    // However much it is: the outbox sends it in parts.
    const decoded = decodeYjsUpdate(update, Infinity);
    if (!decoded.ok) return this.#room.onBroken();
    const { structsByClient, deletes } = decoded.value;
    if (structsByClient.size === 0 && deletes.size === 0) return;
    for (const client of structsByClient.keys()) if (client !== this.id.clientId) return this.#room.onBroken();
    const first = structsByClient.get(this.id.clientId)?.[0]?.id.clock ?? Number.POSITIVE_INFINITY;
    // An answer to step 1 may overlap with what has arrived since.
    if (first < Y.getState(doc.store, this.id.clientId))
      return this.#take(Y.diffUpdate(update, Y.encodeStateVector(doc)));
    const fits = integrate(
      decoded.value,
      (client) => Y.getState(doc.store, client),
      () => accept(true as const),
    );
    if (!fits.ok || this.#held.length > 0) return this.#hold(update);
    Y.applyUpdate(doc, update, this);
  }

  #hold(update: Uint8Array): void {
    this.#heldBytes += update.length;
    if (this.#heldBytes > MAX_HELD_BYTES) return this.#room.onBroken();
    this.#held.push(update);
  }
}

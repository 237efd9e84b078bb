/**
 * Who is here: awareness states of this device's tabs, sent as signals, and those of other devices. y-protocols lets
 * anyone speak for any client id with a higher clock; here a state counts only when its id belongs to the signing device.
 *
 * Invariants: at most `PER_SECOND` signals a second leave; states of others are forgotten after `FORGET_AFTER_MS`
 * without a sign of life; the tabs' own states never come back to them.
 */
import type { DeviceId } from '../../wire/ids.ts';
import type { Cancel, Clock } from '../ports.ts';
import type { ClaimedId } from './client-ids.ts';
import { MAX_AWARENESS_BYTES, type PresenceEntry, type PresenceNews } from './signal-body.ts';

const PER_SECOND = 10;
const HEARTBEAT_MS = 12_000;
/** How soon others hear of a record that this device has written, by the head that its next signal names. */
const HEAD_TOLD_MS = 1_000;
const FORGET_AFTER_MS = 30_000;
const GONE = 'null';
/** Others' tabs that are shown; a device could otherwise fill everybody's memory with made-up tabs. */
const MAX_OTHERS = 500;

/** As y-protocols encodes it. */
export type AwarenessEntry = { readonly client: number; readonly clock: number; readonly state: string };

type Remote = AwarenessEntry & { readonly device: DeviceId; readonly seenAt: number };

export type PresencePorts = {
  readonly clock: Clock;
  /** Sends a signal now, or drops it when the relay cannot be reached. */
  readonly send: (signal: PresenceNews) => void;
  /** Tells tabs about others. */
  readonly tell: (entries: readonly AwarenessEntry[]) => void;
};

export class Presence {
  readonly #ports: PresencePorts;
  readonly #local = new Map<number, PresenceEntry>();
  readonly #remote = new Map<number, Remote>();
  #asks = false;
  #lastSent = Number.NEGATIVE_INFINITY;
  #cancelSend: Cancel | null = null;
  #cancelBeat: Cancel | null = null;
  #cancelTold: Cancel | null = null;

  constructor(ports: PresencePorts) {
    this.#ports = ports;
  }

  /** Others that are here, for a tab that has just come. */
  others(): AwarenessEntry[] {
    return [...this.#remote.values()];
  }

  /** The room is live at the relay: show ourselves, ask who is there. */
  begin(): void {
    this.#asks = true;
    this.#schedule();
    this.#cancelBeat ??= this.#beat();
  }

  /** The relay is gone: so is everybody else, as far as can be known. */
  end(): void {
    this.#cancelSend?.();
    this.#cancelBeat?.();
    this.#cancelTold?.();
    this.#cancelSend = null;
    this.#cancelBeat = null;
    this.#cancelTold = null;
    this.#forget(() => true);
  }

  /** Another document takes the place of the one before: nobody is in it by the ids that they had. */
  startOver(): void {
    this.#local.clear();
    this.#forget(() => true);
    this.#asks = true;
    this.#schedule();
  }

  /** A tab's own state. Larger ones than allowed are not passed on. */
  setLocal(id: ClaimedId, clock: number, state: string): void {
    if (state.length > MAX_AWARENESS_BYTES) return;
    const before = this.#local.get(id.clientId);
    if (before && before.clock >= clock) return;
    this.#local.set(id.clientId, { ...id, clock, state });
    this.#schedule();
  }

  /** A tab has closed or died. */
  removeLocal(clientId: number): void {
    const before = this.#local.get(clientId);
    if (!before) return;
    if (before.state === GONE) return;
    this.#local.set(clientId, { ...before, clock: before.clock + 1, state: GONE });
    this.#schedule();
  }

  /** A signal whose signature, role, counter and client ids have been checked. */
  receive(device: DeviceId, signal: PresenceNews): void {
    const now = this.#ports.clock.now();
    const news: AwarenessEntry[] = [];
    for (const { clientId, clock, state } of signal.entries) {
      if (state.length > MAX_AWARENESS_BYTES) continue;
      const before = this.#remote.get(clientId);
      if (before && clock < before.clock) continue;
      if (!before && this.#remote.size >= MAX_OTHERS) continue;
      if (state === GONE) this.#remote.delete(clientId);
      else this.#remote.set(clientId, { client: clientId, clock, state, device, seenAt: now });
      if (!before || clock > before.clock) news.push({ client: clientId, clock, state });
    }
    if (news.length > 0) this.#ports.tell(news);
    if (signal.asks) this.#schedule();
  }

  /** Whoever is here should hear soon how far this device has come. */
  tellHead(): void {
    if (this.#remote.size === 0) return;
    this.#cancelTold ??= this.#ports.clock.after(HEAD_TOLD_MS, () => {
      this.#cancelTold = null;
      this.#schedule();
    });
  }

  /** A device has lost its place in the room. */
  drop(device: DeviceId): void {
    this.#forget((remote) => remote.device === device);
  }

  #schedule(): void {
    if (this.#cancelSend) return;
    const wait = Math.max(0, this.#lastSent + 1000 / PER_SECOND - this.#ports.clock.now());
    this.#cancelSend = this.#ports.clock.after(wait, () => this.#sendNow());
  }

  #sendNow(): void {
    this.#cancelSend = null;
    // This one names the head that is ours now.
    this.#cancelTold?.();
    this.#cancelTold = null;
    this.#lastSent = this.#ports.clock.now();
    this.#ports.send({ asks: this.#asks, entries: [...this.#local.values()] });
    this.#asks = false;
    for (const [clientId, { state }] of this.#local) if (state === GONE) this.#local.delete(clientId);
  }

  #beat(): Cancel {
    return this.#ports.clock.after(HEARTBEAT_MS, () => {
      const now = this.#ports.clock.now();
      this.#forget((remote) => remote.seenAt + FORGET_AFTER_MS < now);
      this.#schedule();
      this.#cancelBeat = this.#beat();
    });
  }

  #forget(gone: (remote: Remote) => boolean): void {
    const entries: AwarenessEntry[] = [];
    for (const remote of this.#remote.values())
      if (gone(remote)) {
        this.#remote.delete(remote.client);
        entries.push({ client: remote.client, clock: remote.clock, state: GONE });
      }
    if (entries.length > 0) this.#ports.tell(entries);
  }
}

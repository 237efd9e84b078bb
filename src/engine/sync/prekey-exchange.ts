/**
 * Prekeys, by the relay's directory: this device's own goes there, others' come from there [FR11], [FR12].
 *
 * Invariants:
 * 1. What `prekeysOf` hands out was signed by the device that was asked for, and something can be sealed to it.
 * 2. Of one device nothing is handed out that is older than what was seen of it in this run, or contradicts that [PK2]: a relay
 *    that goes back would have epochs sealed to keys that somebody may have by now.
 * 3. Whoever asks hears of it: what does not come in time is absent, and what is lost with the socket was not asked for.
 * 4. A prekey that the relay has confirmed in this run is not offered again, nor one for which it has ended the socket.
 */
import { equalBytes, WireError } from '../../wire/bytes.ts';
import type { ClientFrame } from '../../wire/client-frames.ts';
import { sortById } from '../../wire/device-list.ts';
import type { DeviceId } from '../../wire/ids.ts';
import { MAX_ASKED_PREKEYS } from '../../wire/limits.ts';
import { comparePrekeys, decodePrekey, type SignedPrekey } from '../../wire/prekey.ts';
import type { Reason } from '../../wire/refusals.ts';
import type { RelayFrame } from '../../wire/relay-frames.ts';
import type { EnginePorts } from '../ports.ts';
import { isKemKey, verify } from '../seal/sodium.ts';

/** How long whoever seals an epoch waits for others' prekeys. */
export const PREKEYS_WITHIN_MS = 5_000;

export type OwnPrekeyPorts = {
  /** This device's signed prekey that the directory shall have at the moment. */
  readonly own: () => Uint8Array;
  /** The directory has a prekey of this device under this id: its own, `isOwn`, or one that this device does not have. */
  readonly onKept: (id: number, isOwn: boolean) => void;
};

export type PrekeyFrame = Extract<RelayFrame, { type: 'offered' | 'prekeys' }>;

type Ask = {
  readonly devices: ReadonlySet<DeviceId>;
  /** With those of the answer that count. */
  readonly settle: (found: Found) => void;
};
/** Null: lost with the socket. */
type Found = readonly SignedPrekey[] | null;

export class PrekeyExchange {
  readonly #ports: Pick<EnginePorts, 'clock' | 'log'>;
  readonly #own: OwnPrekeyPorts;
  readonly #send: (frame: ClientFrame) => void;
  /** The newest that was seen of each device, checked. As many as there are devices in the rooms that were sealed. */
  readonly #seen = new Map<DeviceId, SignedPrekey>();
  readonly #asks = new Map<number, Ask>();
  #nextTicket = 1;
  #isOnline = false;
  /** Offered on this socket and not answered. */
  #offered: Uint8Array[] = [];
  /** The last one that needs no further offer. */
  #settled: Uint8Array | null = null;

  /** `send`: over the socket; what is sent while offline is lost. */
  constructor(ports: Pick<EnginePorts, 'clock' | 'log'>, own: OwnPrekeyPorts, send: (frame: ClientFrame) => void) {
    this.#ports = ports;
    this.#own = own;
    this.#send = send;
  }

  onOnline(): void {
    this.#isOnline = true;
    this.offerAgain();
  }

  onOffline(): void {
    this.#isOnline = false;
    this.#offered = [];
    for (const ask of [...this.#asks.values()]) ask.settle(null);
  }

  /** The relay ends the socket, and says why. */
  onEnded(reason: Reason): void {
    const [refused] = this.#offered;
    if (reason !== 'replayed-counter' || !refused) return;
    // This device has offered another prekey under this id: a profile that was copied or put back. It would be ended each time.
    this.#settled = refused;
    this.#ports.log('prekey.not-taken', { reason });
    this.#own.onKept(decodePrekey(refused).prekey.id, false);
  }

  onFrame(frame: PrekeyFrame): void {
    if (frame.type === 'offered') return this.#onOffered(frame.id);
    const ask = this.#asks.get(frame.ticket);
    ask?.settle(frame.prekeys.flatMap((bytes) => this.#judged(bytes, ask.devices) ?? []));
  }

  /** The relay has confirmed this one in this run. */
  hasOffered(signed: Uint8Array): boolean {
    return this.#settled !== null && equalBytes(this.#settled, signed);
  }

  /** The device's prekey may have changed. */
  offerAgain(): void {
    const own = this.#own.own();
    const isKnown = [...this.#offered, ...(this.#settled ? [this.#settled] : [])].some((one) => equalBytes(one, own));
    if (!this.#isOnline || isKnown) return;
    this.#offered.push(own);
    this.#send({ type: 'offer', prekey: own });
  }

  /** What the relay's disk did not take is not answered: it may by now. */
  offerUnanswered(): void {
    this.#offered = [];
    this.offerAgain();
  }

  /**
   * The signed prekeys of those `devices` of which the relay has one that counts. Null: it could not be asked, or its answer was
   * lost with the socket. Never rejects.
   */
  async prekeysOf(devices: Iterable<DeviceId>): Promise<ReadonlyMap<DeviceId, Uint8Array> | null> {
    const sorted = sortById([...new Set(devices)], (device) => device);
    if (!this.#isOnline) return null;
    const batches: Promise<Found>[] = [];
    for (let from = 0; from < sorted.length; from += MAX_ASKED_PREKEYS)
      batches.push(this.#ask(sorted.slice(from, from + MAX_ASKED_PREKEYS)));
    const found = await Promise.all(batches);
    if (found.includes(null)) return null;
    return new Map(found.flatMap((batch) => batch ?? []).map(({ prekey, bytes }) => [prekey.device, bytes]));
  }

  #ask(devices: readonly DeviceId[]): Promise<Found> {
    const ticket = this.#nextTicket++;
    return new Promise((resolve) => {
      const settle = (found: Found): void => {
        cancel();
        this.#asks.delete(ticket);
        resolve(found);
      };
      const cancel = this.#ports.clock.after(PREKEYS_WITHIN_MS, () => {
        this.#ports.log('prekey.no-answer', { devices: devices.length });
        settle([]);
      });
      this.#asks.set(ticket, { devices: new Set(devices), settle });
      this.#send({ type: 'ask', ticket, devices });
    });
  }

  #onOffered(id: number): void {
    // An offer that the relay's disk did not take is not answered.
    const index = this.#offered.findIndex((bytes) => decodePrekey(bytes).prekey.id === id);
    const [answered] = this.#offered.splice(Math.max(0, index), 1);
    if (!answered) return;
    if (index >= 0) this.#settled = answered;
    else this.#ports.log('prekey.not-taken', { reason: 'older', id });
    this.#own.onKept(id, index >= 0);
  }

  #judged(bytes: Uint8Array, asked: ReadonlySet<DeviceId>): SignedPrekey | undefined {
    try {
      return this.#newestOf(decodePrekey(bytes), asked);
    } catch (error) {
      if (error instanceof WireError) return this.#refuse(error.reason);
      throw error;
    }
  }

  #newestOf(found: SignedPrekey, asked: ReadonlySet<DeviceId>): SignedPrekey | undefined {
    const { prekey, proof } = found;
    if (!asked.has(prekey.device)) return this.#refuse('unknown-device');
    const seen = this.#seen.get(prekey.device);
    const is = seen ? comparePrekeys(found, seen) : 'newer';
    if (is === 'same') return seen;
    if (!verify(proof)) return this.#refuse('bad-signature');
    if (is !== 'newer') return this.#refuse(is);
    if (!isKemKey(prekey.kemKey)) return this.#refuse('bad-key');
    // The bytes are a view into a message, which would be kept as a whole.
    const kept = decodePrekey(found.bytes.slice());
    this.#seen.set(prekey.device, kept);
    return kept;
  }

  #refuse(reason: Reason | 'older' | 'contradictory' | 'bad-key'): undefined {
    this.#ports.log('prekey.refused', { reason });
    return undefined;
  }
}

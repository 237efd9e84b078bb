/**
 * Others' prekeys, for whoever writes the next epoch: those of the account's own devices as the home has them, all others' as the
 * relay's directory has them. Whichever of the two is the newer counts.
 *
 * Invariant: nothing is sealed to a device by a prekey that was asked for longer than `knownMs` ago, unless the relay has none.
 */
import { equalBytes } from '../../wire/bytes.ts';
import type { DeviceId } from '../../wire/ids.ts';
import { decodePrekey, type Prekey } from '../../wire/prekey.ts';
import type { Clock, KeyLives } from '../ports.ts';
import { DEFAULT_KEY_LIVES } from './key-lives.ts';
import { ownPrekey, type PrekeyOf } from './next-epoch.ts';

export type PrekeysPorts = {
  readonly clock: Clock;
  readonly keyLives?: KeyLives | undefined;
  /** As the home has them: any device of the account may have written them. */
  readonly home: (device: DeviceId) => Uint8Array | undefined;
  /** Those of these devices that the relay's directory has, checked. Null: the connection was lost before it had answered. */
  readonly ask: (devices: readonly DeviceId[]) => Promise<ReadonlyMap<DeviceId, Uint8Array> | null>;
};

export class Prekeys {
  readonly #ports: PrekeysPorts;
  /** As the directory has them. */
  readonly #known = new Map<DeviceId, Prekey>();
  /** What the home had last of each device, and what came of checking it. */
  readonly #checked = new Map<DeviceId, { readonly signed: Uint8Array; readonly prekey: Prekey | undefined }>();
  /** When the directory last answered about each device, also where it has nothing. */
  readonly #answeredAt = new Map<DeviceId, number>();
  /** The prekey with which a room named it then. */
  readonly #askedFor = new Map<DeviceId, number>();
  readonly #asking = new Set<DeviceId>();
  /** Who waits for an answer: rooms have people in common, and each of them has to hear of it. */
  readonly #waiting = new Set<() => void>();

  constructor(ports: PrekeysPorts) {
    this.#ports = ports;
  }

  readonly of: PrekeyOf = (device) => {
    const [atHome, known] = [this.#ofHome(device), this.#known.get(device)];
    return atHome && known ? (known.id > atHome.id ? known : atHome) : (atHome ?? known);
  };

  #ofHome(device: DeviceId): Prekey | undefined {
    const signed = this.#ports.home(device);
    if (!signed) return undefined;
    const before = this.#checked.get(device);
    if (before && equalBytes(before.signed, signed)) return before.prekey;
    const prekey = ownPrekey(device, signed);
    this.#checked.set(device, { signed, prekey });
    return prekey;
  }

  /**
   * Whether these were asked for lately. If not, they are now, and `onFresh`, the same function each time, is called when an answer
   * is there. Where it is lost with the connection nobody is called: rooms ask again when they are online. `named`: the prekey with
   * which the room names a device; an older one would leave it out [PK3].
   */
  isFresh(devices: readonly DeviceId[], named: (device: DeviceId) => number, onFresh: () => void): boolean {
    const { clock, keyLives } = this.#ports;
    const { knownMs } = keyLives ?? DEFAULT_KEY_LIVES;
    const now = clock.now();
    const isStale = (device: DeviceId): boolean => {
      const answeredAt = this.#answeredAt.get(device);
      if (answeredAt === undefined || Math.abs(now - answeredAt) > knownMs) return true;
      // Once for each: the directory may not have it either.
      const id = named(device);
      return (this.of(device)?.id ?? 0) < id && (this.#askedFor.get(device) ?? 0) < id;
    };
    const stale = devices.filter(isStale);
    if (stale.length === 0) return true;
    this.#waiting.add(onFresh);
    const fresh = stale.filter((device) => !this.#asking.has(device));
    if (fresh.length > 0) void this.#ask(new Map(fresh.map((device) => [device, named(device)])));
    return false;
  }

  async #ask(namedByDevice: ReadonlyMap<DeviceId, number>): Promise<void> {
    for (const device of namedByDevice.keys()) this.#asking.add(device);
    const found = await this.#ports.ask([...namedByDevice.keys()]);
    for (const device of namedByDevice.keys()) this.#asking.delete(device);
    // No word of the directory, so nothing that counts as fresh.
    if (!found) return;
    const now = this.#ports.clock.now();
    for (const [device, named] of namedByDevice) {
      this.#answeredAt.set(device, now);
      this.#askedFor.set(device, named);
    }
    for (const [device, signed] of found) this.#known.set(device, decodePrekey(signed).prekey);
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const onFresh of waiting) onFresh();
  }
}

/**
 * Everybody's keys: what the omniscient checker opens wraps and records with. Secrets of epochs are taken from every reader of the
 * process that gets one, those of devices as their engines have them.
 */
import { type Identity, kemKeyOf } from '../../../src/engine/epochs/identity.ts';
import { LogReader } from '../../../src/engine/rooms/log-reader.ts';
import type { EpochKey } from '../../../src/engine/seal/record-seal.ts';
import type { DeviceId, Hash, PrincipalId } from '../../../src/wire/ids.ts';

export class Keyring {
  readonly epochs = new Map<Hash, EpochKey>();
  /** Private parts of prekeys, by their ids. */
  readonly #prekeys = new Map<DeviceId, Map<number, Uint8Array>>();
  readonly #learned = new Map<DeviceId, Identity>();
  /** Who really has which devices. */
  readonly #principals = new Map<DeviceId, PrincipalId>();

  /** Call whenever the device may have another: it is a value. */
  learn(identity: Identity): void {
    const { device, principal, prekeyId, seeds } = identity;
    if (this.#learned.get(device) === identity) return;
    this.#learned.set(device, identity);
    const known = this.#prekeys.get(device) ?? new Map<number, Uint8Array>();
    this.#prekeys.set(device, known);
    for (const id of [prekeyId, ...(seeds.next ? [seeds.next.id] : []), ...seeds.replaced.map((one) => one.id)]) {
      const key = kemKeyOf(identity, id);
      if (key) known.set(id, key.secretKey);
    }
    this.#principals.set(device, principal);
  }
  prekey(device: DeviceId, id: number): Uint8Array | undefined {
    return this.#prekeys.get(device)?.get(id);
  }
  principalOf(device: DeviceId): PrincipalId | undefined {
    return this.#principals.get(device);
  }
}

let listener: Keyring | null = null;
let isListening = false;

/** From now on secrets go to this one, until the next call. */
export function collectInto(keyring: Keyring): void {
  listener = keyring;
  if (isListening) return;
  isListening = true;
  const { read } = LogReader.prototype;
  LogReader.prototype.read = function (this: LogReader, entry, trusted) {
    const reading = read.call(this, entry, trusted);
    const { access, epochKey } = this;
    if (reading.type === 'epoch' && access && epochKey) listener?.epochs.set(access.coreHash, epochKey);
    return reading;
  };
}

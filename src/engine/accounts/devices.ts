/** The account's devices: names are in the home, the list is signed by the identity key, the service knows when each was seen. */
import { DevicesAnswer } from '../../wire/http/devices.ts';
import { nothing } from '../../wire/http/fields.ts';
import { type DeviceId, deviceId } from '../../wire/ids.ts';
import { nextDeviceList, provenDeviceList } from '../epochs/device-lists.ts';
import { accountDevice } from '../epochs/identity.ts';
import type { AccountOutcome, DeviceInfo, Proof } from './api.ts';
import { openOwnAccount } from './key-changes.ts';
import type { Self } from './self.ts';

const MAX_NAME_LENGTH = 64;

export class Devices {
  readonly #self: Self;

  constructor(self: Self) {
    this.#self = self;
  }

  async list(): Promise<AccountOutcome<readonly DeviceInfo[]>> {
    const answer = await this.#self.service.call('devices', DevicesAnswer);
    if (!answer.ok) return answer;
    await this.#learn(answer.value.deviceList);
    const own = this.#self.identity.device;
    // Who is on the list is signed; when a device was seen is the service's word.
    const seen = new Map(answer.value.devices.map((device) => [deviceId(device.id), device]));
    const listed = provenDeviceList(answer.value.deviceList, this.#self.identity.principal);
    if (!listed) return { ok: false, reason: 'untrusted-server' };
    const value = listed.list.devices.map((id): DeviceInfo => {
      const { addedAt = 0, lastSeenAt = 0 } = seen.get(id) ?? {};
      return { id, addedAt, lastSeenAt, isThis: id === own };
    });
    return {
      ok: true,
      value: value.sort((a, b) => Number(b.isThis) - Number(a.isThis) || b.lastSeenAt - a.lastSeenAt),
    };
  }

  rename(device: DeviceId, name: string): AccountOutcome<null> {
    const { home } = this.#self;
    const known = home.devices().get(device);
    if (!home.isReady || !known) return { ok: false, reason: 'wrong-state' };
    home.saveDevice(device, { ...known, name: name.trim().slice(0, MAX_NAME_LENGTH) });
    return { ok: true, value: null };
  }

  async revoke(device: DeviceId, proof: Proof): Promise<AccountOutcome<null>> {
    const { service, home } = this.#self;
    const account = this.#self.account;
    const own = this.#self.identity.device;
    // Whoever leaves signs out: the list of an account is never empty.
    if (!account || device === own) return { ok: false, reason: 'wrong-state' };
    const keys = await openOwnAccount(this.#self, proof);
    if (!keys.ok) return keys;
    const { deviceList, identityKey } = keys.value;
    if (!deviceList.list.devices.includes(device)) return { ok: true, value: null };
    const list = nextDeviceList(identityKey, deviceList.bytes, { remove: device });
    const changed = await service.call('changeDevices', nothing, { deviceList: list });
    if (!changed.ok) return changed;
    await this.#self.update(accountDevice(this.#self.identity.seeds, list), account);
    home.removeDevice(device);
    home.noteRevocation(this.#self.identity.listVersion);
    void this.#leaveBehind();
    return { ok: true, value: null };
  }

  /** The account's list may have been changed from another device: what this one makes from now on follows the newer one. */
  async refresh(): Promise<void> {
    const answer = await this.#self.service.call('devices', DevicesAnswer);
    if (answer.ok) await this.#learn(answer.value.deviceList);
  }

  async #learn(bytes: Uint8Array): Promise<void> {
    const { account, identity } = this.#self;
    const newer = provenDeviceList(bytes, identity.principal);
    if (!account || !newer || newer.list.version <= identity.listVersion) return;
    if (!newer.list.devices.includes(identity.device)) return; // the relay says so in its own words
    await this.#self.update(accountDevice(identity.seeds, bytes), account);
    void this.#leaveBehind();
  }

  /** Opens all rooms, so that each goes on without the devices that were revoked. The home comes first: it is always open. */
  async #leaveBehind(): Promise<void> {
    const { shelf } = this.#self;
    shelf.publish();
    for (const { room } of shelf.summaries) (await shelf.open(room))?.publish();
  }
}

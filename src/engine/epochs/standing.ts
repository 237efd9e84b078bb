/**
 * By what right this device is in a room, before the room's log knows it: as its maker, by a link, or as a device of an
 * account that is in. What it shows the relay and the log follows from that, and which wraps it can open.
 */
import type { Access } from '../../wire/access.ts';
import { roleOf } from '../../wire/access.ts';
import { equalBytes } from '../../wire/bytes.ts';
import { decodeCertificate } from '../../wire/certificate.ts';
import { decodeDeviceList } from '../../wire/device-list.ts';
import { wrapHash } from '../../wire/epoch.ts';
import type { DeviceId, Position, RoomId } from '../../wire/ids.ts';
import type { Notice } from '../../wire/notice.ts';
import { certificateProof, NO_PROOF, type OpenProof } from '../../wire/open-proof.ts';
import { accept, refuse, type Verdict } from '../../wire/refusals.ts';
import { mayAppend, type Role } from '../../wire/roles.ts';
import type { Random } from '../ports.ts';
import type { EpochKey } from '../seal/record-seal.ts';
import { blake2b, type KemKey } from '../seal/sodium.ts';
import type { Entrance } from '../vault/room-vault.ts';
import type { SealedEpoch, Unopened } from './epoch-record.ts';
import { type EpochSecret, keyAmong } from './epoch-secrets.ts';
import { keySource } from './held-link.ts';
import { type Identity, kemKeyOf, withReplaced } from './identity.ts';
import { certify, type LinkKeys, linkKeys } from './link-keys.ts';
import { type EpochPlan, makeNextEpoch, type PrekeyOf } from './next-epoch.ts';
import { addresseeOf, unwrapSecret } from './wraps.ts';

export type StandingPorts = {
  readonly room: RoomId;
  readonly entrance: Entrance;
  /** As it is now: its device list grows. */
  readonly identity: () => Identity;
  readonly secrets: readonly EpochSecret[];
  /** While a person signs in; null at all other times. */
  readonly accountKey: () => KemKey | null;
  /** The version of the account's list that was the last to leave a device out. */
  readonly lastRevocation: () => number;
  /** Of others' devices. */
  readonly prekeyOf: PrekeyOf;
  readonly random: Random;
  /** A secret that nothing gives again, for the key that opened its wrap goes: it has to be kept. */
  readonly onLearned: (secret: EpochSecret) => void;
};

export class Standing {
  readonly #ports: StandingPorts;
  readonly #link: LinkKeys | null;
  readonly #secrets: EpochSecret[];
  /** A visitor's; empty for members. */
  readonly certificate: Uint8Array;

  constructor(ports: StandingPorts) {
    this.#ports = ports;
    const { entrance, room, identity } = ports;
    this.#secrets = [...ports.secrets];
    this.#link = entrance.by === 'link' ? linkKeys(keySource(entrance)) : null;
    this.certificate = this.#link ? certify(this.#link, room, identity().device) : new Uint8Array();
  }

  /** Of all epochs that this device has opened, but for what a link opens. */
  get secrets(): readonly EpochSecret[] {
    return this.#secrets;
  }

  /** Secrets from the home. Returns whether any of them is new. */
  learn(secrets: readonly EpochSecret[]): boolean {
    const fresh = secrets.filter(
      ({ epoch, secret }) => !this.#secrets.some((known) => known.epoch === epoch && equalBytes(known.secret, secret)),
    );
    this.#secrets.push(...fresh);
    for (const secret of fresh) this.#ports.onLearned(secret);
    return fresh.length > 0;
  }

  role(access: Access): Role | null {
    const { device, principal } = this.#ports.identity();
    const role = roleOf(access, device) ?? null;
    if (this.#link) {
      const link = access.members.get(this.#link.principal);
      const known = access.members.get(access.principalOfDevice.get(device) ?? principal);
      // What the log says of an earlier link the relay does not let a device do by a weaker one [LI4].
      return link?.kind === 'link' && known?.kind !== 'account' ? link.role : role;
    }
    if (role) return role;
    const member = access.members.get(principal);
    // A device whose account's list has not reached the log yet.
    return member?.kind === 'account' ? member.role : null;
  }

  /** Whether this device's account, or its link, is in the access list. */
  isIn(access: Access): boolean {
    return access.members.has(this.#link?.principal ?? this.#ports.identity().principal);
  }

  /** [FR3] `access`: as far as this device has read the log; null: not at all. */
  proof(access: Access | null): OpenProof {
    const { entrance, identity } = this.#ports;
    if (entrance.by !== 'account') return certificateProof(this.certificate);
    const { device, list } = identity();
    return access && roleOf(access, device) ? NO_PROOF : { type: 'device-list', bytes: list };
  }

  /** [NO2], [NO4] */
  introduction(access: Access): Verdict<Notice> {
    const { device, list, principal } = this.#ports.identity();
    if (this.#link) return visitorIntroduction(access, this.certificate, device);
    if (!access.members.has(principal)) return refuse('unknown-device');
    return accept({ type: 'device-list', list: decodeDeviceList(list) });
  }

  /**
   * [NO2] The account's list, where a device was revoked since the one that the log knows; null where none was. Notices come from
   * devices that the log knows.
   */
  newerList(access: Access): Notice | null {
    const { device, principal, list, listVersion } = this.#ports.identity();
    const known = access.lists.get(principal);
    if (this.#link || !known || known.version >= listVersion || !access.principalOfDevice.has(device)) return null;
    const newer = decodeDeviceList(list);
    const revokes = known.devices.some((listed) => !newer.list.devices.includes(listed));
    return revokes || known.version < this.#lastRevocation ? { type: 'device-list', list: newer } : null;
  }

  /** A device that was revoked knows the secret of the current epoch, although it may never have written here. */
  mustRenew(access: Access): boolean {
    const { principal } = this.#ports.identity();
    const named = access.core.lists.find((entry) => entry.principal === principal);
    const isLeftBehind = this.#link !== null || !named || named.version >= this.#lastRevocation;
    return access.rightsChanging || !isLeftBehind;
  }

  get #lastRevocation(): number {
    return Math.min(this.#ports.lastRevocation(), this.#ports.identity().listVersion);
  }

  /** Whether this device may begin an epoch unasked: by its account's right, also where the log does not know it yet. */
  mayBegin(access: Access): boolean {
    const role = this.#link ? null : this.role(access);
    return role !== null && mayAppend(role);
  }

  /** The newest prekey that this device knows of one, by its id; 0: none. */
  newestPrekey(device: DeviceId): number {
    const { identity, prekeyOf } = this.#ports;
    const own = identity();
    return device === own.device ? own.prekeyId : (prekeyOf(device)?.id ?? 0);
  }

  /** This device is not named in the current epoch, or with a prekey that it has replaced. */
  isBehind(access: Access): boolean {
    const { device, prekeyId } = this.#ports.identity();
    return namedPrekey(access, device) < prekeyId;
  }

  /** A device on a list is named with an older prekey than is known of it. */
  namesReplaced(access: Access): boolean {
    return access.core.devices.some(
      ({ device, prekey }) => access.principalOfDevice.has(device) && this.newestPrekey(device) > prekey,
    );
  }

  /** The next epoch's record under this counter. Its secret is kept before anybody hears of it. */
  nextEpoch(
    access: Access,
    plan: EpochPlan,
    at: { readonly position: Position; readonly counter: number; readonly date: number },
  ): SealedEpoch {
    const { identity, prekeyOf, random } = this.#ports;
    const own = identity();
    const { next } = own.seeds;
    // [PK3] Another device of the account was quicker: it has named this one with the prekey that is about to be the current one.
    const isNamedSo = next !== null && namedPrekey(access, own.device) >= next.id;
    const sealed = makeNextEpoch(isNamedSo ? withReplaced(own, 0) : own, access, plan, at, prekeyOf, random);
    const { epoch, secret } = sealed.key;
    this.#keep({ epoch, secret });
    return sealed;
  }

  /**
   * Why there is no key of this epoch. `bad-wrap`: its signer has signed what came, for a prekey of this device that lives or for its
   * link's key, and it does not open. `kept-back`: something was signed, and something else came, or nothing: that is the relay's doing.
   */
  reasonFor({ core: { devices, links }, wrap, hashes }: Unopened): 'bad-wrap' | 'kept-back' | 'left-out' {
    const identity = this.#ports.identity();
    const ownDevice = devices.findIndex(({ device }) => device === identity.device);
    const ownLink = links.findIndex(({ principal }) => principal === this.#link?.principal);
    const place = ownDevice >= 0 ? ownDevice : ownLink >= 0 ? devices.length + ownLink : -1;
    // A prekey that has died cannot be opened any more: nobody is to blame.
    if (place < 0 || (ownDevice >= 0 && !kemKeyOf(identity, devices[ownDevice]?.prekey ?? 0))) return 'left-out';
    return hashes[place] === wrapHash(blake2b, wrap) ? 'bad-wrap' : 'kept-back';
  }

  /** The key of an epoch, from what is kept, else from the wrap that the relay sent. */
  keyOf(access: Access, wrap: Uint8Array): EpochKey | undefined {
    const kept = keyAmong(this.#secrets, access.core, access.coreHash);
    if (kept || wrap.length === 0) return kept;
    const { core, coreHash } = access;
    const { principal } = this.#ports.identity();
    // Whoever came by a link may be let in beside it: then the relay sends the device's own wrap.
    const byLink = this.#link;
    const linked = byLink && opened(unwrapSecret(wrap, core, coreHash, byLink.principal, byLink.kem.secretKey));
    if (linked) return linked;
    const accountKey = this.#ports.accountKey();
    const key =
      this.#byPrekey(access, wrap) ??
      (accountKey && opened(unwrapSecret(wrap, core, coreHash, principal, accountKey.secretKey)));
    if (!key) return undefined;
    // Prekey and account key go, and this device reads on.
    this.#keep({ epoch: key.epoch, secret: key.secret });
    return key;
  }

  #byPrekey({ core, coreHash }: Access, wrap: Uint8Array): EpochKey | undefined {
    const identity = this.#ports.identity();
    const own = kemKeyOf(identity, addresseeOf(wrap)?.prekey ?? 0);
    return own && opened(unwrapSecret(wrap, core, coreHash, identity.device, own.secretKey));
  }

  #keep(secret: EpochSecret): void {
    this.#secrets.push(secret);
    this.#ports.onLearned(secret);
  }
}

/** 0: the device is not named. */
export const namedPrekey = (access: Access, device: DeviceId): number =>
  access.core.devices.find((named) => named.device === device)?.prekey ?? 0;

const opened = (key: Verdict<EpochKey>): EpochKey | undefined => (key.ok ? key.value : undefined);

/** [NO4] A visitor's device shows its certificate. `certificate`: empty for members. */
export function visitorIntroduction(access: Access, certificate: Uint8Array, device: DeviceId): Verdict<Notice> {
  if (certificate.length === 0) return refuse('unknown-device');
  const decoded = decodeCertificate(certificate, access.room, device);
  return access.members.has(decoded.link)
    ? accept({ type: 'visitor', certificate: decoded })
    : refuse('unknown-device');
}

/**
 * By what right this device is in a room, before the room's log knows it: as its maker, by a link, or as a device of an
 * account that is in. What it shows the relay and the log follows from that, and which wraps it can open.
 */
import type { Access } from '../../wire/access.ts';
import { roleOf, roleWith } from '../../wire/access.ts';
import { equalBytes } from '../../wire/bytes.ts';
import { decodeCertificate } from '../../wire/certificate.ts';
import { decodeDeviceList } from '../../wire/device-list.ts';
import { wrapHash } from '../../wire/epoch.ts';
import type { DeviceId, Position, RoomId } from '../../wire/ids.ts';
import type { Notice } from '../../wire/notice.ts';
import { certificateProof, NO_PROOF, type OpenProof } from '../../wire/open-proof.ts';
import { accept, refuse, type Verdict } from '../../wire/refusals.ts';
import type { Role } from '../../wire/roles.ts';
import type { Random } from '../ports.ts';
import type { EpochKey } from '../seal/record-seal.ts';
import { blake2b, type KemKey } from '../seal/sodium.ts';
import type { Entrance } from '../vault/room-vault.ts';
import type { SealedEpoch, Unopened } from './epoch-record.ts';
import { type EpochSecret, keyAmong } from './epoch-secrets.ts';
import type { Identity } from './identity.ts';
import { certify, type LinkKeys, linkKeys } from './link-keys.ts';
import { type EpochPlan, makeNextEpoch, type PrekeyOf } from './next-epoch.ts';
import { unwrapSecret } from './wraps.ts';

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
  /** A secret that no wrap of this device's own gives again: it has to be kept. */
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
    this.#link = entrance.by === 'link' ? linkKeys(entrance.secret) : null;
    this.certificate = this.#link ? certify(this.#link, room, identity().device) : new Uint8Array();
  }

  /** Secrets that no wrap of this device's own need give. */
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
    const known = this.#link ? roleWith(access, device, this.#link.principal) : roleOf(access, device);
    if (known || this.#link) return known ?? null;
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

  /** The next epoch's record under this counter. Its secret is kept before anybody hears of it. */
  nextEpoch(
    access: Access,
    plan: EpochPlan,
    at: { readonly position: Position; readonly counter: number; readonly date: number },
  ): SealedEpoch {
    const { identity, prekeyOf, random, onLearned } = this.#ports;
    const sealed = makeNextEpoch(identity(), access, plan, at, prekeyOf, random);
    const { epoch, secret } = sealed.key;
    this.#secrets.push({ epoch, secret });
    onLearned({ epoch, secret });
    return sealed;
  }

  /**
   * Why there is no key of this epoch. `bad-wrap`: its signer has signed what came, for this device's prekey or its link's key, and it
   * does not open. `kept-back`: something was signed, and something else came, or nothing: that is the relay's doing.
   */
  reasonFor({ core: { devices, links }, wrap, hashes }: Unopened): 'bad-wrap' | 'kept-back' | 'left-out' {
    const { device, prekeyId } = this.#ports.identity();
    const ownDevice = devices.findIndex((entry) => entry.device === device);
    const ownLink = links.findIndex(({ principal }) => principal === this.#link?.principal);
    const place = ownDevice >= 0 ? ownDevice : ownLink >= 0 ? devices.length + ownLink : -1;
    // An older prekey cannot be opened any more: nobody is to blame.
    if (place < 0 || (ownDevice >= 0 && devices[ownDevice]?.prekey !== prekeyId)) return 'left-out';
    return hashes[place] === wrapHash(blake2b, wrap) ? 'bad-wrap' : 'kept-back';
  }

  /** The key of an epoch, from what is kept, else from the wrap that the relay sent. */
  keyOf(access: Access, wrap: Uint8Array): EpochKey | undefined {
    const kept = keyAmong(this.#secrets, access.core, access.coreHash);
    if (kept || wrap.length === 0) return kept;
    const { device, prekey, principal } = this.#ports.identity();
    const own = unwrapSecret(wrap, access.core, access.coreHash, device, prekey.secretKey);
    if (own.ok) return own.value;
    // Whoever came by a link may be let in beside it: then the relay sends the device's own wrap.
    const byLink = this.#link;
    const linked = byLink && unwrapSecret(wrap, access.core, access.coreHash, byLink.principal, byLink.kem.secretKey);
    if (linked?.ok) return linked.value;
    const accountKey = this.#ports.accountKey();
    const byAccount = accountKey && unwrapSecret(wrap, access.core, access.coreHash, principal, accountKey.secretKey);
    if (!byAccount?.ok) return undefined;
    const { epoch, secret } = byAccount.value;
    this.#secrets.push({ epoch, secret });
    this.#ports.onLearned({ epoch, secret });
    return byAccount.value;
  }
}

/** [NO4] A visitor's device shows its certificate. `certificate`: empty for members. */
export function visitorIntroduction(access: Access, certificate: Uint8Array, device: DeviceId): Verdict<Notice> {
  if (certificate.length === 0) return refuse('unknown-device');
  const decoded = decodeCertificate(certificate, access.room, device);
  return access.members.has(decoded.link)
    ? accept({ type: 'visitor', certificate: decoded })
    : refuse('unknown-device');
}

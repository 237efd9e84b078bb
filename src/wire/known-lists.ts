/** The device lists that a log has, one for each account in the room [DL2]–[DL4], [EP6]. */
import type { Blake2b256 } from './chain.ts';
import { type DeviceList, deviceListHash, type SignedDeviceList } from './device-list.ts';
import type { EpochCore } from './epoch.ts';
import type { DeviceId, Hash, PrincipalId } from './ids.ts';
import { accept, refuse, type Verdict } from './refusals.ts';

export type KnownList = { readonly version: number; readonly hash: Hash; readonly devices: readonly DeviceId[] };
/** A list that somebody brings, without its signatures. */
export type BroughtList = KnownList & Pick<DeviceList, 'principal' | 'previous'>;

export const broughtList = (hash: Blake2b256, { list, bytes }: SignedDeviceList): BroughtList => ({
  principal: list.principal,
  version: list.version,
  previous: list.previous,
  hash: deviceListHash(hash, bytes),
  devices: list.devices,
});

/** [EP6] Every account in the access list has a device list: the one known, or one that the record brings along. */
export function listsAfter(
  hash: Blake2b256,
  known: ReadonlyMap<PrincipalId, KnownList>,
  core: EpochCore,
  brought: readonly SignedDeviceList[],
): Verdict<Map<PrincipalId, KnownList>> {
  const lists = new Map(known);
  for (const signed of brought) {
    const list = broughtList(hash, signed);
    const before = lists.get(list.principal);
    // [DL3] A newcomer's first list may have any version.
    if (before && known.has(list.principal) && !follows(before, list)) return refuse('bad-epoch', NOT_NEWER);
    lists.set(list.principal, knownList(list));
  }
  const accounts = new Set(core.access.flatMap(({ kind, principal }) => (kind === 'account' ? [principal] : [])));
  if (accounts.size !== core.lists.length) return refuse('bad-epoch', 'one device list for each account');
  for (const entry of core.lists) {
    const list = lists.get(entry.principal);
    if (!list || list.version !== entry.version || list.hash !== entry.hash)
      return refuse('bad-epoch', 'names a device list that the log does not have');
    if (!accounts.has(entry.principal)) return refuse('bad-epoch', 'a device list of nobody');
  }
  const remaining = new Map([...lists].filter(([principal]) => accounts.has(principal)));
  return listedTwice(remaining) ? refuse('bad-epoch', 'a device on two lists') : accept(remaining);
}

/** [NO2] The lists after a member's newer one that `device` brings, which is on it. */
export function listsWith(
  lists: ReadonlyMap<PrincipalId, KnownList>,
  device: DeviceId,
  list: BroughtList,
): Verdict<Map<PrincipalId, KnownList>> {
  const before = lists.get(list.principal);
  if (!before || !list.devices.includes(device)) return refuse('unknown-device');
  if (!follows(before, list)) return refuse('bad-epoch', NOT_NEWER);
  const after = new Map(lists).set(list.principal, knownList(list));
  return listedTwice(after) ? refuse('bad-epoch', 'the device of somebody else') : accept(after);
}

/**
 * [DL2] Newer than the one before, and the very next one names it. Lists between may be missing: a device that was just added
 * cannot bring those that it is not on.
 */
const follows = (before: KnownList, { version, previous }: BroughtList): boolean =>
  version > before.version + 1 || (version === before.version + 1 && previous === before.hash);
const NOT_NEWER = 'device list does not follow the known one';

const knownList = ({ version, hash, devices }: BroughtList): KnownList => ({ version, hash, devices });

/** [DL4] A device stands for one account alone. */
function listedTwice(lists: ReadonlyMap<PrincipalId, KnownList>): boolean {
  const devices = [...lists.values()].flatMap((list) => list.devices);
  return new Set(devices).size < devices.length;
}

/** The device lists that a log has, one for each account in the room [DL2]–[DL4], [EP6]. */
import type { Blake2b256 } from './chain.ts';
import { deviceListHash, type SignedDeviceList } from './device-list.ts';
import type { EpochCore } from './epoch.ts';
import type { DeviceId, Hash, PrincipalId } from './ids.ts';
import { accept, refuse, type Verdict } from './refusals.ts';

export type KnownList = { readonly version: number; readonly hash: Hash; readonly devices: readonly DeviceId[] };

/** [EP6] Every account in the access list has a device list: the one known, or one that the record brings along. */
export function listsAfter(
  hash: Blake2b256,
  known: ReadonlyMap<PrincipalId, KnownList>,
  core: EpochCore,
  brought: readonly SignedDeviceList[],
): Verdict<Map<PrincipalId, KnownList>> {
  const lists = new Map(known);
  for (const signed of brought) {
    const next = listAfter(hash, lists.get(signed.list.principal), signed, known.has(signed.list.principal));
    if (!next.ok) return next;
    lists.set(signed.list.principal, next.value);
  }
  const accounts = core.access.filter((entry) => entry.kind === 'account');
  if (accounts.length !== core.lists.length) return refuse('bad-epoch', 'one device list for each account');
  for (const entry of core.lists) {
    const list = lists.get(entry.principal);
    if (!list || list.version !== entry.version || list.hash !== entry.hash)
      return refuse('bad-epoch', 'names a device list that the log does not have');
    if (!accounts.some((account) => account.principal === entry.principal))
      return refuse('bad-epoch', 'a device list of nobody');
  }
  const remaining = new Map(
    [...lists].filter(([principal]) => accounts.some((account) => account.principal === principal)),
  );
  return listedTwice(remaining) ? refuse('bad-epoch', 'a device on two lists') : accept(remaining);
}

/** [DL2] A list follows the one before; [DL3] a newcomer's may begin at any version. */
export function listAfter(
  hash: Blake2b256,
  before: KnownList | undefined,
  signed: SignedDeviceList,
  mustFollow: boolean,
): Verdict<KnownList> {
  const { list } = signed;
  if (mustFollow && before && (list.version !== before.version + 1 || list.previous !== before.hash))
    return refuse('bad-epoch', 'device list does not follow the one before');
  return accept({ version: list.version, hash: deviceListHash(hash, signed.bytes), devices: list.devices });
}

/** [DL4] A device stands for one account alone. */
export function listedTwice(lists: ReadonlyMap<PrincipalId, KnownList>): boolean {
  const devices = [...lists.values()].flatMap((list) => list.devices);
  return new Set(devices).size < devices.length;
}

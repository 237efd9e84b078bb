/**
 * Until when a link lets people in, and how many of them [LI4]: the relay alone keeps that, by its own clock and its own count. Peers
 * judge by the log, in which neither stands.
 *
 * Whoever is on an account's device list is in by that right, whatever link it also shows. Everybody else is in by the link that it has
 * shown; what the log says of an earlier one gives a device no more than that.
 */
import type { Access } from '../../src/wire/access.ts';
import type { LinkEntry } from '../../src/wire/epoch.ts';
import type { DeviceId, PrincipalId } from '../../src/wire/ids.ts';
import type { Introduction } from '../../src/wire/introduction.ts';
import { type Refused, refuse } from '../../src/wire/refusals.ts';
import { roleRank } from '../../src/wire/roles.ts';
import { comeIn } from '../log/link-uses.ts';
import type { Store } from '../store/store.ts';

/** The link by which a reader comes in. Null: by its account's right, or not at all. */
export function linkOfReader(access: Access, device: DeviceId, introduction: Introduction | null): PrincipalId | null {
  const known = access.principalOfDevice.get(device);
  if (known && isAccount(access, known)) return null;
  const shown = introduction?.type === 'certificate' ? introduction.principal : undefined;
  return [shown, known].find((link) => link !== undefined && access.members.get(link)?.kind === 'link') ?? null;
}

/** Counts the device where the link counts. @throws StorageFailed */
export async function judgeEntry(
  { store, date }: { readonly store: Pick<Store, 'getMany' | 'commit'>; readonly date: () => number },
  access: Access,
  device: DeviceId,
  link: PrincipalId | null,
): Promise<Refused | undefined> {
  const entry = entryOf(access, link);
  if (!entry) return undefined;
  if (hasExpired(entry, date())) return refuse('link-expired');
  if (entry.maxUses === 0 || (await comeIn(store, access.room, entry, device))) return undefined;
  return refuse('link-used-up', `${entry.maxUses} devices have come in by it`);
}

/** Of what a device appends. `access`: with the device introduced. `link`: by which it came in. */
export function judgeSender(
  access: Access,
  device: DeviceId,
  link: PrincipalId | null,
  now: number,
): Refused | undefined {
  const known = access.principalOfDevice.get(device);
  if (!known || isAccount(access, known)) return undefined;
  const shown = entryOf(access, link);
  if (shown && hasExpired(shown, now)) return refuse('link-expired');
  // Else somebody with two links could write by the one that is used up, and be let in by the other.
  return rankOf(access, link) < rankOf(access, known) ? refuse('wrong-role', 'the link shown gives less') : undefined;
}

/** Whether somebody who came by `link` has to go. */
export function isOver(access: Access, device: DeviceId, link: PrincipalId | null, now: number): boolean {
  const known = access.principalOfDevice.get(device);
  const entry = known && isAccount(access, known) ? undefined : entryOf(access, link);
  return entry !== undefined && hasExpired(entry, now);
}

export const hasExpired = ({ expiresAt }: LinkEntry, now: number): boolean => expiresAt > 0 && expiresAt <= now;

const isAccount = (access: Access, principal: PrincipalId): boolean =>
  access.members.get(principal)?.kind === 'account';

const entryOf = (access: Access, link: PrincipalId | null): LinkEntry | undefined =>
  access.core.links.find(({ principal }) => principal === link);

function rankOf(access: Access, principal: PrincipalId | null): number {
  const role = principal === null ? undefined : access.members.get(principal)?.role;
  return role ? roleRank(role) : -1;
}

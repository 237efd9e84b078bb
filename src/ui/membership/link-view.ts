import type { ShareLinks } from '../../engine/api.ts';
import type { RoomPeople } from '../../engine/membership/api.ts';
import { type LinkLimits, NO_LIMITS } from '../../wire/epoch.ts';
import type { PrincipalId } from '../../wire/ids.ts';
import type { LinkRole } from '../../wire/link.ts';
import { roleRank } from '../../wire/roles.ts';

export type LinkView = {
  /** Null: nothing of the room was read yet, and the link is all that is known. */
  readonly principal: PrincipalId | null;
  readonly role: LinkRole;
  /** Path and fragment. Null: not on this device. */
  readonly path: string | null;
  readonly limits: LinkLimits;
  readonly hasPassword: boolean;
  /** Among the shown ones of this role, from 1. Null: it is the only one. */
  readonly number: number | null;
};

type Known = Omit<LinkView, 'number'>;

/** The links that are worth a line: all for those who may end them, for others those that can be passed on. Strongest first. */
export function linksToShow(people: RoomPeople | null, known: ShareLinks): readonly LinkView[] {
  const links = people === null ? linksOf(known) : people.links;
  const shown: Known[] = links.filter(({ path }) => people?.mayManage || path !== null);
  return shown
    .map((link) => ({ ...link, number: numberOf(link, shown) }))
    .sort((a, b) => roleRank(b.role) - roleRank(a.role));
}

/** Nothing of the room was read, so nothing is known of limits. */
function linksOf({ edit, view }: ShareLinks): readonly Known[] {
  const known = { principal: null, limits: NO_LIMITS, hasPassword: false };
  return [
    { ...known, role: 'editor', path: edit },
    { ...known, role: 'viewer', path: view },
  ];
}

function numberOf(link: Known, all: readonly Known[]): number | null {
  const alike = all.filter(({ role }) => role === link.role);
  return alike.length > 1 ? alike.indexOf(link) + 1 : null;
}

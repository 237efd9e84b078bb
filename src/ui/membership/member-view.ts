import type { Member, RoomPeople } from '../../engine/membership/api.ts';
import type { DeviceId, PrincipalId } from '../../wire/ids.ts';
import { type Role, roleRank } from '../../wire/roles.ts';
import { PALETTE } from '../profile/palette.ts';
import { strings } from '../strings.ts';

const GROUP_LENGTH = 4;
const SHOWN_GROUPS = 3;

/** Oneself first; the rest as the engine has it. */
export const ownFirst = (members: readonly Member[]): readonly Member[] => [
  ...members.filter(({ isSelf }) => isSelf),
  ...members.filter(({ isSelf }) => !isSelf),
];

export const memberName = (member: Pick<Member, 'isSelf' | 'name'>): string =>
  member.isSelf ? strings.share.you : (member.name ?? strings.share.unknownPerson);

/** The beginning of a key, in groups that can be read out. */
export function keyGroups(key: PrincipalId | DeviceId): string {
  const groups = key.match(new RegExp(`.{1,${GROUP_LENGTH}}`, 'gu')) ?? [];
  return groups.slice(0, SHOWN_GROUPS).join(' ');
}

/** Who may know a person that oneself does not: an owner whom one knows. Null: there is none. */
export const ownerToAsk = (members: readonly Member[]): string | null =>
  members.find(({ role, isSelf, name }) => role === 'owner' && !isSelf && name !== null)?.name ?? null;

/** The same for the same key, so that people can be told apart. */
export function memberColor(principal: PrincipalId): string {
  const sum = [...principal].reduce((total, character) => total + (character.codePointAt(0) ?? 0), 0);
  return PALETTE[sum % PALETTE.length]?.hex ?? PALETTE[0].hex;
}

/** The strongest first. Not commenter, while there is nothing to comment with. */
export const ROLES_OFFERED: readonly Role[] = ['owner', 'editor', 'viewer'];

export const isWeaker = (role: Role, than: Role): boolean => roleRank(role) < roleRank(than);

/** What the person here can do about a member. Nothing of it: no menu. */
export type MemberMenu = {
  readonly roles: readonly Role[];
  readonly remove: boolean;
  /** `last-owner`: said, but not possible. */
  readonly leave: 'possible' | 'last-owner' | null;
};

export function menuFor(people: RoomPeople, member: Member): MemberMenu {
  if (!member.isSelf) {
    return { roles: people.mayManage ? ROLES_OFFERED : [], remove: people.mayManage, leave: null };
  }
  const isLastOwner = member.role === 'owner' && people.members.filter(({ role }) => role === 'owner').length === 1;
  return {
    roles: people.mayManage && !isLastOwner ? ROLES_OFFERED : [],
    remove: false,
    leave: isLastOwner ? 'last-owner' : people.mayLeave ? 'possible' : null,
  };
}

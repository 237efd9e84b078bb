import type { Member, MembershipCommands, MembershipOutcome } from '../../engine/membership/api.ts';
import type { PrincipalId, RoomId } from '../../wire/ids.ts';
import type { LinkRole } from '../../wire/link.ts';
import type { Role } from '../../wire/roles.ts';
import { strings } from '../strings.ts';
import { memberName } from './member-view.ts';

const words = strings.share;

/** What is asked about before it is done. */
export type Task =
  | { readonly what: 'weaken'; readonly member: Member; readonly role: Role }
  | { readonly what: 'remove'; readonly member: Member }
  | { readonly what: 'leave' }
  | { readonly what: 'end-link'; readonly link: PrincipalId; readonly role: LinkRole };

export type Confirmation = {
  readonly heading: string;
  /** What happens, and to whom. */
  readonly body: string;
  readonly confirm: string;
  /** Said once it is done. */
  readonly done: string;
};

export function confirmationFor(task: Task): Confirmation {
  switch (task.what) {
    case 'weaken': {
      const { member, role } = task;
      const confirm = words.weaken;
      const done = words.changedRole(member.isSelf ? null : memberName(member), role);
      return member.isSelf
        ? { heading: words.weakenOwnHeading, body: words.weakenOwnBody(role), confirm, done }
        : { heading: words.weakenHeading(member.name, role), body: words.weakenBody(role), confirm, done };
    }
    case 'remove':
      return {
        heading: words.removeHeading(task.member.name),
        body: words.removeBody,
        confirm: words.remove,
        done: words.removed(memberName(task.member)),
      };
    case 'leave':
      return { heading: words.leaveHeading, body: words.leaveBody, confirm: words.leave, done: '' };
    case 'end-link':
      return {
        heading: words.endLinkHeading(task.role),
        body: words.endLinkBody,
        confirm: words.endLink,
        done: words.linkEnded,
      };
  }
}

export function carryOut(commands: MembershipCommands, room: RoomId, task: Task): Promise<MembershipOutcome<null>> {
  switch (task.what) {
    case 'weaken':
      return commands.setRole(room, task.member.principal, task.role);
    case 'remove':
      return commands.removeMember(room, task.member.principal);
    case 'leave':
      return commands.leave(room);
    case 'end-link':
      return commands.revokeLink(room, task.link);
  }
}

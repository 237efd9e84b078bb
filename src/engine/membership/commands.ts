/** The names of all membership commands, for whoever passes them on between threads. */
import type { MembershipCommands } from './api.ts';

const NAMES: { readonly [Name in keyof MembershipCommands]: true } = {
  people: true,
  security: true,
  earlierParts: true,
  earlierPart: true,
  evidence: true,
  acknowledge: true,
  invite: true,
  setRole: true,
  removeMember: true,
  leave: true,
  makeLink: true,
  revokeLink: true,
  askForAccess: true,
  lookForKnocks: true,
  letIn: true,
  turnAway: true,
  renewKeys: true,
  lookForInvitations: true,
  acceptInvitation: true,
  declineInvitation: true,
};

/** An object with all membership commands, each of which calls `pass` with its name and what it was given. */
export function passingOnMembership(
  pass: (name: keyof MembershipCommands, args: readonly unknown[]) => unknown,
): MembershipCommands {
  const commands = Object.keys(NAMES).map((name) => [
    name,
    (...args: readonly unknown[]) => pass(name as keyof MembershipCommands, args),
  ]);
  return Object.fromEntries(commands) as MembershipCommands;
}

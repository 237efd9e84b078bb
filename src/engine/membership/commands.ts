/**
 * The names of all membership commands, for whoever passes them on between threads; and what stands in their place until the
 * engine can carry them out.
 */
import type { Invitation, MembershipCommands, MembershipOutcome } from './api.ts';

const NAMES: { readonly [Name in keyof MembershipCommands]: true } = {
  people: true,
  invite: true,
  setRole: true,
  removeMember: true,
  leave: true,
  makeLink: true,
  revokeLink: true,
  renewKeys: true,
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

/** PLACEHOLDER: what `RoomState.accessAt` says while nobody works it out. */
export const ACCESS_NOT_READ = 0;
/** PLACEHOLDER: what `AccountState.invitations` says while nobody asks the service. */
export const NO_INVITATIONS: readonly Invitation[] = [];

/** PLACEHOLDER: knows of nobody, and refuses every change. */
export function membershipCommands(): MembershipCommands {
  const refuse = async (): Promise<MembershipOutcome<null>> => ({ ok: false, reason: 'unknown-route' });
  return passingOnMembership((name) => (name === 'people' ? Promise.resolve(null) : refuse()));
}

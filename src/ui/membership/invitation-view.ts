import type { Contact } from '../../engine/accounts/api.ts';
import type { Invitation } from '../../engine/membership/invitation.ts';
import { strings } from '../strings.ts';

/** How far one knows who sent an invitation. `other-key`: not with the key that is pinned for this name. */
export type SenderTrust = 'verified' | 'not-compared' | 'other-key' | 'unknown';

export function senderTrust(
  invitation: Pick<Invitation, 'fromName' | 'fromKnown'>,
  contacts: readonly Pick<Contact, 'name' | 'verified'>[],
): SenderTrust {
  const contact = contacts.find(({ name }) => name === invitation.fromName);
  if (!invitation.fromKnown) return contact ? 'other-key' : 'unknown';
  return contact?.verified ? 'verified' : 'not-compared';
}

export function hintFor(trust: SenderTrust, from: string): string {
  const hint = strings.invitations.hint[trust];
  return typeof hint === 'string' ? hint : hint(from);
}

export const latestFirst = (invitations: readonly Invitation[]): readonly Invitation[] =>
  [...invitations].sort((a, b) => b.sentAt - a.sentAt);

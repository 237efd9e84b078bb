/** Who is in a document, for the screens that show it: the app with an engine that only pretends. */
import { expect, type Page } from '@playwright/test';
import type { Member, RoomPeople } from '../../../src/engine/membership/api.ts';
import type { Invitation } from '../../../src/engine/membership/invitation.ts';
import type { Knock } from '../../../src/engine/membership/knock.ts';
import { NO_LIMITS } from '../../../src/wire/epoch.ts';
import type { PrincipalId, RoomId } from '../../../src/wire/ids.ts';
import type { Scene } from './account-screens.ts';

export const id = <T extends string>(letter: string): T => `${letter.repeat(42)}A` as T;
export const DOCUMENT = `/d/${id('a')}`;

export const member = (
  name: string | null,
  letter: string,
  role: Member['role'],
  change: Partial<Member> = {},
): Member => ({
  principal: id<PrincipalId>(letter),
  role,
  name,
  verified: false,
  isSelf: false,
  devices: 1,
  ...change,
});
export const SELF = member('ada', 'a', 'owner', { isSelf: true });
export const GRACE = member('grace', 'g', 'owner', { verified: true });
export const LINKS: RoomPeople['links'] = [
  { principal: id('e'), role: 'editor', path: '/d/x#edit', limits: NO_LIMITS, hasPassword: false },
  { principal: id('v'), role: 'viewer', path: null, limits: NO_LIMITS, hasPassword: false },
];
/** As many limits as there are. */
export const BOUND: RoomPeople['links'] = [
  {
    principal: id('e'),
    role: 'editor',
    path: '/d/x#edit',
    limits: { expiresAt: 4_000_000_000_000, maxUses: 5 },
    hasPassword: true,
  },
  {
    principal: id('v'),
    role: 'viewer',
    path: null,
    limits: { expiresAt: 1_700_000_000_000, maxUses: 1 },
    hasPassword: false,
  },
];
export const contact = { name: 'grace', principal: GRACE.principal, verified: true, changedTo: null };
export const invitation = (from: string, letter: string, change: Partial<Invitation> = {}): Invitation => ({
  room: id<RoomId>(letter),
  role: 'editor',
  from: id<PrincipalId>('x'),
  fromName: from,
  fromKnown: true,
  sentAt: 1_700_000_000_000,
  ...change,
});

export const shared = (people: Partial<RoomPeople> = {}): Scene => ({
  account: { contacts: [contact] },
  rooms: [{ title: 'Plan', kept: 'account' }],
  people: { members: [SELF, GRACE, member(null, 'k', 'viewer')], links: LINKS, mayManage: true, ...people },
});
export const INVITED: Scene = {
  account: {
    contacts: [contact],
    invitations: [invitation('grace', 'q'), invitation('mallory', 'r', { fromKnown: false })],
  },
};

export const people = (page: Page) => page.getByRole('list', { name: 'People in this document' });
export const links = (page: Page) => page.getByRole('list', { name: 'Links to this document' });
export const share = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByRole('dialog', { name: 'Share' })).toBeVisible();
};

export const SHUT_OUT: Scene = { rooms: [{ role: 'editor', phase: 'failed', failure: 'link-used-up' }] };
export const knock = (from: string, letter: string, change: Partial<Knock> = {}): Knock => ({
  room: id<RoomId>('a'),
  role: 'viewer',
  from: id<PrincipalId>(letter),
  fromName: from,
  fromKnown: true,
  askedAt: 1_700_000_000_000,
  ...change,
});
export const ASKED: Scene = {
  ...shared(),
  account: {
    contacts: [contact],
    knocks: [knock('grace', 'q'), knock('mallory', 'r', { fromKnown: false, role: 'editor' })],
  },
};

export const ASKED_BEFORE: Scene = {
  ...SHUT_OUT,
  account: { asked: [{ room: id('a'), askedAt: 1_700_000_000_000 }] },
};

import { describe, expect, it } from 'vitest';
import type { Member, RoomLink, RoomPeople } from '../../../src/engine/membership/api.ts';
import type { Invitation } from '../../../src/engine/membership/invitation.ts';
import { latestFirst, senderTrust } from '../../../src/ui/membership/invitation-view.ts';
import { linksToShow } from '../../../src/ui/membership/link-view.ts';
import {
  isWeaker,
  keyGroups,
  memberColor,
  memberName,
  menuFor,
  ownerToAsk,
  ownFirst,
  ROLES_OFFERED,
} from '../../../src/ui/membership/member-view.ts';
import { confirmationFor, type Task } from '../../../src/ui/membership/task.ts';
import { PALETTE } from '../../../src/ui/profile/palette.ts';
import { NO_LIMITS } from '../../../src/wire/epoch.ts';
import type { PrincipalId, RoomId } from '../../../src/wire/ids.ts';

const id = (letter: string): PrincipalId => `${letter.repeat(42)}A` as PrincipalId;
const member = (name: string | null, role: Member['role'], change: Partial<Member> = {}): Member => ({
  principal: id(name?.slice(0, 1) ?? 'u'),
  role,
  name,
  verified: false,
  isSelf: false,
  devices: 1,
  ...change,
});
const ada = member('ada', 'owner', { isSelf: true });
const grace = member('grace', 'owner');
const unknown = member(null, 'viewer');
const peopleWith = (members: readonly Member[], change: Partial<RoomPeople> = {}): RoomPeople => ({
  members,
  links: [],
  newcomers: 'see-all',
  mayManage: true,
  mayLeave: true,
  ...change,
});
const link = (role: RoomLink['role'], letter: string, path: string | null): RoomLink => ({
  principal: id(letter),
  role,
  path,
  limits: NO_LIMITS,
  hasPassword: false,
});
const NO_LINKS = { edit: null, view: null };

describe('people in a document', () => {
  it('begin with oneself, and else stay as they come', () => {
    expect(ownFirst([grace, ada, unknown])).toEqual([ada, grace, unknown]);
    expect(ownFirst([grace, unknown])).toEqual([grace, unknown]);
  });
  it('have a name, and strangers the beginning of their key and somebody to ask', () => {
    expect([ada, grace, unknown].map(memberName)).toEqual(['You', 'grace', 'Somebody you do not know']);
    expect(keyGroups('AbCd3fGh_-KlMnOp' as PrincipalId)).toBe('AbCd 3fGh _-Kl');
    expect(ownerToAsk([ada, unknown, grace])).toBe('grace');
    expect(ownerToAsk([ada, unknown])).toBeNull();
  });
  it('have a colour that follows from their key', () => {
    expect(PALETTE.map(({ hex }) => hex as string)).toContain(memberColor(id('q')));
    expect(memberColor(id('q'))).toBe(memberColor(id('q')));
  });
});

describe('what can be done about somebody', () => {
  it('is everything for owners, and nothing for others', () => {
    expect(menuFor(peopleWith([ada, grace]), grace)).toEqual({ roles: ROLES_OFFERED, remove: true, leave: null });
    expect(menuFor(peopleWith([ada, grace], { mayManage: false }), grace)).toEqual({
      roles: [],
      remove: false,
      leave: null,
    });
  });
  it('is to leave, for oneself, if there is another owner', () => {
    expect(menuFor(peopleWith([ada, grace]), ada).leave).toBe('possible');
    expect(menuFor(peopleWith([ada, unknown], { mayLeave: false }), ada)).toEqual({
      roles: [],
      remove: false,
      leave: 'last-owner',
    });
    const guest = { ...ada, role: 'editor' } as const;
    expect(menuFor(peopleWith([grace, guest], { mayManage: false, mayLeave: false }), guest).leave).toBeNull();
  });
  it('is asked about where something is taken away', () => {
    expect(isWeaker('viewer', 'commenter')).toBe(true);
    expect(isWeaker('owner', 'editor')).toBe(false);
    expect(isWeaker('editor', 'editor')).toBe(false);
    expect(ROLES_OFFERED).toEqual(['owner', 'editor', 'viewer']);
  });
});

describe('a question', () => {
  const tasks: readonly Task[] = [
    { what: 'weaken', member: grace, role: 'editor' },
    { what: 'weaken', member: ada, role: 'viewer' },
    { what: 'weaken', member: unknown, role: 'commenter' },
    { what: 'remove', member: grace },
    { what: 'remove', member: unknown },
    { what: 'leave' },
  ];
  it.each(tasks)('says what happens to whom, and that links end: $what', (task) => {
    const { heading, body, confirm } = confirmationFor(task);
    expect(heading).toMatch(/^[A-Z].+\?$/);
    expect(body).toMatch(/All links end/);
    expect(`${heading} ${body} ${confirm}`).not.toMatch(/undefined|null/);
  });
  it('about a link says who loses access', () => {
    const { heading, body } = confirmationFor({ what: 'end-link', link: id('e'), role: 'commenter' });
    expect(heading).toBe('End this comment link?');
    expect(body).toMatch(/^Everybody who came by it is out/);
  });
});

describe('links', () => {
  const edit = link('editor', 'e', '/d/r#e');
  const view = link('viewer', 'v', '/d/r#v');
  const lost = link('viewer', 'w', null);
  it('are all shown to who may end them, strongest first, numbered where there are several alike', () => {
    const shown = linksToShow(peopleWith([ada], { links: [view, lost, edit] }), NO_LINKS);
    expect(shown.map(({ role, number }) => [role, number])).toEqual([
      ['editor', null],
      ['viewer', 1],
      ['viewer', 2],
    ]);
  });
  it('are for others those that can be passed on', () => {
    const people = peopleWith([ada], { links: [edit, lost, view], mayManage: false });
    expect(linksToShow(people, NO_LINKS).map(({ path }) => path)).toEqual(['/d/r#e', '/d/r#v']);
  });
  it('are known before anything was read', () => {
    expect(linksToShow(null, { edit: null, view: '/d/r#v' })).toEqual([
      { principal: null, role: 'viewer', path: '/d/r#v', limits: NO_LIMITS, hasPassword: false, number: null },
    ]);
  });
});

describe('an invitation', () => {
  it('says how far one knows who sent it', () => {
    const contacts = [
      { name: 'grace', verified: true },
      { name: 'linus', verified: false },
    ];
    const trust = (fromName: string, fromKnown: boolean) => senderTrust({ fromName, fromKnown }, contacts);
    expect(trust('grace', true)).toBe('verified');
    expect(trust('linus', true)).toBe('not-compared');
    expect(trust('grace', false)).toBe('other-key');
    expect(trust('mallory', false)).toBe('unknown');
  });
  it('comes before older ones', () => {
    const at = (sentAt: number): Invitation => ({
      room: `r${sentAt}` as RoomId,
      role: 'editor',
      from: id('x'),
      fromName: 'x',
      fromKnown: false,
      sentAt,
    });
    expect(latestFirst([at(1), at(3), at(2)]).map(({ sentAt }) => sentAt)).toEqual([3, 2, 1]);
  });
});

/** The shield and what it opens, without engine or server behind the screens. */
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import type { Member, RoomPeople } from '../../src/engine/membership/api.ts';
import type { Named, RoomSecurity, SecurityEvent, When } from '../../src/engine/security/api.ts';
import type { DeviceId, PrincipalId } from '../../src/wire/ids.ts';
import { expectAccessible, expectLegible } from '../support/e2e/accessible.ts';
import { expect, type Scene, test, withEngine } from '../support/e2e/account-screens.ts';

const id = <T extends string>(letter: string): T => `${letter.repeat(42)}A` as T;
const DOCUMENT = `/d/${id('a')}`;
const NOW = Date.now();

const member = (name: string | null, letter: string, change: Partial<Member> = {}): Member => ({
  principal: id<PrincipalId>(letter),
  role: 'editor',
  name,
  verified: false,
  isSelf: false,
  devices: 1,
  ...change,
});
const named = (name: string | null, change: Partial<Named> = {}): Named => ({
  kind: 'account',
  name,
  isSelf: false,
  verified: false,
  keyChanged: false,
  addedBy: null,
  ...change,
});
const by = (letter: string) => ({ device: id<DeviceId>('d'), principal: id<PrincipalId>(letter) });
const signed = (minutes: number): When => ({ at: NOW - minutes * 60_000, word: 'signer' });
const here = (minutes: number) => ({ at: NOW - minutes * 60_000, word: 'here' as const });
const device = (letter: string, change = {}) => ({
  device: id<DeviceId>(letter),
  when: signed(90),
  name: null,
  isThis: false,
  ...change,
});

const SELF = member('ada', 'a', { isSelf: true, role: 'owner' });
const GRACE = member('grace', 'g', { role: 'owner', verified: true });
const BOB = member('bob', 'b');
const EVENTS: readonly SecurityEvent[] = [
  { type: 'alarm', alarm: 'withheld', count: 1, by: by('g'), when: here(1) },
  { type: 'refused', kind: 'update', reason: 'clock-gap', count: 3, by: by('b'), when: here(5) },
  { type: 'renewed', seq: 40, count: 12, by: null, when: signed(30) },
  { type: 'devices', seq: 30, principal: id('b'), came: [id('C')], went: [], by: by('b'), when: here(90) },
  { type: 'added', seq: 20, principal: id('k'), role: 'viewer', by: by('g'), when: signed(100) },
  {
    type: 'link-made',
    seq: 18,
    link: id('e'),
    role: 'editor',
    expiresAt: 0,
    maxUses: 5,
    by: by('a'),
    when: signed(110),
  },
  { type: 'role', seq: 12, principal: id('b'), from: 'viewer', to: 'editor', by: by('a'), when: signed(200) },
  { type: 'hidden', seq: 11, count: 37, by: null, when: null },
  { type: 'created', seq: 1, by: by('a'), when: signed(5_000) },
];
const SECURITY: Partial<RoomSecurity> = {
  epoch: { number: 7, when: signed(30), by: by('g') },
  events: EVENTS,
  names: {
    [id('a')]: named('ada', { isSelf: true }),
    [id('g')]: named('grace', { verified: true }),
    [id('b')]: named('bob'),
    [id('k')]: named(null, { addedBy: id('g') }),
    [id('e')]: named(null, { kind: 'link' }),
  } as RoomSecurity['names'],
  devices: {
    [id('a')]: [device('d', { name: 'Laptop', isThis: true }), device('p', { name: 'Phone', when: here(60) })],
    [id('b')]: [device('B'), device('C', { when: here(90) })],
    [id('k')]: [device('K')],
  } as RoomSecurity['devices'],
};
const scene = (people: Partial<RoomPeople>, room: object = {}, security: Partial<RoomSecurity> = {}): Scene => ({
  account: {
    contacts: [
      { name: 'bob', principal: BOB.principal, verified: false, changedTo: null },
      { name: 'grace', principal: GRACE.principal, verified: true, changedTo: null },
    ],
  },
  rooms: [{ title: 'Plan', kept: 'account', ...room }],
  people: { members: [SELF, GRACE, BOB, member(null, 'k')], links: [], mayManage: true, ...people },
  security: { ...SECURITY, ...security },
});

const shield = (page: Page, headline: string) => page.getByRole('button', { name: `Security: ${headline}` });
const panel = (page: Page) => page.getByRole('dialog', { name: 'Security' });

test('the shield says what is known, and no more', async ({ open }) => {
  const page = await open(DOCUMENT, scene({ members: [SELF, GRACE] }));
  await expect(shield(page, 'Everybody is verified')).toBeVisible();
  await withEngine(page, (engine) => engine.setRoom(engine.state.rooms[0]?.room ?? '', { caughtUp: false }));
  await expect(shield(page, 'Not up to date')).toBeVisible();
  await withEngine(page, (engine) => engine.setRoom(engine.state.rooms[0]?.room ?? '', { alarm: 'bad-record' }));
  await expect(shield(page, 'Something was refused')).toBeVisible();
  await withEngine(page, (engine) => engine.setRoom(engine.state.rooms[0]?.room ?? '', { alarm: 'forked' }));
  await expect(shield(page, 'Different versions are being shown')).toBeVisible();
});

test('the panel shows people, their devices, the keys and the log, by keyboard alone', async ({ open }) => {
  const page = await open(DOCUMENT, scene({}));
  await shield(page, '2 people not verified').press('Enter');
  await expect(panel(page)).toContainText('looks as if they were offline');
  const people = page.getByRole('list', { name: 'People and their devices' });
  await expect(people.getByRole('link', { name: 'Compare safety numbers with bob' })).toHaveAttribute(
    'href',
    '/account/people/bob',
  );
  await expect(people.getByText('Let in by grace, not verified')).toBeVisible();
  const devices = people.getByRole('button', { name: /^2 devices ?: You$/ });
  await expect(people.getByText('Laptop')).toBeHidden();
  await devices.press('Enter');
  await expect(people.getByText('Laptop')).toBeVisible();
  await expect(people.getByText('pppp pppp pppp')).toBeVisible();
  await expect(people.getByText('seen here 1 hour ago')).toBeVisible();
  await expect(panel(page)).toContainText('Keys number 7, since 30 minutes ago, by grace.');
  await page.getByRole('button', { name: 'Renew keys now' }).click();
  await expect(page.getByText('The keys were renewed.')).toBeVisible();
  const log = page.getByRole('list', { name: 'Security log' });
  await expect(log.getByRole('listitem').first()).toContainText('The server keeps changes back');
  await expect(log).toContainText('grace let somebody you do not know (kkkk kkkk kkkk…) in as reader');
  await expect(log).toContainText('37 renewals of keys before you came');
  await expect(log).not.toContainText('You made this document');
  await page.getByRole('button', { name: 'Show all 9' }).press('Enter');
  await expect(log).toContainText('You made this document');
  await expect(log).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(shield(page, '2 people not verified')).toBeFocused();
});

test('an alarm says what to do, its evidence can be saved, and it is quiet once it was read', async ({ open }) => {
  const page = await open(DOCUMENT, scene({}, { alarm: 'withheld' }, { hasEvidence: true }));
  await withEngine(page, (engine) => {
    engine.membership.evidenceFile = '{"format":"sealroom/evidence"}';
  });
  await page.getByRole('button', { name: 'What happened' }).click();
  await expect(panel(page)).toContainText('Ask the others in another way what they see');
  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Save evidence' }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toMatch(/^sealroom-evidence-\d{4}-\d\d-\d\d\.json$/);
  expect(await readFile(await download.path(), 'utf8')).toBe('{"format":"sealroom/evidence"}');
  await page.getByRole('button', { name: 'I have read this' }).click();
  await expect(panel(page)).toContainText('The shield is quiet until there is something new.');
  await page.keyboard.press('Escape');
  await expect(shield(page, '2 people not verified')).toBeVisible();
  await expect(page.getByRole('button', { name: 'What happened' })).toBeHidden();
});

test.describe('on a small phone', () => {
  test.use({ viewport: { width: 360, height: 740 }, contextOptions: { reducedMotion: 'reduce' } });
  const SCENES: readonly (readonly [string, Scene])[] = [
    ['calm', scene({ members: [SELF, GRACE] })],
    ['neutral', scene({})],
    ['of something refused', scene({}, { alarm: 'bad-record' })],
    ['of an alarm', scene({}, { alarm: 'withheld' }, { hasEvidence: true })],
  ];
  for (const [name, what] of SCENES)
    test(`the panel ${name} is accessible and fits, light and dark`, async ({ open }) => {
      const page = await open(DOCUMENT, what);
      await page.getByRole('button', { name: /^Security/ }).click();
      await page.getByRole('button', { name: /devices? ?: You/ }).click();
      await page.getByRole('button', { name: 'Show all 9' }).click();
      await expectAccessible(page);
      await page.emulateMedia({ colorScheme: 'dark' });
      await expectLegible(page);
    });
});

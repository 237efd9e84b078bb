/** Who is in a document, and invitations, without engine or server behind the screens. */
import type { Page } from '@playwright/test';
import type { Member, RoomPeople } from '../../src/engine/membership/api.ts';
import type { Invitation } from '../../src/engine/membership/invitation.ts';
import type { Knock } from '../../src/engine/membership/knock.ts';
import { NO_LIMITS } from '../../src/wire/epoch.ts';
import type { PrincipalId, RoomId } from '../../src/wire/ids.ts';
import { expectAccessible, expectLegible } from '../support/e2e/accessible.ts';
import { expect, type Scene, test, withEngine } from '../support/e2e/account-screens.ts';

const id = <T extends string>(letter: string): T => `${letter.repeat(42)}A` as T;
const DOCUMENT = `/d/${id('a')}`;

const member = (name: string | null, letter: string, role: Member['role'], change: Partial<Member> = {}): Member => ({
  principal: id<PrincipalId>(letter),
  role,
  name,
  verified: false,
  isSelf: false,
  devices: 1,
  ...change,
});
const SELF = member('ada', 'a', 'owner', { isSelf: true });
const GRACE = member('grace', 'g', 'owner', { verified: true });
const LINKS: RoomPeople['links'] = [
  { principal: id('e'), role: 'editor', path: '/d/x#edit', limits: NO_LIMITS, hasPassword: false },
  { principal: id('v'), role: 'viewer', path: null, limits: NO_LIMITS, hasPassword: false },
];
/** As many limits as there are. */
const BOUND: RoomPeople['links'] = [
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
const contact = { name: 'grace', principal: GRACE.principal, verified: true, changedTo: null };
const invitation = (from: string, letter: string, change: Partial<Invitation> = {}): Invitation => ({
  room: id<RoomId>(letter),
  role: 'editor',
  from: id<PrincipalId>('x'),
  fromName: from,
  fromKnown: true,
  sentAt: 1_700_000_000_000,
  ...change,
});

const shared = (people: Partial<RoomPeople> = {}): Scene => ({
  account: { contacts: [contact] },
  rooms: [{ title: 'Plan', kept: 'account' }],
  people: { members: [SELF, GRACE, member(null, 'k', 'viewer')], links: LINKS, mayManage: true, ...people },
});
const INVITED: Scene = {
  account: {
    contacts: [contact],
    invitations: [invitation('grace', 'q'), invitation('mallory', 'r', { fromKnown: false })],
  },
};

const people = (page: Page) => page.getByRole('list', { name: 'People in this document' });
const links = (page: Page) => page.getByRole('list', { name: 'Links to this document' });
const share = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByRole('dialog', { name: 'Share' })).toBeVisible();
};

test.describe('the share dialog', () => {
  test('invites by name, once, and says why it did not work', async ({ open }) => {
    const page = await open(DOCUMENT, shared({ members: [SELF] }));
    await share(page);
    const name = page.getByRole('textbox', { name: 'Invite by user name' });
    await expect(name).toBeFocused();
    await page.keyboard.type('nobody-here');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toContainText('There is nobody of this name');
    await name.fill('Grace ');
    await page.getByRole('combobox', { name: 'Role' }).selectOption('Can view');
    await withEngine(page, (engine) => {
      engine.membership.pace = new Promise((resolve) => Object.assign(window, { go: resolve }));
    });
    await name.press('Enter');
    await expect(page.getByRole('button', { name: 'Inviting…' })).toBeVisible();
    await name.press('Enter');
    await page.evaluate('window.go()');
    await expect(people(page).getByRole('listitem').filter({ hasText: 'grace' })).toContainText('Can view');
    await expect(page.getByRole('status').filter({ hasText: 'grace was invited.' })).toBeAttached();
    await expect(name).toBeFocused();
    await expect(name).toHaveValue('');
    expect(await page.evaluate('window.engine.membership.asked')).toEqual([
      'invite nobody-here editor',
      'invite grace viewer',
    ]);
  });

  test('leads to the key where it has changed', async ({ open }) => {
    const page = await open(DOCUMENT, shared({ members: [SELF] }));
    await withEngine(page, (engine) => {
      engine.rekeyed.add('grace');
    });
    await share(page);
    await page.keyboard.type('grace');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Compare the key of grace' }).click();
    await expect(page.getByRole('heading', { name: 'grace' })).toBeVisible();
  });

  test('changes roles by keyboard alone, and asks before something is taken away', async ({ open }) => {
    const page = await open(DOCUMENT, shared());
    await share(page);
    const unknown = people(page).getByRole('listitem').filter({ hasText: 'Somebody you do not know' });
    await expect(unknown).toContainText('kkkk kkkk kkkk');
    await expect(unknown).toContainText('Ask grace who this is.');
    const options = page.getByRole('button', { name: 'Options for Somebody you do not know' });
    await options.press('Enter');
    await expect(page.getByRole('menuitemradio', { name: 'Owner' })).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(unknown).toContainText('Can edit');
    await expect(options).toBeFocused();
    await options.press('Enter');
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    const question = page.getByRole('dialog', { name: 'Let this person only view?' });
    await expect(question).toContainText('All links end');
    await page.keyboard.press('Escape');
    await expect(question).toBeHidden();
    await expect(options).toBeFocused();
    await expect(unknown).toContainText('Can edit');
  });

  test('removes somebody, and keeps the question open where that failed', async ({ open }) => {
    const page = await open(DOCUMENT, shared());
    await share(page);
    await expect(people(page).getByRole('link', { name: 'grace' })).toHaveAttribute('href', '/account/people/grace');
    await page.getByRole('button', { name: 'Options for grace' }).click();
    await page.getByRole('menuitem', { name: 'Remove from document' }).click();
    await withEngine(page, (engine) => {
      engine.membership.refusing = { reason: 'offline' };
    });
    await page.getByRole('button', { name: 'Remove from document' }).click();
    await expect(page.getByRole('alert')).toContainText('The server did not answer');
    await withEngine(page, (engine) => {
      engine.membership.refusing = null;
    });
    await page.getByRole('button', { name: 'Remove from document' }).click();
    await expect(people(page).getByText('grace')).toBeHidden();
    await expect(page.getByRole('heading', { name: 'People' })).toBeFocused();
    await expect(page.getByText('No links. Nobody comes in without an invitation.')).toBeVisible();
  });

  test('leaves, if somebody else owns the document', async ({ open }) => {
    const page = await open(DOCUMENT, shared({ members: [SELF] }));
    await share(page);
    const options = page.getByRole('button', { name: 'Options for yourself' });
    await options.press('Enter');
    const leave = page.getByRole('menuitem', { name: 'Leave document' });
    await expect(leave).toBeFocused();
    await expect(leave).toHaveAttribute('aria-disabled', 'true');
    await expect(leave).toHaveAccessibleDescription('You are the only owner. Make somebody else owner first.');
    await page.keyboard.press('Enter');
    await expect(leave).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(options).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: 'Share' })).toBeFocused();
    await share(page);
    await page.getByRole('textbox', { name: 'Invite by user name' }).fill('grace');
    await page.getByRole('combobox', { name: 'Role' }).selectOption('Owner');
    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    await expect(people(page).getByText('grace')).toBeVisible();
    await options.click();
    await leave.click();
    await page.getByRole('button', { name: 'Leave document' }).click();
    await expect(page).toHaveURL(/\/$/);
    await expect(page.getByText('No documents yet')).toBeVisible();
  });

  test('ends links and makes new ones', async ({ open }) => {
    const page = await open(DOCUMENT, shared());
    await share(page);
    await expect(links(page)).toContainText('its address is not on this device');
    await expect(links(page).getByRole('button', { name: /^Copy/ })).toHaveCount(1);
    await page.getByRole('button', { name: /^End link ?: Edit link$/ }).click();
    await expect(page.getByRole('dialog', { name: 'End this edit link?' })).toContainText(
      'Everybody who came by it is out',
    );
    await page.getByRole('button', { name: 'End link', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Links' })).toBeFocused();
    await expect(links(page).getByText('Edit link', { exact: true })).toBeHidden();
    await page.getByRole('button', { name: 'New view link' }).click();
    await expect(links(page).getByText('View link 2', { exact: true })).toBeVisible();
    await expect(page.getByRole('button', { name: 'New view link' })).toBeFocused();
    await page.getByRole('button', { name: 'Copy view link 2' }).click();
    await page.getByRole('button', { name: 'Renew keys now' }).click();
    await expect(page.getByText('The keys were renewed.')).toBeVisible();
  });

  test('works with links alone where nobody is signed in', async ({ open }) => {
    const page = await open(DOCUMENT, { rooms: [{ title: 'Plan' }] });
    await share(page);
    await expect(page.getByRole('button', { name: 'Copy edit link' })).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'Invite by user name' })).toBeHidden();
    await page.getByRole('link', { name: 'Create an account' }).click();
    await expect(page).toHaveURL(/\/sign-up$/);
  });

  test('shows links before anything of the document was read', async ({ open }) => {
    const page = await open(DOCUMENT, { rooms: [{ title: 'Plan', role: 'viewer', readOnly: 'role' }] });
    await withEngine(page, (engine) => {
      engine.membership.people = async () => null;
    });
    await share(page);
    await expect(page.getByRole('button', { name: 'Copy view link' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Copy edit link' })).toBeHidden();
    await expect(people(page)).toBeHidden();
  });
});

test.describe('an invitation', () => {
  test('opens the document when it was accepted', async ({ open }) => {
    const page = await open('/', INVITED);
    const card = page.getByRole('listitem').filter({ hasText: 'grace invites you to a document as an editor' });
    await expect(card).toContainText('You have compared keys.');
    await withEngine(page, (engine) => {
      engine.membership.refusing = { reason: 'busy', waitSeconds: 30 };
    });
    await page.getByRole('button', { name: 'Accept the invitation of grace' }).click();
    await expect(card.getByRole('alert')).toHaveText(
      'The server is busy. Nothing was changed. Try again in 30 seconds.',
    );
    await withEngine(page, (engine) => {
      engine.membership.refusing = null;
    });
    await page.getByRole('button', { name: 'Accept the invitation of grace' }).click();
    await expect(page).toHaveURL(new RegExp(`/d/${id('q')}$`));
  });

  test('is declined at once, and the focus is not lost', async ({ open }) => {
    const page = await open('/', INVITED);
    await expect(page.getByText('This name is not among your people.')).toBeVisible();
    await page.getByRole('button', { name: 'Decline the invitation of mallory' }).press('Enter');
    await expect(page.getByText('mallory invites you')).toBeHidden();
    await expect(page.getByRole('heading', { name: 'Invitations' })).toBeFocused();
    await page.getByRole('button', { name: 'Decline the invitation of grace' }).press('Enter');
    await expect(page.getByRole('heading', { name: 'Your documents' })).toBeFocused();
    await expect(page.getByRole('status').filter({ hasText: 'The invitation was declined.' })).toBeAttached();
  });
});

test.describe('a new link', () => {
  test('is bound to what is chosen under “More options”, and says so', async ({ open }) => {
    const page = await open(DOCUMENT, shared({ links: [] }));
    await share(page);
    const more = page.getByRole('button', { name: 'More options' });
    await expect(more).toHaveAttribute('aria-expanded', 'false');
    await more.press('Enter');
    const options = page.getByRole('group', { name: 'Options for a new link' });
    await options.getByRole('textbox', { name: 'Password' }).fill('open sesame');
    await options.getByRole('combobox', { name: 'Ends' }).selectOption('After 1 day');
    await options.getByRole('combobox', { name: 'Lets in' }).selectOption('5 devices');
    await page.getByRole('button', { name: 'New view link' }).press('Enter');
    const made = links(page).getByRole('listitem').filter({ hasText: 'View link' });
    await expect(made).toContainText(/Until .+, at most 5 devices, with a password, to be sent another way/);
    await expect(options).toBeHidden();
    // The next one is bound to nothing.
    await page.getByRole('button', { name: 'New edit link' }).click();
    await expect(links(page).getByRole('listitem').filter({ hasText: 'Edit link' })).not.toContainText('password');
    expect(await page.evaluate('window.engine.membership.asked')).toEqual([
      'link viewer open sesame 86400000 5',
      'link editor',
    ]);
  });

  test('forgets what was chosen when it is folded away', async ({ open }) => {
    const page = await open(DOCUMENT, shared({ links: [] }));
    await share(page);
    const more = page.getByRole('button', { name: 'More options' });
    await more.click();
    await page.getByRole('combobox', { name: 'Lets in' }).selectOption('1 device');
    await more.click();
    await page.getByRole('button', { name: 'New view link' }).click();
    await expect(links(page).getByRole('listitem')).toHaveCount(1);
    expect(await page.evaluate('window.engine.membership.asked')).toEqual(['link viewer']);
  });
});

test.describe('a link with a password', () => {
  test('asks for it before anything else, by keyboard alone, and says when it is wrong', async ({ open }) => {
    const page = await open(`${DOCUMENT}#edit-locked`);
    await expect(page.getByRole('heading', { name: 'This link needs a password' })).toBeVisible();
    const password = page.getByRole('textbox', { name: 'Password of the link' });
    await password.focus();
    await page.keyboard.type('open says me');
    await page.keyboard.press('Enter');
    await expect(page.getByText('This is not the password of the link.')).toBeVisible();
    await expect(password).toHaveAttribute('aria-invalid', 'true');
    await expect(password).toBeFocused();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('open sesame');
    await expect(page.getByText('This is not the password of the link.')).toBeHidden();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('textbox', { name: 'Document text' })).toBeVisible();
    await expect(page).toHaveURL(new RegExp(`${DOCUMENT}$`));
  });
});

const SHUT_OUT: Scene = { rooms: [{ role: 'editor', phase: 'failed', failure: 'link-used-up' }] };
const knock = (from: string, letter: string, change: Partial<Knock> = {}): Knock => ({
  room: id<RoomId>('a'),
  role: 'viewer',
  from: id<PrincipalId>(letter),
  fromName: from,
  fromKnown: true,
  askedAt: 1_700_000_000_000,
  ...change,
});
const ASKED: Scene = {
  ...shared(),
  account: {
    contacts: [contact],
    knocks: [knock('grace', 'q'), knock('mallory', 'r', { fromKnown: false, role: 'editor' })],
  },
};

const ASKED_BEFORE: Scene['account'] = { asked: [{ room: id('a'), askedAt: 1_700_000_000_000 }] };

test.describe('asking for access', () => {
  test('is offered where a link lets nobody in any more', async ({ open }) => {
    const page = await open(DOCUMENT, { ...SHUT_OUT, account: {} });
    await expect(page.getByText('This link is used up.')).toBeVisible();
    await page.getByRole('combobox', { name: 'I would like to' }).selectOption('View it');
    await withEngine(page, (engine) => {
      engine.membership.refusing = { reason: 'too-many-knocks' };
    });
    await page.getByRole('button', { name: 'Ask for access' }).press('Enter');
    await expect(page.getByRole('alert')).toContainText('Nobody was asked');
    await withEngine(page, (engine) => {
      engine.membership.refusing = null;
    });
    await page.getByRole('button', { name: 'Ask for access' }).press('Enter');
    await expect(page.getByRole('status').filter({ hasText: 'Asked.' })).toHaveText(
      'Asked. You will find the document on your home when somebody lets you in.',
    );
    await expect(page.getByRole('button', { name: 'Ask for access' })).toBeHidden();
    expect(await page.evaluate('window.engine.membership.asked')).toEqual(['ask viewer', 'ask viewer']);
  });

  test('says on the next visit that it was done, and when, and can be done again', async ({ open }) => {
    const page = await open(DOCUMENT, { ...SHUT_OUT, account: ASKED_BEFORE });
    await expect(page.getByRole('region', { name: 'Ask for access' })).toContainText('Last asked Nov 14, 2023');
    await page.getByRole('button', { name: 'Ask again' }).press('Enter');
    await page.getByRole('button', { name: 'Ask for access' }).press('Enter');
    await expect(page.getByText('Last asked just now')).toBeVisible();
    expect(await page.evaluate('window.engine.membership.asked')).toEqual(['ask editor']);
  });

  test('takes an account', async ({ open }) => {
    const page = await open(DOCUMENT, SHUT_OUT);
    await expect(page.getByRole('region', { name: 'Ask for access' })).toContainText('With an account');
    await page.getByRole('link', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  });

  test('goes on where one came from when one has signed in, by the same link', async ({ open }) => {
    const page = await open(`${DOCUMENT}#edit-dead`, SHUT_OUT);
    const asked: string[] = [];
    page.on('request', (request) =>
      asked.push(request.url(), request.postData() ?? '', ...Object.values(request.headers())),
    );
    await page.getByRole('link', { name: 'Create an account' }).click();
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('textbox', { name: 'User name' }).fill('ada');
    await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('button', { name: 'Ask for access' })).toBeVisible();
    await expect(page).toHaveURL(DOCUMENT);
    expect(await page.evaluate('window.engine.opened')).toEqual(['edit-dead', 'edit-dead']);
    expect(asked.filter((text) => text.includes('edit-dead'))).toEqual([]);
  });

  test('is offered above a document that was left behind, too', async ({ open }) => {
    const page = await open(DOCUMENT, { account: {}, rooms: [{ role: 'editor', failure: 'link-expired' }] });
    await expect(page.getByText('This link has expired.')).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'Document text' })).not.toBeEditable();
    await page.getByRole('button', { name: 'Ask for access' }).click();
    const dialog = page.getByRole('dialog', { name: 'Ask for access' });
    await dialog.getByRole('button', { name: 'Ask for access' }).click();
    await expect(dialog.getByRole('status')).toContainText('Asked.');
  });

  test('shows on the share button, and is answered in the dialog', async ({ open }) => {
    const page = await open(DOCUMENT, ASKED);
    await page.getByRole('button', { name: 'Share (2 requests for access)' }).click();
    const asking = page.getByRole('list', { name: 'People who ask for access' });
    const mallory = asking.getByRole('listitem').filter({ hasText: 'mallory asks to edit this document' });
    await expect(mallory).toContainText('This name is not among your people.');
    await mallory.getByRole('button', { name: 'Decline mallory' }).press('Enter');
    await expect(mallory).toBeHidden();
    await expect(page.getByRole('heading', { name: 'Requests for access' })).toBeFocused();
    await asking.getByRole('combobox', { name: 'Let grace in as' }).selectOption('Can edit');
    await asking.getByRole('button', { name: 'Let in grace' }).press('Enter');
    await expect(asking).toBeHidden();
    await expect(page.getByRole('status').filter({ hasText: 'grace was let in.' })).toBeAttached();
    await expect(page.getByRole('heading', { name: 'People' })).toBeFocused();
    expect(await page.evaluate('window.engine.membership.asked')).toEqual(['turn away', 'let in editor']);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: 'Share', exact: true })).toBeVisible();
  });
});

test('who was removed reads so, and can write no more', async ({ open }) => {
  const page = await open(DOCUMENT, { account: {}, rooms: [{ role: 'editor', failure: 'unknown-device' }] });
  await expect(page.getByText('You are not in this document any more.')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Document text' })).not.toBeEditable();
});

const everybody = Array.from({ length: 20 }, (_, at) =>
  member(`a-person-with-a-long-name-${at + 10}`, String.fromCharCode(66 + at), 'editor'),
);
const OPTIONS = 'Options for grace';
/** What is clicked on after the dialog is open. */
const DIALOGS: readonly (readonly [
  name: string,
  scene: Scene,
  clicks: readonly (readonly ['button' | 'menuitem', string])[],
])[] = [
  ['for an owner', shared({ members: [SELF, GRACE, ...everybody] }), []],
  ['for who reads by a link', { rooms: [{ role: 'viewer', readOnly: 'role' }] }, []],
  ['with options for a link', shared({ links: BOUND }), [['button', 'More options']]],
  ['with people who ask for access', ASKED, []],
  ['with a menu', shared(), [['button', OPTIONS]]],
  ['with what an only owner cannot do', shared({ members: [SELF] }), [['button', 'Options for yourself']]],
  [
    'with a question',
    shared(),
    [
      ['button', OPTIONS],
      ['menuitem', 'Remove from document'],
    ],
  ],
];

test.describe('on a small phone', () => {
  test.use({ viewport: { width: 360, height: 740 }, contextOptions: { reducedMotion: 'reduce' } });
  const expectGood = async (page: Page): Promise<void> => {
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectLegible(page);
  };
  for (const [name, scene, clicks] of DIALOGS)
    test(`the share dialog ${name} is accessible and fits, light and dark`, async ({ open }) => {
      const page = await open(DOCUMENT, scene);
      await share(page);
      for (const [role, label] of clicks) await page.getByRole(role, { name: label }).click();
      await expectGood(page);
    });
  for (const [name, path, scene, heading] of [
    ['the page that asks for a link’s password', `${DOCUMENT}#edit-locked`, {}, 'This link needs a password'],
    ['the page of a link that is used up', DOCUMENT, { ...SHUT_OUT, account: {} }, 'This document cannot be opened'],
    ['the same after asking', DOCUMENT, { ...SHUT_OUT, account: ASKED_BEFORE }, 'This document cannot be opened'],
    ['the same for a guest', DOCUMENT, SHUT_OUT, 'This document cannot be opened'],
  ] as const)
    test(`${name} is accessible and fits, light and dark`, async ({ open }) => {
      const page = await open(path, scene);
      await expect(page.getByRole('heading', { name: heading })).toBeVisible();
      await expectGood(page);
    });
  test('invitations are accessible and fit, light and dark', async ({ open }) => {
    const page = await open('/', INVITED);
    await expect(page.getByRole('heading', { name: 'Invitations' })).toBeVisible();
    await expectGood(page);
  });
});

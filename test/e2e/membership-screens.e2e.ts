/** Who is in a document, and invitations, without engine or server behind the screens. */
import { expect, test, withEngine } from '../support/e2e/account-screens.ts';
import { DOCUMENT, INVITED, id, links, people, SELF, share, shared } from '../support/e2e/membership-scenes.ts';

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
    // Until then the key goes to the menu, which is about to go.
    await expect(question.getByRole('button', { name: 'Close' })).toBeFocused();
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

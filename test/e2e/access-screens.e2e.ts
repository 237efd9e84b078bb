/** Coming in by a link, being let in no more, and asking for it, without engine or server behind the screens. */
import { expect, test, withEngine } from '../support/e2e/account-screens.ts';
import { ASKED, ASKED_BEFORE, DOCUMENT, SHUT_OUT } from '../support/e2e/membership-scenes.ts';

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
    const page = await open(DOCUMENT, ASKED_BEFORE);
    await expect(page.getByRole('region', { name: 'Ask for access' })).toContainText('Last asked Nov 14, 2023');
    await page.getByRole('button', { name: 'Ask again' }).press('Enter');
    await expect(page.getByRole('combobox', { name: 'I would like to' })).toBeFocused();
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
    await page.getByRole('link', { name: 'Create account' }).click();
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('textbox', { name: 'User name' }).fill('ada');
    await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('button', { name: 'Ask for access' })).toBeVisible();
    await expect(page).toHaveURL(new RegExp(`${DOCUMENT}$`));
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

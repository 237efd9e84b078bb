/** A document where newcomers start empty: made, written in, somebody is let in, and what was before is read again. */
import { expectAccessible } from '../support/e2e/accessible.ts';
import { signUp } from '../support/e2e/account-steps.ts';
import { expect, test } from '../support/e2e/fixtures.ts';

const PASSWORD = 'quiet otters swim at dawn';

test('whoever is let in sees an empty page; those who were in read the earlier part as it was written', async ({
  server,
  person,
}) => {
  const [ada, bob] = [await person(), await person()];
  await signUp(ada, server.url, 'ada', PASSWORD);
  await signUp(bob, server.url, 'bob', PASSWORD);
  const { page } = ada;
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Other kinds of documents' }).click();
  await page.getByRole('menuitem', { name: 'Newcomers start empty' }).click();
  await expect(ada.text).toBeVisible();
  await ada.title.fill('Plan');
  await ada.type('# Among us');
  await page.keyboard.press('Enter');
  await page.keyboard.type('- nobody else reads this');
  await ada.hasSaved();
  await expect(page.getByRole('button', { name: 'Earlier parts' })).toBeHidden();

  await page.getByRole('button', { name: 'Share' }).click();
  const sharing = page.getByRole('dialog', { name: 'Share' });
  await expect(sharing).toContainText('everybody goes on with an empty page', { ignoreCase: true });
  await expect(sharing).toContainText('No links.');
  await page.getByRole('textbox', { name: 'Invite by user name' }).fill('bob');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  await expect(page.getByRole('list', { name: 'People in this document' })).toContainText('bob');
  // The page behind has begun anew, and this has stayed.
  await expect(page.getByText('bob was invited.')).toBeAttached();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Share' })).toBeFocused();

  await bob.page.goto(server.url);
  await bob.page.getByRole('button', { name: 'Accept the invitation of ada' }).click();
  await expect(bob.text).toBeVisible();
  await expect(bob.title).toHaveValue('Plan');
  await expect(bob.text).toHaveText('');
  await expect(bob.page.getByText('What was written before this page')).toBeVisible();
  await bob.type('Good morning.');
  await expect(ada.text).toHaveText('Good morning.');
  await ada.type(' Welcome.');
  await expect(bob.text).toHaveText('Good morning. Welcome.');

  await expect(page.getByText('A new page since bob came in')).toBeVisible();
  await page.getByRole('button', { name: 'Earlier parts' }).click();
  const earlier = page.getByRole('textbox', { name: 'Text of this part' });
  await expect(earlier.getByRole('heading', { name: 'Among us' })).toBeVisible();
  await expect(earlier.getByRole('listitem')).toHaveText('nobody else reads this');
  await expect(earlier).not.toBeEditable();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Earlier parts' })).toBeFocused();

  await page.reload();
  await expect(ada.text).toHaveText('Good morning. Welcome.');
  await page.getByRole('button', { name: 'Earlier parts' }).click();
  await expect(page.getByRole('heading', { name: 'Among us' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Security/ }).click();
  await expect(page.getByRole('dialog', { name: 'Security' })).toContainText('Newcomers start empty');
});

/** Accounts and devices, in real browsers against a real server. */
import { isHome, openFromHome, signIn, signUp, writeDocument } from '../support/e2e/account-steps.ts';
import { expect, test } from '../support/e2e/fixtures.ts';

const PASSWORD = 'quiet otters swim at dawn';

test('what one writes is there on a second device, with name and password alone', async ({ server, person }) => {
  const [first, second] = [await person(), await person()];
  await writeDocument(first, server.url, 'As a guest', 'Written before there was an account.');
  await signUp(first, server.url, 'ada', PASSWORD);
  await writeDocument(first, server.url, 'With an account', 'Written after.');

  await signIn(second, server.url, 'ada', PASSWORD);
  await openFromHome(second, 'As a guest');
  await expect(second.text).toHaveText('Written before there was an account.');
  await second.type(' And on the second device.');
  await second.hasSaved();
  await first.page.goto(server.url);
  await openFromHome(first, 'As a guest');
  await expect(first.text).toHaveText('Written before there was an account. And on the second device.');
});

test('the recovery code opens the account where the password is forgotten', async ({ server, person }) => {
  const [first, second] = [await person(), await person()];
  const code = await signUp(first, server.url, 'ada', PASSWORD);
  await writeDocument(first, server.url, 'Kept', 'Still here.');

  const { page } = second;
  await page.goto(`${server.url}/recover`);
  await page.getByRole('textbox', { name: 'User name' }).fill('ada');
  await page.getByRole('textbox', { name: 'Recovery code' }).fill(code);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('textbox', { name: 'New password' }).fill('brisk herons wade at noon');
  await page.getByRole('button', { name: 'Set new password' }).click();
  await isHome(second, 'ada');
  await openFromHome(second, 'Kept');
  await expect(second.text).toHaveText('Still here.');

  // The new password ended the first device's session: it works on, and syncs after the new password.
  await expect(first.page.getByText(/Sign in again/).first()).toBeVisible();
  await first.type(' Written while locked.');
  await first.page
    .getByRole('button', { name: /Sign in/ })
    .first()
    .click();
  await first.page.getByRole('textbox', { name: 'Password', exact: true }).fill('brisk herons wade at noon');
  await first.page.getByRole('dialog').getByRole('button', { name: 'Sign in' }).click();
  await expect(second.text).toHaveText('Still here. Written while locked.');
});

test('a device is added by its code, and revoked again within a second', async ({ server, person }) => {
  const [first, second] = [await person(), await person()];
  await signUp(first, server.url, 'ada', PASSWORD);
  await writeDocument(first, server.url, 'Shared', 'One.');

  await second.page.goto(`${server.url}/sign-in/device`);
  const code = await second.page.getByRole('textbox', { name: 'Code of this device' }).inputValue();
  await first.page.goto(`${server.url}/account/devices`);
  await first.page.getByRole('button', { name: 'Add a device' }).click();
  await first.page.getByRole('textbox', { name: /Code/ }).fill(code);
  await first.page.getByRole('textbox', { name: /password/i }).fill(PASSWORD);
  await first.page.getByRole('dialog').getByRole('button', { name: /Add/ }).click();
  await isHome(second, 'ada');
  await openFromHome(second, 'Shared');
  await expect(second.text).toHaveText('One.');
  await second.type(' Two.');
  await second.hasSaved();

  const { page } = first;
  const row = page.getByRole('list', { name: 'Your devices' }).getByRole('listitem').last();
  await expect(row).toContainText('Chrome on Linux');
  await row.getByRole('button').click();
  await page.getByRole('menuitem', { name: 'Remove device' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /password/i }).fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Remove device' }).click();
  // The password is stretched before the device is revoked; then its socket closes within a second.
  await expect(page.getByText(/was removed$/)).toBeVisible();
  await expect(second.page.getByText('This device was removed from your account.')).toBeVisible({ timeout: 1_000 });
  await first.page.goto(server.url);
  await openFromHome(first, 'Shared');
  await first.type(' Three.');
  await first.hasSaved();
  await second.type(' Never sent.');
  await expect(second.text).not.toContainText('Three.');
  await expect(first.text).toHaveText('One. Two. Three.');
});

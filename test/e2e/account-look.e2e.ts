/** Every screen of accounts as the product shows it: accessible, and no wider than a phone. */
import { expectAccessible } from '../support/e2e/accessible.ts';
import { isHome, openFromHome, signIn, signUp, writeDocument } from '../support/e2e/account-steps.ts';
import { expect, test } from '../support/e2e/fixtures.ts';

const PASSWORD = 'quiet otters swim at dawn';
/** Colours are the same for the screens on a fake engine, which are tried in both schemes: here each is seen in one. */
const phone = (colorScheme: 'light' | 'dark') =>
  ({ colorScheme, viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' }) as const;

test('the ways into an account are accessible and fit', async ({ server, person }) => {
  test.slow();
  const a = await person(phone('dark'));
  const { page } = a;
  const { url } = server;
  await page.goto(url);
  await expect(page.getByRole('link', { name: 'Create account' })).toBeVisible();
  await expectAccessible(page);
  await writeDocument(a, url, 'Notes of a guest', 'Written before there was an account.');
  for (const [path, heading] of [
    ['', 'Your documents'],
    ['/sign-in', 'Sign in'],
    ['/recover', 'Use your recovery code'],
    ['/account', 'You need an account for this'],
    ['/sign-in/device', 'Use another device'],
  ] as const) {
    await page.goto(url + path);
    await expect(page.getByRole('heading', { name: heading, exact: true })).toBeVisible();
    await expectAccessible(page);
  }
  await page.getByRole('button', { name: 'Show the code' }).click();
  await expect(page.getByRole('img', { name: 'QR code of this device' })).toBeVisible();
  await expectAccessible(page);
  await page.goto(`${url}/sign-up`);
  await page.getByRole('textbox', { name: 'User name' }).fill('Ada');
  const password = page.getByRole('textbox', { name: 'Password', exact: true });
  await password.fill('password1');
  await expect(page.getByText('It is a very common password')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('textbox', { name: 'User name' }).fill('ada');
  await password.fill(PASSWORD);
  await page.getByRole('button', { name: 'Continue' }).click();
  const code = (await page.getByRole('region', { name: 'Your recovery code' }).textContent()) ?? '';
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Sealroom' }).click();
  await expect(page.getByRole('dialog', { name: 'Leave without finishing?' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Stay' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('checkbox')).toBeChecked();
  await expectAccessible(page);
  await page.getByRole('textbox', { name: 'Recovery code' }).fill(code);
  await page.getByRole('button', { name: 'Create account' }).click();
  await isHome(a, 'ada');
});

test('home, account, people and devices are accessible and fit', async ({ server, person }) => {
  test.slow();
  const [a, b] = [await person(phone('light')), await person()];
  const { page } = a;
  const { url } = server;
  await signUp(a, url, 'ada', PASSWORD);
  await signUp(b, url, 'grace', PASSWORD);
  await expect(page.getByText('No documents yet')).toBeVisible();
  await expectAccessible(page);
  await writeDocument(a, url, 'Minutes of a meeting whose long title does not end on this line', 'One.');
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByRole('button', { name: 'Copy edit link' })).toBeVisible();
  await expectAccessible(page);
  await page.goto(url);
  await page.getByRole('button', { name: 'New folder' }).click();
  await page.getByRole('textbox', { name: 'Folder name' }).fill('Letters to people who live far away');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Letters to people' })).toBeVisible();
  await expectAccessible(page);
  for (const section of ['profile', 'password', 'recovery', 'devices', 'people', 'appearance', 'sign-out']) {
    await page.goto(`${url}/account/${section}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    if (section === 'devices') await expect(page.getByText('This device', { exact: true })).toBeVisible();
    await expectAccessible(page);
  }
  await page.goto(`${url}/account/people`);
  await page.getByRole('textbox', { name: 'User name' }).fill('grace');
  await page.getByRole('button', { name: 'Find' }).click();
  await expect(page.getByRole('list', { name: 'Safety number' })).toBeVisible();
  await expectAccessible(page);

  await signIn(await person(), url, 'ada', PASSWORD);
  await page.goto(`${url}/account/devices`);
  const devices = page.getByRole('list', { name: 'Your devices' }).getByRole('listitem');
  await expect(devices).toHaveCount(2);
  await devices.last().getByRole('button').click();
  await page.getByRole('menuitem', { name: 'Remove device' }).click();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Add a device' }).click();
  await page.getByRole('button', { name: 'Scan with the camera' }).click();
  await expect(page.getByText('Hold the code in front of the camera.')).toBeVisible();
  await expectAccessible(page);
});

test('a device that is locked or removed says so on every screen, and what cannot be sent cannot be written', async ({
  server,
  person,
}) => {
  test.slow();
  const [first, second] = [await person(), await person(phone('dark'))];
  const { url } = server;
  await signUp(first, url, 'ada', PASSWORD);
  await writeDocument(first, url, 'Plan', 'One.');
  await signIn(second, url, 'ada', PASSWORD);
  await openFromHome(second, 'Plan');
  await first.page.goto(`${url}/account/password`);
  await first.page.getByRole('textbox', { name: 'Current password' }).fill(PASSWORD);
  await first.page.getByRole('textbox', { name: 'New password' }).fill('brisk herons wade at noon');
  await first.page.getByRole('button', { name: 'Change password' }).click();
  await expect(first.page.getByText('Your password was changed')).toBeVisible();
  await expect(second.page.getByText('Sign in again to sync.')).toBeVisible();
  await expectAccessible(second.page);
  await second.page.getByRole('button', { name: 'Sign in again' }).click();
  await expectAccessible(second.page);
  await second.page.getByRole('textbox', { name: 'Password', exact: true }).fill('brisk herons wade at noon');
  await second.page.getByRole('dialog').getByRole('button', { name: 'Sign in' }).click();
  await expect(second.page.getByText('Sign in again to sync.')).toBeHidden();

  await first.page.goto(`${url}/account/devices`);
  const devices = first.page.getByRole('list', { name: 'Your devices' }).getByRole('listitem');
  await devices.filter({ hasNotText: 'This device' }).getByRole('button').click();
  await first.page.getByRole('menuitem', { name: 'Remove device' }).click();
  await first.page.getByRole('textbox', { name: 'Current password' }).fill('brisk herons wade at noon');
  await first.page.getByRole('dialog').getByRole('button', { name: 'Remove device' }).click();
  await expect(second.page.getByText('This device was removed from your account.')).toBeVisible({ timeout: 30_000 });
  await expect(second.text).toHaveAttribute('contenteditable', 'false');
  await expect(second.text).toHaveText('One.');
  await expectAccessible(second.page);
  await second.page.goto(url);
  await expect(second.page.getByRole('link', { name: 'Plan' })).toBeVisible();
  await expect(second.page.getByRole('button', { name: 'New document' })).toBeHidden();
  await expectAccessible(second.page);
  await second.page.getByRole('button', { name: 'Remove and sign in again' }).click();
  await expectAccessible(second.page);
});

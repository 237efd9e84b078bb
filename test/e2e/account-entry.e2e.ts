/** The ways into an account, without engine or server behind the screens: what they ask, say and guard. */
import { expect, test, withEngine } from '../support/e2e/account-screens.ts';
import { FAKE_CODE, FAKE_PASSWORD, NEW_CODE } from '../support/ui/fake-accounts.ts';

const GOOD_PASSWORD = 'quiet otters swim at dawn';

test.describe('signing up', () => {
  test('leads from the landing through the recovery code to the home', async ({ open }) => {
    const page = await open('/', { rooms: [] });
    await page.getByRole('link', { name: 'Create account' }).click();
    await page.getByRole('textbox', { name: 'User name' }).fill('margaret');
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill(GOOD_PASSWORD);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('heading', { name: 'Keep your recovery code' })).toBeFocused();
    await expect(page.getByRole('region', { name: 'Your recovery code' })).toHaveText(NEW_CODE);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('textbox', { name: 'Recovery code' }).fill('wrong');
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByText('This is not the code that was shown')).toBeVisible();
    await page.getByRole('textbox', { name: 'Recovery code' }).fill(` ${NEW_CODE.toLowerCase().replaceAll('-', ' ')}`);
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByRole('link', { name: 'Account: margaret' })).toBeVisible();
  });

  test('takes the documents of this device along unless one says otherwise', async ({ open }) => {
    const page = await open('/sign-up', { rooms: [{ title: 'Mine' }] });
    await page.getByRole('textbox', { name: 'User name' }).fill('margaret');
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill(GOOD_PASSWORD);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('checkbox', { name: 'Move the document on this device' })).toBeChecked();
    await page.getByRole('textbox', { name: 'Recovery code' }).fill(NEW_CODE);
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByRole('link', { name: 'Mine' })).toBeVisible();
    await expect(page.getByText('On this device only')).toBeHidden();
  });

  test('explains what is wrong while one types, and sends nothing', async ({ open }) => {
    const page = await open('/sign-up');
    const name = page.getByRole('textbox', { name: 'User name' });
    await name.fill('Margaret');
    await expect(page.getByText('User names are in lower case')).toBeVisible();
    await page.getByRole('button', { name: 'Use “margaret”' }).click();
    await expect(name).toHaveValue('margaret');
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill('password1');
    await expect(page.getByText('It is a very common password')).toBeVisible();
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('heading', { name: 'Create your account' })).toBeVisible();
    await name.fill('taken');
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill(GOOD_PASSWORD);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByText('This user name is taken')).toBeVisible();
  });

  test('asks before one leaves in the middle', async ({ open }) => {
    const page = await open('/sign-up');
    await page.getByRole('textbox', { name: 'User name' }).fill('margaret');
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill(GOOD_PASSWORD);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('link', { name: 'Sealroom' }).click();
    await page.getByRole('button', { name: 'Stay' }).click();
    await expect(page.getByRole('heading', { name: 'Keep your recovery code' })).toBeVisible();
    await page.getByRole('link', { name: 'Sealroom' }).click();
    await page.getByRole('button', { name: 'Leave' }).click();
    await expect(page.getByRole('button', { name: /^Try without an account/ })).toBeVisible();
  });

  test('prints the code and what it is for, and nothing else', async ({ open }) => {
    const page = await open('/sign-up');
    await page.getByRole('textbox', { name: 'User name' }).fill('margaret');
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill(GOOD_PASSWORD);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('heading', { name: 'Keep your recovery code' })).toBeVisible();
    await page.emulateMedia({ media: 'print' });
    await expect(page.getByRole('heading', { name: 'Sealroom recovery code' })).toBeVisible();
    await expect(page.getByText(NEW_CODE).last()).toBeVisible();
    await expect(page.getByRole('button', { name: 'Continue' })).toBeHidden();
  });
});

test.describe('signing in', () => {
  test('says what was wrong, how long to wait, and that there is no connection', async ({ open }) => {
    const page = await open('/sign-in');
    await page.getByRole('textbox', { name: 'User name' }).fill('Ada');
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill('nope');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toContainText('That was not right');
    await withEngine(page, (engine) => {
      engine.refusing = { reason: 'too-many-attempts', waitSeconds: 600 };
    });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toContainText('Try again in 10 minutes');
    await withEngine(page, (engine) => {
      engine.refusing = { reason: 'offline' };
    });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toContainText('The server cannot be reached');
    await withEngine(page, (engine) => {
      engine.refusing = null;
    });
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill(FAKE_PASSWORD);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('link', { name: 'Account: ada' })).toBeVisible();
  });

  test('with the recovery code leads to a new password', async ({ open }) => {
    const page = await open('/sign-in');
    await page.getByRole('link', { name: 'Use your recovery code' }).click();
    await page.getByRole('textbox', { name: 'User name' }).fill('ada');
    await page.getByRole('textbox', { name: 'Recovery code' }).fill('7QXK');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('alert')).toContainText('not a whole recovery code');
    await page.getByRole('textbox', { name: 'Recovery code' }).fill(FAKE_CODE);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('textbox', { name: 'New password' }).fill(GOOD_PASSWORD);
    await page.getByRole('button', { name: 'Set new password' }).click();
    await expect(page.getByRole('heading', { name: 'Your documents' })).toBeVisible();
  });

  test('with another device shows a code, and a new one when that is no longer good', async ({ open }) => {
    const page = await open('/sign-in');
    await page.getByRole('link', { name: 'Use another device' }).click();
    await expect(page.getByRole('img', { name: 'QR code of this device' })).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'Code of this device' })).toHaveValue(/^sealroom-device-/);
    await withEngine(page, (engine) => engine.endPairing({ ok: false, reason: 'no-welcome' }));
    await page.getByRole('button', { name: 'New code' }).click();
    await expect(page.getByRole('img', { name: 'QR code of this device' })).toBeVisible();
    await withEngine(page, (engine) => engine.endPairing());
    await expect(page.getByRole('link', { name: 'Account: ada' })).toBeVisible();
  });
});

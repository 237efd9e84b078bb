/** The home and the account, without engine or server behind the screens; and that every screen is accessible. */
import { expectAccessible, expectLegible } from '../support/e2e/accessible.ts';
import { expect, type Scene, test, withEngine } from '../support/e2e/account-screens.ts';
import { FAKE_CODE, FAKE_PASSWORD, NEW_CODE } from '../support/ui/fake-accounts.ts';

const GOOD_PASSWORD = 'quiet otters swim at dawn';
const HOME: Scene = {
  account: { folders: [{ id: 'w', name: 'Work' }] },
  rooms: [
    { title: 'Plan', kept: 'account' },
    { title: 'Only here', kept: 'device' },
  ],
};

test.describe('the home', () => {
  test('keeps documents in folders, by keyboard alone', async ({ open }) => {
    const page = await open('/', HOME);
    await page.getByRole('button', { name: 'New folder' }).press('Enter');
    await expect(page.getByRole('textbox', { name: 'Folder name' })).toBeFocused();
    await page.keyboard.type('Letters');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'Letters' })).toBeVisible();
    await page.getByRole('button', { name: 'Options for “Plan”' }).press('Enter');
    await expect(page.getByRole('menuitemradio', { name: 'No folder' })).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await expect(page.getByRole('menuitemradio', { name: 'Work' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('list', { name: 'Documents in “Work”' }).getByRole('link')).toHaveText('Plan');
    await page.getByRole('button', { name: 'Options for folder “Work”' }).click();
    await page.getByRole('menuitem', { name: 'Remove folder' }).click();
    await page.getByRole('button', { name: 'Remove folder' }).click();
    await expect(page.getByRole('list', { name: 'Your documents' }).getByRole('link')).toHaveText([
      'Only here',
      'Plan',
    ]);
  });

  test('moves what is on this device alone into the account', async ({ open }) => {
    const page = await open('/', HOME);
    await page.getByRole('button', { name: 'Move to account: “Only here”' }).click();
    await expect(page.getByText('On this device only')).toBeHidden();
  });
});

test.describe('the account', () => {
  test('changes the password, also with the recovery code', async ({ open }) => {
    const page = await open('/account/password', HOME);
    await page.getByRole('textbox', { name: 'Current password' }).fill('nope');
    await page.getByRole('textbox', { name: 'New password' }).fill(GOOD_PASSWORD);
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByRole('alert')).toContainText('That was not right');
    await page.getByRole('button', { name: 'Use the recovery code instead' }).click();
    await page.getByRole('textbox', { name: 'Recovery code' }).fill(FAKE_CODE);
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByText('Your password was changed')).toBeVisible();
  });

  test('makes a new recovery code, which counts when it was typed again', async ({ open }) => {
    const page = await open('/account/recovery', HOME);
    await page.getByRole('textbox', { name: 'Current password' }).fill(FAKE_PASSWORD);
    await page.getByRole('button', { name: 'Get a new code' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('textbox', { name: 'Recovery code' }).fill(NEW_CODE);
    await page.getByRole('button', { name: 'Use this code from now on' }).click();
    await expect(page.getByText('Your new recovery code is in use')).toBeVisible();
  });

  test('adds, renames and removes devices', async ({ open }) => {
    const page = await open('/account/devices', HOME);
    const list = page.getByRole('list', { name: 'Your devices' });
    await page.getByRole('button', { name: 'Options for “Phone”' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByRole('textbox', { name: 'Device name' }).fill('Old phone');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Options for “Old phone”' }).click();
    await page.getByRole('menuitem', { name: 'Remove device' }).click();
    await page.getByRole('textbox', { name: 'Current password' }).fill(FAKE_PASSWORD);
    await page.getByRole('button', { name: 'Remove device' }).click();
    await expect(list.getByText('Old phone')).toBeHidden();
    await page.getByRole('button', { name: 'Add a device' }).click();
    await page.getByRole('textbox', { name: 'Code of the new device' }).fill('nonsense');
    await page.getByRole('textbox', { name: 'Current password' }).fill(FAKE_PASSWORD);
    await page.getByRole('button', { name: 'Add this device' }).click();
    await expect(page.getByText('This is not the code of a new device')).toBeVisible();
    await page.getByRole('textbox', { name: 'Code of the new device' }).fill('sealroom-device-x');
    await page.getByRole('button', { name: 'Add this device' }).click();
    await expect(page.getByText('The device was added')).toBeVisible();
    await expect(list.getByRole('listitem')).toHaveCount(3);
  });

  test('finds people, compares, and shows a key that changed', async ({ open }) => {
    const page = await open('/account/people', HOME);
    await page.getByRole('textbox', { name: 'User name' }).fill('nobody-here');
    await page.getByRole('button', { name: 'Find' }).click();
    await expect(page.getByText('There is nobody of this name')).toBeVisible();
    await page.getByRole('textbox', { name: 'User name' }).fill('grace');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'grace' })).toBeVisible();
    await expect(page.getByRole('list', { name: 'Safety number' }).getByRole('listitem')).toHaveCount(12);
    await page.getByRole('button', { name: 'Mark as verified' }).click();
    await expect(page.getByText('Verified', { exact: true })).toBeVisible();
    await page.getByRole('link', { name: 'All people' }).click();
    await withEngine(page, (engine) => {
      engine.rekeyed.add('grace');
    });
    await page.getByRole('link', { name: 'grace' }).click();
    await expect(page.getByRole('heading', { name: 'The key of this person has changed' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Mark as verified' })).toBeHidden();
    await page.getByRole('button', { name: 'Approve the new key' }).click();
    await expect(page.getByText('Not verified')).toBeVisible();
    await page.getByRole('button', { name: 'Remove person' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove person' }).click();
    await expect(page.getByText('You have not looked anybody up yet.')).toBeVisible();
  });

  test('goes on without a camera', async ({ open }) => {
    const page = await open('/account/devices', HOME);
    await page.evaluate(() => {
      const denied = () => Promise.reject(new DOMException('', 'NotAllowedError'));
      Object.defineProperty(navigator, 'mediaDevices', { value: { getUserMedia: denied } });
    });
    await page.getByRole('button', { name: 'Add a device' }).click();
    await page.getByRole('button', { name: 'Scan with the camera' }).click();
    await expect(page.getByText('The browser does not let Sealroom use the camera')).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'Code of the new device' })).toBeEditable();
  });

  test('turns dark and light at once, and stays so', async ({ open }) => {
    const page = await open('/account/appearance', HOME);
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await background();
    await page.getByRole('radio', { name: 'Dark' }).check();
    await expect.poll(background).not.toBe(light);
    await page.getByRole('radio', { name: 'Light' }).check();
    await expect.poll(background).toBe(light);
    expect(await page.evaluate(() => localStorage.getItem('sealroom-appearance'))).toBe('light');
  });

  test('is not needed to choose how the app looks', async ({ open }) => {
    const page = await open('/');
    await page.getByRole('link', { name: 'Appearance' }).click();
    await page.getByRole('radio', { name: 'Dark' }).check();
    await expect(page.locator(':root')).toHaveAttribute('data-theme', 'dark');
    await expectAccessible(page);
  });

  test('is signed out of only after one has heard what would be lost', async ({ open }) => {
    const unsent = { title: 'Unsent', kept: 'account', saved: { at: 'device', waiting: 2 } } as const;
    const page = await open('/account/sign-out', { account: {}, rooms: [unsent] });
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await expect(page.getByRole('dialog')).toContainText('“Unsent”: 2 changes');
    await page.getByRole('button', { name: 'Sign out and lose them' }).click();
    await expect(page.getByRole('link', { name: 'Create account' })).toBeVisible();
  });
});

test.describe('an account that is not in', () => {
  test('locked: asks for the password alone, wherever one is', async ({ open }) => {
    const page = await open('/account/people', { ...HOME, account: { access: 'locked' } });
    await page.getByRole('button', { name: 'Sign in again' }).click();
    await expect(page.getByRole('textbox', { name: 'Password', exact: true })).toBeFocused();
    await page.keyboard.type(FAKE_PASSWORD);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(page.getByText('Sign in again to sync')).toBeHidden();
  });

  test('revoked: starts over after removing what is here', async ({ open }) => {
    const page = await open('/', { ...HOME, account: { access: 'revoked' } });
    await expect(page.getByRole('alert')).toContainText('This device was removed from your account');
    await page.getByRole('button', { name: 'Remove and sign in again' }).click();
    await page.getByRole('button', { name: 'Remove and go on' }).click();
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  });
});

const CONTACT = { name: 'grace', principal: `${'g'.repeat(42)}A` as never, verified: true, changedTo: null };
const SCREENS: readonly (readonly [path: string, scene: Scene])[] = [
  ['/', {}],
  ['/', { rooms: [{ title: 'Mine' }] }],
  ['/', { ...HOME, account: { access: 'locked', folders: [{ id: 'w', name: 'Work' }] } }],
  ['/sign-up', { rooms: [{ title: 'Mine' }] }],
  ['/sign-in', { rooms: [{ title: 'Mine' }] }],
  ['/sign-in/device', {}],
  ['/recover', {}],
  ['/account/profile', HOME],
  ['/account/password', HOME],
  ['/account/recovery', HOME],
  ['/account/devices', HOME],
  ['/account/people', { account: { contacts: [CONTACT] } }],
  ['/account/people/grace', { account: { contacts: [{ ...CONTACT, changedTo: `${'z'.repeat(42)}A` as never }] } }],
  ['/account/appearance', HOME],
  ['/account/sign-out', HOME],
  ['/account', {}],
];

test.describe('on a small phone', () => {
  test.use({ viewport: { width: 360, height: 740 }, contextOptions: { reducedMotion: 'reduce' } });
  for (const [index, [path, scene]] of SCREENS.entries())
    test(`${path} is accessible and fits, light and dark (${index + 1})`, async ({ open }) => {
      const page = await open(path, scene);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.getByText('Something went wrong in this page')).toBeHidden();
      await expectAccessible(page);
      await page.emulateMedia({ colorScheme: 'dark' });
      await expectLegible(page);
    });
});

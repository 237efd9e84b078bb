/** Ways into an account where something is wrong: what was typed, the clock, the storage; and what a guest brings along. */
import { isHome, openFromHome, signIn, signUp, writeDocument } from '../support/e2e/account-steps.ts';
import { expect, test } from '../support/e2e/fixtures.ts';
import type { Person } from '../support/e2e/person.ts';
import { WireTap } from '../support/e2e/wire-tap.ts';

const PASSWORD = 'quiet otters swim at dawn';
const DAY_MS = 86_400_000;

test('what is wrong with a name or a password is said; after ten wrong ones, how long to wait', async ({
  server,
  person,
}) => {
  test.slow();
  const [a, b] = [await person(), await person()];
  await signUp(a, server.url, 'ada', PASSWORD);
  const { page } = b;
  await page.goto(`${server.url}/sign-up`);
  const name = page.getByRole('textbox', { name: 'User name' });
  const password = page.getByRole('textbox', { name: 'Password', exact: true });
  await name.fill('аda'); // the first letter is Cyrillic
  await expect(page.getByText('“а” cannot be in a user name')).toBeVisible();
  await name.fill('Ada');
  await expect(page.getByText('User names are in lower case')).toBeVisible();
  await page.getByRole('button', { name: 'Use “ada”' }).click();
  await password.fill('password1');
  await expect(page.getByText('It is a very common password')).toBeVisible();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Create your account' })).toBeVisible();
  await password.fill(PASSWORD);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('This user name is taken')).toBeVisible();

  await page.getByRole('link', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await name.fill('ada');
  const send = page.getByRole('button', { name: 'Sign in', exact: true });
  for (let tries = 0; tries < 10; tries++) {
    await password.fill(`wrong ${tries}`);
    await send.click();
    await expect(send).toHaveAttribute('aria-busy', 'false', { timeout: 30_000 });
    await expect(page.getByRole('alert')).toContainText('That was not right');
  }
  await password.fill(PASSWORD);
  await send.click();
  await expect(page.getByRole('alert')).toContainText('There were too many attempts', {
    timeout: 30_000,
  });
  await expect(page.getByRole('alert')).toContainText(/Try again in 1\d minutes\./);
  // The device that is signed in stays so.
  await writeDocument(a, server.url, 'Mine', 'Not kept from writing.');
});

test('a guest’s documents move into the account, or stay where they are', async ({ server, person }) => {
  test.slow();
  const [first, moving, staying] = [await person(), await person(), await person()];
  await signUp(first, server.url, 'ada', PASSWORD);
  await writeDocument(moving, server.url, 'Moved', 'Comes along.');
  await signIn(moving, server.url, 'ada', PASSWORD);
  await expect(moving.page.getByText('On this device only')).toBeHidden();
  await openFromHome(first, 'Moved');
  await expect(first.text).toHaveText('Comes along.');

  await writeDocument(staying, server.url, 'Stayed', 'Not yet.');
  const { page } = staying;
  await page.goto(`${server.url}/sign-in`);
  await page.getByRole('checkbox', { name: 'Move the document on this device' }).uncheck();
  await page.getByRole('textbox', { name: 'User name' }).fill('ada');
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await isHome(staying, 'ada');
  const row = page.getByRole('listitem').filter({ hasText: 'Stayed' });
  await expect(row).toContainText('On this device only');
  await first.page.goto(server.url);
  await expect(first.page.getByRole('link', { name: 'Moved', exact: true })).toBeVisible();
  await expect(first.page.getByRole('link', { name: 'Stayed', exact: true })).toBeHidden();
  await openFromHome(staying, 'Stayed');
  await staying.type(' As a device of the account.');
  await staying.hasSaved();
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Move to account: “Stayed”' }).click();
  await openFromHome(first, 'Stayed');
  await expect(first.text).toHaveText('Not yet. As a device of the account.');
});

for (const [clock, shift] of [
  ['a day ahead', DAY_MS],
  ['a day behind', -DAY_MS],
] as const)
  test(`a browser whose clock is ${clock} signs up, is signed in to, and syncs`, async ({ server, person }) => {
    // Playwright's clock does not reach shared workers, so each script moves the clock where it begins.
    const shifted = `if(!globalThis.shiftedClock){globalThis.shiftedClock=true;const now=Date.now;Date.now=()=>now()+${shift};}`;
    const wrong = new WireTap(server.port, shifted);
    await wrong.start();
    try {
      const [a, b] = [await person(), await person()];
      await signUp(a, wrong.url, 'ada', PASSWORD);
      await expect
        .poll(() => a.page.evaluate(() => Math.round((Date.now() - performance.timeOrigin) / 86_400_000)))
        .toBe(shift / DAY_MS);
      await writeDocument(a, wrong.url, 'From another day', 'One.');
      await signIn(b, server.url, 'ada', PASSWORD);
      await openFromHome(b, 'From another day');
      await b.type(' Two.');
      await expect(a.text).toHaveText('One. Two.');
      await a.type(' Three.');
      await expect(b.text).toHaveText('One. Two. Three.');
      await b.page.goto(`${server.url}/account/devices`);
      const devices = b.page.getByRole('list', { name: 'Your devices' });
      await expect(devices.getByRole('listitem')).toHaveCount(2);
      await expect(devices).not.toContainText('yesterday');
    } finally {
      wrong.stop();
    }
  });

/** Fills what the browser lets this origin store, down to the last kilobytes. */
const fill = ({ page }: Person): Promise<void> =>
  page.evaluate(async () => {
    const open = indexedDB.open('filler');
    open.onupgradeneeded = () => open.result.createObjectStore('filler', { autoIncrement: true });
    await new Promise((resolve) => {
      open.onsuccess = resolve;
    });
    for (let bytes = 1 << 18; bytes >= 1 << 8; ) {
      const writing = open.result.transaction('filler', 'readwrite');
      writing.objectStore('filler').add(crypto.getRandomValues(new Uint8Array(Math.min(bytes, 65_536))));
      const isDone = await new Promise((resolve) => {
        writing.oncomplete = () => resolve(true);
        writing.onabort = () => resolve(false);
      });
      if (!isDone) bytes >>= 1;
    }
    open.result.close();
  });

test('a browser whose storage is full says so where one signs up or in, and nothing is half done', async ({
  server,
  person,
}) => {
  test.slow();
  const [a, b] = [await person({ serviceWorkers: 'block' }), await person({ serviceWorkers: 'block' })];
  const origin = server.url;
  const makeSpace: (() => Promise<unknown>)[] = [];
  for (const full of [a, b]) {
    const devtools = await full.context.newCDPSession(full.page);
    // Chromium remembers for a while how much is left, so the limit has to stand from the start.
    await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 400_000 });
    makeSpace.push(() => devtools.send('Storage.overrideQuotaForOrigin', { origin }));
    await full.page.goto(origin);
    await expect(full.page.getByRole('link', { name: 'Create account' })).toBeVisible();
    await fill(full);
  }
  const { page } = a;
  await page.goto(`${origin}/sign-up`);
  await page.getByRole('textbox', { name: 'User name' }).fill('ada');
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Continue' }).click();
  const code = (await page.getByRole('region', { name: 'Your recovery code' }).textContent()) ?? '';
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('textbox', { name: 'Recovery code' }).fill(code);
  await page.getByRole('button', { name: 'Create account' }).click();
  const said = 'The storage of this device is full';
  await expect(page.getByRole('alert')).toContainText(said, { timeout: 30_000 });
  await b.page.goto(`${origin}/sign-in`);
  await b.page.getByRole('textbox', { name: 'User name' }).fill('ada');
  await b.page.getByRole('textbox', { name: 'Password', exact: true }).fill(PASSWORD);
  await b.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(b.page.getByRole('alert')).toContainText(said, { timeout: 30_000 });
  // Whoever closes the app is a guest as before, the server has heard of no account, and all goes well as soon as there is space.
  for (const [index, full] of [a, b].entries()) {
    await full.page.goto('about:blank');
    await makeSpace[index]?.();
    await full.page.goto(origin);
    await expect(full.page.getByRole('link', { name: 'Create account' })).toBeVisible();
    if (full === a) await signUp(a, origin, 'ada', PASSWORD);
    else await signIn(b, origin, 'ada', PASSWORD);
  }
  await writeDocument(a, origin, 'After all', 'There is space.');
  await b.page.goto(origin);
  await openFromHome(b, 'After all');
});

/** Signing out, here and everywhere; and working on where somebody else ended the session. */
import { isHome, openFromHome, signIn, signUp, writeDocument } from '../support/e2e/account-steps.ts';
import { expect, test } from '../support/e2e/fixtures.ts';
import { keptHere } from '../support/e2e/kept-here.ts';
import type { Person } from '../support/e2e/person.ts';

const PASSWORD = 'quiet otters swim at dawn';
const roomOf = ({ page }: Person): string => new URL(page.url()).pathname.split('/').at(-1) ?? '';

async function signOut({ page }: Person, url: string, where: 'Sign out' | 'Sign out everywhere'): Promise<void> {
  await page.goto(`${url}/account/sign-out`);
  await page.getByRole('button', { name: where, exact: true }).click();
}
const isGuest = ({ page }: Person): Promise<void> =>
  expect(page.getByRole('link', { name: 'Create account' })).toBeVisible();

test('signing out leaves nothing of the account on the device, and asks about what was not sent', async ({
  server,
  person,
}) => {
  const a = await person();
  await a.page.goto(server.url);
  await isGuest(a);
  const before = await keptHere(a);
  await signUp(a, server.url, 'ada.of.the.archive', PASSWORD);
  await writeDocument(a, server.url, 'Secret plan', 'Sent.');
  const room = roomOf(a);
  const tokens = await a.context.cookies();
  expect(tokens.map(({ name }) => name)).toContain('__Host-sealroom');
  // The control: what must be gone in the end is found before.
  expect(JSON.stringify((await keptHere(a)).databases)).toContain(room);

  await a.page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await server.stop();
  await a.type(' Never sent.');
  await expect(a.state).toHaveText(/Offline: \d+ changes? waiting/);
  await signOut(a, server.url, 'Sign out');
  const dialog = a.page.getByRole('dialog', { name: 'Some changes were not sent' });
  await expect(dialog).toContainText('“Secret plan”: ');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await a.page.getByRole('link', { name: 'Documents' }).click();
  await openFromHome(a, 'Secret plan');
  await expect(a.text).toHaveText('Sent. Never sent.');
  await signOut(a, server.url, 'Sign out');
  await a.page.getByRole('button', { name: 'Sign out and lose them' }).click();
  await isGuest(a);

  const after = await keptHere(a);
  expect(Object.keys(after.databases)).toEqual(Object.keys(before.databases));
  expect(JSON.stringify(after)).not.toMatch(/archive|Secret plan|Never sent/);
  await server.start();
  await signIn(a, server.url, 'ada.of.the.archive', PASSWORD);
  await openFromHome(a, 'Secret plan');
  await expect(a.text).toHaveText('Sent.');
});

// The database of the profile is a log, and what was overwritten stays in it until it is rewritten: the ids of the account's
// rooms, the keys of the device, and beside them the key that they are sealed under.
test('what the device kept of the account cannot be read from its database afterwards', async ({ server, person }) => {
  const a = await person();
  await signUp(a, server.url, 'ada', PASSWORD);
  await writeDocument(a, server.url, 'Plan', 'Sent.');
  const room = roomOf(a);
  await signOut(a, server.url, 'Sign out');
  await isGuest(a);
  expect((await keptHere(a)).values).not.toContain(room);
});

// One time in three the relay's refusal of the ended session arrives meanwhile, and brings the account back as locked.
test('signing out everywhere leaves a guest here, whatever the server says meanwhile', async ({ server, person }) => {
  const [first, second] = [await person(), await person()];
  await signUp(first, server.url, 'ada', PASSWORD);
  await writeDocument(first, server.url, 'Shared', 'One.');
  await signIn(second, server.url, 'ada', PASSWORD);
  await signOut(second, server.url, 'Sign out everywhere');
  await isGuest(second);
  await expect(first.page.getByText('Sign in again to sync.')).toBeVisible();
  await second.page.reload();
  await isGuest(second);
});

test('locked from elsewhere, one writes on, reloads without a server, signs in again, and all is sent', async ({
  server,
  person,
}) => {
  test.slow();
  const [first, second, third] = [await person(), await person(), await person()];
  await signUp(first, server.url, 'ada', PASSWORD);
  await writeDocument(first, server.url, 'Shared', 'One.');
  await first.page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await signIn(second, server.url, 'ada', PASSWORD);
  await signOut(second, server.url, 'Sign out everywhere');
  await isGuest(second);

  const locked = first.page.getByText('Sign in again to sync.');
  await expect(locked).toBeVisible();
  await first.type(' Two, locked.');
  await server.stop();
  await first.type(' Three, offline.');
  await first.page.reload();
  await expect(first.text).toHaveText('One. Two, locked. Three, offline.');
  await expect(locked).toBeVisible();
  await first.type(' Four, after the reload.');
  const dialog = first.page.getByRole('dialog');
  const signInAgain = async (password: string): Promise<void> => {
    await dialog.getByRole('textbox', { name: 'Password', exact: true }).fill(password);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
  };
  await first.page.getByRole('button', { name: 'Sign in again' }).click();
  await signInAgain(PASSWORD);
  await expect(dialog.getByRole('alert')).toContainText('The server cannot be reached');
  await server.start();
  await signInAgain('some other password');
  await expect(dialog.getByRole('alert')).toContainText('That was not right');
  await signInAgain(PASSWORD);
  await expect(locked).toBeHidden();
  await first.hasSaved();
  await signIn(third, server.url, 'ada', PASSWORD);
  await openFromHome(third, 'Shared');
  await expect(third.text).toHaveText('One. Two, locked. Three, offline. Four, after the reload.');
});

test('what one tab does about the account shows in the others', async ({ server, person }) => {
  const [a, elsewhere] = [await person(), await person()];
  await signUp(elsewhere, server.url, 'ada', PASSWORD);
  await writeDocument(elsewhere, server.url, 'Kept', 'Still here.');
  await a.page.goto(server.url);
  await isGuest(a);
  const tab = await a.newTab(`${server.url}/sign-in`);
  await expect(tab.page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await signIn(a, server.url, 'ada', PASSWORD);
  await tab.page.getByRole('link', { name: 'Sealroom' }).click();
  await isHome(tab, 'ada');
  await openFromHome(tab, 'Kept');
  await expect(tab.text).toHaveText('Still here.');
  await signOut(a, server.url, 'Sign out');
  await isGuest(a);
  await expect(tab.text).toBeHidden();
  await expect(tab.page.getByRole('heading', { name: 'This document is not on this device' })).toBeVisible();
  await signIn(a, server.url, 'ada', PASSWORD);
  await expect(tab.page.getByText('Still here.')).toBeVisible();
});

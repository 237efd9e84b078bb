/** Two people who make sure of each other, and the home of an account on two devices at once. */
import { openFromHome, signIn, signUp, writeDocument } from '../support/e2e/account-steps.ts';
import { expect, test } from '../support/e2e/fixtures.ts';
import type { Person } from '../support/e2e/person.ts';

const PASSWORD = 'quiet otters swim at dawn';

async function lookUp({ page }: Person, url: string, name: string): Promise<string[]> {
  await page.goto(`${url}/account/people`);
  await page.getByRole('textbox', { name: 'User name' }).fill(name);
  await page.getByRole('button', { name: 'Find' }).click();
  await expect(page.getByRole('heading', { name })).toBeVisible();
  const groups = page.getByRole('list', { name: 'Safety number' }).getByRole('listitem');
  await expect(groups).toHaveCount(12);
  return groups.allTextContents();
}

test('two people see the same safety number; who was verified is so on all devices, and only there', async ({
  server,
  person,
}) => {
  const [ada, adaToo, grace] = [await person(), await person(), await person()];
  await signUp(ada, server.url, 'ada', PASSWORD);
  await signUp(grace, server.url, 'grace', PASSWORD);
  const number = await lookUp(ada, server.url, 'grace');
  expect(await lookUp(grace, server.url, 'ada')).toEqual(number);
  expect(number.every((group) => /^\d{5}$/.test(group))).toBe(true);
  await ada.page.getByRole('button', { name: 'Mark as verified' }).click();
  await expect(ada.page.getByText('Verified', { exact: true })).toBeVisible();
  await expect(grace.page.getByText('Not verified')).toBeVisible();

  await signIn(adaToo, server.url, 'ada', PASSWORD);
  await adaToo.page.goto(`${server.url}/account/people`);
  const row = adaToo.page.getByRole('list', { name: 'People you looked up' }).getByRole('listitem');
  await expect(row).toHaveText('graceVerified');
  await row.getByRole('link').click();
  await expect(adaToo.page.getByRole('list', { name: 'Safety number' }).getByRole('listitem')).toHaveText(number);
  await adaToo.page.getByRole('button', { name: 'Remove verification' }).click();
  await expect(ada.page.getByText('Not verified')).toBeVisible();
});

test('folders made on one device are there on the other, and documents are in them', async ({ server, person }) => {
  const [first, second] = [await person(), await person()];
  await signUp(first, server.url, 'ada', PASSWORD);
  await writeDocument(first, server.url, 'Plan', 'Step one.');
  await signIn(second, server.url, 'ada', PASSWORD);
  await first.page.goto(server.url);
  await first.page.getByRole('button', { name: 'New folder' }).click();
  await first.page.getByRole('textbox', { name: 'Folder name' }).fill('Work');
  await first.page.getByRole('button', { name: 'Create folder' }).click();
  await expect(second.page.getByRole('heading', { name: 'Work' })).toBeVisible();

  await second.page.getByRole('button', { name: 'Options for “Plan”' }).click();
  await second.page.getByRole('menuitemradio', { name: 'Work' }).click();
  for (const { page } of [first, second]) {
    await expect(page.getByRole('list', { name: 'Documents in “Work”' }).getByRole('link')).toHaveText('Plan');
  }
  await first.page.getByRole('button', { name: 'Options for folder “Work”' }).click();
  await first.page.getByRole('menuitem', { name: 'Rename' }).click();
  await first.page.getByRole('textbox', { name: 'Folder name' }).fill('Garden');
  await first.page.getByRole('button', { name: 'Save' }).click();
  await expect(second.page.getByRole('heading', { name: 'Garden' })).toBeVisible();
  await second.page.getByRole('button', { name: 'Options for folder “Garden”' }).click();
  await second.page.getByRole('menuitem', { name: 'Remove folder' }).click();
  await second.page.getByRole('button', { name: 'Remove folder' }).click();
  await expect(first.page.getByRole('heading', { name: 'Garden' })).toBeHidden();
  await openFromHome(first, 'Plan');
  await expect(first.text).toHaveText('Step one.');
});

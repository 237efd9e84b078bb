/** What people do about their accounts, by what is on the screen. */
import { expect } from './fixtures.ts';
import type { Person } from './person.ts';

/** Signs up and keeps the recovery code. */
export async function signUp(person: Person, url: string, name: string, password: string): Promise<string> {
  const { page } = person;
  await page.goto(`${url}/sign-up`);
  await page.getByRole('textbox', { name: 'User name' }).fill(name);
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill(password);
  await page.getByRole('button', { name: 'Continue' }).click();
  const code = (await page.getByRole('region', { name: 'Your recovery code' }).textContent()) ?? '';
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('textbox', { name: 'Recovery code' }).fill(code);
  await page.getByRole('button', { name: 'Create account' }).click();
  await isHome(person, name);
  return code;
}

export async function signIn(person: Person, url: string, name: string, password: string): Promise<void> {
  const { page } = person;
  await page.goto(`${url}/sign-in`);
  await page.getByRole('textbox', { name: 'User name' }).fill(name);
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await isHome(person, name);
}

export async function isHome({ page }: Person, name: string): Promise<void> {
  await expect(page.getByRole('link', { name: `Account: ${name}` })).toBeVisible({ timeout: 30_000 });
}

/** Opens a document from the home. */
export async function openFromHome({ page, text }: Person, title: string): Promise<void> {
  await page.getByRole('link', { name: title, exact: true }).click();
  await expect(text).toBeVisible();
}

/** Writes a document with a title, and waits until the server has it. */
export async function writeDocument(person: Person, url: string, title: string, words: string): Promise<void> {
  await person.newDocument(url);
  await person.title.fill(title);
  await person.type(words);
  await person.hasSaved();
}

import { expectAccessible, expectLegible } from '../support/e2e/accessible.ts';
import { expect, test } from '../support/e2e/fixtures.ts';
import type { Person } from '../support/e2e/person.ts';

test('formatting arrives at the other: headings, marks, lists, check lists, quotes, code and links', async ({
  server,
  person,
}) => {
  const a = await person();
  const b = await person();
  await a.newDocument(server.url);
  await a.text.click();
  const { keyboard } = a.page;
  await keyboard.type('# Heading one');
  await keyboard.press('Enter');
  await keyboard.type('plain **bold** *italic* ~~gone~~ `code` end');
  await keyboard.press('Enter');
  await keyboard.type('- first');
  await keyboard.press('Enter');
  await keyboard.type('second');
  await keyboard.press('Enter');
  await keyboard.press('Enter');
  await keyboard.type('> quoted');
  await keyboard.press('Enter');
  await keyboard.type('see [the site](https://example.org) ');
  await a.hasSaved();
  await b.open(await a.copyLink('edit'));
  for (const { text } of [a, b]) {
    await expect(text.getByRole('heading', { name: 'Heading one', level: 1 })).toBeVisible();
    await expect(text.locator('strong, b', { hasText: 'bold' }).first()).toBeVisible();
    await expect(text.locator('em, i', { hasText: 'italic' }).first()).toBeVisible();
    await expect(text.locator('code', { hasText: 'code' }).first()).toBeVisible();
    await expect(text.getByRole('listitem')).toHaveText(['first', 'second']);
    await expect(text.getByRole('blockquote')).toHaveText('quoted');
    await expect(text.getByRole('link', { name: 'the site' })).toHaveAttribute('href', 'https://example.org');
  }
  await b.press('ControlOrMeta+End');
  await b.text.click();
  await b.press('ControlOrMeta+End');
  await b.page.keyboard.press('Enter');
  await b.page.getByRole('button', { name: 'Check list' }).click();
  await b.page.keyboard.type('to do');
  await expect(a.text.getByRole('checkbox', { name: 'to do' })).toBeVisible();
});

test('cursors and names of others are shown, and leave with them', async ({ server, person }) => {
  const a = await person();
  const b = await person();
  await a.writeDocument(server.url, 'shared');
  await b.page.goto(server.url);
  await b.page.getByRole('button', { name: /^Your profile/ }).click();
  await b.page.getByRole('textbox', { name: 'Your name' }).fill('Beatrix');
  await b.page.getByRole('button', { name: 'Save' }).click();
  await b.open(await a.copyLink('edit'));
  await b.type(' text');
  await expect(a.page.getByRole('button', { name: /2 people here: .*Beatrix/ })).toBeVisible();
  await expect(a.page.getByText('Beatrix').first()).toBeAttached();
  // A browser that ends without a word is shown for half a minute more.
  await b.page.getByRole('link', { name: 'All documents' }).click();
  await expect(a.page.getByRole('button', { name: 'Only you are here' })).toBeVisible();
});

test('a paste of one megabyte arrives whole and in order', async ({ server, person }) => {
  test.slow();
  const a = await person();
  const b = await person();
  await a.writeDocument(server.url, 'before');
  await b.open(await a.copyLink('edit'));
  const count = process.env.SEALROOM_E2E_ALL ? 12_000 : 3_000;
  const words = 'lorem ipsum dolor sit amet '.repeat(36_000 / count);
  const lines = Array.from({ length: count }, (_, i) => `line ${i} ${words}`);
  const last = `line ${count - 1} `;
  await a.page.evaluate((text) => navigator.clipboard.writeText(text), lines.join('\n'));
  await a.text.click();
  await a.press('ControlOrMeta+End');
  await a.page.keyboard.press('Enter');
  await a.page.keyboard.press('ControlOrMeta+V');
  await expect(a.text).toContainText(last, { timeout: 60_000 });
  await expect(b.text).toContainText(last, { timeout: 60_000 });
  await expect(a.state).toHaveText('Saved', { timeout: 60_000 });
  const numbers = (who: Person): Promise<number[]> =>
    who.text.evaluate((element) =>
      [...(element.textContent ?? '').matchAll(/line (\d+) lorem/g)].map((m) => Number(m[1])),
    );
  const expected = lines.map((_, i) => i);
  expect(await numbers(a)).toEqual(expected);
  expect(await numbers(b)).toEqual(expected);
});

test('every screen is accessible, light and dark', async ({ server, person }) => {
  const a = await person({ reducedMotion: 'reduce' });
  const expectBoth = async (): Promise<void> => {
    await a.page.emulateMedia({ colorScheme: 'light' });
    await expectAccessible(a.page);
    await a.page.emulateMedia({ colorScheme: 'dark' });
    await expectLegible(a.page);
  };
  await a.page.goto(server.url);
  await expect(a.page.getByRole('button', { name: 'New document' })).toBeVisible();
  await expectBoth();
  await a.page.getByRole('button', { name: /^Your profile/ }).click();
  await expect(a.page.getByRole('dialog')).toBeVisible();
  await expectBoth();
  await a.page.keyboard.press('Escape');
  await a.page.getByRole('button', { name: 'New document' }).click();
  await a.title.fill('Accessible');
  await a.type('# A heading');
  await a.hasSaved();
  await expectBoth();
  await a.page.getByRole('button', { name: 'Share' }).click();
  await expect(a.page.getByRole('dialog')).toBeVisible();
  await expectBoth();
  await a.page.keyboard.press('Escape');
  await a.page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
  await expect(a.page.getByRole('dialog')).toBeVisible();
  await expectBoth();
  await a.page.keyboard.press('Escape');
  await a.page.getByRole('link', { name: 'All documents' }).click();
  await expect(a.page.getByRole('list', { name: 'Documents on this device' })).toBeVisible();
  await expectBoth();
  await a.page.getByRole('button', { name: /Remove “Accessible”/ }).click();
  await expect(a.page.getByRole('alertdialog').or(a.page.getByRole('dialog')).first()).toBeVisible();
  await expectBoth();
  await a.page.goto(`${server.url}/nowhere`);
  await expectBoth();
});

test('a document that was not the last one to be changed takes every key, from the first on', async ({
  server,
  person,
}) => {
  const a = await person();
  for (const title of ['Older', 'Newer']) {
    await a.newDocument(server.url);
    await a.title.fill(title);
    await a.hasSaved();
  }
  await a.page.goto(server.url);
  await a.page.getByRole('link', { name: 'Older', exact: true }).click();
  await expect(a.text).toBeVisible();
  await a.text.evaluate((editor) => {
    editor.dataset.seen = 'before the first key';
  });
  await a.type('The first key moves it to the top of the list, which is no reason to draw the editor anew.');
  await a.hasSaved();
  await expect(a.text).toHaveText(
    'The first key moves it to the top of the list, which is no reason to draw the editor anew.',
  );
  await expect(a.text).toHaveAttribute('data-seen', 'before the first key');
});

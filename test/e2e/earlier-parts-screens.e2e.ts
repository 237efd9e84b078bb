/** Earlier parts of a document, without engine or server behind the screens. */
import type { Page } from '@playwright/test';
import * as Y from 'yjs';
import type { ClosedPart } from '../../src/engine/membership/api.ts';
import { ROOT_NAME, TITLE_NAME } from '../../src/wire/document.ts';
import { expectAccessible, expectLegible } from '../support/e2e/accessible.ts';
import { expect, type Scene, test } from '../support/e2e/account-screens.ts';

const ROOM = `${'a'.repeat(42)}A`;
const SCENE: Scene = {
  account: {},
  rooms: [{ title: 'Plan', kept: 'account' }],
  people: { newcomers: 'start-empty', links: [], mayManage: true },
};
const SIZES = [
  { width: 360, height: 740 },
  { width: 1280, height: 800 },
];
const BOB = { kind: 'account', name: 'bob', isSelf: false } as const;
const LINK = { kind: 'link', name: null, isSelf: false } as const;

function written(words: string): number[] {
  const doc = new Y.Doc();
  const root = doc.get(ROOT_NAME, Y.XmlText);
  const paragraph = new Y.XmlText();
  root.insertEmbed(0, paragraph);
  paragraph.setAttribute('__type', 'paragraph');
  const node = new Y.Map();
  paragraph.insertEmbed(0, node);
  for (const [key, value] of Object.entries({ __type: 'text', __format: 0, __style: '', __mode: 0, __detail: 0 }))
    node.set(key, value);
  paragraph.insert(1, words);
  doc.getText(TITLE_NAME).insert(0, 'Plan');
  return [...Y.encodeStateAsUpdate(doc)];
}

/** Says that these parts were closed before the page that is written now. */
const close = (page: Page, parts: readonly (ClosedPart & { readonly bytes: number[] })[]): Promise<void> =>
  page.evaluate(
    ([room, closed]) => {
      const { membership } = window.engine;
      membership.setParts(
        room,
        closed.map(({ bytes, ...part }) => ({ ...part, state: new Uint8Array(bytes) })),
      );
    },
    [ROOM, parts] as const,
  );

test('a part is chosen by keyboard, newest first, and read', async ({ open }) => {
  const page = await open(`/d/${ROOM}`, SCENE);
  await close(page, [
    { segment: 0, closedAt: 1_700_000_000_000, cameIn: [BOB], bytes: written('The first words.') },
    { segment: 1, closedAt: 1_700_500_000_000, cameIn: [LINK], bytes: written('Words of two. '.repeat(200)) },
  ]);
  await expect(page.getByText('A new page since a link was made')).toBeVisible();
  const button = page.getByRole('button', { name: 'Earlier parts' });
  await button.press('Enter');
  const text = page.getByRole('textbox', { name: 'Text of this part' });
  await expect(text).toContainText('Words of two.');
  const choice = page.getByRole('combobox', { name: 'Part' });
  await expect(choice.getByRole('option')).toContainText(['Until a link was made', 'Until bob came in']);
  await choice.selectOption({ index: 1 });
  await expect(text).toHaveText('The first words.');
  await page.keyboard.press('Escape');
  await expect(button).toBeFocused();
});

for (const viewport of SIZES)
  test(`every screen of it can be read at ${viewport.width} pixels, in light and in dark`, async ({ open, page }) => {
    await page.setViewportSize(viewport);
    await open('/', SCENE);
    const look = async (): Promise<void> => {
      await expectAccessible(page);
      await page.emulateMedia({ colorScheme: 'dark' });
      await expectLegible(page);
      await page.emulateMedia({ colorScheme: 'light' });
    };
    await page.getByRole('button', { name: 'Other kinds of documents' }).click();
    await expect(page.getByRole('menuitem', { name: 'Newcomers start empty' })).toBeVisible();
    await look();
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Plan' }).click();
    await page.evaluate((room) => window.engine.setRoom(room, { part: 1 }), ROOM);
    await expect(page.getByText('What was written before this page')).toBeVisible();
    await look();
    const bytes = written('The first words. '.repeat(80));
    await close(page, [{ segment: 0, closedAt: 1_700_000_000_000, cameIn: [BOB], bytes }]);
    await look();
    await page.getByRole('button', { name: 'Earlier parts' }).click();
    await expect(page.getByRole('textbox', { name: 'Text of this part' })).toContainText('The first words.');
    await look();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Share' }).click();
    await expect(page.getByRole('dialog', { name: 'Share' })).toContainText('Newcomers start empty here.');
    await look();
  });

/** The screens of who is in a document on a small phone. */
import type { Page } from '@playwright/test';
import { expectAccessible, expectLegible } from '../support/e2e/accessible.ts';
import { expect, type Scene, test } from '../support/e2e/account-screens.ts';
import {
  ASKED,
  ASKED_BEFORE,
  BOUND,
  DOCUMENT,
  GRACE,
  INVITED,
  member,
  SELF,
  SHUT_OUT,
  share,
  shared,
} from '../support/e2e/membership-scenes.ts';

const everybody = Array.from({ length: 20 }, (_, at) =>
  member(`a-person-with-a-long-name-${at + 10}`, String.fromCharCode(66 + at), 'editor'),
);
const OPTIONS = 'Options for grace';
/** What is clicked on after the dialog is open. */
const DIALOGS: readonly (readonly [
  name: string,
  scene: Scene,
  clicks: readonly (readonly ['button' | 'menuitem', string])[],
])[] = [
  ['for an owner', shared({ members: [SELF, GRACE, ...everybody] }), []],
  ['for who reads by a link', { rooms: [{ role: 'viewer', readOnly: 'role' }] }, []],
  ['with options for a link', shared({ links: BOUND }), [['button', 'More options']]],
  ['with people who ask for access', ASKED, []],
  ['with a menu', shared(), [['button', OPTIONS]]],
  ['with what an only owner cannot do', shared({ members: [SELF] }), [['button', 'Options for yourself']]],
  [
    'with a question',
    shared(),
    [
      ['button', OPTIONS],
      ['menuitem', 'Remove from document'],
    ],
  ],
];

test.describe('on a small phone', () => {
  test.use({ viewport: { width: 360, height: 740 }, contextOptions: { reducedMotion: 'reduce' } });
  const expectGood = async (page: Page): Promise<void> => {
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectLegible(page);
  };
  for (const [name, scene, clicks] of DIALOGS)
    test(`the share dialog ${name} is accessible and fits, light and dark`, async ({ open }) => {
      const page = await open(DOCUMENT, scene);
      await share(page);
      for (const [role, label] of clicks) await page.getByRole(role, { name: label }).click();
      await expectGood(page);
    });
  for (const [name, path, scene, heading] of [
    ['the page that asks for a link’s password', `${DOCUMENT}#edit-locked`, {}, 'This link needs a password'],
    ['the page of a link that is used up', DOCUMENT, { ...SHUT_OUT, account: {} }, 'This document cannot be opened'],
    ['the same after asking', DOCUMENT, ASKED_BEFORE, 'This document cannot be opened'],
    ['the same for a guest', DOCUMENT, SHUT_OUT, 'This document cannot be opened'],
  ] as const)
    test(`${name} is accessible and fits, light and dark`, async ({ open }) => {
      const page = await open(path, scene);
      await expect(page.getByRole('heading', { name: heading })).toBeVisible();
      await expectGood(page);
    });
  test('invitations are accessible and fit, light and dark', async ({ open }) => {
    const page = await open('/', INVITED);
    await expect(page.getByRole('heading', { name: 'Invitations' })).toBeVisible();
    await expectGood(page);
  });
});

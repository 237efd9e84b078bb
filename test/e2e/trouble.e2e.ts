import * as Y from 'yjs';
import { META_NAME, SCHEMA_KEY, SCHEMA_VERSION } from '../../src/wire/document.ts';
import { expect, test } from '../support/e2e/fixtures.ts';
import { HandMadeMember } from '../support/hand-made-member.ts';
import { LastingServer } from '../support/server/lasting-server.ts';

const pathOf = (link: string): string => link.slice(new URL(link).origin.length);

test('a damaged link and a link to a server that lacks the room each get a plain sentence', async ({
  server,
  person,
}) => {
  const a = await person();
  await a.writeDocument(server.url, 'here');
  const link = await a.copyLink('edit');
  const b = await person();
  await b.page.goto(link.slice(0, -3));
  await expect(b.page.getByRole('heading', { name: 'This link cannot be opened' })).toBeVisible();
  await expect(b.page.getByText(/This link is not complete/)).toBeVisible();

  const other = await LastingServer.start();
  try {
    const c = await person();
    await c.page.goto(other.url + pathOf(link));
    await expect(c.page.getByText(/The server does not have this document/)).toBeVisible();
  } finally {
    await other.dispose();
  }
  await b.page.goto(`${server.url}/d/${'A'.repeat(43)}`);
  await expect(b.page.getByRole('heading', { name: 'This document is not on this device' })).toBeVisible();
});

test('a document of a newer schema opens read-only and says why', async ({ server, person }) => {
  const a = await person();
  await a.writeDocument(server.url, 'from the present');
  const future = await HandMadeMember.join(server.url, pathOf(await a.copyLink('edit')));
  const claim = future.claim();
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(future.doc));
  doc.clientID = claim.clientId;
  const before = Y.encodeStateVector(doc);
  doc.getMap(META_NAME).set(SCHEMA_KEY, SCHEMA_VERSION + 1);
  expect(await future.update({ claims: [claim], update: Y.encodeStateAsUpdate(doc, before) })).toBe('taken');
  await expect(a.page.getByText(/changed with a newer version of Sealroom/)).toBeVisible();
  await expect(a.text).toHaveAttribute('contenteditable', 'false');
  await expect(a.text).toHaveText('from the present');
  future.close();
});

test('[RO1] hand-made frames with a view link are refused by the relay and seen by nobody', async ({
  server,
  person,
}) => {
  const a = await person();
  await a.writeDocument(server.url, 'untouched');
  const viewer = await HandMadeMember.join(server.url, pathOf(await a.copyLink('view')), true);
  const claim = viewer.claim();
  const doc = new Y.Doc();
  doc.clientID = claim.clientId;
  doc.getText('title').insert(0, 'vandal');
  const update = Y.encodeStateAsUpdate(doc);
  expect(await viewer.update({ claims: [claim], update })).toBe('unknown-device');
  expect(await viewer.introduce()).toBe('wrong-role');
  await a.type('!');
  await a.hasSaved();
  await expect(a.text).toHaveText('untouched!');
  await expect(a.title).toHaveValue('');
  viewer.close();
});

test('a browser whose storage is full says so, keeps the text, and goes on when there is space', async ({
  server,
  person,
}) => {
  // Without the service worker, whose cache would count.
  const a = await person({ serviceWorkers: 'block' });
  const devtools = await a.context.newCDPSession(a.page);
  const origin = server.url;
  // Chromium remembers for a while how much is left, so the limit has to stand from the start.
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 400_000 });
  await a.writeDocument(origin, 'stored ');
  await server.stop();
  await a.page.keyboard.insertText('x'.repeat(600_000));
  await expect(a.state).toHaveText('Not saved: the storage of this device is full');
  await expect(a.text).toContainText('stored xxx');
  await devtools.send('Storage.overrideQuotaForOrigin', { origin });
  await expect(a.state).toHaveText(/Offline: \d+ changes? waiting/, { timeout: 30_000 });
  await server.start();
  await a.hasSaved();
  const b = await person();
  await b.open(await a.copyLink('view'));
  await expect(b.text).toContainText('stored xxx');
});

test('a browser that denies storage gets a plain sentence instead of a blank page', async ({ server, page }) => {
  // A page without an origin of its own is denied what a browser denies that blocks all storage of a site.
  await page.route('**/*', async (route) => {
    const response = await route.fetch();
    const { 'content-security-policy': policy = '', ...headers } = response.headers();
    const denied = `${policy}; sandbox allow-scripts`;
    const anywhere = { 'access-control-allow-origin': '*' };
    await route.fulfill({ response, headers: { ...headers, ...anywhere, 'content-security-policy': denied } });
  });
  await page.goto(server.url);
  await expect(page.getByRole('heading', { name: 'Sealroom cannot start in this browser' })).toBeVisible();
  await expect(page.getByText(/Leave private browsing/)).toBeVisible();
});

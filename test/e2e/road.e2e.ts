import { expect, test } from '../support/e2e/fixtures.ts';

test('two people write in one document, online and offline, and nothing is lost', async ({ server, person }) => {
  const a = await person();
  const b = await person();

  await a.newDocument(server.url);
  await a.title.fill('Minutes');
  await a.type('Hello from A. ');
  await a.hasSaved();
  const link = await a.copyLink('edit');
  expect(link).toMatch(/^http:\/\/localhost:\d+\/d\/[\w-]{43}#[\w-]+$/);

  await b.open(link);
  await expect(b.text).toHaveText('Hello from A.');
  await expect(b.title).toHaveValue('Minutes');
  expect(b.page.url()).not.toContain('#');
  await b.type('Hello from B. ');
  await expect(a.text).toHaveText('Hello from A. Hello from B.');
  await expect(a.page.getByRole('button', { name: /2 people here/ })).toBeVisible();
  await expect(b.page.getByRole('button', { name: /2 people here/ })).toBeVisible();

  await server.stop();
  await a.type('A wrote this offline. ');
  await b.title.fill('Minutes of Monday');
  await b.type('B wrote this offline. ');
  await expect(a.state).toHaveText(/Offline: \d+ changes? waiting/);
  await expect(b.state).toHaveText(/Offline: \d+ changes? waiting/);

  await server.start();
  await a.hasSaved();
  await b.hasSaved();
  for (const { text, title } of [a, b]) {
    await expect(text).toContainText('A wrote this offline.');
    await expect(text).toContainText('B wrote this offline.');
    await expect(text).toContainText('Hello from A. Hello from B.');
    await expect(title).toHaveValue('Minutes of Monday');
  }
  expect(await a.text.textContent()).toBe(await b.text.textContent());
});

test('typing goes on while the document moves to the top of the list', async ({ server, person }) => {
  const a = await person();
  for (const title of ['Older', 'Newer']) {
    await a.newDocument(server.url);
    await a.title.fill(title);
    await a.hasSaved();
  }
  for (const title of ['Older', 'Newer', 'Older']) {
    await a.page.goto(server.url);
    await a.page.getByRole('link', { name: title, exact: true }).click();
    await a.type(`Once more in ${title}. `);
    await a.hasSaved();
  }
  await expect(a.text).toHaveText('Once more in Older. Once more in Older.');
});

test('the server is killed in the middle of typing: nothing that was acknowledged is lost', async ({
  server,
  person,
}) => {
  const a = await person();
  const b = await person();
  await a.writeDocument(server.url, 'start ');
  await b.open(await a.copyLink('edit'));
  await expect(b.text).toHaveText('start');
  for (let round = 0; round < 3; round++) {
    await a.type(`acknowledged${round} `);
    await a.hasSaved();
    const typing = a.type(`torn${round} `);
    await server.kill();
    await typing;
    await b.type(`b${round} `);
    await server.start();
    await a.hasSaved();
    await b.hasSaved();
  }
  for (const who of [a, b])
    for (let round = 0; round < 3; round++)
      for (const word of [`acknowledged${round}`, `torn${round}`, `b${round}`])
        await expect(who.text).toContainText(word);
  expect(await a.text.textContent()).toBe(await b.text.textContent());
  const c = await person();
  await c.open(await a.copyLink('view'));
  await expect(c.text).toHaveText((await a.text.textContent()) ?? '');
});

test('a view link lets one read and not write', async ({ server, person }) => {
  const a = await person();
  const viewer = await person();
  await a.writeDocument(server.url, 'read only please');
  await viewer.open(await a.copyLink('view'));
  await expect(viewer.text).toHaveText('read only please');
  await expect(viewer.text).toHaveAttribute('contenteditable', 'false');
  await expect(viewer.page.getByText('You can read this document, but not change it.')).toBeVisible();
  await viewer.text.click();
  await viewer.page.keyboard.type('vandal');
  await expect(viewer.title).not.toBeEditable();
  await a.type(' thanks');
  await expect(viewer.text).toHaveText('read only please thanks');
  await expect(a.text).toHaveText('read only please thanks');
  await viewer.page.getByRole('button', { name: 'Share' }).click();
  await expect(viewer.page.getByRole('button', { name: 'Copy view link' })).toBeVisible();
  await expect(viewer.page.getByRole('button', { name: 'Copy edit link' })).toBeHidden();
});

test('two tabs of one browser stay in step, with the server down too', async ({ server, person }) => {
  const a = await person();
  await a.writeDocument(server.url, 'first tab ');
  const second = await a.newTab(a.page.url());
  await expect(second.text).toHaveText('first tab');
  await server.stop();
  await second.type('second tab ');
  await expect(a.text).toHaveText('first tab second tab');
  await a.type('again');
  await expect(second.text).toHaveText('first tab second tab again');
  await second.page.close();
  await server.start();
  await a.hasSaved();
});

test('after a reload with the server down the document opens and can be edited', async ({ server, person }) => {
  const a = await person();
  await a.writeDocument(server.url, 'before the outage ');
  await a.page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await server.stop();
  await a.type('typed offline ');
  await expect(a.state).toHaveText(/Offline: \d+ changes? waiting/);
  await a.page.reload();
  await expect(a.text).toHaveText('before the outage typed offline');
  await a.type('and after the reload');
  await a.page.goto(server.url);
  await expect(a.page.getByRole('list', { name: 'Documents on this device' })).toBeVisible();
  await a.page.goBack();
  await expect(a.text).toHaveText('before the outage typed offline and after the reload');
  await server.start();
  await a.hasSaved();
  const b = await person();
  await b.open(await a.copyLink('edit'));
  await expect(b.text).toHaveText('before the outage typed offline and after the reload');
});

test('undo touches one’s own changes only', async ({ server, person }) => {
  const a = await person();
  const b = await person();
  await a.writeDocument(server.url, 'mine ');
  await b.open(await a.copyLink('edit'));
  await b.type('yours ');
  await expect(a.text).toHaveText('mine yours');
  await b.press('ControlOrMeta+Z');
  await expect(a.text).toHaveText('mine');
  await b.press('ControlOrMeta+Shift+Z');
  await expect(a.text).toHaveText('mine yours');
});

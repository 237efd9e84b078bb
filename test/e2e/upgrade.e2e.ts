import { BuildTree } from '../support/e2e/build-tree.ts';
import { expect, test } from '../support/e2e/fixtures.ts';
import { LastingServer } from '../support/server/lasting-server.ts';

test('a new build of the app while an old tab is open: one engine at a time, and nothing typed is lost', async ({
  person,
}) => {
  const tree = new BuildTree();
  const server = await LastingServer.start({ entry: tree.entry });
  try {
    const old = await person();
    await old.writeDocument(server.url, 'written in the old build ');
    // From the second load on, the service worker serves the page.
    await old.page.evaluate(async () => void (await navigator.serviceWorker.ready));
    await old.page.reload();
    await expect(old.text).toHaveText('written in the old build');
    const address = old.page.url();

    tree.upgradeApp();
    const tab = await old.newTab(address);
    await expect(tab.text).toHaveText('written in the old build');
    await expect(tab.page.getByText('A new version is ready')).toBeVisible({ timeout: 30_000 });
    await old.type('just before the upgrade ');
    await tab.page.getByRole('button', { name: 'Reload' }).click();
    await expect(tab.page.getByText('A new version is ready')).toBeHidden();
    await expect(tab.text).toHaveText('written in the old build just before the upgrade');
    await tab.type('written in the new build');
    await tab.hasSaved();

    // The old tab either came along or says that it has to be reloaded; in no case does it go on writing on its own.
    const banner = old.page.getByText('Sealroom was updated in another tab. Reload to go on.');
    await expect(old.text.filter({ hasText: 'written in the new build' }).or(banner).first()).toBeVisible();
    if (await banner.isVisible()) await old.page.getByRole('button', { name: 'Reload' }).click();
    const everything = 'written in the old build just before the upgrade written in the new build';
    await expect(old.text).toHaveText(everything);
    await old.type('!');
    await expect(tab.text).toHaveText(`${everything}!`);
    await old.hasSaved();
  } finally {
    await server.dispose();
    tree.dispose();
  }
});

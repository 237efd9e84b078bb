/** Adding a device by holding it in front of the camera. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { isHome, openFromHome, signUp, writeDocument } from '../support/e2e/account-steps.ts';
import { expect, test } from '../support/e2e/fixtures.ts';
import { Person } from '../support/e2e/person.ts';
import { film } from '../support/e2e/qr-video.ts';

const PASSWORD = 'quiet otters swim at dawn';

test('a device is added by its code in front of the camera, and the password', async ({ server, person }, testInfo) => {
  const folder = mkdtempSync(join(tmpdir(), 'sealroom-camera-'));
  const video = join(folder, 'camera.y4m');
  const { launchOptions = {} } = testInfo.project.use;
  const args = [...(launchOptions.args ?? []), `--use-file-for-fake-video-capture=${video}`];
  const withCamera = await chromium.launch({ ...launchOptions, args });
  try {
    const context = await withCamera.newContext({ permissions: ['camera'] });
    const first = new Person(context, await context.newPage());
    await signUp(first, server.url, 'ada', PASSWORD);
    await writeDocument(first, server.url, 'Shared', 'One.');

    const second = await person();
    await second.page.goto(`${server.url}/sign-in/device`);
    const shown = await second.page.getByRole('textbox', { name: 'Code of this device' }).inputValue();
    await film(second.page.getByRole('img', { name: 'QR code of this device' }), video);

    const { page } = first;
    await page.goto(`${server.url}/account/devices`);
    await page.getByRole('button', { name: 'Add a device' }).click();
    await page.getByRole('button', { name: 'Scan with the camera' }).click();
    const code = page.getByRole('textbox', { name: 'Code of the new device' });
    await expect(code).toHaveValue(shown);
    await expect(page.getByRole('button', { name: 'Scan with the camera' })).toBeVisible();
    await page.getByRole('textbox', { name: 'Current password' }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Add this device' }).click();
    await expect(page.getByText('The device was added')).toBeVisible();
    await isHome(second, 'ada');
    await openFromHome(second, 'Shared');
    await expect(second.text).toHaveText('One.');
    expect(first.errors).toEqual([]);
  } finally {
    await withCamera.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

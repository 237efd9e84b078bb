/** The client's suites of test/vectors/wycheproof.test.ts in a real browser, in a bundle that is built as the app is. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { UiHarness } from '../support/e2e/ui-harness.ts';
import { readVectorFiles } from '../support/public-vectors/read-files.ts';

const APP = fileURLToPath(new URL('../../dist/app/assets/', import.meta.url));
/** The WebAssembly of libsodium, as the package carries it in its JavaScript. */
const WEB_ASSEMBLY = /AGFzbQ[A-Za-z0-9+/]{100000,}={0,2}/;

const embeddedIn = (folder: string): Set<string> =>
  new Set(
    readdirSync(folder)
      .filter((name) => name.endsWith('.js'))
      .flatMap((name) => WEB_ASSEMBLY.exec(readFileSync(`${folder}/${name}`, 'utf8'))?.[0] ?? []),
  );

test('public vectors: no wrong verdict by the build that browsers are given', async ({ page }) => {
  const harness = await UiHarness.start('crypto-page');
  try {
    const [shipped, tested] = [embeddedIn(APP), embeddedIn(`${harness.folder}/assets`)];
    expect(tested.size).toBe(1);
    for (const sodium of tested) expect(shipped.has(sodium), 'the app ships the very same libsodium').toBe(true);

    await page.goto(harness.url);
    const files = readVectorFiles();
    const outcomes = await page.evaluate((given) => window.runClientSuites(given), files);
    for (const { suite, count, wrong } of outcomes) {
      console.log(`Chromium: ${suite}: ${count} vectors`);
      expect(wrong, suite).toEqual([]);
      expect(count, suite).toBeGreaterThan(0);
    }
    expect(outcomes).toHaveLength(files ? 11 : 3);
  } finally {
    await harness.dispose();
  }
});

import { availableParallelism } from 'node:os';
import { defineConfig } from '@playwright/test';
import { findBrowser } from './scripts/browser.mjs';

const executablePath = findBrowser();

// Every test starts the servers it needs through its fixtures, so there is no shared one to start here.
export default defineConfig({
  testDir: 'test/e2e',
  globalSetup: './test/support/e2e/build.ts',
  testMatch: '**/*.e2e.ts',
  // Looks at every real screen with axe; the same screens with a fake engine are looked at always.
  testIgnore: process.env.SEALROOM_E2E_ALL ? [] : ['**/account-look.e2e.ts'],
  outputDir: 'test-results/e2e',
  fullyParallel: true,
  // A browser and a server for each, which wait for each other much of the time.
  workers: Math.max(2, availableParallelism() * 2),
  retries: 0,
  // Two cores that are busy take three times as long as four that are not.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: {
    browserName: 'chromium',
    headless: true,
    // Recording takes as much of the processor as the test itself.
    trace: process.env.SEALROOM_E2E_TRACE ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
      ],
    },
  },
});

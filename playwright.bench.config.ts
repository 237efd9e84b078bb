import { defineConfig } from '@playwright/test';
import base from './playwright.config.ts';

// Figures, not verdicts: one at a time, on a machine that does nothing else.
export default defineConfig({
  ...base,
  testDir: 'test/bench',
  testMatch: '**/*.bench.ts',
  outputDir: 'test-results/bench',
  workers: 1,
  timeout: 300_000,
  reporter: [['list']],
});

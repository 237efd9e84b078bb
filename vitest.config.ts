import { availableParallelism } from 'node:os';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { takeAway } from './test/controls/take-away.ts';
import { nativeSodium } from './test/support/simulation/native-sodium-plugin.ts';

/** Set by `npm run controls`. */
const taken = process.env.SEALROOM_TAKE_AWAY;

/** Milliseconds. For what a test is not about: machines that others use too take ten times as long as idle ones. */
const BUSY_MS = 120_000;

const project = (
  name: string,
  folder: string,
  ownTimeout: number,
  more: { globalSetup?: string; isolate?: boolean } = {},
  plugins: Plugin[] = [],
) => ({
  plugins: [...plugins, ...(taken ? [takeAway(taken)] : [])],
  test: {
    name,
    include: [`test/${folder}/**/*.test.ts`],
    environment: 'node' as const,
    // Without its defence a test may wait in vain.
    testTimeout: taken ? ownTimeout : Math.max(ownTimeout, BUSY_MS),
    hookTimeout: BUSY_MS,
    expect: { poll: { timeout: 10_000 } },
    ...more,
  },
});

/** Files of one worker share the product's modules: loading them anew for each took as long as the tests. No test may change them. */
const SHARED = { isolate: false };

export default defineConfig({
  test: {
    // Some suites wait for processes much of the time.
    maxWorkers: Math.max(2, Math.floor(availableParallelism() * 1.5)),
    projects: [
      project('unit', 'unit', 10_000, SHARED),
      project('contracts', 'contracts', 20_000, SHARED),
      project('vectors', 'vectors', 20_000, SHARED),
      project('simulation', 'simulation', 120_000),
      project('fuzz', 'fuzz', 120_000),
      project('accounts', 'accounts', 120_000, { globalSetup: 'test/support/crash/built-server.ts' }),
      // So many devices share one thread: what each of them checks is worked out once.
      project('race', 'race', 120_000, {}, [nativeSodium(import.meta.dirname)]),
      project('crash', 'crash', 120_000, { globalSetup: 'test/support/crash/built-server.ts' }),
    ],
  },
});

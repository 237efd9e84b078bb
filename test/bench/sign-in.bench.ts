import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { signUp, writeDocument } from '../support/e2e/account-steps.ts';
import { expect, test } from '../support/e2e/fixtures.ts';
import { Person } from '../support/e2e/person.ts';
import { type Exchange, WireTap } from '../support/e2e/wire-tap.ts';
import { LastingServer } from '../support/server/lasting-server.ts';
import { percentile } from './percentiles.ts';
import { keepResult } from './results.ts';

const NAME = 'ada';
const PASSWORD = 'quiet otters swim at dawn';
const SIGN_INS = 20;
const WARM_UP = 2;
/** Server and browser share them: a small laptop that does nothing else. */
const PINNED = ['taskset', '-c', '0,1'] as const;

/**
 * Milliseconds, from click to home. `begin`: until the first request, with loading OPAQUE; `server`: its three requests;
 * `stretching`: between OPAQUE's answer and its finish; `home`: from the last answer until the home is there.
 */
type SignIn = Readonly<Record<'total' | 'begin' | 'server' | 'stretching' | 'home', number>>;
const THREE = 3;

declare global {
  interface Window {
    clickedAt: number;
    homeAt: Promise<number>;
  }
}

async function measure(browser: Browser, tap: WireTap): Promise<SignIn> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${tap.url}/sign-in`);
  await page.getByRole('textbox', { name: 'User name' }).fill(NAME);
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill(PASSWORD);
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await page.evaluate((home) => {
    document.addEventListener('click', () => (window.clickedAt = performance.timeOrigin + performance.now()), {
      capture: true,
    });
    window.homeAt = new Promise((resolve) => {
      const look = (): void => {
        if (!document.querySelector(home)) return;
        watching.disconnect();
        requestAnimationFrame(() => setTimeout(() => resolve(performance.timeOrigin + performance.now())));
      };
      const watching = new MutationObserver(look);
      watching.observe(document.body, { childList: true, subtree: true });
    });
  }, `[aria-label="Account: ${NAME}"]`);
  const before = tap.exchanges.length;
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const [clickedAt, homeAt] = await page.evaluate(async () => [window.clickedAt, await window.homeAt] as const);
  await expect(page.getByRole('link', { name: 'Plan' })).toBeVisible();
  const asked = tap.exchanges.slice(before).filter(({ path }) => /^\/api\/(sign-in|devices)/.test(path));
  const three = asked.slice(0, THREE) as [Exchange, Exchange, Exchange];
  expect(three.map(({ path }) => path)).toEqual(['/api/sign-in/begin', '/api/sign-in', '/api/devices']);
  const [begin, finish, list] = three;
  await context.close();
  return {
    total: homeAt - clickedAt,
    begin: begin.askedAt - clickedAt,
    server: three.reduce((sum, { askedAt, answeredAt }) => sum + answeredAt - askedAt, 0),
    stretching: finish.askedAt - begin.answeredAt,
    home: homeAt - list.answeredAt,
  };
}

test('signing in on a new device, server and browser on two cores', async ({ browserName }, testInfo) => {
  expect(browserName).toBe('chromium');
  const folder = mkdtempSync(join(tmpdir(), 'sealroom-pinned-'));
  const { launchOptions = {} } = testInfo.project.use;
  const pinned = join(folder, 'browser');
  const real = launchOptions.executablePath ?? chromium.executablePath();
  writeFileSync(pinned, `#!/bin/sh\nexec ${PINNED.join(' ')} '${real}' "$@"\n`);
  chmodSync(pinned, 0o755);
  const server = await LastingServer.start({ under: PINNED, logLevel: 'warn' });
  const tap = new WireTap(server.port);
  await tap.start();
  const browser = await chromium.launch({ ...launchOptions, executablePath: pinned });
  try {
    const context = await browser.newContext();
    const ada = new Person(context, await context.newPage());
    await signUp(ada, tap.url, NAME, PASSWORD);
    await writeDocument(ada, tap.url, 'Plan', 'Step one.');
    await context.close();
    const signIns: SignIn[] = [];
    for (let round = 0; round < SIGN_INS + WARM_UP; round++) {
      const signIn = await measure(browser, tap);
      if (round >= WARM_UP) signIns.push(signIn);
    }
    const of = (part: (signIn: SignIn) => number): number[] => signIns.map(part);
    const figures = {
      totalMs: of(({ total }) => total),
      beginMs: of(({ begin }) => begin),
      stretchingMs: of(({ stretching }) => stretching),
      serverMs: of(({ server: inServer }) => inServer),
      homeMs: of(({ home }) => home),
    };
    for (const [name, values] of Object.entries(figures)) {
      const [least, p50, p95] = [0, 0.5, 0.95].map((share) => percentile(values, share).toFixed(0));
      console.log(`${name.padEnd(14)} least / p50 / p95  ${least} / ${p50} / ${p95} ms`);
    }
    console.log(`load average ${loadavg()[0]?.toFixed(1)}, ${cpus().length} cores`);
    keepResult('sign-in', figures);
    expect(signIns).toHaveLength(SIGN_INS);
  } finally {
    await browser.close();
    tap.stop();
    await server.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
});

import { expect, test } from '../support/e2e/fixtures.ts';
import type { Person } from '../support/e2e/person.ts';
import { summary } from './percentiles.ts';
import { keepResult } from './results.ts';

const KEYS = 400;
const WARM_UP = 50;
/** A fast typist: about twelve keys a second. */
const BETWEEN_KEYS_MS = 80;

type Times = { keys: number[]; shown: number[] };
declare global {
  interface Window {
    times: Times;
  }
}

/** Notes when a key goes down, and when the text on the screen has grown by one character. */
const watch = (who: Person): Promise<void> =>
  who.text.evaluate((element) => {
    const times: Times = { keys: [], shown: [] };
    window.times = times;
    const now = (): number => performance.timeOrigin + performance.now();
    const start = element.textContent?.length ?? 0;
    element.addEventListener('keydown', () => times.keys.push(now()), { capture: true });
    new MutationObserver(() => {
      const length = (element.textContent?.length ?? 0) - start;
      while (times.shown.length < length) times.shown.push(now());
    }).observe(element, { childList: true, characterData: true, subtree: true });
  });

test('one keystroke, from one browser to the other on loopback', async ({ server, person }) => {
  const a = await person();
  const b = await person();
  await a.newDocument(server.url);
  await a.type('begin ');
  await a.hasSaved();
  await b.open(await a.copyLink('edit'));
  await expect(b.text).toHaveText('begin');
  await a.text.click();
  await a.press('ControlOrMeta+End');
  await watch(a);
  await watch(b);
  await a.page.keyboard.type('x'.repeat(KEYS), { delay: BETWEEN_KEYS_MS });
  await expect(b.text).toHaveText(`begin ${'x'.repeat(KEYS)}`);
  const sent = await a.page.evaluate(() => window.times);
  const received = await b.page.evaluate(() => window.times);
  const across = received.shown.map((shown, i) => shown - (sent.keys[i] ?? Number.NaN)).slice(WARM_UP);
  const own = sent.shown.map((shown, i) => shown - (sent.keys[i] ?? Number.NaN)).slice(WARM_UP);
  console.log(`key to own screen:        p50 / p99  ${summary(own)}`);
  console.log(`key to the other screen:  p50 / p99  ${summary(across)}`);
  keepResult('keystroke', { own, across });
  expect(across.length).toBe(KEYS - WARM_UP);
});

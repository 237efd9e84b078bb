import type { Page } from '@playwright/test';
import { expect, test } from '../support/e2e/fixtures.ts';
import { readTrace } from './measure/editing-trace.ts';
import { LineTyping } from './measure/typing-lines.ts';
import { writeTrace } from './measure/written-trace.ts';
import { percentile, summary } from './percentiles.ts';
import { keepResult } from './results.ts';

const OPENINGS = 3;
const KEYS = 150;
const WARM_UP = 10;
const SETTLE_MS = 40;

/** Milliseconds from asking for the address until the whole text stands there and may be written in. */
async function open(page: Page, url: string, characters: number): Promise<number> {
  const startedAt = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForFunction(
    (wanted) => {
      const text = document.querySelector<HTMLElement>('[role=textbox][aria-label="Document text"]');
      return text?.isContentEditable === true && (text.textContent?.length ?? 0) >= wanted;
    },
    characters,
    { polling: 'raf', timeout: 60_000 },
  );
  return performance.now() - startedAt;
}

test('a paper of 100,000 characters, written over 260,000 edits', async ({ server, person }) => {
  const trace = readTrace(`${process.cwd()}/../shared/data/automerge-paper.json.gz`);
  test.skip(trace === null, 'the editing trace is not there');
  if (!trace) return;
  let lines: LineTyping | null = null;
  const written = await writeTrace(server.url, trace, (doc, patch) => {
    lines ??= new LineTyping(doc);
    lines.type(patch);
  });
  const characters = trace.end.replaceAll('\n', '').length;
  const firstVisitMs = await open((await person()).page, `${server.url}${written.link}`, characters);
  const openMs: number[] = [];
  let reader = await person();
  for (let opening = 0; opening < OPENINGS; opening++) {
    if (opening > 0) reader = await person();
    await reader.page.goto(server.url);
    await reader.page.getByRole('button', { name: 'New document' }).waitFor();
    openMs.push(await open(reader.page, `${server.url}${written.link}`, characters));
  }
  await reader.text.click();
  await reader.press('ControlOrMeta+End');
  const session = await reader.context.newCDPSession(reader.page);
  await session.send('Performance.enable');
  const scriptMs = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? 0) * 1_000;
  };
  const perKey: number[] = [];
  for (let key = 0; key < KEYS + WARM_UP; key++) {
    const before = await scriptMs();
    await reader.page.keyboard.press('x');
    await reader.page.waitForTimeout(SETTLE_MS);
    if (key >= WARM_UP) perKey.push((await scriptMs()) - before);
  }
  await expect(reader.text).toContainText('x'.repeat(KEYS + WARM_UP));
  console.log(`opened by a new visitor: ${firstVisitMs.toFixed(0)} ms`);
  console.log(`by one with the app:     ${openMs.map((ms) => ms.toFixed(0)).join(', ')} ms`);
  console.log(`script time for a key:   p50 / p99  ${summary(perKey)}, longest ${percentile(perKey, 1).toFixed(1)} ms`);
  keepResult('long-document', { characters, firstVisitMs, openMs, scriptMs: perKey });
});

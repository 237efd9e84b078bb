/** Making an epoch and taking part in it, in Node and in Chromium: least and median. */
import { test } from '@playwright/test';
import { UiHarness } from '../support/e2e/ui-harness.ts';
import { type EpochCost, measureEpochs } from '../support/epoch-cost.ts';
import { percentile } from './percentiles.ts';
import { type BrowserFigures, keepResult } from './results.ts';

const DEVICES = [2, 10, 100, 500];
const ROUNDS = 7;

function tell(where: string, { devices, prekeysMs, makeMs, joinMs, ...sizes }: EpochCost): void {
  const figure = (values: readonly number[]): string =>
    [0, 0.5].map((share) => percentile(values, share).toFixed(1)).join(' / ');
  const [prekeys, make, join] = [prekeysMs, makeMs, joinMs].map(figure);
  console.log(
    `${where.padEnd(8)} ${String(devices).padStart(3)} devices: prekeys ${prekeys} ms, making ${make} ms, taking part ${join} ms; ` +
      `record ${sizes.recordBytes} bytes, all wraps ${sizes.wrapsBytes}, one's own ${sizes.wrapBytes}`,
  );
}

test('epochs', async ({ page }) => {
  const harness = await UiHarness.start('crypto-page');
  try {
    await page.goto(harness.url);
    const figures: BrowserFigures['epochs'][number][] = [];
    for (const devices of DEVICES) {
      figures.push({ where: 'Node', cost: await measureEpochs(devices, ROUNDS) });
      const rounds = [devices, ROUNDS] as const;
      figures.push({
        where: 'Chromium',
        cost: await page.evaluate(([n, times]) => window.measureEpochs(n, times), rounds),
      });
    }
    for (const { where, cost } of figures) tell(where, cost);
    keepResult('epochs', figures);
  } finally {
    await harness.dispose();
  }
});

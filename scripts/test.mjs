// `npm test`: everything that has to hold, as one command. `npm test -- lint e2e` runs only the steps named.
// The last line of the output is "N passed, N failed", the sum over all steps.
import { existsSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { ALL_TARGETS, buildStale } from './build.mjs';
import { binOf, ROOT, runNode } from './command.mjs';
import { runControls } from './controls.mjs';
import { checkImports } from './imports.mjs';
import { checkTypes } from './types.mjs';

/** @typedef {{ passed: number, failed: number, output: string }} Outcome */

/** Of the negative controls one in so many; `npm run controls` and endurance take all. */
const CONTROLS_SHARE = 32;
const VITEST_REPORT = 'test-results/vitest.json';
const PLAYWRIGHT_REPORT = 'test-results/e2e.json';

/** A check without tests inside counts as one. @param {{ code: number, output: string }} result @returns {Outcome} */
const asOne = ({ code, output }) => (code === 0 ? { passed: 1, failed: 0, output } : { passed: 0, failed: 1, output });

/**
 * A runner that ends badly although no test failed (an unhandled rejection, a file that does not load), or that ran
 * nothing at all, is a failure too.
 *
 * @param {number} code @param {number} passed @param {number} failed @returns {Outcome}
 */
function ofRunner(code, passed, failed) {
  if (failed === 0 && passed === 0) return { passed, failed: 1, output: 'No test ran.\n' };
  if (failed === 0 && code !== 0) return { passed, failed: 1, output: `The runner ended with code ${code}.\n` };
  return { passed, failed, output: '' };
}

/** @param {string} path @returns {any} */
function readReport(path) {
  const absolute = join(ROOT, path);
  return existsSync(absolute) ? JSON.parse(readFileSync(absolute, 'utf8')) : undefined;
}

async function lint() {
  return asOne(await runNode(binOf('@biomejs/biome', 'biome'), ['check', '--error-on-warnings', '--colors=off']));
}

async function vitest() {
  rmSync(join(ROOT, VITEST_REPORT), { force: true });
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${VITEST_REPORT}`];
  const { code } = await runNode(binOf('vitest'), args, { show: true });
  const report = readReport(VITEST_REPORT);
  /** @type {{ status: string, assertionResults: { status: string }[] }[]} */
  const files = report?.testResults ?? [];
  const broken = files.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return ofRunner(code, report?.numPassedTests ?? 0, (report?.numFailedTests ?? 0) + broken.length);
}

async function e2e() {
  rmSync(join(ROOT, PLAYWRIGHT_REPORT), { force: true });
  await browser;
  const { code } = await runNode(binOf('@playwright/test', 'playwright'), ['test'], { show: true });
  const report = readReport(PLAYWRIGHT_REPORT);
  const failed = (report?.stats.unexpected ?? 0) + (report?.stats.flaky ?? 0);
  return ofRunner(code, report?.stats.expected ?? 0, failed);
}

/** @type {Record<string, () => Promise<Outcome>>} */
const STEPS = {
  lint,
  imports: async () => asOne(checkImports()),
  types: async () => asOne(await checkTypes()),
  build: async () => asOne(await buildStale(ALL_TARGETS)),
  vitest,
  controls: () => runControls({ share: CONTROLS_SHARE }),
  e2e,
};

/** A file system in memory, on Linux. */
const MEMORY_FOLDER = '/dev/shm';
/** The suites leave at most a tenth of this behind while they run. */
const MEMORY_NEEDED = 4 * 1024 ** 3;

/**
 * Whatever is stored while tests run lies in memory where there is space for it: every acknowledgement waits for the disk, and a
 * busy machine's takes a hundred times as long as an idle one's. Endurance and benchmarks keep to the disk.
 */
function storeInMemory() {
  if (process.env.TMPDIR || !existsSync(MEMORY_FOLDER)) return;
  const { bavail, bsize } = statfsSync(MEMORY_FOLDER);
  if (bavail * bsize >= MEMORY_NEEDED) process.env.TMPDIR = MEMORY_FOLDER;
}

/** Steps of one stage run side by side. The suites get the machine to themselves: they measure time-outs. */
const STAGES = [['lint', 'imports', 'types', 'build'], ['vitest'], ['controls'], ['e2e']];

/** @param {string} name @returns {Promise<Outcome>} */
async function runStep(name) {
  const startedAt = performance.now();
  /** @type {Outcome} */
  let outcome;
  try {
    outcome = await /** @type {() => Promise<Outcome>} */ (STEPS[name])();
  } catch (error) {
    outcome = { passed: 0, failed: 1, output: `${error instanceof Error ? error.stack : error}\n` };
  }
  const { passed, failed, output } = outcome;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (failed > 0) process.stdout.write(output);
  console.log(`${failed === 0 ? 'ok    ' : 'FAILED'} ${name}: ${passed} passed, ${failed} failed (${seconds} s)`);
  return outcome;
}

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in STEPS));
if (unknown.length > 0)
  throw new Error(`No such step: ${unknown.join(', ')}. Steps: ${Object.keys(STEPS).join(', ')}.`);

storeInMemory();
/** Installed while the other suites run. */
const browser = chosen.length === 0 || chosen.includes('e2e') ? ensureBrowser() : undefined;
// Told by the step that needs it.
browser?.catch(() => undefined);
let passed = 0;
let failed = 0;
for (const stage of STAGES) {
  const steps = stage.filter((name) => chosen.length === 0 || chosen.includes(name));
  for (const outcome of await Promise.all(steps.map(runStep))) {
    passed += outcome.passed;
    failed += outcome.failed;
  }
}
process.exitCode = failed === 0 ? 0 : 1;
console.log(`${passed} passed, ${failed} failed`);

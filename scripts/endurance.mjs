// `npm run endurance`: the suites that look for rare failures, at their full length (more than an hour on four cores; the
// simulation takes about a quarter of an hour of it). `npm run endurance -- crash` runs only those named. The settings are described in docs/testing.md.
// The last line of the output is "N passed, N failed".
import { randomInt } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildStale } from './build.mjs';
import { binOf, ROOT, runNode } from './command.mjs';
import { runControls } from './controls.mjs';

const REPORT = 'test-results/endurance.json';

// What was set outside counts: a run is repeated by setting the seed that it printed.
const seed = process.env.SEALROOM_FUZZ_SEED ?? String(randomInt(2 ** 31));

/** @type {Record<string, Record<string, string>>} */
const SUITES = {
  fuzz: { SEALROOM_FUZZ_INPUTS: '1000000', SEALROOM_FUZZ_SEED: seed },
  crash: {
    SEALROOM_CRASH_KILLS: '200',
    SEALROOM_CRASH_CUTS: '100',
    SEALROOM_CRASH_FULL_DISKS: '20',
    SEALROOM_CRASH_SEED: seed,
  },
  accounts: {
    SEALROOM_ACCOUNTS_SIGN_INS: '1000',
    SEALROOM_ACCOUNTS_KILLS: '50',
    SEALROOM_ACCOUNTS_SEED: seed,
  },
  race: { SEALROOM_RACE_MEMBERS: '32', SEALROOM_RACE_ROUNDS: '200' },
  simulation: { SIMULATION_SEEDS: '20000', SIMULATION_FROM: seed },
  controls: {},
};

/** Suites that time requests: one file after the other. */
const MEASURED = ['accounts'];

/** @param {string} name @returns {Promise<{ passed: number, failed: number }>} */
async function runSuite(name) {
  if (name === 'controls') {
    const { passed, failed, output } = await runControls();
    console.log(`controls: ${passed} passed, ${failed} failed\n${output}`);
    return { passed, failed };
  }
  rmSync(join(ROOT, REPORT), { force: true });
  const files = MEASURED.includes(name) ? ['--no-file-parallelism'] : [];
  const args = [
    'run',
    '--project',
    name,
    ...files,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${REPORT}`,
  ];
  const env = Object.fromEntries(
    Object.entries(SUITES[name] ?? {}).map(([key, value]) => [key, process.env[key] ?? value]),
  );
  console.log(
    `${name}: ${Object.entries(env)
      .map((entry) => entry.join('='))
      .join(' ')}`,
  );
  const { code } = await runNode(binOf('vitest'), args, { show: true, env });
  const report = existsSync(join(ROOT, REPORT)) ? JSON.parse(readFileSync(join(ROOT, REPORT), 'utf8')) : {};
  const passed = report.numPassedTests ?? 0;
  const failed = report.numFailedTests ?? 0;
  // A file that does not load, or nothing that ran, is a failure too.
  return { passed, failed: failed === 0 && (code !== 0 || passed === 0) ? 1 : failed };
}

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in SUITES));
if (unknown.length > 0)
  throw new Error(`No such suite: ${unknown.join(', ')}. Suites: ${Object.keys(SUITES).join(', ')}.`);

let passed = 0;
let failed = 0;
const { code, output } = await buildStale(['server']);
if (code !== 0) {
  process.stdout.write(output);
  failed++;
}
// One after the other: they measure time.
for (const name of Object.keys(SUITES)) {
  const isThere = existsSync(join(ROOT, 'test', name));
  if (failed > 0 && code !== 0) break;
  if (!isThere || (chosen.length > 0 && !chosen.includes(name))) continue;
  const outcome = await runSuite(name);
  passed += outcome.passed;
  failed += outcome.failed;
}
process.exitCode = failed === 0 ? 0 : 1;
console.log(`${passed} passed, ${failed} failed`);

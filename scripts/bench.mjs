// Measures the relay against its peers, and the app in a browser; writes docs/performance.md. `quick` leaves the
// browser out and takes a first look at the rest; `epochs` measures opening a room after missed epochs and prints that alone.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { ALL_TARGETS, buildStale } from './build.mjs';
import { binOf, ROOT, run, runNode } from './command.mjs';

const PEERS = join(ROOT, 'test/bench/peers');
const RESULTS = join(ROOT, 'dist/bench-results');
/** Two thousand more than the connections whose memory is measured. */
const OPEN_FILES = 12_000;

/** @param {{ code: number, output: string }} result */
function orStop({ code, output }) {
  process.stdout.write(output);
  if (code !== 0) process.exit(code);
}

async function installPeers() {
  if (existsSync(join(PEERS, 'node_modules/@y/websocket-server'))) return;
  const options = ['--prefix', PEERS, '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts'];
  orStop(await run('npm', ['install', ...options], { show: true }));
}

const quick = process.argv.includes('quick');
const epochs = process.argv.includes('epochs');
if (process.platform !== 'linux') {
  console.error('The bench needs Linux: it pins processes with taskset and reads /proc.');
  process.exit(1);
}
orStop(await buildStale(ALL_TARGETS));
orStop(await runNode(binOf('typescript', 'tsc'), ['--project', 'test/bench/tsconfig.json']));
if (!epochs) await installPeers();
rmSync(RESULTS, { recursive: true, force: true });
mkdirSync(RESULTS, { recursive: true });
const env = { SEALROOM_BENCH_RESULTS: RESULTS };
if (!quick && !epochs) {
  await ensureBrowser();
  // A browser bench that fails leaves its figures out; the others are still worth having.
  await runNode(binOf('@playwright/test', 'playwright'), ['test', '-c', 'playwright.bench.config.ts'], {
    show: true,
    env,
  });
}
const measure =
  'ulimit -n "$0" 2>/dev/null || echo "The limit of open files cannot be raised: $(ulimit -n)."; exec "$@"';
const main = join(ROOT, 'dist/bench/test/bench/main.js');
const { code } = await run(
  'sh',
  ['-c', measure, String(OPEN_FILES), process.execPath, main, ...(epochs ? ['epochs'] : quick ? ['quick'] : [])],
  {
    show: true,
    env,
  },
);
process.exitCode = code;

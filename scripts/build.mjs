// Builds the app and the server into dist/, and the pages of the browser tests, each only when something it is made from has changed.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { binOf, isEntry, ROOT, runNode } from './command.mjs';

/** @typedef {'app' | 'server' | 'screens' | 'crypto-page'} Target */

const SHARED_INPUTS = ['package.json', 'package-lock.json', 'tsconfig.base.json', 'scripts/build.mjs'];

const APP_INPUTS = [...SHARED_INPUTS, 'tsconfig.json', 'vite.config.ts', 'index.html', 'public', 'src'];

/** @param {string} folder of its `vite.config.ts` @param {string} result */
const page = (folder, result) => ({
  inputs: [...APP_INPUTS, folder],
  result: `${result}/index.html`,
  make: () => runNode(binOf('vite'), ['build', '--config', `${folder}/vite.config.ts`, '--logLevel', 'warn']),
});

const TARGETS = {
  app: {
    inputs: APP_INPUTS,
    result: 'dist/app/index.html',
    make: () => runNode(binOf('vite'), ['build', '--logLevel', 'warn']),
  },
  server: {
    inputs: [...SHARED_INPUTS, 'tsconfig.server.json', 'sync-server', 'src/wire'],
    result: 'dist/server/sync-server/main.js',
    make: () => {
      // The compiler leaves the output of deleted sources behind.
      rmSync(join(ROOT, 'dist/server'), { recursive: true, force: true });
      return runNode(binOf('typescript', 'tsc'), ['--project', 'tsconfig.server.json']);
    },
  },
  /** The screens on a fake engine. */
  screens: page('test/support/ui', 'dist/screens'),
  /** The engine's cryptography alone. */
  'crypto-page': page('test/support/crypto-page', 'dist/crypto-page'),
};

/** With the pages of the browser tests. @type {readonly Target[]} */
export const ALL_TARGETS = ['app', 'server', 'screens', 'crypto-page'];

/** @param {string} path relative to the root @returns {string[]} the files at or under it, sorted */
function filesUnder(path) {
  const absolute = join(ROOT, path);
  if (!existsSync(absolute)) return [];
  if (!statSync(absolute).isDirectory()) return [path];
  return readdirSync(absolute)
    .sort()
    .flatMap((name) => filesUnder(`${path}/${name}`));
}

/**
 * Content rather than modification times: a checkout touches files without changing them, and a deleted file has no
 * time at all.
 *
 * @param {readonly string[]} inputs
 */
function fingerprint(inputs) {
  const hash = createHash('sha256').update(process.version);
  for (const file of inputs.flatMap(filesUnder)) {
    const content = readFileSync(join(ROOT, file));
    hash.update(`\0${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * @param {readonly Target[]} [targets]
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function buildStale(targets = ['app', 'server']) {
  let output = '';
  for (const target of targets) {
    const { inputs, result, make } = TARGETS[target];
    const stampPath = join(ROOT, `dist/.${target}-built-from`);
    const current = fingerprint(inputs);
    const builtFrom = existsSync(stampPath) ? readFileSync(stampPath, 'utf8') : undefined;
    if (builtFrom === current && existsSync(join(ROOT, result))) continue;

    rmSync(stampPath, { force: true });
    const startedAt = performance.now();
    const built = await make();
    output += built.output;
    if (built.code !== 0 || !existsSync(join(ROOT, result))) {
      return { code: built.code || 1, output: `${output}The ${target} could not be built.\n` };
    }
    writeFileSync(stampPath, current);
    output += `Built the ${target} in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.\n`;
  }
  return { code: 0, output };
}

if (isEntry(import.meta)) {
  const targets = /** @type {Target[]} */ (process.argv.slice(2));
  const { code, output } = await buildStale(targets.length > 0 ? targets : undefined);
  process.stdout.write(output);
  process.exitCode = code;
}

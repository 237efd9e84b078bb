// Takes each defence away in turn and expects its test to fail: see test/controls/README.md.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { binOf, isEntry, ROOT, runNode } from './command.mjs';

const AT_ONCE = Math.max(1, Math.min(4, availableParallelism()));

/** @typedef {{ rule: string, file: string, find: string, replace: string, test: string, name: string }} Defence */

/** @param {Defence} defence */
async function isNoticed({ rule, test, name }) {
  const pattern = name.replace(/[[\]().]/g, '\\$&');
  const env = { SEALROOM_TAKE_AWAY: rule, NO_COLOR: '1' };
  const { code, output } = await runNode(binOf('vitest'), ['run', '--project', 'unit', test, '-t', pattern], { env });
  // Red because a test failed, not because nothing ran or the defence stands elsewhere by now.
  return code !== 0 && /Tests\s+\d+ failed/.test(output) && !/not once/.test(output);
}

/** @returns {Promise<{ passed: number, failed: number, output: string }>} */
export async function runControls() {
  /** @type {Defence[]} */
  const waiting = JSON.parse(readFileSync(join(ROOT, 'test/controls/defences.json'), 'utf8'));
  let passed = 0;
  let output = '';
  let failed = 0;
  const work = async () => {
    for (let defence = waiting.shift(); defence; defence = waiting.shift()) {
      if (await isNoticed(defence)) passed++;
      else {
        failed++;
        output += `Without ${defence.rule} (${defence.file}) ${defence.test} still passes, or does not run.\n`;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { passed, failed, output };
}

if (isEntry(import.meta)) {
  const { passed, failed, output } = await runControls();
  console.log(`${output}${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

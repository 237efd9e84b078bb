// Takes each defence away in turn and expects its test to fail: see test/controls/README.md. `npm run controls -- simulation`:
// those alone whose rule's name has that in it.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { buildStale } from './build.mjs';
import { binOf, isEntry, ROOT, runNode } from './command.mjs';

const DAY_MS = 86_400_000;
const AT_ONCE = Math.max(1, Math.min(4, availableParallelism()));

/**
 * `project`: the vitest project of the test, `unit` if it is not named. `says`: what the failing test must say.
 *
 * @typedef {{ rule: string, file: string, find: string, replace: string, test: string, name: string, project?: string,
 *   says?: string }} Defence
 */

/** @param {Defence} defence */
async function isNoticed({ rule, test, name, project = 'unit', says = '' }) {
  const pattern = name.replace(/[[\]().]/g, '\\$&');
  const env = { SEALROOM_TAKE_AWAY: rule, NO_COLOR: '1' };
  const args = ['run', '--project', project, test, '-t', pattern];
  const { code, output } = await runNode(binOf('vitest'), args, { env });
  // Red because a test failed, not because nothing ran or the defence stands elsewhere by now.
  return code !== 0 && /Tests\s+\d+ failed/.test(output) && !/not once/.test(output) && output.includes(says);
}

/**
 * @param {{ only?: string, atOnce?: number, share?: number }} [options] only: part of the rules' names. share: one in so many,
 *   another part of them every day
 * @returns {Promise<{ passed: number, failed: number, output: string }>}
 */
export async function runControls({ only = '', atOnce = AT_ONCE, share = 1 } = {}) {
  /** @type {Defence[]} */
  const defences = JSON.parse(readFileSync(join(ROOT, 'test/controls/defences.json'), 'utf8'));
  const turn = Number(process.env.SEALROOM_CONTROLS_TURN ?? Math.floor(Date.now() / DAY_MS)) % share;
  const waiting = defences.filter(({ rule }, index) => rule.includes(only) && index % share === turn);
  let passed = 0;
  let output = share > 1 ? `One in ${share}, with SEALROOM_CONTROLS_TURN=${turn}.\n` : '';
  let failed = 0;
  // Now, and not by several tests at once.
  const built = await buildStale(['server']);
  if (built.code !== 0) return { passed, failed: waiting.length, output: built.output };
  const work = async () => {
    for (let defence = waiting.shift(); defence; defence = waiting.shift()) {
      if (await isNoticed(defence)) passed++;
      else {
        failed++;
        output += `Without ${defence.rule} (${defence.file}) ${defence.test} still passes, or does not run.\n`;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { passed, failed, output };
}

if (isEntry(import.meta)) {
  const { passed, failed, output } = await runControls({ only: process.argv[2] ?? '' });
  console.log(`${output}${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

// `npm run verify-evidence -- FILE`: says what a file shows that somebody saved after an alarm. See docs/security.md.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runnerImport } from 'vite';
import { ROOT } from './command.mjs';

/** @type {Record<string, string>} */
const SHOWS = {
  contradiction: 'Two devices have signed heads that no one log can have.',
  word: 'What was signed does not fit what the relay is said to have sent, which it does not sign.',
  nothing: 'Nothing but what the device that wrote the file says.',
};

/** @param {string} path */
const load = async (path) => (await runnerImport(join(ROOT, path), { configFile: false, root: ROOT })).module;
const { sodiumReady, verifyEvidence } = await load('src/engine/security/verify-evidence.ts');
await sodiumReady();
const [file] = process.argv.slice(2);
if (!file) throw new Error('which file?');
const verdict = verifyEvidence(readFileSync(file, 'utf8'));
if (verdict.ok) {
  console.log(`Room ${verdict.room}`);
  for (const { alarm, noticedAt, shows, at, devices } of verdict.evidence)
    console.log(
      [
        `${alarm}, noticed ${new Date(noticedAt).toISOString()}: ${SHOWS[shows]}`,
        ...(at === null ? [] : [`  At position ${at}.`]),
        ...devices.map((/** @type {string} */ device) => `  Signed by ${device}`),
      ].join('\n'),
    );
} else console.log(`Shows nothing: ${verdict.why}.`);
process.exitCode = verdict.ok ? 0 : 1;

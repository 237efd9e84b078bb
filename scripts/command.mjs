import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

const require = createRequire(import.meta.url);

/**
 * The script behind a package's command, to be run by this very Node. Calling it through npx or a shell would put
 * processes in between that do not pass signals on.
 *
 * @param {string} packageName
 * @param {string} [command] the command's name where it is not the package's
 */
export function binOf(packageName, command = packageName) {
  try {
    const manifestPath = join(ROOT, 'node_modules', packageName, 'package.json');
    const { bin } = require(manifestPath);
    return join(dirname(manifestPath), typeof bin === 'string' ? bin : bin[command]);
  } catch {
    throw new Error(`${packageName} is not installed. Run "npm ci" first.`);
  }
}

/**
 * Passes on to the child what a supervisor sends to this process alone. The handlers go with the child: whoever
 * imports this module keeps its own way of ending.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
function passSignalsOn(child) {
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  /** @param {NodeJS.Signals} signal */
  const passOn = (signal) => {
    child.kill(signal);
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of signals) process.prependListener(signal, passOn);
  child.on('close', () => {
    for (const signal of signals) process.off(signal, passOn);
  });
}

/**
 * Runs a command in the project's root to its end. It never rejects: a command that cannot be started has code 127.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ show?: boolean, env?: Record<string, string> }} [options] show: pass the output on as it comes
 * @returns {Promise<{ code: number, output: string }>} output: stdout and stderr in the order they came, when not shown
 */
export function run(command, args, { show = false, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    });
    passSignalsOn(child);
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.on('error', (error) => {
      resolve({ code: 127, output: `${output}${error.message}\n` });
    });
    child.on('close', (code) => {
      resolve({ code: code ?? 1, output });
    });
  });
}

/** @param {string} script @param {readonly string[]} args @param {Parameters<typeof run>[2]} [options] */
export const runNode = (script, args, options) => run(process.execPath, [script, ...args], options);

/** Whether this module is the one that Node was asked to run. @param {ImportMeta} meta */
export const isEntry = (meta) => process.argv[1] === fileURLToPath(meta.url);

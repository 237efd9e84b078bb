// Checks every program of the project against the globals that exist where it runs.
import { binOf, isEntry, runNode } from './command.mjs';

const PROGRAMS = [
  'tsconfig.json',
  'tsconfig.engine.json',
  'tsconfig.workers.json',
  'tsconfig.server.json',
  'tsconfig.tests.json',
];

/** @returns {Promise<{ code: number, output: string }>} */
export async function checkTypes() {
  const tsc = binOf('typescript', 'tsc');
  const results = await Promise.all(
    PROGRAMS.map(async (program) => {
      const { code, output } = await runNode(tsc, ['--project', program, '--noEmit', '--pretty', 'false']);
      return { code, output: code === 0 ? '' : `${program}\n${output}` };
    }),
  );
  return { code: Math.max(...results.map(({ code }) => code)), output: results.map(({ output }) => output).join('') };
}

if (isEntry(import.meta)) {
  const { code, output } = await checkTypes();
  process.stdout.write(output);
  process.exitCode = code;
}

// `npm run simulate -- 17`: runs the simulation of one seed, of several, or of a range (`1-100`), and shows what fails.
import { join } from 'node:path';
import { runnerImport } from 'vite';
import { ROOT } from './command.mjs';

/** @type {{ module: { main: (root: string, args: readonly string[]) => Promise<number> } }} */
const { module } = await runnerImport(join(ROOT, 'test/support/simulation/cli.ts'), { root: ROOT, logLevel: 'error' });
process.exitCode = await module.main(ROOT, process.argv.slice(2));

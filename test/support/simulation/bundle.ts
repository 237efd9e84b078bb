/** Bundles the simulation with the product's code into one file, once for all threads. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { takeAway } from '../../controls/take-away.ts';

/** Returns the path of a module for worker threads. `into`: an existing folder inside the checkout. */
export async function bundleWorker(root: string, into: string): Promise<string> {
  const taken = process.env.SEALROOM_TAKE_AWAY;
  const outDir = mkdtempSync(join(into, 'worker-'));
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: taken ? [takeAway(taken)] : [],
    build: {
      ssr: join(root, 'test/support/simulation/worker.ts'),
      outDir,
      minify: false,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'worker.mjs' } },
    },
  });
  return join(outDir, 'worker.mjs');
}

/** Bundles the simulation with the product's code into one folder, once for all threads. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'vite';
import { takeAway } from '../../controls/take-away.ts';
import { nativeSodium } from './native-sodium-plugin.ts';
import { smallerShelf } from './smaller-shelf.ts';

/** Returns the path of a module for worker threads. `into`: an existing folder inside the checkout. `more`: what else changes. */
export async function bundleWorker(root: string, into: string, more: readonly Plugin[] = []): Promise<string> {
  const taken = process.env.SEALROOM_TAKE_AWAY;
  const outDir = mkdtempSync(join(into, 'worker-'));
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [nativeSodium(root), smallerShelf(), ...more, ...(taken ? [takeAway(taken)] : [])],
    build: {
      ssr: join(root, 'test/support/simulation/worker.ts'),
      outDir,
      minify: false,
      copyPublicDir: false,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'worker.mjs' } },
    },
  });
  return join(outDir, 'worker.mjs');
}

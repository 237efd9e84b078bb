import { join } from 'node:path';
import type { Plugin } from 'vite';

const NATIVE_SODIUM = 'test/support/simulation/native-sodium.ts';

/** The product gets the library compiled for this machine; the double itself gets the original for what that lacks. */
export const nativeSodium = (root: string): Plugin => ({
  name: 'native-sodium',
  enforce: 'pre',
  resolveId: (source, importer) =>
    source === 'libsodium-wrappers' && !importer?.endsWith(NATIVE_SODIUM) ? join(root, NATIVE_SODIUM) : undefined,
});

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import product from '../../../vite.config.ts';

// As the app is built, without the service worker. `build --outDir …`, as test/support/e2e/ui-harness.ts does.
// biome-ignore lint/style/noDefaultExport: Vite wants it
export default defineConfig({ ...product, root: fileURLToPath(new URL('.', import.meta.url)), plugins: [] });

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import product from '../../../vite.config.ts';

// As the app is built, without the service worker. By scripts/build.mjs.
// biome-ignore lint/style/noDefaultExport: Vite wants it
export default defineConfig({
  ...product,
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [],
  build: {
    ...product.build,
    outDir: fileURLToPath(new URL('../../../dist/crypto-page', import.meta.url)),
    emptyOutDir: true,
  },
});

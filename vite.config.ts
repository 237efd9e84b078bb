import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import solid from 'vite-plugin-solid';

// The page is served under a policy without 'unsafe-inline' and 'unsafe-eval', so nothing here may end up inline in the
// HTML: no preload polyfill, no data: URLs, no injected registration script (src/main.tsx registers the service worker).
export default defineConfig({
  plugins: [
    solid(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'sw.ts',
      registerType: 'prompt',
      injectRegister: false,
      injectManifest: {
        // libsodium names import.meta, which a classic service worker script cannot.
        rollupFormat: 'iife',
        globPatterns: ['**/*.{js,css,html,svg,wasm,woff2}'],
        maximumFileSizeToCacheInBytes: 6_000_000,
      },
      manifest: {
        name: 'Sealroom',
        short_name: 'Sealroom',
        description: 'Write together, end-to-end encrypted',
        id: '/',
        display: 'standalone',
        start_url: '/',
        background_color: '#faf9f5',
        theme_color: '#1f5f5b',
        icons: [
          { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
          { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
      },
      devOptions: { enabled: false },
    }),
  ],
  // A newer build may take the engine over from an older one: src/platform/browser/engine-turn.ts.
  define: { __BUILD_TIME__: String(Date.now()) },
  worker: { format: 'es' },
  build: {
    outDir: 'dist/app',
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});

/**
 * The service worker: the app's files, so that it opens without a network. It never sees a document: those live in the
 * engine's worker. A new version waits until the page asks for it, so that no tab runs on half of the old files.
 */
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';

declare const self: ServiceWorkerGlobalScope;

/** What vite-plugin-pwa's page script posts. */
const SKIP_WAITING = 'SKIP_WAITING';
/** Answered by the server alone, also when a person types them into the address bar. */
const SERVER_PATHS = [/^\/(?:sync|healthz|readyz|metrics)$/, /^\/api\//];

self.addEventListener('message', ({ data }) => {
  if (data?.type === SKIP_WAITING) void self.skipWaiting();
});

cleanupOutdatedCaches();
precacheAndRoute(self.__WB_MANIFEST);
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: SERVER_PATHS }));

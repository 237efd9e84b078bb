import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AppOptions, createApp, MAX_URL_LENGTH } from '../../../sync-server/http/app.ts';

const CSP =
  "default-src 'none';script-src 'self' 'wasm-unsafe-eval';style-src 'self';img-src 'self' data: blob:;" +
  "font-src 'self';connect-src 'self';worker-src 'self';manifest-src 'self';base-uri 'none';form-action 'none';" +
  "frame-ancestors 'none';require-trusted-types-for 'script';trusted-types default lexical 'allow-duplicates'";

describe('the HTTP side', () => {
  let folder: string;
  let server: Server;
  let base: string;
  let answered: [string, number][];
  let logged: object[];
  let isReady: boolean;

  async function serve(options: Partial<AppOptions> = {}): Promise<void> {
    const app = createApp({
      folder: join(folder, 'app'),
      ready: () => isReady,
      metrics: { contentType: 'text/plain; version=0.0.4', text: async () => 'up 1\n' },
      answered: (route, status) => answered.push([route, status]),
      log: { error: (fields) => logged.push(fields), debug: (fields) => logged.push(fields) },
      ...options,
    });
    server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const get = (path: string, init?: RequestInit) => fetch(base + path, init);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sealroom-http-'));
    mkdirSync(join(folder, 'app/assets'), { recursive: true });
    writeFileSync(join(folder, 'secret.txt'), 'secret');
    writeFileSync(join(folder, 'app/index.html'), '<!doctype html><title>Sealroom</title>');
    writeFileSync(join(folder, 'app/sw.js'), '// worker');
    writeFileSync(join(folder, 'app/.hidden'), 'hidden');
    writeFileSync(join(folder, 'app/assets/index-abc123.js'), '// script');
    answered = [];
    logged = [];
    isReady = true;
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true });
  });

  it('sends the content security policy, and the other security headers, with every answer', async () => {
    await serve();
    for (const path of ['/', '/assets/index-abc123.js', '/sw.js', '/nothing', '/healthz', '/d/%zz']) {
      const { headers } = await get(path);
      expect(headers.get('content-security-policy')).toBe(CSP);
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('permissions-policy')).toContain('clipboard-write=(self)');
      expect(headers.get('permissions-policy')).toContain('camera=(self)');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('set-cookie')).toBeNull();
    }
  });

  it('asks for HTTPS only when the operator says that browsers come by HTTPS', async () => {
    await serve({ publicUrl: 'https://write.example.org' });
    expect((await get('/')).headers.get('strict-transport-security')).toBe('max-age=31536000');
    server.close();
    await serve({ publicUrl: 'http://localhost:8080' });
    expect((await get('/')).headers.get('strict-transport-security')).toBeNull();
  });

  it('serves the page at the start and for documents, and asks browsers to check it each time', async () => {
    await serve();
    for (const path of ['/', '/d/abc', '/?from=share']) {
      const response = await get(path);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain('text/html');
      expect(response.headers.get('cache-control')).toBe('no-cache');
      expect(await response.text()).toContain('<title>Sealroom</title>');
    }
  });

  it('answers anything else in plain text with 404', async () => {
    await serve();
    for (const path of [
      '/nothing',
      '/d',
      '/d/',
      '/d/a/b',
      '/D/abc',
      '/assets/',
      '/assets/gone.js',
      '/api/x',
      '/.hidden',
    ]) {
      const response = await get(path);
      expect([path, response.status]).toEqual([path, 404]);
      expect(response.headers.get('content-type')).toContain('text/plain');
    }
  });

  it('does not leave the folder of the app', async () => {
    await serve();
    for (const path of ['/..%2fsecret.txt', '/%2e%2e/secret.txt', '/assets/..%2f..%2fsecret.txt']) {
      expect(await (await get(path)).text()).not.toContain('secret');
    }
  });

  it('lets browsers keep hashed files for good and nothing else', async () => {
    await serve();
    const cacheOf = async (path: string) => (await get(path)).headers.get('cache-control');
    expect(await cacheOf('/assets/index-abc123.js')).toBe('public, max-age=31536000, immutable');
    expect(await cacheOf('/sw.js')).toBe('no-cache');
    expect(await cacheOf('/index.html')).toBe('no-cache');
    expect(await cacheOf('/healthz')).toBe('no-store');
  });

  it('answers from what the browser has kept', async () => {
    await serve();
    const etag = (await get('/sw.js')).headers.get('etag') ?? '';
    // Not fetch: Node's asks servers not to look at the tag.
    const status = await new Promise((resolve) => {
      request(`${base}/sw.js`, { headers: { 'if-none-match': etag } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(304);
  });

  it('is alive at once, and ready when the store is', async () => {
    await serve();
    isReady = false;
    expect((await get('/healthz')).status).toBe(200);
    expect((await get('/readyz')).status).toBe(503);
    isReady = true;
    expect((await get('/readyz')).status).toBe(200);
  });

  it('shows metrics only where they are switched on', async () => {
    await serve();
    expect(await (await get('/metrics')).text()).toBe('up 1\n');
    server.close();
    await serve({ metrics: null });
    expect((await get('/metrics')).status).toBe(404);
  });

  it('refuses other methods and long addresses', async () => {
    await serve();
    const posted = await get('/', { method: 'POST', body: 'x' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await get('/', { method: 'HEAD' })).status).toBe(200);
    expect((await get(`/${'a'.repeat(MAX_URL_LENGTH)}`)).status).toBe(414);
  });

  it('says nothing about the inside when something fails', async () => {
    await serve({
      ready: () => {
        throw new Error('the inside');
      },
    });
    const response = await get('/readyz');
    expect(response.status).toBe(500);
    expect(await response.text()).toBe('Something went wrong on the server.\n');
    expect(logged).toContainEqual(expect.objectContaining({ err: expect.any(Error), route: '/readyz' }));
  });

  it('says that it has no page when the app was not built', async () => {
    rmSync(join(folder, 'app/index.html'));
    await serve();
    expect((await get('/')).status).toBe(404);
  });

  it('counts and logs patterns, never the address', async () => {
    await serve();
    await get('/d/secret-room?x=secret#secret');
    await get('/secret-file');
    await get('/secret-file', { method: 'PROPFIND' });
    expect(answered).toEqual([
      ['/d/:room', 200],
      ['unknown', 404],
      ['refused', 405],
    ]);
    expect(JSON.stringify(logged)).not.toContain('secret');
  });
});

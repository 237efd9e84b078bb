/** A page of the tests, built, and served with the headers that the product is served with. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import express from 'express';
import { appFiles, appPage } from '../../../sync-server/http/app-files.ts';
import { securityHeaders } from '../../../sync-server/http/security-headers.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const VITE = join(ROOT, 'node_modules/vite/bin/vite.js');
/** The screens on a fake engine. */
const SCREENS = 'test/support/ui';
/** The engine's cryptography alone. */
export const CRYPTO_PAGE = 'test/support/crypto-page';

export class UiHarness {
  readonly url: string;
  /** Where it is built to. */
  readonly folder: string;
  readonly #server: Server;

  private constructor(folder: string, server: Server) {
    this.folder = folder;
    this.#server = server;
    this.url = `http://localhost:${(server.address() as AddressInfo).port}`;
  }

  /** `page`: the folder of its `vite.config.ts`. */
  static async start(page = SCREENS): Promise<UiHarness> {
    const folder = mkdtempSync(join(tmpdir(), 'sealroom-harness-'));
    const build = ['build', '--config', join(ROOT, page, 'vite.config.ts'), '--outDir', folder, '--emptyOutDir'];
    await promisify(execFile)(process.execPath, [VITE, ...build], { cwd: ROOT });
    const app = express();
    app.use(securityHeaders(undefined), appFiles(folder), appPage(folder));
    const server = await new Promise<Server>((resolve) => {
      const listening = app.listen(0, 'localhost', () => resolve(listening));
    });
    return new UiHarness(folder, server);
  }

  async dispose(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

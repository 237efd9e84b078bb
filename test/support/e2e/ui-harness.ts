/** A page of the tests that scripts/build.mjs has built, served with the headers that the product is served with. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import express from 'express';
import { appFiles, appPage } from '../../../sync-server/http/app-files.ts';
import { securityHeaders } from '../../../sync-server/http/security-headers.ts';

const DIST = fileURLToPath(new URL('../../../dist/', import.meta.url));

export class UiHarness {
  readonly url: string;
  /** Where it was built to. */
  readonly folder: string;
  readonly #server: Server;

  private constructor(folder: string, server: Server) {
    this.folder = folder;
    this.#server = server;
    this.url = `http://localhost:${(server.address() as AddressInfo).port}`;
  }

  static async start(page: 'screens' | 'crypto-page'): Promise<UiHarness> {
    const folder = DIST + page;
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
  }
}

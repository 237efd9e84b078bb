/** A copy of the built product whose app can be replaced by a newer build, as an upgrade of a running server does. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export class BuildTree {
  readonly #folder = mkdtempSync(join(tmpdir(), 'sealroom-build-'));

  constructor() {
    cpSync(join(ROOT, 'dist'), join(this.#folder, 'dist'), { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(this.#folder, 'package.json'));
    symlinkSync(join(ROOT, 'node_modules'), join(this.#folder, 'node_modules'));
  }

  get entry(): string {
    return join(this.#folder, 'dist/server/sync-server/main.js');
  }

  /** Builds the app anew, which makes it a newer build, and puts it in the place of the old one. */
  upgradeApp(): void {
    const next = join(this.#folder, 'next-app');
    const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
    execFileSync(process.execPath, [vite, 'build', '--outDir', next, '--emptyOutDir'], { cwd: ROOT, stdio: 'pipe' });
    const app = join(this.#folder, 'dist/app');
    rmSync(app, { recursive: true });
    renameSync(next, app);
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

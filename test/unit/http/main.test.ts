import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { buildServer, ServerProcess } from '../../support/server/server-process.ts';
import { Browser } from '../../support/service/browser.ts';
import { Member } from '../../support/service/member.ts';

const BUILD_TIMEOUT_MS = 60_000;
const MANY_STARTS_MS = 60_000;

describe('the server as a process', () => {
  let folder: string;
  const servers: ServerProcess[] = [];

  beforeAll(buildServer, BUILD_TIMEOUT_MS);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sealroom-main-'));
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.signal('SIGKILL');
      await server.exited;
    }
    rmSync(folder, { recursive: true });
  });

  function start(environment: Record<string, string> = {}, args: string[] = []): ServerProcess {
    const server = new ServerProcess({ PORT: '0', DATA_DIR: join(folder, 'data'), ...environment }, args);
    servers.push(server);
    return server;
  }

  it('prints its address, answers there, and stops with code 0 on SIGTERM', async () => {
    const server = start();
    const url = await server.url();
    expect(url).toMatch(/^http:\/\/localhost:\d+$/);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    server.signal('SIGTERM');
    expect(await server.exited).toBe(0);
    expect(server.errors).not.toContain('Error');
  });

  it('stops with sockets open, and finds its data again', async () => {
    const server = start();
    const url = await server.url();
    const socket = new WebSocket(`${url.replace('http', 'ws')}/sync`);
    await new Promise((resolve) => socket.once('message', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    server.signal('SIGINT');
    expect(await server.exited).toBe(0);
    await closed;
    await start().url();
  });

  it('refuses a data folder that another server has', async () => {
    await start().url();
    const second = start();
    expect(await second.exited).toBe(1);
    expect(second.errors).toBe(
      `The data folder ${join(folder, 'data')} is in use by another server. Set DATA_DIR to another one.\n`,
    );
  });

  it('refuses a port that is taken', async () => {
    const { port } = new URL(await start().url());
    const second = start({ PORT: port, DATA_DIR: join(folder, 'other') });
    expect(await second.exited).toBe(1);
    expect(second.errors).toMatch(/^Port \d+ on 127\.0\.0\.1 is already in use\. [^\n]+\n$/);
  });

  it('refuses a data folder that cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const server = start({ DATA_DIR: join(folder, 'file') });
    expect(await server.exited).toBe(1);
    expect(server.errors).toMatch(/^The data folder \S+ cannot be written\. [^\n]+\n$/);
  });

  it('refuses a wrong setting without a stack trace', async () => {
    const server = start({ PORT: 'many' });
    expect(await server.exited).toBe(1);
    expect(server.errors).toBe('PORT must be a whole number from 0 to 65535, but is "many".\n');
  });

  it('bans an account, and takes that back, while no server runs', { timeout: MANY_STARTS_MS }, async () => {
    const run = async (...args: string[]) => {
      const command = start({}, args);
      return { code: await command.exited, says: command.output + command.errors };
    };
    const data = join(folder, 'data');
    expect(await run('ban', 'ann')).toEqual({ code: 1, says: `There is nobody of the name "ann" in ${data}.\n` });
    const first = start();
    const ann = new Member('ann');
    await ann.signUp(new Browser(await first.url()));
    expect(await run('ban', 'ann')).toEqual({
      code: 1,
      says: `The data folder ${data} is in use by another server. Stop it first.\n`,
    });
    first.signal('SIGTERM');
    await first.exited;
    expect(await run('ban', 'ann')).toEqual({ code: 0, says: 'ann is banned.\n' });
    const second = start();
    await expect(ann.signIn(new Browser(await second.url()))).rejects.toMatchObject({ reason: 'banned' });
    second.signal('SIGTERM');
    await second.exited;
    expect(await run('unban', 'ann')).toEqual({ code: 0, says: 'ann is no longer banned.\n' });
    await ann.signIn(new Browser(await start().url()));
  });

  it('tells its settings and its version', async () => {
    const [help, version] = [start({}, ['--help']), start({}, ['--version'])];
    expect([await help.exited, await version.exited]).toEqual([0, 0]);
    expect(help.output).toContain('DATA_DIR');
    expect(version.output).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

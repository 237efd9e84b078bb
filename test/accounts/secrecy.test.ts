/** What a server never learns: looked for on its disk, in its memory, in its log and in all that it receives and sends. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromBase64Url } from '../../src/wire/base64url.ts';
import { openLevelStore } from '../../sync-server/store/level-store.ts';
import { KeyedMember } from '../support/accounts/keyed-member.ts';
import { foundInMemory, heapSnapshot, isReadable, snapshotFlags } from '../support/accounts/process-memory.ts';
import { readAll } from '../support/e2e/plaintext-search.ts';
import { WireTap } from '../support/e2e/wire-tap.ts';
import { SecretSearch } from '../support/secret-search.ts';
import { realClock } from '../support/server/clock.ts';
import { LastingServer } from '../support/server/lasting-server.ts';
import { Browser } from '../support/service/browser.ts';
import { anotherDevice, Member } from '../support/service/member.ts';

const NAME = 'margarethe';
/** Of a sign-up that is begun and not finished: the server remembers it, in memory alone. */
const PLANTED = 'planted-in-the-heap';

/** Everything that a person does with an account. Resolves with what the service does know. */
async function liveThrough(ann: KeyedMember, browser: () => Browser): Promise<Record<string, string | Uint8Array>> {
  const [own, onPhone, onLaptop] = [browser(), browser(), browser()];
  const body = await ann.beginSignUp(own);
  expect((await own.route('signUp', body)).status).toBe(200);
  await ann.signIn(browser());
  await ann.signIn(browser(), { way: 'recovery' });
  await ann.changeKeys(own, 'password', { password: 'the next password of all' });
  await ann.changeKeys(own, 'recovery', { recovery: 'the next recovery code of all' });
  const [phone, laptop] = [anotherDevice(), anotherDevice()];
  await ann.changeDevices(own, [ann.device, phone], { welcome: phone });
  expect((await ann.claim(onPhone, phone)).status).toBe(200);
  await ann.signIn(onLaptop);
  await ann.changeDevices(onLaptop, [ann.device, phone, laptop], { own: laptop });
  await ann.signIn(onLaptop, { device: laptop });
  for (const name of ['session', 'devices', 'refresh'] as const) expect((await own.route(name)).status).toBe(200);
  expect((await own.send('GET', `/api/people/${NAME}`)).status).toBe(200);
  await ann.changeDevices(own, [ann.device, laptop]);
  const { wrap, bundle } = await ann.signIn(browser());
  // Under way when the memory is looked at: a sign-in that proves the password, one that does not, and a sign-up.
  await ann.beginSignIn(browser());
  expect((await ann.beginSignIn(browser(), 'password', 'a guess')).finish).toBeUndefined();
  await new Member(NAME).beginSignUp(browser(), PLANTED);
  const record = fromBase64Url(body.password.record) ?? new Uint8Array();
  return { name: NAME, record, wrap, bundle: bundle.bytes, 'planted name': PLANTED };
}

describe('a server on which people have accounts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealroom-secrecy-'));
  const [data, diagnostics] = [join(folder, 'data'), join(folder, 'diagnostics')];
  let server: LastingServer;
  let tap: WireTap;
  let secrets: SecretSearch;
  /** The control: what the service does know is found by the same search. */
  let known: SecretSearch;

  beforeAll(async () => {
    mkdirSync(diagnostics);
    server = await LastingServer.start({ dataFolder: data, flags: snapshotFlags(diagnostics) });
    tap = new WireTap(server.port);
    await tap.start();
    const ann = new KeyedMember(NAME);
    known = new SecretSearch(await liveThrough(ann, () => new Browser(tap.url)));
    const values = ann.unknownToTheService;
    console.log(`looked for: ${Object.keys(values).join(', ')}`);
    secrets = new SecretSearch(values);
  }, 120_000);
  afterAll(async () => {
    tap.stop();
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it('receives and sends no secret', () => {
    expect(known.found(Buffer.concat(tap.seen))).toEqual(['name', 'record', 'wrap', 'bundle', 'planted name']);
    expect(secrets.found(Buffer.concat(tap.seen))).toEqual([]);
  });

  it('has no secret in its heap', { timeout: 120_000 }, async () => {
    const heap = await heapSnapshot(server.pid, diagnostics);
    expect(known.found(heap)).toContain('planted name');
    expect(secrets.found(heap)).toEqual([]);
  });

  it('has no secret anywhere in its memory, buffers and what was freed included', { timeout: 120_000 }, (context) => {
    if (!isReadable(server.pid)) context.skip('the memory of another process cannot be read here');
    const { found, bytes } = foundInMemory(server.pid, known);
    console.log(`${(bytes / 2 ** 20).toFixed(0)} MiB of memory`);
    expect(found.sort()).toEqual(['bundle', 'name', 'planted name', 'record', 'wrap']);
    expect(foundInMemory(server.pid, secrets).found).toEqual([]);
  });

  it('says no secret and no name in its log', () => {
    const log = Buffer.from(server.output);
    expect(new SecretSearch({ route: '/api/sign-in' }).found(log)).toEqual(['route']);
    expect(secrets.found(log)).toEqual([]);
    expect(known.found(log)).toEqual([]);
  });

  it('has no secret on its disk', async () => {
    await server.kill();
    // As files, and as values: what is written into a file may be split there.
    const store = await openLevelStore({ folder: join(data, 'log'), clock: realClock });
    const values: Uint8Array[] = [];
    for await (const { key, value } of store.range({ from: new Uint8Array(), to: Uint8Array.of(0xff) }))
      values.push(key, value);
    await store.close();
    expect(known.found(...values)).toEqual(['name', 'wrap', 'bundle']);
    expect(secrets.found(...values)).toEqual([]);
    const files = readAll(data);
    expect(known.found(files)).toEqual(['name', 'record', 'wrap', 'bundle']);
    expect(secrets.found(files)).toEqual([]);
  });
});

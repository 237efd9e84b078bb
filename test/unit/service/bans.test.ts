import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toBase64Url } from '../../../src/wire/base64url.ts';
import { ChangeDevices } from '../../../src/wire/http/devices.ts';
import { API_SENTENCES } from '../../../src/wire/http/errors.ts';
import { ChangeKeys } from '../../../src/wire/http/keys.ts';
import { ROUTES, type RouteName } from '../../../src/wire/http/routes.ts';
import type { UserName } from '../../../src/wire/http/user-name.ts';
import { ACCESS_COOKIE } from '../../../sync-server/http/cookies.ts';
import { decline } from '../../../sync-server/service/outcome.ts';
import type { SignedIn } from '../../../sync-server/service/sessions.ts';
import { IN_TIME } from '../../support/patience.ts';
import { makePerson } from '../../support/server/identities.ts';
import type { Answer, Browser } from '../../support/service/browser.ts';
import { expectEnded, reasonOfEnd } from '../../support/service/ended-sockets.ts';
import { Member, noise } from '../../support/service/member.ts';
import { ServiceServer } from '../../support/service/service-server.ts';
import { contentsOf } from '../../support/service/store-contents.ts';
import { validRequest } from '../../support/service/valid-requests.ts';

const ANN = 'ann' as UserName;
/** Every route that asks for a session, and the one that renews it. */
const ROUTES_OF_A_SESSION: readonly RouteName[] = [
  'session',
  'devices',
  'person',
  'changeDevices',
  'beginKeyChange',
  'changeKeys',
  'signOut',
  'signOutEverywhere',
  'refresh',
];

const expectBanned = ({ status, body }: Answer) => {
  expect(status).toBe(403);
  expect(body).toEqual({ reason: 'banned', sentence: API_SENTENCES.banned });
};

describe('bans', IN_TIME, () => {
  let server: ServiceServer;
  let ann: Member;
  let browser: Browser;

  beforeEach(async () => {
    server = await ServiceServer.start();
    ann = new Member(ANN);
    browser = server.browser();
  });
  afterEach(() => server.close());

  const ban = async () => expect(await server.service.bans.ban(ANN)).toMatchObject({ ok: true });

  it.each(ROUTES_OF_A_SESSION)('refuse every request that has a session: %s', async (name) => {
    const valid = await validRequest(server, name);
    await ban();
    const before = await contentsOf(server.store);
    const { method, path } = ROUTES[name];
    const body = method === 'GET' ? undefined : valid.body;
    expectBanned(await valid.browser.send(method, path.replace(':name', 'ann'), body));
    expect(await contentsOf(server.store)).toBe(before);
  });

  it('refuse a sign-in, after the password or the recovery code was proven and not before', async () => {
    await ann.signUp(browser);
    await ban();
    for (const way of ['password', 'recovery'] as const) {
      const fresh = server.browser();
      const guess = await ann.beginSignIn(fresh, way, 'a guess');
      const answer = await fresh.route('signIn', { attempt: toBase64Url(guess.attempt), finish: noise(64) });
      expect(answer.body).toMatchObject({ reason: 'wrong-credentials' });
      await expect(ann.signIn(fresh, { way })).rejects.toMatchObject({ reason: 'banned' });
      await expect(ann.signIn(fresh, { way, device: ann.device })).rejects.toMatchObject({ reason: 'banned' });
      expect(fresh.cookies.size).toBe(0);
    }
  });

  it('end sockets within a second, those of others stay', async () => {
    await ann.signUp(browser);
    const bob = new Member('bob');
    const bobs = server.browser();
    await bob.signUp(bobs);
    const [socket, bystander] = [await server.socket(ann.device, browser), await server.socket(bob.device, bobs)];
    await Promise.all([socket.next('welcome'), bystander.next('welcome')]);
    const since = performance.now();
    await ban();
    await expectEnded(socket, 'banned', since);
    await bystander.settle();
  });

  it('let no device in, and tell only whoever has its session', async () => {
    await ann.signUp(browser);
    await ban();
    expect(await reasonOfEnd(await server.socket(ann.device, browser))).toBe('banned');
    expect(await reasonOfEnd(await server.socket(ann.device))).toBe('session-needed');
    const guest = await server.socket(makePerson('a guest of whom nothing is known').device);
    await guest.next('welcome');
  });

  /** The account and session as a request finds them that is answered a moment later. */
  const whoAsks = async (from = browser): Promise<SignedIn> => {
    const who = await server.service.sessions.whoIs(from.cookies.get(ACCESS_COOKIE)?.value);
    if (!who.ok) throw new Error(who.reason);
    return who.value;
  };

  it('hold for a change of keys that is just being made', async () => {
    const valid = await validRequest(server, 'changeKeys');
    const who = await whoAsks(valid.browser);
    await ban();
    expect(await server.service.keys.change(who, v.parse(ChangeKeys, valid.body))).toEqual(decline('banned'));
  });

  it('hold for a change of devices that is just being made', async () => {
    const valid = await validRequest(server, 'changeDevices');
    const who = await whoAsks(valid.browser);
    await ban();
    expect(await server.service.devices.change(who, v.parse(ChangeDevices, valid.body))).toEqual(decline('banned'));
  });

  it('let no added device in', async () => {
    const valid = await validRequest(server, 'claimDevice');
    await ban();
    expectBanned(await server.browser().route('claimDevice', valid.body));
  });

  it('are as old as the first one, and survive a restart', async () => {
    await ann.signUp(browser);
    await ban();
    const before = await contentsOf(server.store);
    server.now += 1;
    await ban();
    expect(await contentsOf(server.store)).toBe(before);
    await server.stop();
    server = await ServiceServer.start({ store: server.store });
    await expect(ann.signIn(server.browser())).rejects.toMatchObject({ reason: 'banned' });
  });

  it('can be lifted: everything is as before, sessions included', async () => {
    await ann.signUp(browser);
    await ban();
    expect(await server.service.bans.unban(ANN)).toMatchObject({ ok: true });
    expect((await browser.route('session')).status).toBe(200);
    await (await server.socket(ann.device, browser)).next('welcome');
    await ann.signIn(server.browser());
  });

  it('are of accounts alone', async () => {
    expect(await server.service.bans.ban(ANN)).toEqual(decline('unknown-name'));
    expect(await server.service.bans.unban(ANN)).toEqual(decline('unknown-name'));
  });
});

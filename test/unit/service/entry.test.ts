import { beforeEach, describe, expect, it } from 'vitest';
import { toBase64Url } from '../../../src/wire/base64url.ts';
import { nothing } from '../../../src/wire/http/fields.ts';
import { SessionAnswer } from '../../../src/wire/http/session.ts';
import { createRoomLogs } from '../../../sync-server/log/room-logs.ts';
import { signList } from '../../support/server/identities.ts';
import { epoch } from '../../support/server/records.ts';
import { isSignedIn, reasonOf } from '../../support/service/browser.ts';
import { anotherDevice, homeOf, Member, noise } from '../../support/service/member.ts';
import { HOUR_MS } from '../../support/service/service-server.ts';
import { accountsWithEachStore } from '../../support/service/with-each-store.ts';

accountsWithEachStore((here) => {
  describe('signing up', () => {
    it('makes account, session and home at once', async () => {
      const browser = here.server.browser();
      await here.ann.signUp(browser);
      const session = await browser.call('session', SessionAnswer);
      expect(session).toMatchObject({ name: 'ann', endsAt: here.server.now + 24 * HOUR_MS });
      expect(toBase64Url(session.principal)).toBe(here.ann.person.id);
      expect(toBase64Url(session.home)).toBe(here.ann.home.room);
      expect(session.device && toBase64Url(session.device)).toBe(here.ann.device.id);
      expect((await createRoomLogs(here.server.store).head(here.ann.home.room))?.seq).toBe(1);
    });

    it('gives a home that opens over the relay', async () => {
      const browser = here.server.browser();
      await here.ann.signUp(browser);
      const socket = await here.server.socket(here.ann.device, browser);
      await socket.next('welcome');
      const replica = await socket.open(here.ann.home.room);
      await socket.at(here.ann.home.room, 1);
      expect(replica.head.seq).toBe(1);
    });

    it('keeps tokens in cookies that scripts, other hosts and other sites do not get', async () => {
      const browser = here.server.browser();
      await here.ann.signUp(browser);
      expect([...browser.cookies.keys()]).toEqual(['__Host-sealroom', '__Secure-sealroom-refresh']);
      const [access, refresh] = [...browser.cookies.values()];
      const shared = `Max-Age=${24 * 60 * 60}; HttpOnly; Secure; SameSite=Strict`;
      expect(access?.attributes).toBe(`Path=/; ${shared}`);
      expect(refresh?.attributes).toBe(`Path=/api/session/refresh; ${shared}`);
    });

    it('gives a name to one of two who want it at once', async () => {
      const [first, second] = [new Member('bob'), new Member('bob')];
      const [one, other] = [here.server.browser(), here.server.browser()];
      const [a, b] = [await first.beginSignUp(one), await second.beginSignUp(other)];
      const answers = await Promise.all([one.route('signUp', a), other.route('signUp', b)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ reason: 'name-taken' });
      const loser = answers[0]?.status === 200 ? second : first;
      expect(await createRoomLogs(here.server.store).head(loser.home.room)).toBeUndefined();
      expect(await reasonOf(new Member('bob').signUp(here.server.browser()))).toBe('name-taken');
    });

    it('refuses names that break the rules, and reserved ones', async () => {
      expect(await reasonOf(new Member('Ann').signUp(here.server.browser()))).toBe('name-invalid');
      expect(await reasonOf(new Member('admin').signUp(here.server.browser()))).toBe('name-reserved');
    });

    it('takes an identity and a device once', async () => {
      await here.ann.signUp(here.server.browser());
      const bob = new Member('bob');
      const body = await bob.beginSignUp(here.server.browser());
      const list = toBase64Url(here.ann.list.bytes);
      const annsHome = epoch(here.ann.device, homeOf(here.ann.person), 1);
      const home = { record: toBase64Url(annsHome.record), wraps: annsHome.wraps.map(toBase64Url) };
      expect((await here.server.browser().route('signUp', { ...body, deviceList: list, home })).body).toMatchObject({
        reason: 'key-taken',
      });
      const carl = new Member('carl');
      const stolen = { id: carl.person.id, list: signList(carl.person.key, [here.ann.device.id]) };
      const carlsHome = epoch(here.ann.device, homeOf(stolen), 1);
      const answer = await here.server.browser().route('signUp', {
        ...(await carl.beginSignUp(here.server.browser())),
        deviceList: toBase64Url(stolen.list.bytes),
        home: { record: toBase64Url(carlsHome.record), wraps: carlsHome.wraps.map(toBase64Url) },
      });
      expect(answer.body).toMatchObject({ reason: 'key-taken' });
    });

    it('is carried through once, within its time, under the name that it began with', async () => {
      const browser = here.server.browser();
      const body = await here.ann.beginSignUp(browser);
      expect((await browser.route('signUp', { ...body, name: 'someone' })).body).toMatchObject({
        reason: 'attempt-expired',
      });
      expect((await browser.route('signUp', body)).body).toMatchObject({ reason: 'attempt-expired' });
      const again = await here.ann.beginSignUp(browser);
      expect((await browser.route('signUp', again)).status).toBe(200);
      expect((await browser.route('signUp', again)).body).toMatchObject({ reason: 'attempt-expired' });
    });
  });

  describe('signing in', () => {
    beforeEach(() => here.ann.signUp(here.server.browser()));

    it.each(['password', 'recovery'] as const)('brings back bundle and wrap with the %s', async (way) => {
      const browser = here.server.browser();
      const answer = await here.ann.signIn(browser, { way });
      expect(answer.bundle.version).toBe(1);
      expect(answer.bundle.bytes.length).toBe(200);
      expect(answer.wrap.length).toBe(72);
      expect(answer.deviceList).toEqual(here.ann.list.bytes);
      expect(toBase64Url(answer.home)).toBe(here.ann.home.room);
      expect(answer.device).toBeNull();
      expect(await isSignedIn(browser)).toBe(true);
    });

    it('gives each way its own wrap', async () => {
      const [one, other] = [
        await here.ann.signIn(here.server.browser()),
        await here.ann.signIn(here.server.browser(), { way: 'recovery' }),
      ];
      expect(one.wrap).not.toEqual(other.wrap);
    });

    it('makes the session that of a listed device which proves its key, and of no other', async () => {
      const answer = await here.ann.signIn(here.server.browser(), { device: here.ann.device });
      expect(answer.device && toBase64Url(answer.device)).toBe(here.ann.device.id);
      const stranger = await here.ann.signIn(here.server.browser(), { device: anotherDevice() });
      expect(stranger.device).toBeNull();
      const liar = { ...anotherDevice(), id: here.ann.device.id };
      expect(await reasonOf(here.ann.signIn(here.server.browser(), { device: liar }))).toBe('bad-signature');
      expect(
        await reasonOf(here.ann.signIn(here.server.browser(), { device: here.ann.device, host: 'evil.example' })),
      ).toBe('bad-signature');
    });

    it('leaves a device one session', async () => {
      const [older, newer] = [here.server.browser(), here.server.browser()];
      await here.ann.signIn(older, { device: here.ann.device });
      await here.ann.signIn(newer, { device: here.ann.device });
      expect([await isSignedIn(older), await isSignedIn(newer)]).toEqual([false, true]);
    });

    it('fails with a wrong password at the client, and at the service whatever the client sends', async () => {
      const browser = here.server.browser();
      const wrong = await here.ann.beginSignIn(browser, 'password', 'a guess');
      expect(wrong.finish).toBeUndefined();
      const body = { attempt: toBase64Url(wrong.attempt), finish: noise(64) };
      expect((await browser.route('signIn', body)).body).toMatchObject({ reason: 'wrong-credentials' });
      expect(await reasonOf(here.ann.signIn(browser, { secret: here.ann.secrets.recovery }))).toContain('cannot open');
      expect(browser.cookies.size).toBe(0);
    });

    it('takes an attempt once', async () => {
      const browser = here.server.browser();
      const { attempt, finish } = await here.ann.beginSignIn(browser);
      const body = { attempt: toBase64Url(attempt), finish };
      expect((await browser.route('signIn', body)).status).toBe(200);
      expect((await here.server.browser().route('signIn', body)).body).toMatchObject({ reason: 'attempt-expired' });
    });
  });

  it('outlive a restart', async () => {
    const browser = here.server.browser();
    await here.ann.signUp(browser);
    await here.restart();
    const moved = here.server.browser();
    for (const [name, cookie] of browser.cookies) moved.cookies.set(name, cookie);
    expect(await isSignedIn(moved)).toBe(true);
    await here.ann.signIn(here.server.browser());
    await moved.call('signOut', nothing);
    expect(await isSignedIn(moved)).toBe(false);
  });
});

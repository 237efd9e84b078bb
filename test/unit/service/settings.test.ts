import { beforeEach, describe, expect, it } from 'vitest';
import { toBase64Url } from '../../../src/wire/base64url.ts';
import { DevicesAnswer } from '../../../src/wire/http/devices.ts';
import { PersonAnswer } from '../../../src/wire/http/people.ts';
import { SessionAnswer } from '../../../src/wire/http/session.ts';
import { signList } from '../../support/server/identities.ts';
import { accepted, type Browser, isSignedIn, reasonOf } from '../../support/service/browser.ts';
import { anotherDevice, anotherKey, claimAnswer, Member, noise } from '../../support/service/member.ts';
import { HOUR_MS } from '../../support/service/service-server.ts';
import { accountsWithEachStore } from '../../support/service/with-each-store.ts';

accountsWithEachStore((here) => {
  describe('changing keys', () => {
    let browser: Browser;
    beforeEach(async () => {
      browser = here.server.browser();
      await here.ann.signUp(browser);
    });

    it.each(['password', 'recovery'] as const)('makes a new password, proven by the %s', async (proof) => {
      const old = here.ann.secrets.password;
      await here.ann.changeKeys(browser, proof, { password: 'a better one' });
      expect(await reasonOf(here.ann.signIn(here.server.browser(), { secret: old }))).toContain('cannot open');
      expect((await here.ann.signIn(here.server.browser())).bundle.version).toBe(2);
      expect((await here.ann.signIn(here.server.browser(), { way: 'recovery' })).bundle.version).toBe(2);
    });

    it('makes a new recovery code, which leaves other sessions alone', async () => {
      const other = here.server.browser();
      await here.ann.signIn(other);
      const old = here.ann.secrets.recovery;
      await here.ann.changeKeys(browser, 'password', { recovery: 'a new code' });
      expect(await reasonOf(here.ann.signIn(here.server.browser(), { way: 'recovery', secret: old }))).toContain(
        'cannot open',
      );
      await here.ann.signIn(here.server.browser(), { way: 'recovery' });
      expect(await isSignedIn(other)).toBe(true);
    });

    it('ends all other sessions with a new password, and keeps its own', async () => {
      const other = here.server.browser();
      await here.ann.signIn(other);
      await here.ann.changeKeys(browser, 'password', { password: 'a better one', recovery: 'a new code' });
      expect([await isSignedIn(other), await isSignedIn(browser)]).toEqual([false, true]);
      expect((await other.route('refresh')).status).toBe(401);
      expect((await browser.route('refresh')).status).toBe(200);
      await here.ann.signIn(here.server.browser(), { way: 'recovery' });
    });

    it('asks for a proof: a session is not enough', async () => {
      const wrong = await here.ann.beginKeyChange(browser, 'password', { password: 'mine now' }, 'a guess');
      expect((await browser.route('changeKeys', wrong)).body).toMatchObject({ reason: 'wrong-credentials' });
      const body = await here.ann.beginKeyChange(browser, 'password', { password: 'mine now' });
      expect((await browser.route('changeKeys', { ...body, finish: noise(64) })).body).toMatchObject({
        reason: 'wrong-credentials',
      });
      // The attempt is spent.
      expect((await browser.route('changeKeys', body)).body).toMatchObject({ reason: 'attempt-expired' });
      await here.ann.signIn(here.server.browser());
    });

    it('belongs to the session that began it', async () => {
      const thief = here.server.browser();
      const bob = new Member('bob');
      await bob.signUp(thief);
      const body = await here.ann.beginKeyChange(browser, 'password', { password: 'mine now' });
      expect((await thief.route('changeKeys', body)).body).toMatchObject({ reason: 'attempt-expired' });
    });

    it('brings exactly what was begun, and the next version', async () => {
      const both = await here.ann.beginKeyChange(browser, 'password', { password: 'new', recovery: 'new code' });
      const { recovery: _left, ...half } = both;
      expect((await browser.route('changeKeys', half)).body).toMatchObject({ reason: 'malformed' });
      const skipping = await here.ann.beginKeyChange(browser, 'password', { password: 'new' });
      const skipped = { ...skipping, bundle: { ...skipping.bundle, version: 3 } };
      expect((await browser.route('changeKeys', skipped)).body).toMatchObject({ reason: 'stale-bundle' });
    });

    it('is void when what proved it was changed meanwhile', async () => {
      const late = await here.ann.beginKeyChange(browser, 'password', { recovery: 'a code' });
      const signingIn = await here.ann.beginSignIn(here.server.browser());
      await here.ann.changeKeys(browser, 'password', { password: 'a better one' });
      expect((await browser.route('changeKeys', late)).body).toMatchObject({ reason: 'wrong-credentials' });
      const body = { attempt: toBase64Url(signingIn.attempt), finish: signingIn.finish };
      expect((await here.server.browser().route('signIn', body)).body).toMatchObject({ reason: 'wrong-credentials' });
    });
  });

  describe('devices', () => {
    let browser: Browser;
    beforeEach(async () => {
      browser = here.server.browser();
      await here.ann.signUp(browser);
    });

    it('are listed with when they were last seen', async () => {
      const begun = here.server.now;
      here.server.now += HOUR_MS;
      await browser.route('refresh');
      const { devices, deviceList } = await browser.call('devices', DevicesAnswer);
      expect(deviceList).toEqual(here.ann.list.bytes);
      expect(devices.map(({ id, ...times }) => ({ id: toBase64Url(id), ...times }))).toEqual([
        { id: here.ann.device.id, addedAt: begun, lastSeenAt: begun + HOUR_MS },
      ]);
    });

    it('are added by a password on the new device, whose session becomes its own', async () => {
      const fresh = here.server.browser();
      const laptop = anotherDevice();
      await here.ann.signIn(fresh);
      await here.ann.changeDevices(fresh, [here.ann.device, laptop], { own: laptop });
      const session = await fresh.call('session', SessionAnswer);
      expect(session.device && toBase64Url(session.device)).toBe(laptop.id);
      await (await here.server.socket(laptop, fresh)).next('welcome');
      expect((await here.ann.signIn(here.server.browser())).deviceList).toEqual(here.ann.list.bytes);
    });

    it('are added by another device, and let in once, within ten minutes', async () => {
      const phone = anotherDevice();
      const fresh = here.server.browser();
      expect((await here.ann.claim(fresh, phone)).body).toMatchObject({ reason: 'no-welcome' });
      await here.ann.changeDevices(browser, [here.ann.device, phone], { welcome: phone });
      const liar = { ...anotherDevice(), id: phone.id };
      expect((await here.ann.claim(fresh, liar)).body).toMatchObject({ reason: 'bad-signature' });
      expect((await here.ann.claim(fresh, phone, 'evil.example')).body).toMatchObject({ reason: 'bad-signature' });
      expect((await here.ann.claim(fresh, anotherDevice())).body).toMatchObject({ reason: 'no-welcome' });
      const answer = await here.ann.claim(fresh, phone);
      expect(claimAnswer(answer).welcome.length).toBe(300);
      expect(claimAnswer(answer).deviceList).toEqual(here.ann.list.bytes);
      await (await here.server.socket(phone, fresh)).next('welcome');
      expect((await here.ann.claim(here.server.browser(), phone)).body).toMatchObject({ reason: 'no-welcome' });
    });

    it('that do not come in time need the password', async () => {
      const phone = anotherDevice();
      await here.ann.changeDevices(browser, [here.ann.device, phone], { welcome: phone });
      here.server.now += 10 * 60 * 1000;
      expect((await here.ann.claim(here.server.browser(), phone)).body).toMatchObject({ reason: 'no-welcome' });
      const answer = await here.ann.signIn(here.server.browser(), { device: phone });
      expect(answer.device && toBase64Url(answer.device)).toBe(phone.id);
    });

    it('lose session and welcome when they are removed, and never come back', async () => {
      const [phone, late] = [anotherDevice(), anotherDevice()];
      const onPhone = here.server.browser();
      await here.ann.changeDevices(browser, [here.ann.device, phone], { welcome: phone });
      await here.ann.claim(onPhone, phone);
      await here.ann.changeDevices(browser, [here.ann.device, phone, late], { welcome: late });
      await here.ann.changeDevices(browser, [here.ann.device]);
      expect(await isSignedIn(onPhone)).toBe(false);
      expect((await onPhone.route('refresh')).status).toBe(401);
      expect((await here.ann.claim(here.server.browser(), late)).body).toMatchObject({ reason: 'no-welcome' });
      expect((await here.ann.signIn(here.server.browser(), { device: phone })).device).toBeNull();
      expect(await reasonOf(here.ann.changeDevices(browser, [here.ann.device, phone]))).toBe('key-taken');
      expect(await isSignedIn(browser)).toBe(true);
    });

    it('may take themselves off the list', async () => {
      const phone = anotherDevice();
      await here.ann.changeDevices(browser, [here.ann.device, phone]);
      await here.ann.changeDevices(browser, [phone]);
      expect(await isSignedIn(browser)).toBe(false);
    });

    it('of one account are not those of another', async () => {
      const bob = new Member('bob');
      await bob.signUp(here.server.browser());
      expect(await reasonOf(here.ann.changeDevices(browser, [here.ann.device, bob.device]))).toBe('key-taken');
    });

    it('change by a list that follows, of this identity, with all signatures', async () => {
      const post = async (bytes: Uint8Array, more: object = {}) =>
        (await browser.route('changeDevices', { deviceList: toBase64Url(bytes), ...more })).body;
      const [phone, key] = [anotherDevice(), anotherKey()];
      const ids = [here.ann.device.id, phone.id];
      const { list, person } = here.ann;
      expect(await post(list.bytes)).toMatchObject({ reason: 'stale-device-list' });
      expect(await post(signList(person.key, ids, 3, list.hash).bytes)).toMatchObject({ reason: 'stale-device-list' });
      expect(await post(signList(person.key, ids, 2).bytes)).toMatchObject({ reason: 'stale-device-list' });
      expect(await post(signList(key, ids, 2, list.hash).bytes)).toMatchObject({ reason: 'bad-device-list' });
      const unsigned = signList(person.key, ids, 2, list.hash).bytes.slice();
      unsigned[unsigned.length - 1]! ^= 1;
      expect(await post(unsigned)).toMatchObject({ reason: 'bad-signature' });
      expect(await post(new Uint8Array(80))).toMatchObject({ reason: 'bad-device-list' });
      const next = here.ann.nextList([here.ann.device, phone]).bytes;
      const welcome = { device: anotherDevice().id, bytes: noise(10) };
      expect(await post(next, { welcome })).toMatchObject({ reason: 'bad-device-list' });
      // This session has a device.
      expect(await post(next, { own: phone.id })).toMatchObject({ reason: 'bad-device-list' });
      expect(await post(next)).toEqual({});
    });
  });

  describe('people', () => {
    it('are found by their exact name, by whoever has a session', async () => {
      const browser = here.server.browser();
      await here.ann.signUp(browser);
      await new Member('bob').signUp(here.server.browser());
      const found = await browser.send('GET', '/api/people/ann');
      expect(toBase64Url(accepted(PersonAnswer, found).principal)).toBe(here.ann.person.id);
      for (const name of ['an', 'nobody', 'Ann', 'admin', '*', 'x'.repeat(100)])
        expect((await browser.send('GET', `/api/people/${name}`)).body).toMatchObject({ reason: 'unknown-name' });
      expect((await here.server.browser().send('GET', '/api/people/ann')).status).toBe(401);
    });
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toBase64Url } from '../../../src/wire/base64url.ts';
import { DevicesAnswer } from '../../../src/wire/http/devices.ts';
import { nothing } from '../../../src/wire/http/fields.ts';
import { PersonAnswer } from '../../../src/wire/http/people.ts';
import { SessionAnswer } from '../../../src/wire/http/session.ts';
import { createRoomLogs } from '../../../sync-server/log/room-logs.ts';
import { signList } from '../../support/server/identities.ts';
import { epoch } from '../../support/server/records.ts';
import { STORE_VERSIONS } from '../../support/server/stores.ts';
import { accepted, type Browser, type Refusal } from '../../support/service/browser.ts';
import { anotherDevice, anotherKey, claimAnswer, homeOf, Member, noise } from '../../support/service/member.ts';
import { HOUR_MS, ServiceServer } from '../../support/service/service-server.ts';

const reasonOf = (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => 'accepted',
    (error: Refusal) => error.reason ?? error.message,
  );
const isSignedIn = async (browser: Browser): Promise<boolean> => (await browser.route('session')).status === 200;

describe.each(STORE_VERSIONS)('accounts, with the store $name', ({ open }) => {
  let server: ServiceServer;
  let dispose: () => Promise<void>;
  let ann: Member;

  beforeEach(async () => {
    const opened = await open();
    dispose = opened.dispose;
    server = await ServiceServer.start({ store: opened.store });
    ann = new Member('ann');
  });
  afterEach(async () => {
    await server.stop();
    await dispose();
  });

  describe('signing up', () => {
    it('makes account, session and home at once', async () => {
      const browser = server.browser();
      await ann.signUp(browser);
      const session = await browser.call('session', SessionAnswer);
      expect(session).toMatchObject({ name: 'ann', endsAt: server.now + 24 * HOUR_MS });
      expect(toBase64Url(session.principal)).toBe(ann.person.id);
      expect(toBase64Url(session.home)).toBe(ann.home.room);
      expect(session.device && toBase64Url(session.device)).toBe(ann.device.id);
      expect((await createRoomLogs(server.store).head(ann.home.room))?.seq).toBe(1);
    });

    it('gives a home that opens over the relay', async () => {
      const browser = server.browser();
      await ann.signUp(browser);
      const socket = await server.socket(ann.device, browser);
      await socket.next('welcome');
      const replica = await socket.open(ann.home.room);
      await socket.at(ann.home.room, 1);
      expect(replica.head.seq).toBe(1);
    });

    it('keeps tokens in cookies that scripts, other hosts and other sites do not get', async () => {
      const browser = server.browser();
      await ann.signUp(browser);
      expect([...browser.cookies.keys()]).toEqual(['__Host-sealroom', '__Secure-sealroom-refresh']);
      const [access, refresh] = [...browser.cookies.values()];
      const shared = `Max-Age=${24 * 60 * 60}; HttpOnly; Secure; SameSite=Strict`;
      expect(access?.attributes).toBe(`Path=/; ${shared}`);
      expect(refresh?.attributes).toBe(`Path=/api/session/refresh; ${shared}`);
    });

    it('gives a name to one of two who want it at once', async () => {
      const [first, second] = [new Member('bob'), new Member('bob')];
      const [one, other] = [server.browser(), server.browser()];
      const [a, b] = [await first.beginSignUp(one), await second.beginSignUp(other)];
      const answers = await Promise.all([one.route('signUp', a), other.route('signUp', b)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ reason: 'name-taken' });
      const loser = answers[0]?.status === 200 ? second : first;
      expect(await createRoomLogs(server.store).head(loser.home.room)).toBeUndefined();
      expect(await reasonOf(new Member('bob').signUp(server.browser()))).toBe('name-taken');
    });

    it('refuses names that break the rules, and reserved ones', async () => {
      expect(await reasonOf(new Member('Ann').signUp(server.browser()))).toBe('name-invalid');
      expect(await reasonOf(new Member('admin').signUp(server.browser()))).toBe('name-reserved');
    });

    it('takes an identity and a device once', async () => {
      await ann.signUp(server.browser());
      const bob = new Member('bob');
      const body = await bob.beginSignUp(server.browser());
      const list = toBase64Url(ann.list.bytes);
      const annsHome = epoch(ann.device, homeOf(ann.person), 1);
      const home = { record: toBase64Url(annsHome.record), wraps: annsHome.wraps.map(toBase64Url) };
      expect((await server.browser().route('signUp', { ...body, deviceList: list, home })).body).toMatchObject({
        reason: 'key-taken',
      });
      const carl = new Member('carl');
      const stolen = { id: carl.person.id, list: signList(carl.person.key, [ann.device.id]) };
      const carlsHome = epoch(ann.device, homeOf(stolen), 1);
      const answer = await server.browser().route('signUp', {
        ...(await carl.beginSignUp(server.browser())),
        deviceList: toBase64Url(stolen.list.bytes),
        home: { record: toBase64Url(carlsHome.record), wraps: carlsHome.wraps.map(toBase64Url) },
      });
      expect(answer.body).toMatchObject({ reason: 'key-taken' });
    });

    it('is carried through once, within its time, under the name that it began with', async () => {
      const browser = server.browser();
      const body = await ann.beginSignUp(browser);
      expect((await browser.route('signUp', { ...body, name: 'someone' })).body).toMatchObject({
        reason: 'attempt-expired',
      });
      expect((await browser.route('signUp', body)).body).toMatchObject({ reason: 'attempt-expired' });
      const again = await ann.beginSignUp(browser);
      expect((await browser.route('signUp', again)).status).toBe(200);
      expect((await browser.route('signUp', again)).body).toMatchObject({ reason: 'attempt-expired' });
    });
  });

  describe('signing in', () => {
    beforeEach(() => ann.signUp(server.browser()));

    it.each(['password', 'recovery'] as const)('brings back bundle and wrap with the %s', async (way) => {
      const browser = server.browser();
      const answer = await ann.signIn(browser, { way });
      expect(answer.bundle.version).toBe(1);
      expect(answer.bundle.bytes.length).toBe(200);
      expect(answer.wrap.length).toBe(72);
      expect(answer.deviceList).toEqual(ann.list.bytes);
      expect(toBase64Url(answer.home)).toBe(ann.home.room);
      expect(answer.device).toBeNull();
      expect(await isSignedIn(browser)).toBe(true);
    });

    it('gives each way its own wrap', async () => {
      const [one, other] = [
        await ann.signIn(server.browser()),
        await ann.signIn(server.browser(), { way: 'recovery' }),
      ];
      expect(one.wrap).not.toEqual(other.wrap);
    });

    it('makes the session that of a listed device which proves its key, and of no other', async () => {
      const answer = await ann.signIn(server.browser(), { device: ann.device });
      expect(answer.device && toBase64Url(answer.device)).toBe(ann.device.id);
      const stranger = await ann.signIn(server.browser(), { device: anotherDevice() });
      expect(stranger.device).toBeNull();
      const liar = { ...anotherDevice(), id: ann.device.id };
      expect(await reasonOf(ann.signIn(server.browser(), { device: liar }))).toBe('bad-signature');
      expect(await reasonOf(ann.signIn(server.browser(), { device: ann.device, host: 'evil.example' }))).toBe(
        'bad-signature',
      );
    });

    it('leaves a device one session', async () => {
      const [older, newer] = [server.browser(), server.browser()];
      await ann.signIn(older, { device: ann.device });
      await ann.signIn(newer, { device: ann.device });
      expect([await isSignedIn(older), await isSignedIn(newer)]).toEqual([false, true]);
    });

    it('fails with a wrong password at the client, and at the service whatever the client sends', async () => {
      const browser = server.browser();
      const wrong = await ann.beginSignIn(browser, 'password', 'a guess');
      expect(wrong.finish).toBeUndefined();
      const body = { attempt: toBase64Url(wrong.attempt), finish: noise(64) };
      expect((await browser.route('signIn', body)).body).toMatchObject({ reason: 'wrong-credentials' });
      expect(await reasonOf(ann.signIn(browser, { secret: ann.secrets.recovery }))).toContain('cannot open');
      expect(browser.cookies.size).toBe(0);
    });

    it('takes an attempt once', async () => {
      const browser = server.browser();
      const { attempt, finish } = await ann.beginSignIn(browser);
      const body = { attempt: toBase64Url(attempt), finish };
      expect((await browser.route('signIn', body)).status).toBe(200);
      expect((await server.browser().route('signIn', body)).body).toMatchObject({ reason: 'attempt-expired' });
    });
  });

  describe('changing keys', () => {
    let browser: Browser;
    beforeEach(async () => {
      browser = server.browser();
      await ann.signUp(browser);
    });

    it.each(['password', 'recovery'] as const)('makes a new password, proven by the %s', async (proof) => {
      const old = ann.secrets.password;
      await ann.changeKeys(browser, proof, { password: 'a better one' });
      expect(await reasonOf(ann.signIn(server.browser(), { secret: old }))).toContain('cannot open');
      expect((await ann.signIn(server.browser())).bundle.version).toBe(2);
      expect((await ann.signIn(server.browser(), { way: 'recovery' })).bundle.version).toBe(2);
    });

    it('makes a new recovery code, which leaves other sessions alone', async () => {
      const other = server.browser();
      await ann.signIn(other);
      const old = ann.secrets.recovery;
      await ann.changeKeys(browser, 'password', { recovery: 'a new code' });
      expect(await reasonOf(ann.signIn(server.browser(), { way: 'recovery', secret: old }))).toContain('cannot open');
      await ann.signIn(server.browser(), { way: 'recovery' });
      expect(await isSignedIn(other)).toBe(true);
    });

    it('ends all other sessions with a new password, and keeps its own', async () => {
      const other = server.browser();
      await ann.signIn(other);
      await ann.changeKeys(browser, 'password', { password: 'a better one', recovery: 'a new code' });
      expect([await isSignedIn(other), await isSignedIn(browser)]).toEqual([false, true]);
      expect((await other.route('refresh')).status).toBe(401);
      expect((await browser.route('refresh')).status).toBe(200);
      await ann.signIn(server.browser(), { way: 'recovery' });
    });

    it('asks for a proof: a session is not enough', async () => {
      const wrong = await ann.beginKeyChange(browser, 'password', { password: 'mine now' }, 'a guess');
      expect((await browser.route('changeKeys', wrong)).body).toMatchObject({ reason: 'wrong-credentials' });
      const body = await ann.beginKeyChange(browser, 'password', { password: 'mine now' });
      expect((await browser.route('changeKeys', { ...body, finish: noise(64) })).body).toMatchObject({
        reason: 'wrong-credentials',
      });
      // The attempt is spent.
      expect((await browser.route('changeKeys', body)).body).toMatchObject({ reason: 'attempt-expired' });
      await ann.signIn(server.browser());
    });

    it('belongs to the session that began it', async () => {
      const thief = server.browser();
      const bob = new Member('bob');
      await bob.signUp(thief);
      const body = await ann.beginKeyChange(browser, 'password', { password: 'mine now' });
      expect((await thief.route('changeKeys', body)).body).toMatchObject({ reason: 'attempt-expired' });
    });

    it('brings exactly what was begun, and the next version', async () => {
      const both = await ann.beginKeyChange(browser, 'password', { password: 'new', recovery: 'new code' });
      const { recovery: _left, ...half } = both;
      expect((await browser.route('changeKeys', half)).body).toMatchObject({ reason: 'malformed' });
      const skipping = await ann.beginKeyChange(browser, 'password', { password: 'new' });
      const skipped = { ...skipping, bundle: { ...skipping.bundle, version: 3 } };
      expect((await browser.route('changeKeys', skipped)).body).toMatchObject({ reason: 'stale-bundle' });
    });

    it('is void when what proved it was changed meanwhile', async () => {
      const late = await ann.beginKeyChange(browser, 'password', { recovery: 'a code' });
      const signingIn = await ann.beginSignIn(server.browser());
      await ann.changeKeys(browser, 'password', { password: 'a better one' });
      expect((await browser.route('changeKeys', late)).body).toMatchObject({ reason: 'wrong-credentials' });
      const body = { attempt: toBase64Url(signingIn.attempt), finish: signingIn.finish };
      expect((await server.browser().route('signIn', body)).body).toMatchObject({ reason: 'wrong-credentials' });
    });
  });

  describe('devices', () => {
    let browser: Browser;
    beforeEach(async () => {
      browser = server.browser();
      await ann.signUp(browser);
    });

    it('are listed with when they were last seen', async () => {
      const begun = server.now;
      server.now += HOUR_MS;
      await browser.route('refresh');
      const { devices, deviceList } = await browser.call('devices', DevicesAnswer);
      expect(deviceList).toEqual(ann.list.bytes);
      expect(devices.map(({ id, ...times }) => ({ id: toBase64Url(id), ...times }))).toEqual([
        { id: ann.device.id, addedAt: begun, lastSeenAt: begun + HOUR_MS },
      ]);
    });

    it('are added by a password on the new device, whose session becomes its own', async () => {
      const fresh = server.browser();
      const laptop = anotherDevice();
      await ann.signIn(fresh);
      await ann.changeDevices(fresh, [ann.device, laptop], { own: laptop });
      const session = await fresh.call('session', SessionAnswer);
      expect(session.device && toBase64Url(session.device)).toBe(laptop.id);
      await (await server.socket(laptop, fresh)).next('welcome');
      expect((await ann.signIn(server.browser())).deviceList).toEqual(ann.list.bytes);
    });

    it('are added by another device, and let in once, within ten minutes', async () => {
      const phone = anotherDevice();
      const fresh = server.browser();
      expect((await ann.claim(fresh, phone)).body).toMatchObject({ reason: 'no-welcome' });
      await ann.changeDevices(browser, [ann.device, phone], { welcome: phone });
      const liar = { ...anotherDevice(), id: phone.id };
      expect((await ann.claim(fresh, liar)).body).toMatchObject({ reason: 'bad-signature' });
      expect((await ann.claim(fresh, phone, 'evil.example')).body).toMatchObject({ reason: 'bad-signature' });
      expect((await ann.claim(fresh, anotherDevice())).body).toMatchObject({ reason: 'no-welcome' });
      const answer = await ann.claim(fresh, phone);
      expect(claimAnswer(answer).welcome.length).toBe(300);
      expect(claimAnswer(answer).deviceList).toEqual(ann.list.bytes);
      await (await server.socket(phone, fresh)).next('welcome');
      expect((await ann.claim(server.browser(), phone)).body).toMatchObject({ reason: 'no-welcome' });
    });

    it('that do not come in time need the password', async () => {
      const phone = anotherDevice();
      await ann.changeDevices(browser, [ann.device, phone], { welcome: phone });
      server.now += 10 * 60 * 1000;
      expect((await ann.claim(server.browser(), phone)).body).toMatchObject({ reason: 'no-welcome' });
      const answer = await ann.signIn(server.browser(), { device: phone });
      expect(answer.device && toBase64Url(answer.device)).toBe(phone.id);
    });

    it('lose session and welcome when they are removed, and never come back', async () => {
      const [phone, late] = [anotherDevice(), anotherDevice()];
      const onPhone = server.browser();
      await ann.changeDevices(browser, [ann.device, phone], { welcome: phone });
      await ann.claim(onPhone, phone);
      await ann.changeDevices(browser, [ann.device, phone, late], { welcome: late });
      await ann.changeDevices(browser, [ann.device]);
      expect(await isSignedIn(onPhone)).toBe(false);
      expect((await onPhone.route('refresh')).status).toBe(401);
      expect((await ann.claim(server.browser(), late)).body).toMatchObject({ reason: 'no-welcome' });
      expect((await ann.signIn(server.browser(), { device: phone })).device).toBeNull();
      expect(await reasonOf(ann.changeDevices(browser, [ann.device, phone]))).toBe('key-taken');
      expect(await isSignedIn(browser)).toBe(true);
    });

    it('may take themselves off the list', async () => {
      const phone = anotherDevice();
      await ann.changeDevices(browser, [ann.device, phone]);
      await ann.changeDevices(browser, [phone]);
      expect(await isSignedIn(browser)).toBe(false);
    });

    it('of one account are not those of another', async () => {
      const bob = new Member('bob');
      await bob.signUp(server.browser());
      expect(await reasonOf(ann.changeDevices(browser, [ann.device, bob.device]))).toBe('key-taken');
    });

    it('change by a list that follows, of this identity, with all signatures', async () => {
      const post = async (bytes: Uint8Array, more: object = {}) =>
        (await browser.route('changeDevices', { deviceList: toBase64Url(bytes), ...more })).body;
      const [phone, key] = [anotherDevice(), anotherKey()];
      const ids = [ann.device.id, phone.id];
      const { list, person } = ann;
      expect(await post(list.bytes)).toMatchObject({ reason: 'stale-device-list' });
      expect(await post(signList(person.key, ids, 3, list.hash).bytes)).toMatchObject({ reason: 'stale-device-list' });
      expect(await post(signList(person.key, ids, 2).bytes)).toMatchObject({ reason: 'stale-device-list' });
      expect(await post(signList(key, ids, 2, list.hash).bytes)).toMatchObject({ reason: 'bad-device-list' });
      const unsigned = signList(person.key, ids, 2, list.hash).bytes.slice();
      unsigned[unsigned.length - 1]! ^= 1;
      expect(await post(unsigned)).toMatchObject({ reason: 'bad-signature' });
      expect(await post(new Uint8Array(80))).toMatchObject({ reason: 'bad-device-list' });
      const next = ann.nextList([ann.device, phone]).bytes;
      const welcome = { device: anotherDevice().id, bytes: noise(10) };
      expect(await post(next, { welcome })).toMatchObject({ reason: 'bad-device-list' });
      // This session has a device.
      expect(await post(next, { own: phone.id })).toMatchObject({ reason: 'bad-device-list' });
      expect(await post(next)).toEqual({});
    });
  });

  describe('people', () => {
    it('are found by their exact name, by whoever has a session', async () => {
      const browser = server.browser();
      await ann.signUp(browser);
      await new Member('bob').signUp(server.browser());
      const found = await browser.send('GET', '/api/people/ann');
      expect(toBase64Url(accepted(PersonAnswer, found).principal)).toBe(ann.person.id);
      for (const name of ['an', 'nobody', 'Ann', 'admin', '*', 'x'.repeat(100)])
        expect((await browser.send('GET', `/api/people/${name}`)).body).toMatchObject({ reason: 'unknown-name' });
      expect((await server.browser().send('GET', '/api/people/ann')).status).toBe(401);
    });
  });

  it('outlive a restart', async () => {
    const browser = server.browser();
    await ann.signUp(browser);
    await server.stop();
    server = await ServiceServer.start({ store: server.store });
    const moved = server.browser();
    for (const [name, cookie] of browser.cookies) moved.cookies.set(name, cookie);
    expect(await isSignedIn(moved)).toBe(true);
    await ann.signIn(server.browser());
    await moved.call('signOut', nothing);
    expect(await isSignedIn(moved)).toBe(false);
  });
});

/** The same thing asked for twice at the same moment: one wins, and what is stored is one of the two. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toBase64Url } from '../../../src/wire/base64url.ts';
import { DevicesAnswer } from '../../../src/wire/http/devices.ts';
import { signInSignedBytes } from '../../../src/wire/http/sign-in.ts';
import { tableRange } from '../../../sync-server/store/account-keys.ts';
import { STORE_VERSIONS } from '../../support/server/stores.ts';
import type { Answer, Browser } from '../../support/service/browser.ts';
import { anotherDevice, claimBody, Member } from '../../support/service/member.ts';
import { ServiceServer } from '../../support/service/service-server.ts';

const outcomes = (answers: readonly Answer[]): string[] =>
  answers.map(({ status, body }) => (status === 200 ? 'done' : (body as { reason: string }).reason)).sort();

describe.each(STORE_VERSIONS)('at the same moment, with the store $name', ({ open }) => {
  let server: ServiceServer;
  let dispose: () => Promise<void>;
  let ann: Member;
  let browser: Browser;

  beforeEach(async () => {
    const opened = await open();
    dispose = opened.dispose;
    server = await ServiceServer.start({ store: opened.store });
    ann = new Member('ann');
    browser = server.browser();
    await ann.signUp(browser);
  });
  afterEach(async () => {
    await server.stop();
    await dispose();
  });

  it('one of two newer device lists is taken', async () => {
    const [phone, laptop] = [anotherDevice(), anotherDevice()];
    const lists = [phone, laptop].map((device) => ann.nextList([ann.device, device]));
    const answers = await Promise.all(
      lists.map(({ bytes }) => browser.route('changeDevices', { deviceList: toBase64Url(bytes) })),
    );
    expect(outcomes(answers)).toEqual(['done', 'stale-device-list']);
    const { deviceList, devices } = await browser.call('devices', DevicesAnswer);
    const winner = lists[answers.findIndex(({ status }) => status === 200)];
    expect(deviceList).toEqual(winner?.bytes);
    expect(devices.map(({ id }) => toBase64Url(id))).toEqual(winner?.devices);
  });

  it('a device is listed by one of two accounts', async () => {
    const bob = new Member('bob');
    const bobs = server.browser();
    await bob.signUp(bobs);
    const shared = anotherDevice();
    const answers = await Promise.all([
      browser.route('changeDevices', { deviceList: toBase64Url(ann.nextList([ann.device, shared]).bytes) }),
      bobs.route('changeDevices', { deviceList: toBase64Url(bob.nextList([bob.device, shared]).bytes) }),
    ]);
    expect(outcomes(answers)).toEqual(['done', 'key-taken']);
  });

  it.each([
    ['password', 'recovery'],
    ['recovery', 'password'],
  ] as const)('one of two changes of the %s holds', async (way, proof) => {
    const secrets = ['the first', 'the second'];
    const bodies = [];
    for (const secret of secrets) bodies.push(await ann.beginKeyChange(browser, proof, { [way]: secret }));
    const answers = await Promise.all(bodies.map((body) => browser.route('changeKeys', body)));
    // A new password renews the session that asked for it, so the other one may find itself signed out already.
    const lost = way === 'password' ? expect.toBeOneOf(['stale-bundle', 'not-signed-in']) : 'stale-bundle';
    expect(outcomes(answers)).toEqual(['done', lost]);
    const secret = secrets[answers.findIndex(({ status }) => status === 200)] ?? '';
    expect((await ann.signIn(server.browser(), { way, secret })).bundle.version).toBe(2);
  });

  it('a welcome is claimed once', async () => {
    const phone = anotherDevice();
    await ann.changeDevices(browser, [ann.device, phone], { welcome: phone });
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => server.browser().route('claimDevice', claimBody(phone, server.host))),
    );
    expect(outcomes(answers)).toEqual(['done', ...Array.from({ length: 4 }, () => 'no-welcome')]);
  });

  it('a sign-in is finished once', async () => {
    const { attempt, finish } = await ann.beginSignIn(server.browser());
    const body = { attempt: toBase64Url(attempt), finish };
    const answers = await Promise.all(Array.from({ length: 5 }, () => server.browser().route('signIn', body)));
    expect(outcomes(answers)).toEqual([...Array.from({ length: 4 }, () => 'attempt-expired'), 'done']);
  });

  it('a device that signs in twice keeps one session', async () => {
    const browsers = Array.from({ length: 5 }, () => server.browser());
    const bodies: object[] = [];
    for (const each of browsers) {
      const { attempt, finish } = await ann.beginSignIn(each);
      const signature = toBase64Url(ann.device.sign(signInSignedBytes(attempt, server.host)));
      bodies.push({ attempt: toBase64Url(attempt), finish, device: { id: ann.device.id, signature } });
    }
    const answers = await Promise.all(browsers.map((each, i) => each.route('signIn', bodies[i])));
    expect(outcomes(answers)).toEqual(Array.from({ length: 5 }, () => 'done'));
    const alive = await Promise.all(browsers.map((each) => each.route('session')));
    expect(alive.filter(({ status }) => status === 200).length).toBe(1);
    let sessions = 0;
    for await (const _entry of server.store.range(tableRange('session'))) sessions++;
    expect(sessions).toBe(1);
  });

  it('no session outlives a sign-out everywhere that it began before', async () => {
    for (let round = 0; round < 5; round++) {
      const [here, late] = [server.browser(), server.browser()];
      await ann.signIn(here);
      const { attempt, finish } = await ann.beginSignIn(late);
      const [out, signedIn] = await Promise.all([
        here.route('signOutEverywhere'),
        late.route('signIn', { attempt: toBase64Url(attempt), finish }),
      ]);
      expect([out.status, signedIn.status]).toEqual([200, 200]);
      expect((await here.route('session')).status).toBe(401);
      // The late one began either before, and is over, or after, and holds; a second one ends it in any case.
      await ann.signIn(here);
      await here.route('signOutEverywhere');
      expect((await late.route('session')).status).toBe(401);
    }
  });

  it('a removed device gets no session by refreshing', async () => {
    const [phone, onPhone] = [anotherDevice(), server.browser()];
    await ann.changeDevices(browser, [ann.device, phone], { welcome: phone });
    await ann.claim(onPhone, phone);
    await Promise.all([ann.changeDevices(browser, [ann.device]), onPhone.route('refresh')]);
    expect((await onPhone.route('session')).status).toBe(401);
    expect((await onPhone.route('refresh')).status).toBe(401);
  });
});

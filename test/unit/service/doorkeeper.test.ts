import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nothing } from '../../../src/wire/http/fields.ts';
import { ACCESS_TOKEN_MS } from '../../../sync-server/service/tokens.ts';
import { IN_TIME } from '../../support/patience.ts';
import type { TestClient } from '../../support/server/client.ts';
import { realClock } from '../../support/server/clock.ts';
import { makePerson } from '../../support/server/identities.ts';
import { epoch } from '../../support/server/records.ts';
import type { Browser } from '../../support/service/browser.ts';
import { expectEnded, reasonOfEnd } from '../../support/service/ended-sockets.ts';
import { anotherDevice, Member } from '../../support/service/member.ts';
import { ServiceServer } from '../../support/service/service-server.ts';
import { signedUp } from '../../support/service/signed-up.ts';

describe('sockets of accounts', IN_TIME, () => {
  let server: ServiceServer;
  let ann: Member;
  let browser: Browser;

  beforeEach(async () => {
    ({ server, ann, browser } = await signedUp());
  });
  afterEach(() => server.close());

  const welcomed = async (device = ann.device, from = browser): Promise<TestClient> => {
    const socket = await server.socket(device, from);
    await socket.next('welcome');
    return socket;
  };

  it('need the session of this device', async () => {
    await welcomed();
    expect(await reasonOfEnd(await server.socket(ann.device))).toBe('session-needed');
    const deviceless = server.browser();
    await ann.signIn(deviceless);
    expect(await reasonOfEnd(await server.socket(ann.device, deviceless))).toBe('session-needed');
    const bob = new Member('bob');
    const bobs = server.browser();
    await bob.signUp(bobs);
    expect(await reasonOfEnd(await server.socket(ann.device, bobs))).toBe('session-needed');
    expect(await reasonOfEnd(await server.socket(bob.device, browser))).toBe('session-needed');
  });

  it('of guests need none', async () => {
    const guest = makePerson('a guest with a room');
    const socket = await server.socket(guest.device);
    await socket.next('welcome');
    await socket.create(epoch(guest.device, { people: [{ person: guest, role: 'owner' }] }, 1));
    await welcomed(anotherDevice(), browser);
  });

  it('that are refused do not end the one that the device has', async () => {
    const socket = await welcomed();
    expect(await reasonOfEnd(await server.socket(ann.device))).toBe('session-needed');
    await socket.settle();
  });

  it('end within a second of signing out', async () => {
    const socket = await welcomed();
    const since = performance.now();
    await browser.call('signOut', nothing);
    await expectEnded(socket, 'session-needed', since);
    expect(await reasonOfEnd(await server.socket(ann.device, browser))).toBe('session-needed');
  });

  it('end within a second of signing out everywhere, those of others stay', async () => {
    const [phone, onPhone] = [anotherDevice(), server.browser()];
    await ann.changeDevices(browser, [ann.device, phone], { welcome: phone });
    await ann.claim(onPhone, phone);
    const bob = new Member('bob');
    const bobs = server.browser();
    await bob.signUp(bobs);
    const [one, other, bystander] = [
      await welcomed(),
      await welcomed(phone, onPhone),
      await welcomed(bob.device, bobs),
    ];
    const since = performance.now();
    await onPhone.call('signOutEverywhere', nothing);
    await Promise.all([expectEnded(one, 'session-needed', since), expectEnded(other, 'session-needed', since)]);
    await bystander.settle();
  });

  it('end for good within a second of the removal of their device', async () => {
    const [phone, onPhone] = [anotherDevice(), server.browser()];
    await ann.changeDevices(browser, [ann.device, phone], { welcome: phone });
    await ann.claim(onPhone, phone);
    const [kept, socket] = [await welcomed(), await welcomed(phone, onPhone)];
    const since = performance.now();
    await ann.changeDevices(browser, [ann.device]);
    await expectEnded(socket, 'device-revoked', since);
    expect(await reasonOfEnd(await server.socket(phone, onPhone))).toBe('device-revoked');
    expect(await reasonOfEnd(await server.socket(phone))).toBe('device-revoked');
    await kept.settle();
  });

  it('end with a new password, except on the device that set it', async () => {
    const [phone, onPhone] = [anotherDevice(), server.browser()];
    await ann.changeDevices(browser, [ann.device, phone], { welcome: phone });
    await ann.claim(onPhone, phone);
    const [kept, socket] = [await welcomed(), await welcomed(phone, onPhone)];
    const since = performance.now();
    await ann.changeKeys(browser, 'password', { password: 'a better one' });
    await expectEnded(socket, 'session-needed', since);
    await kept.settle();
  });

  it('end when their device signs in anew, whose session is another one then', async () => {
    const socket = await welcomed();
    const since = performance.now();
    const anew = server.browser();
    await ann.signIn(anew, { device: ann.device });
    await expectEnded(socket, 'session-needed', since);
    await welcomed(ann.device, anew);
  });

  it('end when a refresh token is reused', async () => {
    const thief = browser.copy();
    await browser.route('refresh');
    await browser.route('refresh');
    const socket = await welcomed();
    const since = performance.now();
    expect((await thief.route('refresh')).status).toBe(401);
    await expectEnded(socket, 'session-needed', since);
  });

  it('end when the device becomes an account’s: as a guest it needed no session', async () => {
    const bob = new Member('bob');
    const socket = await welcomed(bob.device, server.browser());
    const since = performance.now();
    await bob.signUp(server.browser());
    await expectEnded(socket, 'session-needed', since);
  });

  it('outlive the access token, not the session', async () => {
    await server.close();
    ({ server, ann, browser } = await signedUp({ settings: { sessionMs: 2_000 } }));
    const socket = await welcomed();
    await socket.settle();
    // The service's date is the test's; its timer runs on the real clock.
    server.now += 2_000;
    expect((await socket.next('ended', 3_000)).reason).toBe('session-needed');
  });

  it('are not let in by a token that has expired, and are by a refreshed one', async () => {
    server.now += ACCESS_TOKEN_MS;
    expect(await reasonOfEnd(await server.socket(ann.device, browser))).toBe('session-needed');
    await browser.route('refresh');
    await welcomed();
  });

  it('whose session ends while they are being greeted are not let in', async () => {
    const pending: TestClient[] = [];
    for (let i = 0; i < 10; i++) {
      const fresh = server.browser();
      await ann.signIn(fresh, { device: ann.device });
      const socket = server.dial(ann.device, { origin: server.origin, cookie: fresh.cookieHeader('/sync') });
      await Promise.all([socket.greet(server.host), fresh.route('signOut')]);
      pending.push(socket);
    }
    for (const socket of pending) expect(await reasonOfEnd(socket)).toMatch(/session-needed|replaced/);
  });

  it('cost the service no timer once the relay is closed', async () => {
    let timers = 0;
    const counting = {
      ...realClock,
      after: (ms: number, run: () => void) => {
        timers++;
        const cancel = realClock.after(ms, run);
        return () => {
          timers--;
          cancel();
        };
      },
    };
    await server.close();
    ({ server, ann, browser } = await signedUp({ clock: counting }));
    await welcomed();
    expect(timers).toBe(2);
    await server.stop();
    expect(timers).toBe(0);
    server = await ServiceServer.start();
  });
});

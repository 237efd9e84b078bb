/**
 * Changes of an account that a crash may cut off. Each is one request, made ready with all that goes before it, and a
 * judgement from outside, by what the service lets whoever holds the old or the new secrets do.
 */
import { expect } from 'vitest';
import { toBase64Url } from '../../../src/wire/base64url.ts';
import { DevicesAnswer } from '../../../src/wire/http/devices.ts';
import { TestClient } from '../server/client.ts';
import type { Device } from '../server/identities.ts';
import type { Answer, Browser } from '../service/browser.ts';
import { reasonOfEnd } from '../service/ended-sockets.ts';
import { anotherDevice, Member } from '../service/member.ts';

/** Before the change, or after it. */
export type State = 'old' | 'new';
export type Deed = {
  readonly what: string;
  /** Sends the request that changes the account. */
  readonly send: () => Promise<Answer>;
  /** Fails where the account is in neither state, or in both. */
  readonly judge: () => Promise<State>;
};
/** Makes a deed ready. `browser`: gives a profile that has never been there, from an address of its own. */
type Prepare = (name: string, browser: () => Browser) => Promise<Deed>;

export const DEEDS: readonly Prepare[] = [registration, passwordChange, revocation];

async function registration(name: string, browser: () => Browser): Promise<Deed> {
  const member = new Member(name);
  const body = await member.beginSignUp(browser());
  const judge = async (): Promise<State> => {
    if (!(await opens(member, browser))) {
      expect(await opens(member, browser, 'recovery'), 'the recovery code of nobody').toBe(false);
      // Name, identity, device and home are as free as before.
      await member.signUp(browser());
      return 'old';
    }
    const profile = browser();
    const answer = await member.signIn(profile, { device: member.device });
    expect(toBase64Url(answer.bundle.bytes)).toBe(body.bundle);
    expect(toBase64Url(answer.wrap)).toBe(body.password.wrap);
    expect(answer.device && toBase64Url(answer.device)).toBe(member.device.id);
    expect(toBase64Url((await member.signIn(browser(), { way: 'recovery' })).wrap)).toBe(body.recovery.wrap);
    const socket = await greeted(member.device, profile);
    await socket.next('welcome');
    await socket.open(member.home.room);
    await socket.at(member.home.room, 1);
    await socket.close();
    return 'new';
  };
  return { what: 'registration', send: () => browser().route('signUp', body), judge };
}

async function passwordChange(name: string, browser: () => Browser): Promise<Deed> {
  const member = new Member(name);
  const [own, other] = [browser(), browser()];
  await member.signUp(own);
  await member.signIn(other);
  const before = await member.signIn(browser());
  const next = `another password of ${name}`;
  const body = await member.beginKeyChange(own, 'password', { password: next });
  const judge = async (): Promise<State> => {
    const [byOld, byNew] = [await opens(member, browser), await opens(member, browser, 'password', next)];
    expect([byOld, byNew].filter(Boolean), 'one of the two passwords opens').toHaveLength(1);
    const answer = await member.signIn(browser(), byNew ? { secret: next } : {});
    const sealed = [answer.bundle.version, toBase64Url(answer.bundle.bytes), toBase64Url(answer.wrap)];
    const were = [before.bundle.version, toBase64Url(before.bundle.bytes), toBase64Url(before.wrap)];
    expect(sealed).toEqual(byNew ? [body.bundle.version, body.bundle.bytes, body.password?.wrap] : were);
    await member.signIn(browser(), { way: 'recovery' });
    const alive = await Promise.all([own, other].map(isSignedIn));
    expect(alive, 'the sessions that go on').toEqual([true, byOld]);
    return byNew ? 'new' : 'old';
  };
  return { what: 'password change', send: () => own.route('changeKeys', body), judge };
}

/** One device goes and another one comes, by one list. */
async function revocation(name: string, browser: () => Browser): Promise<Deed> {
  const member = new Member(name);
  const [own, onPhone, onLaptop] = [browser(), browser(), browser()];
  const [phone, laptop] = [anotherDevice(), anotherDevice()];
  await member.signUp(own);
  await member.changeDevices(own, [member.device, phone], { welcome: phone });
  await member.claim(onPhone, phone);
  const before = toBase64Url(member.list.bytes);
  const next = member.nextList([member.device, laptop]);
  const welcome = { device: laptop.id, bytes: toBase64Url(new Uint8Array(50)) };
  const body = { deviceList: toBase64Url(next.bytes), welcome };
  const judge = async (): Promise<State> => {
    const list = toBase64Url((await member.signIn(browser())).deviceList);
    expect([before, body.deviceList]).toContain(list);
    const isOld = list === before;
    expect(await isSignedIn(onPhone), 'the session of the device that goes').toBe(isOld);
    const socket = await greeted(phone, onPhone);
    if (isOld) await socket.next('welcome');
    else expect(await reasonOfEnd(socket)).toBe('device-revoked');
    await socket.close();
    const listed = (await own.call('devices', DevicesAnswer)).devices.map(({ id }) => toBase64Url(id)).sort();
    expect(listed).toEqual([member.device.id, isOld ? phone.id : laptop.id].sort());
    expect((await member.claim(onLaptop, laptop)).status, 'the device that comes').toBe(isOld ? 404 : 200);
    return isOld ? 'old' : 'new';
  };
  return { what: 'revocation', send: () => own.route('changeDevices', body), judge };
}

const isSignedIn = async (browser: Browser): Promise<boolean> => (await browser.route('session')).status === 200;

/** Whether a client that has this secret can open what the service answers for the name. */
async function opens(
  member: Member,
  browser: () => Browser,
  way: 'password' | 'recovery' = 'password',
  secret = member.secrets[way],
): Promise<boolean> {
  return (await member.beginSignIn(browser(), way, secret)).finish !== undefined;
}

/** A socket that has said hello with the browser's cookies. */
async function greeted(device: Device, browser: Browser): Promise<TestClient> {
  const { origin } = browser;
  const cookie = browser.cookieHeader('/sync');
  const socket = new TestClient(origin.replace('http', 'ws'), device, { origin, cookie });
  await socket.greet(new URL(origin).host);
  return socket;
}

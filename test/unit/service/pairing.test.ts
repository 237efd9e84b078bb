import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toBase64Url } from '../../../src/wire/base64url.ts';
import { decodeDeviceList, listingSignedBytes } from '../../../src/wire/device-list.ts';
import { MAX_PAIRING_MESSAGE_BYTES } from '../../../src/wire/http/limits.ts';
import { AnswerPairingAnswer } from '../../../src/wire/http/pairing.ts';
import { deviceId, ID_BYTES, type PrincipalId } from '../../../src/wire/ids.ts';
import { PAIRING_MS } from '../../../sync-server/service/pairings.ts';
import { MAX_PENDING } from '../../../sync-server/service/pending.ts';
import { realClock } from '../../support/server/clock.ts';
import type { Device } from '../../support/server/identities.ts';
import { accepted, type Browser } from '../../support/service/browser.ts';
import { anotherDevice, answerBody, claimAnswer, Member, noise } from '../../support/service/member.ts';
import { ServiceServer } from '../../support/service/service-server.ts';
import { contentsOf } from '../../support/service/store-contents.ts';

describe('pairing', () => {
  let server: ServiceServer;
  /** Milliseconds that pass at the service alone. */
  let passed: number;
  const clock = { ...realClock, now: () => passed };
  let ann: Member;
  let browser: Browser;
  let phone: Device;

  beforeEach(async () => {
    passed = 0;
    server = await ServiceServer.start({ clock });
    [ann, browser, phone] = [new Member('ann'), server.browser(), anotherDevice()];
    await ann.signUp(browser);
  });
  afterEach(() => server.close());

  /** What the device finds, with its listing for the principal if that is named. */
  async function answer(device: Device, principal?: PrincipalId): Promise<string | null> {
    const body = answerBody(device, server.host, principal);
    const { message } = accepted(AnswerPairingAnswer, await server.browser().route('answerPairing', body));
    return message && toBase64Url(message);
  }
  const reasonOf = async (sent: ReturnType<Browser['route']>): Promise<unknown> =>
    ((await sent).body as { reason?: string }).reason ?? 'accepted';
  const begin = (by: Browser, device: Device, message = noise(80)): ReturnType<Browser['route']> =>
    by.route('beginPairing', { device: device.id, message });
  const listingOf = (device: Device, member = ann): Uint8Array => device.sign(listingSignedBytes(member.person.id));

  async function someoneElse(): Promise<{ member: Member; browser: Browser }> {
    const [member, elsewhere] = [new Member('bob'), server.browser()];
    await member.signUp(elsewhere);
    return { member, browser: elsewhere };
  }

  it('[DL4] brings the new device’s listing to the old one, which lists it and lets it in', async () => {
    expect(await answer(phone)).toBeNull();
    const message = await ann.beginPairing(browser, phone);
    expect(await ann.lookPairing(browser, phone)).toBeNull();
    expect(await answer(phone)).toBe(message);
    expect(await ann.lookPairing(browser, phone)).toBeNull();
    expect(await answer(phone, ann.person.id)).toBe(message);
    const listing = await ann.lookPairing(browser, phone);
    expect(listing).toEqual(listingOf(phone));
    await ann.changeDevices(browser, [ann.device, phone], { welcome: phone });
    expect(decodeDeviceList(ann.list.bytes).list.listings).toContainEqual(listing);
    const onPhone = server.browser();
    expect(claimAnswer(await ann.claim(onPhone, phone)).deviceList).toEqual(ann.list.bytes);
    await (await server.socket(phone, onPhone)).next('welcome');
  });

  it('is over after ten minutes, however much it was used', async () => {
    const message = await ann.beginPairing(browser, phone);
    passed += PAIRING_MS - 1;
    expect(await answer(phone, ann.person.id)).toBe(message);
    expect(await ann.lookPairing(browser, phone)).not.toBeNull();
    passed += 1;
    expect(await answer(phone, ann.person.id)).toBeNull();
    expect(await ann.lookPairing(browser, phone)).toBeNull();
    expect(PAIRING_MS).toBe(10 * 60 * 1000);
  });

  it('is kept in memory alone: after a restart people begin again', async () => {
    const before = await contentsOf(server.store);
    await ann.beginPairing(browser, phone);
    await answer(phone, ann.person.id);
    expect(await contentsOf(server.store)).toBe(before);
    await server.stop();
    server = await ServiceServer.start({ store: server.store, clock });
    expect(await answer(phone)).toBeNull();
  });

  it('shows the listing to the account that began it and to no other', async () => {
    await ann.beginPairing(browser, phone);
    await answer(phone, ann.person.id);
    const bob = await someoneElse();
    expect(await bob.member.lookPairing(bob.browser, phone)).toBeNull();
    const laterAnn = server.browser();
    await ann.signIn(laterAnn);
    expect(await ann.lookPairing(laterAnn, phone)).toEqual(listingOf(phone));
    expect(await reasonOf(server.browser().route('lookPairing', { device: phone.id }))).toBe('not-signed-in');
  });

  it('gives a stranger without the device’s key nothing, and takes nothing from one', async () => {
    await ann.beginPairing(browser, phone);
    const asked = async (body: object) => (await server.browser().route('answerPairing', body)).body;
    const liar = { ...anotherDevice(), id: phone.id };
    expect(await asked(answerBody(liar, server.host))).toMatchObject({ reason: 'bad-signature' });
    expect(await asked(answerBody(liar, server.host, ann.person.id))).toMatchObject({ reason: 'bad-signature' });
    expect(await asked(answerBody(phone, 'evil.example'))).toMatchObject({ reason: 'bad-signature' });
    expect(await ann.lookPairing(browser, phone)).toBeNull();
    // Whether there is a message at all is not said either.
    const nobody = { ...anotherDevice(), id: anotherDevice().id };
    expect(await asked(answerBody(nobody, server.host))).toMatchObject({ reason: 'bad-signature' });
    expect(await answer(anotherDevice())).toBeNull();
  });

  it('is for devices that no account has, or ever had', async () => {
    const bob = await someoneElse();
    const removed = anotherDevice();
    await bob.member.changeDevices(bob.browser, [bob.member.device, removed]);
    await bob.member.changeDevices(bob.browser, [bob.member.device]);
    for (const device of [ann.device, bob.member.device, removed])
      expect(await reasonOf(begin(browser, device))).toBe('key-taken');
  });

  it('belongs to the first account until it is over', async () => {
    const message = await ann.beginPairing(browser, phone);
    const bob = await someoneElse();
    expect(await reasonOf(begin(bob.browser, phone))).toBe('key-taken');
    expect(await answer(phone)).toBe(message);
    passed += PAIRING_MS;
    const other = await bob.member.beginPairing(bob.browser, phone);
    expect(await answer(phone, bob.member.person.id)).toBe(other);
    expect(await bob.member.lookPairing(bob.browser, phone)).toEqual(listingOf(phone, bob.member));
    expect(await ann.lookPairing(browser, phone)).toBeNull();
  });

  it('begins anew with another message of the same account, and goes on with the same one', async () => {
    const message = await ann.beginPairing(browser, phone);
    await answer(phone, ann.person.id);
    await ann.beginPairing(browser, phone, message);
    expect(await ann.lookPairing(browser, phone)).toEqual(listingOf(phone));
    const other = await ann.beginPairing(browser, phone);
    expect(await ann.lookPairing(browser, phone)).toBeNull();
    expect(await answer(phone, ann.person.id)).toBe(other);
    expect(await ann.lookPairing(browser, phone)).toEqual(listingOf(phone));
  });

  it('keeps no listing where there is no message', async () => {
    expect(await answer(phone, ann.person.id)).toBeNull();
    await ann.beginPairing(browser, phone);
    expect(await ann.lookPairing(browser, phone)).toBeNull();
  });

  it('is begun by a listed device: a password alone is not enough', async () => {
    const fresh = server.browser();
    await ann.signIn(fresh);
    expect(await reasonOf(begin(fresh, phone))).toBe('not-signed-in');
    expect(await reasonOf(begin(server.browser(), phone))).toBe('not-signed-in');
    expect(await answer(phone)).toBeNull();
  });

  it('takes messages of 1 to 1,024 bytes', async () => {
    expect(MAX_PAIRING_MESSAGE_BYTES).toBe(1_024);
    const largest = await ann.beginPairing(browser, phone, noise(MAX_PAIRING_MESSAGE_BYTES));
    expect(await answer(phone)).toBe(largest);
    for (const length of [0, MAX_PAIRING_MESSAGE_BYTES + 1])
      expect(await reasonOf(begin(browser, phone, noise(length)))).toBe('malformed');
  });

  it('is bounded in number: the oldest goes first', async () => {
    const who = await server.service.sessions.whoIs(browser.cookies.get('__Host-sealroom')?.value);
    if (!who.ok) throw new Error('nobody is signed in');
    const message = await ann.beginPairing(browser, phone);
    const beginMany = async (count: number, from: number) => {
      for (let i = from; i < from + count; i++) {
        const key = new Uint8Array(ID_BYTES);
        new DataView(key.buffer).setUint32(0, i);
        await server.service.pairings.begin(who.value, { device: deviceId(key), message: Uint8Array.of(1) });
      }
    };
    await beginMany(MAX_PENDING - 1, 0);
    expect(await answer(phone)).toBe(message);
    await beginMany(1, MAX_PENDING);
    expect(await answer(phone)).toBeNull();
  });
});

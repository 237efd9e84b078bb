import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toBase64Url } from '../../../src/wire/base64url.ts';
import { addressGroup } from '../../../sync-server/service/address-group.ts';
import { ATTEMPT_WINDOW_MS, MAX_ATTEMPTS } from '../../../sync-server/service/attempts.ts';
import { sweep } from '../../../sync-server/service/sweeper.ts';
import { tableRange } from '../../../sync-server/store/account-keys.ts';
import { STORE_VERSIONS } from '../../support/server/stores.ts';
import type { Answer, Browser } from '../../support/service/browser.ts';
import { Member, noise } from '../../support/service/member.ts';
import { ServiceServer } from '../../support/service/service-server.ts';

const from = (server: ServiceServer, address: string): Browser => {
  const browser = server.browser();
  browser.headers = { 'x-forwarded-for': address };
  return browser;
};
const guess = async (browser: Browser, member: Member, name = member.name): Promise<number> => {
  const { attempt } = await member.beginSignIn(browser, 'password', 'a guess', name);
  return (await browser.route('signIn', { attempt: toBase64Url(attempt), finish: noise(64) })).status;
};
const begin = (browser: Browser, name: string): Promise<Answer> =>
  browser.route('beginSignIn', { name, way: 'password', request: noise(96) });

describe.each(STORE_VERSIONS)('attempts, with the store $name', ({ open }) => {
  let server: ServiceServer;
  let dispose: () => Promise<void>;
  let reopen: (() => Promise<ServiceServer['store']>) | null;
  let ann: Member;
  let nextAddress = 1;
  const anyone = () => from(server, `10.0.${nextAddress >> 8}.${nextAddress++ & 255}`);
  const useUp = async (name: string) => {
    for (let i = 0; i < MAX_ATTEMPTS; i++) await guess(anyone(), ann, name);
  };

  beforeEach(async () => {
    const opened = await open();
    dispose = opened.dispose;
    reopen = opened.reopen;
    server = await ServiceServer.start({ store: opened.store, trustedProxies: 1 });
    ann = new Member('ann');
    await ann.signUp(anyone());
  });
  afterEach(async () => {
    await server.stop();
    await dispose();
  });

  it.each(['ann', 'nobody'])('are ten for the name %s, from wherever they come', async (name) => {
    await useUp(name);
    const refused = await begin(anyone(), name);
    expect(refused.status).toBe(429);
    expect(refused.headers['retry-after']).toBe(String(ATTEMPT_WINDOW_MS / 1000));
    expect(refused.body).toMatchObject({ reason: 'too-many-attempts' });
    // Not even with the right password, and not by the other way in.
    await expect(ann.signIn(anyone(), { name, way: 'recovery' })).rejects.toMatchObject({
      reason: 'too-many-attempts',
    });
    server.now += ATTEMPT_WINDOW_MS;
    expect(await guess(anyone(), ann, name)).toBe(403);
  });

  it('are ten from an address, whatever the names; an IPv6 address counts with its neighbours', async () => {
    const spray = async (addressOf: (i: number) => string) => {
      for (let i = 0; i < MAX_ATTEMPTS; i++) await guess(from(server, addressOf(i)), ann, `name${i}`);
    };
    await spray(() => '192.0.2.1');
    expect((await begin(from(server, '192.0.2.1'), 'other')).status).toBe(429);
    expect((await begin(from(server, '192.0.2.2'), 'other')).status).not.toBe(429);
    server.now += ATTEMPT_WINDOW_MS;
    await spray((i) => `2001:db8:1:2:${i}::1`);
    expect((await begin(from(server, '2001:db8:1:2:ffff::9'), 'other')).status).toBe(429);
    expect((await begin(from(server, '2001:db8:1:3::1'), 'other')).status).not.toBe(429);
  });

  it('are given back when they succeed', async () => {
    const browser = from(server, '192.0.2.7');
    for (let i = 0; i < 2 * MAX_ATTEMPTS; i++) await ann.signIn(browser);
    for (let i = 0; i < MAX_ATTEMPTS - 1; i++) expect(await guess(browser, ann)).toBe(403);
    await ann.signIn(browser);
    await ann.signIn(browser);
    expect(await guess(browser, ann)).toBe(403);
    await expect(ann.signIn(browser)).rejects.toMatchObject({ reason: 'too-many-attempts' });
  });

  it('count for changes of keys too', async () => {
    const browser = anyone();
    await ann.signIn(browser);
    for (let i = 0; i < MAX_ATTEMPTS; i++) {
      const body = await ann.beginKeyChange(browser, 'password', { password: 'mine' }, 'a guess');
      expect((await browser.route('changeKeys', body)).status).toBe(403);
    }
    await expect(ann.beginKeyChange(browser, 'password', { password: 'mine' })).rejects.toMatchObject({
      reason: 'too-many-attempts',
    });
  });

  it('are never more than ten, however many come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => begin(anyone(), 'nobody')));
    const taken = answers.filter(({ status }) => status !== 429 && status !== 503).length;
    expect(taken).toBe(MAX_ATTEMPTS);
  });

  it('survive a restart', async () => {
    await useUp('ann');
    await server.stop();
    server = await ServiceServer.start({ store: reopen ? await reopen() : server.store, trustedProxies: 1 });
    expect((await begin(anyone(), 'ann')).status).toBe(429);
  });

  it('lock nobody out for long when the clock is set back, nor for nothing when it was ahead', async () => {
    await useUp('ann');
    server.now -= ATTEMPT_WINDOW_MS - 1;
    expect((await begin(anyone(), 'ann')).status).toBe(429);
    server.now -= 1;
    expect((await begin(anyone(), 'ann')).status).not.toBe(429);
  });

  it('leave nothing behind', async () => {
    const count = async () => {
      let entries = 0;
      for await (const _entry of server.store.range(tableRange('attempt'))) entries++;
      return entries;
    };
    for (let i = 0; i < 5; i++) await begin(anyone(), `name${i}`);
    expect(await count()).toBeGreaterThanOrEqual(10);
    const context = { store: server.store, date: () => server.now };
    await sweep(context);
    expect(await count()).toBeGreaterThanOrEqual(10);
    server.now += ATTEMPT_WINDOW_MS;
    await sweep(context);
    expect(await count()).toBe(0);
  });

  it('keep neither names nor addresses', async () => {
    await begin(from(server, '192.0.2.44'), 'somebody.special');
    for await (const { key, value } of server.store.range(tableRange('attempt'))) {
      const text = Buffer.concat([key, value]).toString('latin1');
      expect(text).not.toContain('somebody');
      expect(text).not.toContain('192.0.2');
    }
  });
});

describe('the address of a client', () => {
  it('is that of the connection unless a proxy is trusted', async () => {
    const server = await ServiceServer.start();
    const ann = new Member('ann');
    for (let i = 0; i < MAX_ATTEMPTS; i++) await guess(from(server, `192.0.2.${i}`), ann, `name${i}`);
    expect((await begin(from(server, '192.0.2.99'), 'other')).status).toBe(429);
    await server.close();
  });

  it('is the last that the trusted proxy has seen, whatever the client wrote before it', async () => {
    const server = await ServiceServer.start({ trustedProxies: 1 });
    const ann = new Member('ann');
    for (let i = 0; i < MAX_ATTEMPTS; i++) await guess(from(server, `198.51.100.${i}, 192.0.2.1`), ann, `name${i}`);
    expect((await begin(from(server, '198.51.100.99, 192.0.2.1'), 'other')).status).toBe(429);
    await server.close();
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:0201', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:DB8:0:0:ffff::', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4::/64'],
    ['elsewhere', 'unknown'],
    ['', 'unknown'],
    [undefined, 'unknown'],
  ])('%s counts as %s', (address, group) => {
    expect(addressGroup(address)).toBe(group);
  });

  it('counts all addresses of a /64 as one, and no two /64 as one', () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.ipV6(), (a, b) => {
        expect(addressGroup(a)).toMatch(/^([0-9a-f]{1,4}:){4}:\/64$|^\d+\.\d+\.\d+\.\d+$/);
        const groups = [a, b].map((address) => new URL(`http://[${address.split('%')[0]}]`).hostname);
        if (groups[0] === groups[1]) expect(addressGroup(a)).toBe(addressGroup(b));
      }),
    );
  });
});

describe('sign-ups', () => {
  it('are bounded for an address, and not given back', async () => {
    const server = await ServiceServer.start({ settings: { signUpsPerAddress: 3 } });
    for (let i = 0; i < 3; i++) await new Member(`member${i}`).signUp(server.browser());
    await expect(new Member('late').signUp(server.browser())).rejects.toMatchObject({ reason: 'too-many-attempts' });
    server.now += ATTEMPT_WINDOW_MS;
    await new Member('late').signUp(server.browser());
    await server.close();
  });
});

describe('lookups of people', () => {
  it('are sixty for an account, whatever the answers, and not given back', async () => {
    const server = await ServiceServer.start();
    const [anns, bobs] = [server.browser(), server.browser()];
    await new Member('ann').signUp(anns);
    await new Member('bob').signUp(bobs);
    const lookUp = (browser: Browser, name: string) => browser.send('GET', `/api/people/${name}`);
    for (let i = 0; i < 30; i++) {
      expect((await lookUp(anns, 'bob')).status).toBe(200);
      expect((await lookUp(anns, `nobody${i}`)).status).toBe(404);
    }
    const refused = await lookUp(anns, 'bob');
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ reason: 'too-many-attempts' });
    expect(refused.headers['retry-after']).toBe(String(ATTEMPT_WINDOW_MS / 1000));
    expect((await lookUp(bobs, 'ann')).status).toBe(200);
    server.now += ATTEMPT_WINDOW_MS;
    await anns.route('refresh');
    expect((await lookUp(anns, 'bob')).status).toBe(200);
    await server.close();
  });

  it('are as many as the setting says', async () => {
    const server = await ServiceServer.start({ settings: { lookupsPerAccount: 2 } });
    const ann = new Member('ann');
    const [phone, laptop] = [server.browser(), server.browser()];
    await ann.signUp(phone);
    await ann.signIn(laptop);
    const statuses = [];
    for (const browser of [phone, laptop, phone, laptop])
      statuses.push((await browser.send('GET', '/api/people/ann')).status);
    // However many sessions it has.
    expect(statuses).toEqual([200, 200, 429, 429]);
    await server.close();
  });
});

describe('a name that nobody has', () => {
  let server: ServiceServer;
  beforeEach(async () => {
    server = await ServiceServer.start({ trustedProxies: 1 });
    await new Member('ann').signUp(server.browser());
  });
  afterEach(() => server.close());

  const shape = ({ status, body, headers, text }: Answer) => ({
    status,
    length: text.length,
    fields: Object.entries(body as Record<string, string>).map(([key, value]) => [key, value.length]),
    headers: Object.keys(headers).sort(),
    cookies: headers['set-cookie'],
  });

  it.each(['password', 'recovery'])('looks like one that somebody has, by the %s', async (way) => {
    const ann = new Member('ann');
    const answersFor = async (name: string) => {
      const browser = from(server, `10.1.0.${name.length}`);
      const begun = await browser.route('beginSignIn', { name, way, request: (await login(ann)).request });
      const { attempt } = begun.body as { attempt: string };
      const finished = await browser.route('signIn', { attempt, finish: noise(64) });
      return [shape(begun), shape(finished)];
    };
    const [known, unknown, reserved] = [await answersFor('ann'), await answersFor('nobody'), await answersFor('admin')];
    expect(unknown).toEqual(known);
    expect(reserved).toEqual(known);
    expect(known[0]?.status).toBe(200);
    expect(known[1]?.status).toBe(403);
  });

  it('is answered under the same key each time, as one that somebody has is', async () => {
    // OPAQUE's answer begins with the evaluated request: the same request and key give the same 32 bytes.
    const { request } = await login(new Member('ann'));
    const evaluated = async (name: string) => {
      const { body } = await from(server, '10.2.0.1').route('beginSignIn', { name, way: 'password', request });
      return (body as { response: string }).response.slice(0, 42);
    };
    for (const name of ['ann', 'nobody', 'nobody2']) expect(await evaluated(name)).toBe(await evaluated(name));
    expect(await evaluated('nobody')).not.toBe(await evaluated('nobody2'));
  });
});

async function login(_member: Member): Promise<{ request: string }> {
  const { client } = await import('@serenity-kit/opaque');
  return { request: client.startLogin({ password: 'anything' }).startLoginRequest };
}

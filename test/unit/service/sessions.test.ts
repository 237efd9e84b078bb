import fc from 'fast-check';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toBase64Url } from '../../../src/wire/base64url.ts';
import { nothing } from '../../../src/wire/http/fields.ts';
import { SessionAnswer } from '../../../src/wire/http/session.ts';
import { ACCESS_COOKIE } from '../../../sync-server/http/cookies.ts';
import { MAX_SESSIONS_PER_ACCOUNT } from '../../../sync-server/service/session-opening.ts';
import { REFRESH_GRACE_MS } from '../../../sync-server/service/sessions.ts';
import { loadSetup } from '../../../sync-server/service/setup.ts';
import { ACCESS_TOKEN_MS } from '../../../sync-server/service/tokens.ts';
import { sessionIdOf, tableRange } from '../../../sync-server/store/account-keys.ts';
import type { Entry } from '../../../sync-server/store/store.ts';
import { type Browser, isSignedIn } from '../../support/service/browser.ts';
import { anotherDevice, Member } from '../../support/service/member.ts';
import { HOUR_MS, type ServiceServer } from '../../support/service/service-server.ts';
import { signedUp } from '../../support/service/signed-up.ts';

const refreshes = async (browser: Browser): Promise<boolean> => (await browser.route('refresh')).status === 200;

async function sessionsIn({ store }: ServiceServer): Promise<Entry[]> {
  const found: Entry[] = [];
  for await (const entry of store.range(tableRange('session'))) found.push(entry);
  return found;
}

describe('sessions', () => {
  let server: ServiceServer;
  let ann: Member;
  let browser: Browser;

  beforeEach(async () => {
    ({ server, ann, browser } = await signedUp());
  });
  afterEach(() => server.close());

  it('need a new access token every ten minutes', async () => {
    server.now += ACCESS_TOKEN_MS - 1_000;
    expect(await isSignedIn(browser)).toBe(true);
    server.now += 1_000;
    expect(await isSignedIn(browser)).toBe(false);
    expect(await refreshes(browser)).toBe(true);
    expect(await isSignedIn(browser)).toBe(true);
  });

  it('rotate the refresh token at each use', async () => {
    const tokens = new Set<string>();
    for (let i = 0; i < 5; i++) {
      tokens.add(browser.cookies.get('__Secure-sealroom-refresh')?.value ?? '');
      expect(await refreshes(browser)).toBe(true);
      server.now += ACCESS_TOKEN_MS;
    }
    expect(tokens.size).toBe(5);
  });

  it('give two tabs that refresh at once the same token, and whoever lost the answer too', async () => {
    const tab = browser.copy();
    const before = browser.copy();
    expect(await Promise.all([refreshes(browser), refreshes(tab)])).toEqual([true, true]);
    const [one, other] = [browser, tab].map(({ cookies }) => cookies.get('__Secure-sealroom-refresh')?.value);
    expect(one).toBe(other);
    server.now += REFRESH_GRACE_MS;
    expect(await refreshes(before)).toBe(true);
    expect(before.cookies.get('__Secure-sealroom-refresh')?.value).toBe(one);
    expect(await refreshes(browser)).toBe(true);
  });

  it('end when a token is used again later: somebody else has a copy', async () => {
    const thief = browser.copy();
    expect(await refreshes(browser)).toBe(true);
    server.now += REFRESH_GRACE_MS + 1;
    expect(await refreshes(thief)).toBe(false);
    expect(thief.cookies.size).toBe(0);
    expect([await isSignedIn(browser), await refreshes(browser)]).toEqual([false, false]);
  });

  it('end when a token from before the last one is used, however soon', async () => {
    const thief = browser.copy();
    expect(await refreshes(browser)).toBe(true);
    expect(await refreshes(browser)).toBe(true);
    expect(await refreshes(thief)).toBe(false);
    expect(await isSignedIn(browser)).toBe(false);
  });

  it('end after their hours, however much they are used', async () => {
    for (let hour = 0; hour < 23; hour++) {
      server.now += HOUR_MS;
      expect(await refreshes(browser)).toBe(true);
    }
    server.now += HOUR_MS - 1_000;
    expect(await refreshes(browser)).toBe(true);
    server.now += 1_000;
    expect([await isSignedIn(browser), await refreshes(browser)]).toEqual([false, false]);
  });

  it('end by signing out, here alone', async () => {
    const other = server.browser();
    await ann.signIn(other);
    const kept = browser.copy();
    await browser.call('signOut', nothing);
    expect(browser.cookies.size).toBe(0);
    expect([await isSignedIn(kept), await refreshes(kept), await isSignedIn(other)]).toEqual([false, false, true]);
  });

  it('end by signing out everywhere, also those that are just being made', async () => {
    const [other, late] = [server.browser(), server.browser()];
    await ann.signIn(other, { way: 'recovery' });
    const bob = new Member('bob');
    const bystander = server.browser();
    await bob.signUp(bystander);
    const [, answer] = await Promise.all([
      browser.call('signOutEverywhere', nothing),
      ann.signIn(late).then(
        () => 'signed in',
        () => 'refused',
      ),
    ]);
    expect([await isSignedIn(browser), await isSignedIn(other), await isSignedIn(bystander)]).toEqual([
      false,
      false,
      true,
    ]);
    // Whoever came after it has a session of the new generation.
    expect(answer).toBe('signed in');
    await ann.signIn(server.browser());
  });

  it('count only while their device is listed, also one that was just being made', async () => {
    const before = await sessionsIn(server);
    await ann.changeDevices(browser, [anotherDevice()]);
    expect(await sessionsIn(server)).toEqual([]);
    // As if the sign-in of the device had reached the disk right after.
    await server.store.commit([], before);
    expect([await isSignedIn(browser), await refreshes(browser)]).toEqual([false, false]);
  });

  it('are not to be had with a copied database, the server’s own keys included', async () => {
    const { tokenKey } = await loadSetup(server.store, () => new Uint8Array());
    const [stored] = await sessionsIn(server);
    const { account } = await browser.call('session', SessionAnswer);
    // As the server makes them, and with what it has stored.
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience('sealroom')
      .setSubject(account)
      .setJti(toBase64Url(sessionIdOf(stored!.key)))
      .setExpirationTime(Math.floor((server.now + ACCESS_TOKEN_MS) / 1000))
      .sign(tokenKey);
    const cookie = `${ACCESS_COOKIE}=${token}`;
    expect((await server.browser().route('session', undefined, { cookie })).status).toBe(401);
  });

  it('are bounded in number, the oldest goes first', async () => {
    const oldest = server.browser();
    await ann.signIn(oldest);
    const second = server.browser();
    server.now += 1;
    await ann.signIn(second);
    for (let i = 0; i < MAX_SESSIONS_PER_ACCOUNT - 3; i++) {
      server.now += 1;
      await ann.signIn(server.browser());
    }
    expect([await isSignedIn(browser), await isSignedIn(oldest)]).toEqual([true, true]);
    server.now += 1;
    await ann.signIn(server.browser());
    await ann.signIn(server.browser());
    expect([await isSignedIn(browser), await isSignedIn(oldest), await isSignedIn(second)]).toEqual([
      false,
      false,
      true,
    ]);
  }, 120_000);

  it('follow a model of refreshing, stealing, waiting and signing out', async () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('refresh' as const), who: fc.nat({ max: 2 }) }),
      fc.record({ type: fc.constant('copy' as const), from: fc.nat({ max: 2 }), to: fc.nat({ max: 2 }) }),
      fc.record({ type: fc.constant('wait' as const), ms: fc.constantFrom(1_000, REFRESH_GRACE_MS + 1, HOUR_MS) }),
      fc.record({ type: fc.constant('sign-out' as const), who: fc.nat({ max: 2 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const first = server.browser();
        await ann.signIn(first);
        const begun = server.now;
        // The model: tokens are numbered; `current` counts, the one before it for the grace.
        const model = { alive: true, current: 1, replacedAt: 0 };
        const holders = [
          { browser: first, token: 1 },
          { browser: first.copy(), token: 1 },
          { browser: first.copy(), token: 1 },
        ];
        for (const action of steps) {
          if (action.type === 'wait') server.now += action.ms;
          if (action.type === 'copy') {
            const { browser: from, token } = holders[action.from]!;
            holders[action.to] = { browser: from.copy(), token };
          }
          if (action.type === 'refresh') {
            const holder = holders[action.who]!;
            if (holder.browser.cookies.size === 0) continue;
            const isInGrace = holder.token === model.current - 1 && server.now - model.replacedAt <= REFRESH_GRACE_MS;
            const holds = model.alive && server.now < begun + 24 * HOUR_MS;
            const accepted = holds && (holder.token === model.current || isInGrace);
            expect(await refreshes(holder.browser)).toBe(accepted);
            if (accepted && holder.token === model.current) {
              model.current++;
              model.replacedAt = server.now;
            }
            if (accepted) holder.token = model.current;
            else if (holds) model.alive = false;
          }
          if (action.type === 'sign-out') {
            const holder = holders[action.who]!;
            const { status } = await holder.browser.route('signOut');
            if (status === 200) model.alive = false;
          }
        }
        if (!model.alive) for (const holder of holders) expect(await isSignedIn(holder.browser)).toBe(false);
        server.now += 1;
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});

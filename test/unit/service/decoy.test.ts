import { expect, it } from 'vitest';
import { toBase64Url } from '../../../src/wire/base64url.ts';
import { encodeAccount, readAccount } from '../../../sync-server/service/account-record.ts';
import { readDecoy } from '../../../sync-server/service/decoy.ts';
import { createMemoryStore } from '../../../sync-server/store/memory-store.ts';
import type { Store } from '../../../sync-server/store/store.ts';
import { Member, noise } from '../../support/service/member.ts';
import { ServiceServer } from '../../support/service/service-server.ts';
import { signedUp } from '../../support/service/signed-up.ts';

/** What is asked of the store, in its order. */
function watched(store: Store): { readonly store: Store; readonly asked: string[] } {
  const asked: string[] = [];
  const watch = new Proxy(store, {
    get: (target, name: keyof Store) => {
      const value = target[name];
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        asked.push(name);
        return Reflect.apply(value, target, args);
      };
    },
  });
  return { store: watch, asked };
}

it('a name that nobody has costs the reads and writes of one that somebody has', async () => {
  const { store, asked } = watched(createMemoryStore());
  const { server } = await signedUp({ store });
  const askedFor = async (name: string) => {
    asked.length = 0;
    const browser = server.browser();
    const { attempt } = await new Member(name).beginSignIn(browser, 'password', 'a guess');
    await browser.route('signIn', { attempt: toBase64Url(attempt), finish: noise(64) });
    return [...asked];
  };
  const known = await askedFor('ann');
  expect(known).toContain('commit');
  expect(await askedFor('bob')).toEqual(known);
  await server.close();
});

it('the decoy stays the same, and is as large as an account with one device', async () => {
  const { server, ann } = await signedUp();
  const decoy = await readDecoy(server.store);
  const { account } = await ann.signIn(server.browser());
  const stored = await readAccount(server.store, account);
  expect(Math.abs(encodeAccount(decoy).length - (stored?.value.length ?? 0))).toBeLessThan(32);
  await server.stop();
  const again = await ServiceServer.start({ store: server.store });
  expect(await readDecoy(again.store)).toEqual(decoy);
  await again.close();
});

import { describe, expect, it } from 'vitest';
import { toBase64Url } from '../../../src/wire/base64url.ts';
import { createMemoryStore } from '../../../sync-server/store/memory-store.ts';
import type { Store } from '../../../sync-server/store/store.ts';
import { type FailingStore, makeFailingStore } from '../../support/server/failing-store.ts';
import type { Answer, Browser } from '../../support/service/browser.ts';
import { anotherDevice, Member, noise } from '../../support/service/member.ts';
import { ServiceServer } from '../../support/service/service-server.ts';
import { contentsOf } from '../../support/service/store-contents.ts';

type Scene = {
  readonly server: ServiceServer;
  readonly store: FailingStore;
  readonly ann: Member;
  readonly browser: Browser;
  /** The commits that the step makes go through these, in order. */
  readonly commits: () => number;
};
/** Prepares everything that goes before, and returns the request whose commit fails. */
type Step = {
  readonly name: string;
  /** Commits before the one that changes something: attempts that are given back. */
  readonly before: number;
  readonly prepare: (scene: Scene) => Promise<() => Promise<Answer>>;
};

const STEPS: readonly Step[] = [
  {
    name: 'a sign-up',
    before: 0,
    prepare: async ({ server }) => {
      const bob = new Member('bob');
      const browser = server.browser();
      const body = await bob.beginSignUp(browser);
      return () => browser.route('signUp', body);
    },
  },
  {
    name: 'a sign-in',
    before: 1,
    prepare: async ({ server, ann }) => {
      const browser = server.browser();
      const { attempt, finish } = await ann.beginSignIn(browser);
      return () => browser.route('signIn', { attempt: toBase64Url(attempt), finish });
    },
  },
  {
    name: 'a change of password',
    before: 1,
    prepare: async ({ ann, browser }) => {
      const body = await ann.beginKeyChange(browser, 'recovery', { password: 'new', recovery: 'new code' });
      return () => browser.route('changeKeys', body);
    },
  },
  {
    name: 'a device added and another removed',
    before: 0,
    prepare: async ({ server, ann, browser }) => {
      const [phone, tablet, laptop] = [anotherDevice(), anotherDevice(), anotherDevice()];
      await ann.changeDevices(browser, [ann.device, phone, tablet], { welcome: phone });
      await ann.claim(server.browser(), phone);
      const body = {
        deviceList: toBase64Url(ann.nextList([ann.device, tablet, laptop]).bytes),
        welcome: { device: laptop.id, bytes: noise(50) },
      };
      return () => browser.route('changeDevices', body);
    },
  },
  {
    name: 'a welcome claimed',
    before: 0,
    prepare: async ({ server, ann, browser }) => {
      const phone = anotherDevice();
      await ann.changeDevices(browser, [ann.device, phone], { welcome: phone });
      return () => ann.claim(server.browser(), phone);
    },
  },
  {
    name: 'a refresh',
    before: 0,
    prepare:
      async ({ browser }) =>
      () =>
        browser.route('refresh'),
  },
  {
    name: 'a sign-out',
    before: 0,
    prepare:
      async ({ browser }) =>
      () =>
        browser.route('signOut'),
  },
  {
    name: 'a sign-out everywhere',
    before: 0,
    prepare:
      async ({ browser }) =>
      () =>
        browser.route('signOutEverywhere'),
  },
];

/** Fails the commit after `passing` others, counted from when it is armed. */
function withTrap(store: FailingStore) {
  let passing: number | null = null;
  let written = false;
  let commits = 0;
  const trapped: Store = {
    ...store,
    commit: (checks, writes) => {
      commits++;
      if (passing !== null && passing-- === 0) {
        passing = null;
        store.failNext(written);
      }
      return store.commit(checks, writes);
    },
  };
  return {
    trapped,
    commits: () => commits,
    arm: (after: number, isWritten: boolean) => {
      passing = after;
      written = isWritten;
    },
  };
}

describe.each(STEPS)('a disk that fails in the middle of $name', ({ before, prepare }) => {
  async function scene() {
    const inner = createMemoryStore();
    const store = makeFailingStore(inner);
    const trap = withTrap(store);
    const server = await ServiceServer.start({ store: trap.trapped });
    const ann = new Member('ann');
    const browser = server.browser();
    await ann.signUp(browser);
    const run = await prepare({ server, store, ann, browser, commits: trap.commits });
    return { inner, store, trap, server, run };
  }

  it('makes one commit of it', async () => {
    const { trap, server, run } = await scene();
    const counted = trap.commits();
    expect((await run()).status).toBe(200);
    expect(trap.commits() - counted).toBe(before + 1);
    await server.close();
  });

  it.each([false, true])('leaves the old state or the new one (written: %s), and says so', async (written) => {
    const { inner, store, trap, server, run } = await scene();
    const old = await contentsOf(inner);
    trap.arm(before, written);
    const answer = await run();
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ reason: 'storage-failed' });
    expect(answer.headers['set-cookie']).toBeUndefined();
    const now = await contentsOf(inner);
    // Given back attempts are a change of their own.
    if (before === 0) expect(now === old).toBe(!written);
    expect(server.lines.some(({ message }) => message === 'a request failed')).toBe(true);
    store.reopen();
    await server.close();
  });
});

describe('a setup that two servers make at once', () => {
  it('is made once', async () => {
    const { loadSetup } = await import('../../../sync-server/service/setup.ts');
    const store = createMemoryStore();
    const random = (length: number) => new Uint8Array(length).map(() => Math.floor(Math.random() * 256));
    const setups = await Promise.all([loadSetup(store, random), loadSetup(store, random)]);
    expect(setups[0].opaque).toEqual(setups[1].opaque);
    expect(setups[0].tokenKey).toEqual(setups[1].tokenKey);
    expect((await loadSetup(store, random)).refreshKey).toEqual(setups[0].refreshKey);
  });
});

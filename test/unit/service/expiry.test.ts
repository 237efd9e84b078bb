import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { MAX_PENDING, Pending } from '../../../sync-server/service/pending.ts';
import { SIGN_IN_MS } from '../../../sync-server/service/sign-in.ts';
import { SWEEP_EVERY_MS, startSweeping, sweep } from '../../../sync-server/service/sweeper.ts';
import { tableRange } from '../../../sync-server/store/account-keys.ts';
import { createMemoryStore } from '../../../sync-server/store/memory-store.ts';
import type { Store } from '../../../sync-server/store/store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { makeFailingStore } from '../../support/server/failing-store.ts';
import { anotherDevice, Member } from '../../support/service/member.ts';
import { HOUR_MS, ServiceServer } from '../../support/service/service-server.ts';

const idOf = (n: number): Uint8Array => Uint8Array.of(n >>> 16, n >>> 8, n);

describe('what waits for its second request', () => {
  it('is taken once', () => {
    const pending = new Pending<string>(() => 0, 1_000);
    pending.add(idOf(1), 'one');
    expect([pending.take(idOf(2)), pending.take(idOf(1)), pending.take(idOf(1))]).toEqual([
      undefined,
      'one',
      undefined,
    ]);
  });

  it('expires', () => {
    let now = 0;
    const pending = new Pending<string>(() => now, SIGN_IN_MS);
    pending.add(idOf(1), 'one');
    pending.add(idOf(2), 'two');
    now = SIGN_IN_MS - 1;
    expect(pending.take(idOf(1))).toBe('one');
    now = SIGN_IN_MS;
    expect(pending.take(idOf(2))).toBeUndefined();
  });

  it('may be found as often as one likes until then, which does not keep it for longer', () => {
    let now = 0;
    const pending = new Pending<string>(() => now, 1_000);
    pending.add(idOf(1), 'one');
    now = 999;
    expect([pending.find(idOf(1)), pending.find(idOf(1)), pending.find(idOf(2))]).toEqual(['one', 'one', undefined]);
    now = 1_000;
    expect(pending.find(idOf(1))).toBeUndefined();
  });

  it('waits anew when it is replaced', () => {
    let now = 0;
    const pending = new Pending<number>(() => now, 1_000);
    for (let i = 0; i < MAX_PENDING; i++) pending.add(idOf(i), i);
    now = 500;
    pending.add(idOf(0), -1);
    expect(pending.find(idOf(1))).toBe(1);
    pending.add(idOf(MAX_PENDING), MAX_PENDING);
    expect([pending.find(idOf(0)), pending.find(idOf(1))]).toEqual([-1, undefined]);
    now = 1_000;
    expect([pending.find(idOf(0)), pending.find(idOf(2))]).toEqual([-1, undefined]);
  });

  it('is bounded in number: the oldest goes first', () => {
    const pending = new Pending<number>(() => 0, 1_000);
    for (let i = 0; i <= MAX_PENDING; i++) pending.add(idOf(i), i);
    expect([pending.take(idOf(0)), pending.take(idOf(1)), pending.take(idOf(MAX_PENDING))]).toEqual([
      undefined,
      1,
      MAX_PENDING,
    ]);
  });
});

async function countIn(store: Store, table: 'session' | 'welcome'): Promise<number> {
  let count = 0;
  for await (const _entry of store.range(tableRange(table))) count++;
  return count;
}

describe('the sweep', () => {
  it('takes sessions that are over and welcomes that nobody came for, and nothing else', async () => {
    const server = await ServiceServer.start();
    const { store } = server;
    const ann = new Member('ann');
    const browser = server.browser();
    await ann.signUp(browser);
    const phone = anotherDevice();
    await ann.changeDevices(browser, [ann.device, phone], { welcome: phone });
    // More than one page.
    server.now += 12 * HOUR_MS;
    for (let i = 0; i < 3; i++) {
      const member = new Member(`member${i}`);
      await member.signUp(server.browser());
      for (let j = 0; j < 100; j++) await member.signIn(server.browser());
    }
    const context = { store, date: () => server.now };
    expect([await countIn(store, 'session'), await countIn(store, 'welcome')]).toEqual([304, 1]);
    await sweep(context);
    expect([await countIn(store, 'session'), await countIn(store, 'welcome')]).toEqual([304, 0]);
    server.now += 12 * HOUR_MS;
    await sweep(context);
    expect(await countIn(store, 'session')).toBe(303);
    server.now += 12 * HOUR_MS;
    await sweep(context);
    expect(await countIn(store, 'session')).toBe(0);
    await server.close();
  }, 120_000);

  it('comes again after the disk has failed, until it is stopped', async () => {
    const clock = new ManualClock();
    const store = makeFailingStore(createMemoryStore());
    const pass = async (ms: number) => {
      clock.advance(ms);
      await setImmediate();
    };
    const lines: string[] = [];
    const line = (_fields: object, message: string) => void lines.push(message);
    let sweeps = 0;
    const counting: Store = {
      ...store,
      range: (range) => {
        sweeps++;
        return store.range(range);
      },
    };
    store.failNext();
    await store.commit([], []).catch(() => undefined);
    const log = { info: line, warn: line, error: line };
    const stop = startSweeping({ store: counting, date: () => 0, clock }, log);
    await pass(SWEEP_EVERY_MS);
    expect(lines).toEqual(['what has expired could not be removed; it is tried again']);
    store.reopen();
    await pass(SWEEP_EVERY_MS);
    expect(sweeps).toBeGreaterThan(1);
    await stop();
    const before = sweeps;
    await pass(10 * SWEEP_EVERY_MS);
    expect(sweeps).toBe(before);
  });
});

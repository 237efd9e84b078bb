/** `kill -9` while accounts are made and changed: each is afterwards as it was before or as it was to be. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLevelStore } from '../../sync-server/store/level-store.ts';
import { createMemoryStore } from '../../sync-server/store/memory-store.ts';
import { ACCOUNT_KILLS, accountsSeed } from '../support/accounts/account-counts.ts';
import { DEEDS, type Deed, type State } from '../support/accounts/account-deeds.ts';
import { inconsistencies } from '../support/accounts/account-tables.ts';
import { makeTearingStore } from '../support/accounts/tearing-store.ts';
import { FuzzRandom } from '../support/fuzz/fuzz-random.ts';
import { realClock } from '../support/server/clock.ts';
import { LastingServer } from '../support/server/lasting-server.ts';
import { Browser } from '../support/service/browser.ts';
import { ServiceServer } from '../support/service/service-server.ts';

/** Deeds of each kind that are under way at a kill, begun within so many milliseconds. */
const OF_EACH_KIND = 2;
const BEGUN_WITHIN_MS = 25;
/** Longer than a request takes on a machine that has time for it. */
const MAX_WAIT_MS = 50;
const MS_PER_KILL = 20_000;

const isJudged = ({ judge }: Deed): Promise<boolean> =>
  judge().then(
    () => true,
    () => false,
  );
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('accounts on a server that is killed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealroom-account-kill-'));
  const random = new FuzzRandom(accountsSeed);
  let server: LastingServer;
  let addresses = 0;
  let names = 0;
  /** From an address of its own, so that attempts and sign-ups are never too many. */
  const browser = (): Browser => {
    const fresh = new Browser(server.url);
    fresh.headers = { 'x-forwarded-for': `10.${addresses >> 16}.${(addresses >> 8) & 255}.${addresses++ & 255}` };
    return fresh;
  };
  beforeAll(async () => {
    server = await LastingServer.start({ dataFolder: folder, logLevel: 'warn', settings: { TRUST_PROXY: '1' } });
  });
  afterAll(async () => {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Ends the server somewhere among them. The answers that came before. */
  async function killDuring(deeds: readonly Deed[]): Promise<(number | undefined)[]> {
    const answers = deeds.map(async ({ send }) => {
      await pause(random.below(BEGUN_WITHIN_MS));
      return send().then(
        ({ status }) => status,
        () => undefined,
      );
    });
    // At some moment, or right after an answer: then a batch has just reached the disk, and others are on their way.
    if (random.once(2)) await Promise.race(answers);
    else await pause(random.below(MAX_WAIT_MS));
    await server.kill();
    return Promise.all(answers);
  }

  async function expectConsistent(): Promise<void> {
    const store = await openLevelStore({ folder: join(folder, 'log'), clock: realClock });
    const found = await inconsistencies(store);
    await store.close();
    expect(found).toEqual([]);
  }

  it(`are as before or as they were to be through ${ACCOUNT_KILLS} kills (seed ${accountsSeed})`, {
    timeout: 20_000 + ACCOUNT_KILLS * MS_PER_KILL,
  }, async () => {
    const tally = new Map<string, Record<State, number>>();
    for (let kill = 0; kill < ACCOUNT_KILLS; kill++) {
      const kinds = DEEDS.flatMap((prepare) => Array.from({ length: OF_EACH_KIND }, () => prepare));
      const deeds = await Promise.all(kinds.map((prepare) => prepare(`person${names++}`, browser)));
      const answers = await killDuring(deeds);
      await expectConsistent();
      await server.start();
      for (const [index, { what, judge }] of deeds.entries()) {
        const answer = answers[index];
        const state = await judge();
        expect([undefined, 200]).toContain(answer);
        if (answer === 200) expect(state, `${what}, which was acknowledged`).toBe('new');
        const counts = tally.get(what) ?? { old: 0, new: 0 };
        tally.set(what, { ...counts, [state]: counts[state] + 1 });
      }
    }
    console.log(
      `${ACCOUNT_KILLS} kills: ${[...tally].map(([what, counts]) => `${what} ${counts.old} old, ${counts.new} new`).join('; ')}`,
    );
    // Kills that always come too early or too late would show nothing.
    for (const state of ['old', 'new'] as const)
      expect(
        [...tally.values()].some((counts) => counts[state] > 0),
        `any that is ${state}`,
      ).toBe(true);
  });

  // The control: were commits not whole, this file would tell.
  it.each(DEEDS.map((prepare) => ({ name: prepare.name, prepare })))(
    'would be found torn if a commit could be: $name',
    async ({ name, prepare }) => {
      const found: boolean[] = [];
      for (let isWhole = false; !isWhole; ) {
        const store = makeTearingStore(createMemoryStore());
        const torn = await ServiceServer.start({ store });
        const deed = await prepare(name.toLowerCase(), () => torn.browser());
        store.tearNext(found.length + 1);
        // It has no more writes than so many.
        isWhole = (await deed.send()).status === 200;
        if (!isWhole) found.push((await inconsistencies(store)).length > 0 || !(await isJudged(deed)));
        await torn.close();
      }
      expect(found.length).toBeGreaterThan(0);
      expect(found).not.toContain(false);
    },
  );
});

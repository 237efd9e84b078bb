/** The screens of accounts with a fake engine behind them, and what is asked of each of them. */
import { test as base, expect, type Page } from '@playwright/test';
import type { AccountState } from '../../../src/engine/accounts/api.ts';
import type { EngineState, RoomState } from '../../../src/engine/api.ts';
import type { RoomPeople } from '../../../src/engine/membership/api.ts';
import type { RoomSecurity } from '../../../src/engine/security/api.ts';
import type { FakeEngine } from '../ui/fake-engine.ts';
import { UiHarness } from './ui-harness.ts';

/** How the engine stands when the page opens. */
export type Scene = {
  readonly account?: Partial<AccountState>;
  readonly rooms?: readonly Partial<RoomState>[];
  /** Who is in the first of the rooms. */
  readonly people?: Partial<RoomPeople>;
  /** Of the first of the rooms. */
  readonly security?: Partial<RoomSecurity>;
  readonly state?: Partial<EngineState>;
};

export const test = base.extend<
  { readonly open: (path: string, scene?: Scene) => Promise<Page> },
  { readonly harness: UiHarness }
>({
  harness: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's pattern
    async ({}, use) => {
      const harness = await UiHarness.start('screens');
      await use(harness);
      await harness.dispose();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  open: async ({ harness, page }, use) => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await use(async (path, scene = {}) => {
      await page.addInitScript(setScene, scene as object);
      await page.goto(harness.url + path);
      return page;
    });
    expect(errors).toEqual([]);
  },
});

/** Runs in the page, so it can name nothing from outside. */
function setScene(scene: object): void {
  const { account, rooms, people, security, state } = scene as Scene;
  const id = (letter: string): string => `${letter.repeat(42)}A`;
  (window as unknown as { setUp: (engine: FakeEngine) => void }).setUp = (engine) => {
    const owner = { name: 'ada', principal: id('a'), device: id('d'), access: 'in', homeReady: true };
    const deviceNames = { [id('d')]: 'Laptop', [id('p')]: 'Phone' };
    const whole = {
      ...owner,
      folders: [],
      contacts: [],
      invitations: [],
      knocks: [],
      asked: [],
      deviceNames,
      ...account,
    } as unknown as AccountState;
    engine.set({ ...state, ...(account === undefined ? {} : { account: whole }) });
    for (const [index, room] of (rooms ?? []).entries()) engine.setRoom(id(String.fromCharCode(97 + index)), room);
    if (people !== undefined) engine.membership.setPeople(id('a'), people);
    if (security !== undefined) engine.membership.setSecurity(id('a'), security);
  };
}

/** Does something with the engine in the page. */
export const withEngine = (page: Page, act: (engine: FakeEngine) => void): Promise<void> =>
  page.evaluate(`(${act.toString()})(window.engine)`);

export { expect } from '@playwright/test';

/** Each test has a server of its own, and as many people as it asks for. */
import { type BrowserContextOptions, test as base, expect } from '@playwright/test';
import { LastingServer } from '../server/lasting-server.ts';
import { Person } from './person.ts';

type Fixtures = {
  readonly server: LastingServer;
  /** A browser profile of its own: storage, workers and service worker are nobody else's. */
  readonly person: (options?: BrowserContextOptions) => Promise<Person>;
};

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's pattern
  server: async ({}, use) => {
    const server = await LastingServer.start();
    await use(server);
    await server.dispose();
  },
  person: async ({ browser }, use) => {
    const people: Person[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'], ...options });
      const person = new Person(context, await context.newPage());
      people.push(person);
      return person;
    });
    for (const person of people) await person.context.close();
    expect(people.flatMap((person) => person.errors)).toEqual([]);
  },
});

export { expect } from '@playwright/test';

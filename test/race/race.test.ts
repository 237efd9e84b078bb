/** Many members write the next epoch at once. `SEALROOM_RACE_MEMBERS`: how many (32). `SEALROOM_RACE_ROUNDS`: how often (20). */
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import type { MembershipOutcome } from '../../src/engine/membership/api.ts';
import { accountDevices, PASSWORD, writeAndSave } from '../support/account-devices.ts';
import { signUp, value } from '../support/account-engine.ts';
import { isSaved, TestTab, until } from '../support/node-engine.ts';

const MEMBERS = Number(process.env.SEALROOM_RACE_MEMBERS ?? 32);
const ROUNDS = Number(process.env.SEALROOM_RACE_ROUNDS ?? 20);

/** Where so many share one busy core, a command may end before its answer comes. */
const isSlow = (outcome: MembershipOutcome<unknown>): boolean => !outcome.ok && outcome.reason === 'offline';

async function patiently<T>(command: () => Promise<MembershipOutcome<T>>): Promise<MembershipOutcome<T>> {
  let outcome = await command();
  for (let again = 0; again < 5 && isSlow(outcome); again++) outcome = await command();
  return outcome;
}

describe('[EP3] the next epoch', () => {
  const devices = accountDevices({ invitationsPerAccount: 1_000, lookupsPerAccount: 1_000 });

  it(
    `written by ${MEMBERS} members at once, ${ROUNDS} times: one wins, all have its secret, nothing typed is lost`,
    async () => {
      const people: Engine[] = [];
      for (let index = 0; index < MEMBERS; index++) {
        const engine = await devices.start();
        await signUp(engine, `member${index}`, PASSWORD);
        people.push(engine);
      }
      const [owner, ...others] = people as [Engine, ...Engine[]];
      const { room, tab } = await writeAndSave(owner, '');
      for (const [index, engine] of others.entries()) {
        value(await patiently(() => owner.membership.invite(room, `member${index + 1}`, 'editor')));
        value(await patiently(() => engine.membership.lookForInvitations()));
        value(await patiently(() => engine.membership.acceptInvitation(room)));
      }
      const tabs = [tab, ...(await Promise.all(others.map((engine) => TestTab.open(engine, room))))];
      const rooms = await Promise.all(people.map(async (engine) => (await engine.open(room)) ?? expect.fail()));
      let typed = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const before = rooms[0]?.epoch ?? 0;
        const renewed = people.map((engine) => engine.membership.renewKeys(room));
        for (const [index, each] of tabs.entries()) if ((index + round) % 4 === 0) each.type(`${++typed} `);
        // Whoever is told that it took too long finds the keys renewed all the same.
        for (const outcome of await Promise.all(renewed)) if (!isSlow(outcome)) value(outcome);
        await until(() => rooms.every(({ epoch }) => epoch === before + 1), `all are in epoch ${before + 1}`);
        // Whoever lost the race keeps the secret of its own epoch too.
        const [first, ...rest] = rooms.map(
          (each) =>
            new Set(each.secrets.filter(({ epoch }) => epoch === before + 1).map(({ secret }) => secret.join())),
        );
        const shared = [...(first ?? [])].filter((secret) => rest.every((known) => known.has(secret)));
        expect(shared).toHaveLength(1);
      }
      await until(() => people.every((engine) => isSaved(engine, room)), 'all is saved');
      await until(() => new Set(tabs.map(({ title }) => title)).size === 1, 'all show the same');
      const words = new Set(tab.title.trim().split(' '));
      expect(words).toEqual(new Set(Array.from({ length: typed }, (_, index) => `${index + 1}`)));
    },
    180_000 + ROUNDS * 15_000,
  );
});

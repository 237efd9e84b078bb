/** What an operator does to the data while no server runs: the data folder has one user at a time. */
import { judgeUserName, type UserName } from '../src/wire/http/user-name.ts';
import type { Clock } from './clock.ts';
import { StartRefused } from './config.ts';
import { openDataFolder } from './data-folder.ts';
import type { Log } from './relay/metrics.ts';
import { createBans } from './service/bans.ts';
import { AccountEvents } from './service/events.ts';
import { StorageFailed } from './store/store.ts';

/** `name`: as it was typed. */
export type Maintenance = { readonly action: 'ban' | 'unban'; readonly name: string };

const IN_USE = 'Stop it first.';

/** Resolves with a sentence that says what was done. @throws StartRefused */
export async function maintain(
  { action, name }: Maintenance,
  { dataFolder, clock, date, log }: { dataFolder: string; clock: Clock; date: () => number; log: Log },
): Promise<string> {
  const store = await openDataFolder(dataFolder, clock, log, IN_USE);
  try {
    const bans = createBans({ store, date, events: new AccountEvents() });
    const isDone = judgeUserName(name) === 'good' && (await bans[action](name as UserName)).ok;
    if (!isDone) throw new StartRefused(`There is nobody of the name "${name}" in ${dataFolder}.`);
    return action === 'ban' ? `${name} is banned.` : `${name} is no longer banned.`;
  } catch (error) {
    throw error instanceof StorageFailed ? new StartRefused('The data folder cannot be read or written.') : error;
  } finally {
    await store.close();
  }
}

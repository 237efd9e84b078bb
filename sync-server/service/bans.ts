/**
 * Bans: the account stays as it is, with everything in it, and whoever has it is let in nowhere. Its sessions stay too, so
 * that those who hold one, and nobody else, hear why. Whoever lifts the ban gives all of that back.
 */
import type { UserName } from '../../src/wire/http/user-name.ts';
import { accountKeys } from '../store/account-keys.ts';
import { type Account, encodeAccount, findAccountId, readAccount } from './account-record.ts';
import type { ServiceContext } from './context.ts';
import { listedDevices } from './endings.ts';
import { type Declined, decline, done, type Outcome, retried } from './outcome.ts';

export type Bans = ReturnType<typeof createBans>;

/** What a banned account is answered with; undefined: it is not banned. To be asked once a session or a secret was proven. */
export const refusalOf = ({ bannedAt }: Account): Declined | undefined =>
  bannedAt === null ? undefined : decline('banned');

/** All functions throw StorageFailed as the store does. */
export function createBans({ store, date, events }: Pick<ServiceContext, 'store' | 'date' | 'events'>) {
  /** Every other change of the account checks the value that it read, so none that has not seen the ban comes after it. */
  function set(name: UserName, isBanned: boolean): Promise<Outcome<null>> {
    return retried(async () => {
      const id = await findAccountId(store, name);
      const stored = id && (await readAccount(store, id));
      if (!stored) return decline('unknown-name');
      const { account, value } = stored;
      const bannedAt = isBanned ? (account.bannedAt ?? date()) : null;
      const key = accountKeys.account(account.id);
      let result: string | undefined;
      try {
        result = await store.commit([{ key, value }], [{ key, value: encodeAccount({ ...account, bannedAt }) }]);
      } finally {
        // Also when nobody knows whether it is on disk: whoever was right to stay comes back.
        if (isBanned && result !== 'conflict') events.emit('account-banned', listedDevices(account));
      }
      return result === 'conflict' ? 'conflict' : done(null);
    });
  }

  return {
    /** From now on, and within a second for whoever is connected. Declined with `unknown-name`. */
    ban: (name: UserName) => set(name, true),
    /** Declined with `unknown-name`. */
    unban: (name: UserName) => set(name, false),
  };
}

/** Whose identity key a name stands for. Before two people compare safety numbers, this is the service's word alone. */
import { judgeUserName, type UserName } from '../../src/wire/http/user-name.ts';
import type { PrincipalId } from '../../src/wire/ids.ts';
import { findAccountId, readAccount } from './account-record.ts';
import type { Attempts } from './attempts.ts';
import type { ServiceContext } from './context.ts';
import { decline, done, type Outcome } from './outcome.ts';
import type { SignedIn } from './sessions.ts';

export type Person = { readonly principal: PrincipalId; readonly deviceList: Uint8Array };

export type People = ReturnType<typeof createPeople>;

export function createPeople({ store }: Pick<ServiceContext, 'store'>, attempts: Attempts) {
  return {
    /**
     * The exact name, no search, and only so often: nobody leafs through the people here, or finds out by a list of names
     * who is. Each question counts, whatever the answer.
     * @throws StorageFailed
     */
    async find({ account: { account } }: SignedIn, name: string): Promise<Outcome<Person>> {
      const ticket = await attempts.begin([{ kind: 'lookup', text: account.id }]);
      if (!ticket.ok) return ticket;
      if (judgeUserName(name) !== 'good') return decline('unknown-name');
      const id = await findAccountId(store, name as UserName);
      const stored = id && (await readAccount(store, id));
      return stored ? done(stored.account) : decline('unknown-name');
    },
  };
}

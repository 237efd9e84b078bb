/** Whose identity key a name stands for. Before two people compare safety numbers, this is the service's word alone. */
import { judgeUserName, type UserName } from '../../src/wire/http/user-name.ts';
import type { PrincipalId } from '../../src/wire/ids.ts';
import type { Store } from '../store/store.ts';
import { findAccountId, readAccount } from './account-record.ts';
import { decline, done, type Outcome } from './outcome.ts';

export type Person = { readonly principal: PrincipalId; readonly deviceList: Uint8Array };

/** The exact name, no search: nobody leafs through the people here. @throws StorageFailed */
export async function findPerson(store: Store, name: string): Promise<Outcome<Person>> {
  if (judgeUserName(name) !== 'good') return decline('unknown-name');
  const id = await findAccountId(store, name as UserName);
  const stored = id && (await readAccount(store, id));
  return stored ? done(stored.account) : decline('unknown-name');
}

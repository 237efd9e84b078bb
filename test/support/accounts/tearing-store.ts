/** A store that can be told to do what none may: leave half of a commit behind. */

import { accountId } from '../../../src/wire/http/fields.ts';
import { ACCOUNT_ID_BYTES } from '../../../src/wire/http/limits.ts';
import { accountKeys } from '../../../sync-server/store/account-keys.ts';
import { StorageFailed, type Store } from '../../../sync-server/store/store.ts';

const [ACCOUNT_TABLE] = accountKeys.account(accountId(new Uint8Array(ACCOUNT_ID_BYTES)));

export type TearingStore = Store & {
  /** Of the next commit that writes an account, only the first `kept` writes reach the disk, if it has more. */
  tearNext(kept: number): void;
};

export function makeTearingStore(store: Store): TearingStore {
  let keeping = Number.POSITIVE_INFINITY;
  return {
    tearNext: (kept) => {
      keeping = kept;
    },
    commit: async (checks, writes) => {
      const isTorn = writes.length > keeping && writes.some(({ key }) => key[0] === ACCOUNT_TABLE);
      if (!isTorn) return store.commit(checks, writes);
      await store.commit(checks, writes.slice(0, keeping));
      keeping = Number.POSITIVE_INFINITY;
      throw new StorageFailed('cut off in the middle');
    },
    get: (key) => store.get(key),
    getMany: (keys) => store.getMany(keys),
    range: (range) => store.range(range),
    accepting: () => store.accepting(),
    onReopen: (listener) => store.onReopen(listener),
    close: () => store.close(),
  };
}

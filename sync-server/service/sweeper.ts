/** Takes away what has expired: attempts, sessions, welcomes, invitations, knocks. Nothing relies on it; it keeps the database small. */
import type { Cancel, Clock } from '../clock.ts';
import type { Log } from '../relay/metrics.ts';
import { tableRange } from '../store/account-keys.ts';
import type { Entry, Store } from '../store/store.ts';
import { StorageFailed } from '../store/store.ts';
import { isSpent } from './attempts.ts';
import type { ServiceContext } from './context.ts';
import { decodeKept, isCurrent } from './invitation-record.ts';
import { decodeKnockRecord, decodeWaiting, isAsking } from './knock-record.ts';
import { endOf } from './session-record.ts';
import { decodeWelcome, isWaiting } from './welcome-record.ts';

export const SWEEP_EVERY_MS = 15 * 60 * 1000;
/** Entries that are looked at in one go. */
const PAGE = 256;

const nobodyAsks = (value: Uint8Array, now: number): boolean =>
  decodeWaiting(value).every((waiting) => !isAsking(waiting, now));

type Table = Parameters<typeof tableRange>[0];
const IS_OVER: { readonly [T in Table]: (value: Uint8Array, now: number) => boolean } = {
  attempt: isSpent,
  session: (value, now) => endOf(value) <= now,
  welcome: (value, now) => !isWaiting(decodeWelcome(value), now),
  invitation: (value, now) => !isCurrent(decodeKept(value), now),
  knock: (value, now) => !isAsking(decodeKnockRecord(value), now),
  knocksAt: nobodyAsks,
  knocksOf: nobodyAsks,
};

/** One sweep over everything. @throws StorageFailed */
export async function sweep({ store, date }: Pick<ServiceContext, 'store' | 'date'>): Promise<void> {
  for (const table of Object.keys(IS_OVER) as Table[]) {
    let after: Uint8Array | undefined;
    do {
      const page = await readPage(store, table, after);
      // What was renewed meanwhile stays: its removal is a conflict. One commit each, so that it takes no other along.
      const over = page.filter(({ value }) => IS_OVER[table](value, date()));
      await Promise.all(over.map(({ key, value }) => store.commit([{ key, value }], [{ key, value: null }])));
      after = page.length === PAGE ? page.at(-1)?.key : undefined;
    } while (after);
  }
}

async function readPage(store: Store, table: Table, after: Uint8Array | undefined): Promise<Entry[]> {
  const page: Entry[] = [];
  for await (const entry of store.range({ ...tableRange(table, after), limit: PAGE })) page.push(entry);
  return page;
}

/** Sweeps from time to time until it is told to stop; the promise settles when a sweep under way is through. */
export function startSweeping(
  context: Pick<ServiceContext, 'store' | 'date'> & { readonly clock: Pick<Clock, 'after'> },
  log: Log,
): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  let cancel: Cancel = () => undefined;
  const later = () => {
    cancel = context.clock.after(SWEEP_EVERY_MS, () => {
      running = sweep(context)
        .catch((error: unknown) => {
          if (!(error instanceof StorageFailed)) throw error;
          log.warn({ err: error }, 'what has expired could not be removed; it is tried again');
        })
        .finally(() => {
          if (!stopped) later();
        });
    });
  };
  later();
  return () => {
    stopped = true;
    cancel();
    return running;
  };
}

/** Commits that end sessions, and who hears of it. */
import { decodeDeviceList } from '../../src/wire/device-list.ts';
import type { DeviceId } from '../../src/wire/ids.ts';
import type { Check, CommitResult, Write } from '../store/store.ts';
import type { Account } from './account-record.ts';
import type { ServiceContext } from './context.ts';

export const listedDevices = (account: Account): readonly DeviceId[] =>
  decodeDeviceList(account.deviceList).list.devices;

/**
 * Commits, then tells that the sessions of `devices` have ended. Also when the commit fails: it may be on disk, and
 * whoever was right to stay comes back.
 * @throws StorageFailed
 */
export async function commitEnding(
  { store, events }: ServiceContext,
  devices: readonly (DeviceId | null)[],
  checks: readonly Check[],
  writes: readonly Write[],
): Promise<CommitResult> {
  let result: CommitResult | undefined;
  try {
    result = await store.commit(checks, writes);
    return result;
  } finally {
    if (result !== 'conflict') events.emit('session-ended', devices);
  }
}

/**
 * Which devices have come in by a link that counts them. Each lies under a key of its own, so that a device comes back; beside them
 * lies how many there are, which every newcomer's commit checks: so of two that come at once for the last place one is too late.
 */
import { ByteReader, ByteWriter } from '../../src/wire/bytes.ts';
import type { LinkEntry } from '../../src/wire/epoch.ts';
import type { DeviceId, RoomId } from '../../src/wire/ids.ts';
import { RoomKeys } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import { assertVersion } from './streams.ts';

const VERSION = 1;
const USED = Uint8Array.of(VERSION);

/** Whether the device is among those that the link lets in, on disk by then. @throws StorageFailed */
export async function comeIn(
  store: Pick<Store, 'getMany' | 'commit'>,
  room: RoomId,
  { principal, maxUses }: Pick<LinkEntry, 'principal' | 'maxUses'>,
  device: DeviceId,
): Promise<boolean> {
  const keys = new RoomKeys(room);
  const [use, uses] = [keys.linkUse(principal, device), keys.linkUses(principal)];
  for (;;) {
    const [known, before] = await store.getMany([use, uses]);
    if (known) return true;
    const count = before ? decodeUses(before) : 0;
    if (count >= maxUses) return false;
    const checks = [
      { key: uses, value: before ?? null },
      { key: use, value: null },
    ];
    const writes = [
      { key: uses, value: encodeUses(count + 1) },
      { key: use, value: USED },
    ];
    // A conflict: somebody else has come in, and takes one of the places that are left.
    if ((await store.commit(checks, writes)) === 'committed') return true;
  }
}

const encodeUses = (count: number): Uint8Array => new ByteWriter().u8(VERSION).u32(count).bytes();

function decodeUses(value: Uint8Array): number {
  const reader = new ByteReader(value);
  assertVersion(reader.u8(), VERSION);
  const count = reader.u32();
  reader.end();
  return count;
}

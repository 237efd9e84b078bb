import { recordHash } from '../../../src/wire/chain.ts';
import type { RoomId } from '../../../src/wire/ids.ts';
import { blake2b256 } from '../../../sync-server/relay/hash.ts';
import type { TestClient } from './client.ts';
import type { Device } from './identities.ts';
import { notice } from './records.ts';

/** An objection to the snapshot that `client` has received at `seq`. */
export function objectTo(device: Device, client: TestClient, room: RoomId, seq: number): Uint8Array {
  const disputed = client.all('entry').find((entry) => entry.seq === seq);
  if (!disputed) throw new Error('nothing there to object to');
  const record = recordHash(blake2b256, disputed.record);
  return notice(device, client.replica(room).place(), { type: 'objection', seq, record });
}

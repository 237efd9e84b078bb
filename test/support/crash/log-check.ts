/** Reads a room's whole log and compares it with what was acknowledged. */
import { expect } from 'vitest';
import { chainAfter, recordHash } from '../../../src/wire/chain.ts';
import type { Hash, Position, RoomId } from '../../../src/wire/ids.ts';
import { START } from '../../../src/wire/ids.ts';
import { NO_PROOF } from '../../../src/wire/open-proof.ts';
import { decodeRecord } from '../../../src/wire/record.ts';
import type { RoomLogs } from '../../../sync-server/log/room-logs.ts';
import { blake2b256 } from '../../../sync-server/relay/hash.ts';
import { TestClient } from '../server/client.ts';
import type { Device } from '../server/identities.ts';

type ReadLog = { readonly head: Position; readonly records: readonly Uint8Array[] };

/** Over the network, as a device that holds nothing. */
export async function readFromServer(url: string, device: Device, room: RoomId): Promise<ReadLog> {
  // Whoever does not come to greet within the time for it is sent away, as on a machine that others have taken.
  const connect = () => TestClient.connect(url, device);
  const client = await connect().catch(connect).catch(connect);
  client.send({ type: 'open', room, mode: 'whole', from: 0, proof: NO_PROOF });
  const { head } = await client.next('opened');
  await client.at(room, head.seq);
  // Writers may have gone on since the room was opened.
  const entries = client.all('entry').slice(0, head.seq);
  const records = entries.map((entry) => entry.record);
  await client.close();
  return { head, records };
}

/** From a store, without a server. */
export async function readFromStore(logs: RoomLogs, room: RoomId): Promise<ReadLog> {
  const head = (await logs.head(room)) ?? START;
  const records: Uint8Array[] = [];
  while (records.length < head.seq) {
    const page = await logs.page(room, {
      from: records.length + 1,
      upTo: head.seq,
      maxBytes: 1 << 20,
      maxRecords: 256,
    });
    if (page.length === 0) throw new Error(`position ${records.length + 1} of ${head.seq} is missing`);
    for (const { record } of page) {
      if (!record) throw new Error(`the record at ${records.length + 1} is missing`);
      records.push(record);
    }
  }
  return { head, records };
}

/** Every acknowledged record is at its place; no gap, no duplicate; the chain's hash is that of the records. */
export function expectWhole({ head, records }: ReadLog, acknowledged: ReadonlyMap<number, Hash>): void {
  const hashes = records.map((record) => recordHash(blake2b256, record));
  expect(records.length).toBe(head.seq);
  const lost = [...acknowledged].filter(([seq, hash]) => hashes[seq - 1] !== hash);
  expect(lost, `acknowledged and lost: positions ${lost.map(([seq]) => seq).join(' ')} of ${head.seq}`).toEqual([]);
  const chain = hashes.reduce((position, hash) => chainAfter(blake2b256, position, hash), START);
  expect(chain).toEqual(head);
  const counters = records.map((record) => {
    const { sender, counter } = decodeRecord(record).header;
    return `${sender}/${counter}`;
  });
  expect(new Set(counters).size).toBe(counters.length);
}

/** The log as it lies on the server's disk, and what an unbiased reader makes of it. */
import type { ReaderOptions } from '../../../src/engine/rooms/log-reader.ts';
import { type KeptLog, type Replica, replay, snapshotOf } from '../../../src/engine/rooms/replay.ts';
import { openRecord } from '../../../src/engine/seal/record-seal.ts';
import { blake2b } from '../../../src/engine/seal/sodium.ts';
import { equalBytes } from '../../../src/wire/bytes.ts';
import { chainAfter, recordHash } from '../../../src/wire/chain.ts';
import { idBytes, type Position, type RoomId, START } from '../../../src/wire/ids.ts';
import { decodeRecord } from '../../../src/wire/record.ts';
import { createRoomLogs } from '../../../sync-server/log/room-logs.ts';
import type { Store } from '../../../sync-server/store/store.ts';
import { hold } from './invariants.ts';

export type Stored = { readonly seq: number; readonly record: Uint8Array; readonly wrap: Uint8Array };

/** All records of the room, after checking that positions, chain and outlines are right. @throws InvariantBroken */
export async function readLog(store: Store, room: RoomId): Promise<readonly Stored[]> {
  const logs = createRoomLogs(store);
  const head = await logs.head(room);
  hold('log-without-gap', head !== undefined, 'there is no log');
  const page = await logs.page(room, { from: 1, upTo: head.seq, maxBytes: 1e9, maxRecords: 1e9 });
  hold('log-without-gap', page.length === head.seq, () => `${page.length} positions up to ${head.seq}`);
  let position: Position = START;
  const seen = new Set<string>();
  const entries: Stored[] = [];
  for (const { outline, record } of page) {
    hold('log-without-gap', outline.seq === position.seq + 1 && record !== undefined, () => `at ${outline.seq}`);
    const hash = recordHash(blake2b, record);
    hold('log-without-gap', !seen.has(hash), () => `${outline.seq} holds a record that was there before`);
    seen.add(hash);
    position = chainAfter(blake2b, position, hash);
    hold('log-without-gap', Buffer.from(outline.chain).equals(idBytes(position.hash)), `chain at ${outline.seq}`);
    entries.push({ seq: outline.seq, record, wrap: new Uint8Array() });
  }
  hold('log-without-gap', position.hash === head.hash, 'the head is not the end of the chain');
  return entries;
}

const keptOf = (entries: readonly Stored[]): KeptLog => ({
  controls: [],
  thinned: [],
  snapshot: null,
  log: entries.map((entry) => ({ entry })),
});

/** Reads the whole log from its beginning, past all snapshots. */
export function readWhole(entries: readonly Stored[], options: ReaderOptions): Replica {
  const replica = replay(options, keptOf(entries), false);
  if (!replica.ok) throw new Error(`the log cannot be read: ${replica.reason}`);
  return replica.value;
}

/** Whether a snapshot in the log is what the log before it comes to. */
export function isTrue(
  snapshot: Stored,
  entries: readonly Stored[],
  options: ReaderOptions,
  { reader }: Replica,
): boolean {
  const signed = decodeRecord(snapshot.record);
  const { cover, stream, epoch } = signed.header;
  const key = reader.keyOf(epoch);
  if (!cover || !key) return false;
  const own = snapshotOf(options, keptOf(entries), stream, cover.seq);
  const plain = openRecord(options.keys, key, signed);
  return own.ok && plain.ok && equalBytes(own.value.plain, plain.value);
}

export const isSnapshot = ({ record }: Stored): boolean => decodeRecord(record).header.kind === 'snapshot';

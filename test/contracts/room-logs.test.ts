import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chainAfter, recordHash } from '../../src/wire/chain.ts';
import { idBytes, type Position, START } from '../../src/wire/ids.ts';
import { decodeRecord, isControl, type SignedRecord, streamKey } from '../../src/wire/record.ts';
import type { NewEntry } from '../../sync-server/log/entries.ts';
import { createRoomLogs, type LogState, type RoomLogs } from '../../sync-server/log/room-logs.ts';
import { emptyStream, MAX_KEPT_SNAPSHOTS, streamAfter } from '../../sync-server/log/streams.ts';
import { blake2b256 } from '../../sync-server/relay/hash.ts';
import { makePerson } from '../support/server/identities.ts';
import { epoch, snapshot, update } from '../support/server/records.ts';
import { STORE_VERSIONS } from '../support/server/stores.ts';
import { COMMENTS } from '../support/server/streams.ts';

const ann = makePerson('ann');
const first = epoch(ann.device, { people: [{ person: ann, role: 'owner' }] }, 1);
const { room } = first;
const NO_HASHES = new Set<never>();
const EVERYTHING = { maxBytes: Number.POSITIVE_INFINITY, maxRecords: 1_000 };

/** Entries as the relay makes them, without its judgement. */
function chain(from: LogState, records: readonly SignedRecord[], wraps: readonly Uint8Array[] = []): NewEntry[] {
  const streams = new Map(from.streams);
  let { head } = from;
  return records.map((record) => {
    const hash = recordHash(blake2b256, record.bytes);
    head = chainAfter(blake2b256, head, hash);
    const key = streamKey(record.header.stream);
    const stream = isControl(record.header.kind)
      ? null
      : streamAfter(streams.get(key) ?? emptyStream(record.header.stream), record.header, head.seq, hash, NO_HASHES);
    if (stream) streams.set(key, stream);
    const renews = record.header.kind === 'epoch' && record.header.epoch > 1;
    return { record, recordHash: hash, position: head, stream, wraps: stream ? [] : wraps, renews };
  });
}

describe.each(STORE_VERSIONS)('rooms’ logs on a store $name', ({ open }) => {
  let opened: Awaited<ReturnType<typeof open>>;
  let logs: RoomLogs;
  let counter = 1;

  beforeEach(async () => {
    opened = await open();
    logs = createRoomLogs(opened.store);
    counter = 1;
  });
  afterEach(() => opened.dispose());

  const place = (head: Position) => ({ room, epoch: 1, counter: ++counter, head });
  const anUpdate = (bytes = 10, stream = undefined as typeof COMMENTS | undefined) =>
    decodeRecord(update(ann.device, place(START), bytes, stream));
  const stateNow = async (): Promise<LogState> => (await logs.state(room)) ?? { head: START, streams: new Map() };

  async function add(...records: SignedRecord[]): Promise<NewEntry[]> {
    const state = await stateNow();
    const entries = chain(state, records, first.wraps);
    expect(await logs.append(room, state.head, entries)).toBe('committed');
    return entries;
  }

  it('have no head before their first record', async () => {
    expect(await logs.head(room)).toBeUndefined();
    expect(await logs.state(room)).toBeUndefined();
    expect(await logs.chainAt(room, 1)).toBeUndefined();
    expect(await logs.chainAt(room, 0)).toBe(START.hash);
  });

  it('hold what was appended: head, chain, records, outlines', async () => {
    const entries = [...(await add(decodeRecord(first.record))), ...(await add(anUpdate(), anUpdate(500)))];
    expect(await logs.head(room)).toEqual(entries.at(-1)?.position);
    for (const { position } of entries) expect(await logs.chainAt(room, position.seq)).toBe(position.hash);
    const page = await logs.page(room, { from: 1, upTo: 9, ...EVERYTHING });
    expect(page.map(({ record }) => record)).toEqual(entries.map(({ record }) => record.bytes));
    expect(page.map(({ outline }) => [outline.seq, outline.kind, outline.length])).toEqual(
      entries.map(({ position, record }) => [position.seq, record.header.kind, record.bytes.length]),
    );
  });

  it('take one of two appends to the same head', async () => {
    await add(decodeRecord(first.record));
    const state = await stateNow();
    const [one, two] = [chain(state, [anUpdate()]), chain(state, [anUpdate()])];
    const results = await Promise.all([logs.append(room, state.head, one), logs.append(room, state.head, two)]);
    expect(results).toEqual(['committed', 'conflict']);
    expect(await logs.head(room)).toEqual(one[0]?.position);
    expect(await logs.counter(room, ann.device.id)).toBe(one[0]?.record.header.counter);
  });

  it('take a first record only where there is no room', async () => {
    const entries = chain({ head: START, streams: new Map() }, [decodeRecord(first.record)]);
    expect(await logs.append(room, START, entries)).toBe('committed');
    expect(await logs.append(room, START, entries)).toBe('conflict');
  });

  it('commit an append together with its companion, or neither', async () => {
    const [key, value] = [Uint8Array.of(200), Uint8Array.of(1)];
    const entries = chain({ head: START, streams: new Map() }, [decodeRecord(first.record)]);
    const unmet = { checks: [{ key, value }], writes: [{ key, value: null }] };
    expect(await logs.append(room, START, entries, unmet)).toBe('conflict');
    expect(await logs.head(room)).toBeUndefined();
    const met = { checks: [{ key, value: null }], writes: [{ key, value }] };
    expect(await logs.append(room, START, entries, met)).toBe('committed');
    expect(await opened.store.get(key)).toEqual(value);
  });

  it('remember the last counter of each device in each room', async () => {
    await add(decodeRecord(first.record));
    await add(anUpdate(), anUpdate());
    expect(await logs.counter(room, ann.device.id)).toBe(3);
    expect(await logs.counter(room, makePerson('bob').device.id)).toBe(0);
    expect(
      await logs.counter(epoch(ann.device, { people: [{ person: ann, role: 'owner' }] }, 1).room, ann.device.id),
    ).toBe(0);
  });

  it('find control records without reading the others', async () => {
    await add(decodeRecord(first.record));
    await add(anUpdate(), anUpdate());
    const second = epoch(ann.device, { people: [{ person: ann, role: 'owner' }] }, 9, {
      before: first,
      head: (await stateNow()).head,
    });
    await add(decodeRecord(second.record), anUpdate());
    const [one, four] = [
      { seq: 1, renews: false },
      { seq: 4, renews: true },
    ];
    expect(await logs.controls(room, 1, 10)).toEqual([one, four]);
    expect(await logs.controls(room, 2, 10)).toEqual([four]);
    expect(await logs.controls(room, 1, 1)).toEqual([one]);
    expect(await Promise.all([0, 1, 3, 4, 5].map((upTo) => logs.lastEpoch(room, upTo)))).toEqual([0, 1, 1, 4, 4]);
    const hashOf = ({ record }: { record: Uint8Array }) => idBytes(recordHash(blake2b256, record));
    expect(await logs.recordHashes(room, [1, 4])).toEqual([hashOf(first), hashOf(second)]);
    expect(await logs.records(room, [1, 4])).toEqual([first.record, second.record]);
  });

  it('[EP8] keep the wraps of an epoch by recipient', async () => {
    await add(decodeRecord(first.record));
    const stranger = makePerson('bob').device.publicKey;
    expect(await logs.wrap(room, 1, [ann.device.publicKey])).toEqual(first.wraps[0]);
    expect(await logs.wrap(room, 1, [stranger, ann.device.publicKey])).toEqual(first.wraps[0]);
    expect(await logs.wrap(room, 1, [stranger])).toEqual(new Uint8Array());
  });

  it('know each stream’s first and last update and its snapshots', async () => {
    await add(decodeRecord(first.record));
    await add(anUpdate(), anUpdate(10, COMMENTS), anUpdate());
    const { head } = await stateNow();
    await add(decodeRecord(snapshot(ann.device, place(head), head)));
    const { streams } = await stateNow();
    expect(
      [...streams.values()].map(({ first, last, snapshots }) => [first, last, snapshots.map((s) => [s.seq, s.cover])]),
    ).toEqual([
      [2, 4, [[5, 4]]],
      [3, 3, []],
    ]);
  });

  it('keep a bounded number of snapshots, undisputed ones longest', () => {
    let state = emptyStream(COMMENTS);
    const marks = [];
    const disputed = new Set<ReturnType<typeof recordHash>>();
    for (let i = 0; i < MAX_KEPT_SNAPSHOTS + 3; i++) {
      const record = decodeRecord(snapshot(ann.device, place(START), { ...START, seq: i + 1 }, 10, COMMENTS));
      const hash = recordHash(blake2b256, record.bytes);
      if (i > 0 && i < 4) disputed.add(hash);
      marks.push(hash);
      state = streamAfter(state, record.header, i + 10, hash, disputed);
    }
    expect(state.snapshots).toHaveLength(MAX_KEPT_SNAPSHOTS);
    expect(state.snapshots.map(({ record }) => record)).toContain(marks[0]);
    for (const hash of disputed) expect(state.snapshots.map(({ record }) => record)).not.toContain(hash);
  });

  it('page by bytes and by records, and always move on', async () => {
    await add(decodeRecord(first.record));
    await add(...Array.from({ length: 10 }, () => anUpdate(1_000)));
    const seqs = async (request: Partial<Parameters<RoomLogs['page']>[1]>) =>
      (await logs.page(room, { from: 2, upTo: 11, ...EVERYTHING, ...request })).map(({ outline }) => outline.seq);
    expect(await seqs({ maxRecords: 3 })).toEqual([2, 3, 4]);
    expect(await seqs({ maxBytes: 3_000 })).toEqual([2, 3]);
    expect(await seqs({ maxBytes: 1 })).toEqual([2]);
    expect(await seqs({ from: 10 })).toEqual([10, 11]);
    expect(await seqs({ from: 4, upTo: 5 })).toEqual([4, 5]);
    expect(await seqs({ from: 12, upTo: 20 })).toEqual([]);
  });

  it('leave out the records that are not wanted, and their bytes', async () => {
    await add(decodeRecord(first.record));
    const entries = await add(...Array.from({ length: 6 }, () => anUpdate(1_000)));
    const page = await logs.page(room, {
      from: 2,
      upTo: 7,
      maxBytes: 3_000,
      maxRecords: 100,
      wants: ({ seq }) => seq % 3 === 0,
    });
    expect(page.map(({ outline, record }) => [outline.seq, record])).toEqual(
      entries.map(({ position: { seq }, record }) => [seq, seq % 3 === 0 ? record.bytes : undefined]),
    );
  });

  it('read the same after a restart', async ({ skip }) => {
    const { reopen } = opened;
    if (!reopen) return skip('nothing outlives the process');
    await add(decodeRecord(first.record));
    await add(anUpdate(), anUpdate(10, COMMENTS));
    const before = await logs.state(room);
    logs = createRoomLogs(await reopen());
    expect(await logs.state(room)).toEqual(before);
    expect(await logs.counter(room, ann.device.id)).toBe(3);
    await add(anUpdate());
  });
});

import { expect, it } from 'vitest';
import { idBytes, type RoomId } from '../../../../src/wire/ids.ts';
import { NO_PROOF } from '../../../../src/wire/open-proof.ts';
import { encodeRelayFrame } from '../../../../src/wire/relay-frames.ts';
import type { TestClient } from '../../../support/server/client.ts';
import { objectTo } from '../../../support/server/objections.ts';
import { type Epoch, epoch, notice, snapshot } from '../../../support/server/records.ts';
import { ann, bob, members, withEachStore } from '../../../support/server/relay-for-two.ts';
import { COMMENTS } from '../../../support/server/streams.ts';

withEachStore('a reader that holds nothing', (relay) => {
  it('[FR4] [RE6] starts a fresh reader with control records and the last snapshot, covered records as stubs', async () => {
    const { a, room } = await relay.share();
    a.append(room);
    a.append(room);
    await a.at(room, 3);
    const cover = a.replica(room).head;
    a.append(room);
    await a.at(room, 4);
    const record = snapshot(ann.device, a.replica(room).place(), cover);
    a.appendRecord(room, record);
    await a.at(room, 5);
    a.append(room);
    await a.at(room, 6);

    const fresh = await relay.connect(bob.device);
    fresh.send({ type: 'open', room, from: 0, mode: 'live', proof: NO_PROOF });
    await fresh.at(room, 6);
    const [opening, ...rest] = fresh.frames.slice(fresh.frames.findIndex(({ type }) => type === 'opened'));
    expect(opening).toMatchObject({ head: { seq: 6 }, base: cover });
    expect(rest.map((frame) => `${frame.type} ${'seq' in frame ? frame.seq : ''}`)).toEqual([
      'prelude 1',
      'prelude 5',
      'entry 4',
      'stub 5',
      'entry 6',
    ]);
    expect(rest[1]).toMatchObject({ record, wrap: new Uint8Array() });
    expect(fresh.replica(room).head).toEqual(a.replica(room).head);
  });

  it('[FR4] begins before what a stream without a snapshot holds, and sends what others cover as stubs', async () => {
    const { a, room } = await relay.share();
    a.append(room);
    a.append(room, 10, COMMENTS);
    a.append(room);
    await a.at(room, 4);
    a.appendRecord(room, snapshot(ann.device, a.replica(room).place(), a.replica(room).head));
    await a.at(room, 5);

    const fresh = await relay.connect(bob.device);
    const replica = await fresh.open(room);
    await fresh.at(room, 5);
    expect(fresh.frames.map((frame) => `${frame.type} ${'seq' in frame ? frame.seq : ''}`)).toEqual([
      'prelude 1',
      'prelude 5',
      'stub 1',
      'stub 2',
      'entry 3',
      'stub 4',
      'stub 5',
    ]);
    expect(replica.head).toEqual(a.replica(room).head);
  });

  it('[FR4] brings with the snapshots the control records before them, which then come as stubs', async () => {
    const { a, room, first } = await relay.share();
    a.append(room);
    await a.at(room, 2);
    const cover = a.replica(room).head;
    const renewal = epoch(ann.device, members, 3, { before: first, head: cover });
    a.replica(room).counter = 3;
    a.appendRecord(room, renewal.record, renewal.wraps);
    await a.at(room, 3);
    a.replica(room).epoch = 2;
    a.appendRecord(room, snapshot(ann.device, a.replica(room).place(), cover));
    await a.at(room, 4);
    const third = epoch(ann.device, members, 9, { before: renewal, head: a.replica(room).head });
    a.appendRecord(room, third.record, third.wraps);
    await a.at(room, 5);

    const fresh = await relay.connect(bob.device);
    await fresh.open(room);
    await fresh.at(room, 5);
    expect(fresh.frames.map((frame) => `${frame.type} ${'seq' in frame ? frame.seq : ''}`)).toEqual([
      'prelude 1',
      'prelude 3',
      'prelude 4',
      'stub 3',
      'stub 4',
      'entry 5',
    ]);
    expect(fresh.all('prelude').map(({ wrap }) => wrap.length > 0)).toEqual([true, true, false]);
    expect(fresh.replica(room).head).toEqual(a.replica(room).head);
  });

  /** Ann renews so many times, with an update under each; then a snapshot of all that. */
  async function renewed(a: TestClient, room: RoomId, first: Epoch, times: number): Promise<Epoch> {
    let before = first;
    for (let made = 0; made < times; made++) {
      const replica = a.replica(room);
      before = epoch(ann.device, members, ++replica.counter, { before, head: replica.head });
      a.appendRecord(room, before.record, before.wraps);
      replica.epoch = before.number;
      await a.at(room, replica.head.seq + 1);
      a.append(room);
      await a.at(room, replica.head.seq + 1);
    }
    const replica = a.replica(room);
    a.appendRecord(room, snapshot(ann.device, replica.place(), replica.head));
    await a.at(room, replica.head.seq + 1);
    return before;
  }

  it('[TH1] shows of plain renewals before the base the last one alone, and the hashes of the others', async () => {
    const { a, room, first } = await relay.share();
    const last = await renewed(a, room, first, 3);
    const { head } = a.replica(room);
    a.appendRecord(
      room,
      notice(ann.device, a.replica(room).place(), { type: 'objection', seq: 1, record: first.hash }),
    );
    await a.at(room, head.seq + 1);
    const alone = { people: [{ person: ann, role: 'owner' as const }] };
    const change = epoch(ann.device, alone, ++a.replica(room).counter, { before: last, head: a.replica(room).head });
    a.appendRecord(room, change.record, change.wraps);
    a.replica(room).epoch = change.number;
    await a.at(room, head.seq + 2);
    const again = epoch(ann.device, alone, ++a.replica(room).counter, { before: change, head: a.replica(room).head });
    a.appendRecord(room, again.record, again.wraps);
    a.replica(room).epoch = again.number;
    await a.at(room, head.seq + 3);
    const latest = epoch(ann.device, alone, ++a.replica(room).counter, { before: again, head: a.replica(room).head });
    a.appendRecord(room, latest.record, latest.wraps);
    a.replica(room).epoch = latest.number;
    await a.at(room, head.seq + 4);
    a.appendRecord(room, snapshot(ann.device, a.replica(room).place(), a.replica(room).head));
    await a.at(room, head.seq + 5);

    const fresh = await relay.connect(ann.device);
    const replica = await fresh.open(room);
    await fresh.at(room, head.seq + 5);
    expect(fresh.frames.map((frame) => `${frame.type} ${'seq' in frame ? frame.seq : ''}`)).toEqual([
      'prelude 1',
      'stub 2',
      'stub 4',
      'stub 6',
      'prelude 9',
      'prelude 10',
      'stub 11',
      'prelude 12',
      'prelude 13',
      'stub 13',
    ]);
    expect(fresh.all('stub')[2]).toMatchObject({ recordHash: idBytes(last.hash) });
    expect(replica.head).toEqual(a.replica(room).head);
  });

  it('[TH1] is sent at most 60 KB after 1,000 renewals, and finds the room as it was after a restart', async ({
    skip,
  }) => {
    if (!relay.canRestart) return skip('nothing outlives the process');
    const { a, room, first } = await relay.share();
    const last = await renewed(a, room, first, 1_000);
    const { head } = a.replica(room);
    await relay.restart();
    const fresh = await relay.connect(ann.device);
    await fresh.open(room);
    await fresh.at(room, head.seq);
    expect(fresh.frames.reduce((sum, frame) => sum + encodeRelayFrame(frame).length, 0)).toBeLessThan(60_000);
    const replica = fresh.replica(room);
    expect(replica.head).toEqual(head);
    Object.assign(replica, { counter: a.replica(room).counter, epoch: last.number });
    const next = epoch(ann.device, members, ++replica.counter, { before: last, head });
    fresh.appendRecord(room, next.record, next.wraps);
    await fresh.at(room, head.seq + 1);
  }, 120_000);

  it('[SG4] counts the current segment alone: nothing that was closed is sent as a start, nor begins a tail', async () => {
    const a = await relay.connect(ann.device);
    const alone = { people: [{ person: ann, role: 'owner' as const }], newcomers: 'start-empty' as const };
    const first = epoch(ann.device, alone, 1);
    const { room } = first;
    await a.create(first);
    const write = async (send: () => void): Promise<void> => {
      const { seq } = a.replica(room).head;
      send();
      await a.at(room, seq + 1);
    };
    const snap = (segment: number) =>
      write(() => {
        const { head } = a.replica(room);
        a.appendRecord(room, snapshot(ann.device, a.replica(room).place(), head, 64, { class: 'content', segment }));
      });
    await write(() => a.append(room));
    await snap(0);
    await write(() => a.append(room, 10, COMMENTS));
    const { head, counter } = a.replica(room);
    const grown = epoch(ann.device, members, counter + 1, { before: first, head, newcomers: [bob.list] });
    a.replica(room).counter++;
    await write(() => a.appendRecord(room, grown.record, grown.wraps));
    a.replica(room).epoch = grown.number;
    const readers = async (device: typeof bob.device): Promise<string[]> => {
      const fresh = await relay.connect(device);
      await fresh.open(room);
      await fresh.at(room, a.replica(room).head.seq);
      return fresh.frames.flatMap((frame) => ('seq' in frame ? [`${frame.type} ${frame.seq}`] : []));
    };
    // Before there is a start in the new segment there is none.
    expect(await readers(bob.device)).toEqual(['entry 1', 'entry 2', 'entry 3', 'entry 4', 'entry 5']);
    await snap(1);
    expect(await readers(bob.device)).toEqual(['prelude 1', 'prelude 5', 'prelude 6', 'stub 6']);
    // In the log itself the closed segment stays closed.
    a.append(room);
    expect((await a.next('refused')).reason).toBe('closed-segment');
  });

  it('[NO5] starts nobody from a disputed snapshot', async () => {
    const { a, b, room } = await relay.share();
    a.append(room);
    await a.at(room, 2);
    a.appendRecord(room, snapshot(ann.device, a.replica(room).place(), a.replica(room).head));
    await Promise.all([a.at(room, 3), b.at(room, 3)]);
    b.appendRecord(room, objectTo(bob.device, b, room, 3));
    await a.at(room, 4);
    const fresh = await relay.connect(ann.device);
    await fresh.open(room);
    await fresh.at(room, 4);
    expect(fresh.all('prelude')).toEqual([]);
    expect(fresh.all('entry').map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });
});

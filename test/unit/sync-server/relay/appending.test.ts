import { expect, it } from 'vitest';
import { epoch, update } from '../../../support/server/records.ts';
import { ann, members, withEachStore } from '../../../support/server/relay-for-two.ts';

withEachStore('what is appended to a room', (relay) => {
  it('[EP2] [FR5] makes a room of its first record and acknowledges that as position 1', async () => {
    const first = epoch(ann.device, members, 7);
    const a = await relay.connect(ann.device);
    await a.create(first);
    const { head, base, room, channel } = await a.next('opened');
    expect([room, head.seq, base.seq]).toEqual([first.room, 0, 0]);
    expect(await a.next('ack')).toEqual({ type: 'ack', channel, seq: 1, counter: 7 });
  });

  it('refuses to make a room that exists', async () => {
    const { a, first } = await relay.share();
    a.send({ type: 'create', room: first.room, record: first.record, wraps: first.wraps });
    expect(await a.next('refused')).toMatchObject({ room: first.room, counter: 1, reason: 'room-exists' });
  });

  it('[FR5] acknowledges to the sender and sends the same bytes as entry to everybody else', async () => {
    const { a, b, room } = await relay.share();
    const record = update(ann.device, a.replica(room).place());
    await a.next('ack');
    a.appendRecord(room, record);
    expect(await a.next('ack')).toMatchObject({ seq: 2, counter: 2 });
    expect((await b.next('entry')).seq).toBe(1);
    const entry = await b.next('entry');
    expect(entry).toMatchObject({ seq: 2 });
    expect(entry.record).toEqual(record);
    expect(a.all('entry')).toEqual([]);
    expect(b.all('ack')).toEqual([]);
  });

  it('[FR5] answers appends in log order, and all members see one order and one chain', async () => {
    const { a, b, room } = await relay.share();
    for (let i = 0; i < 50; i++) {
      a.append(room);
      b.append(room);
    }
    await Promise.all([a.at(room, 101), b.at(room, 101)]);
    expect(a.replica(room).head).toEqual(b.replica(room).head);
    for (const client of [a, b]) {
      const counters = client.all('ack').map(({ counter }) => counter);
      expect(counters).toEqual([...counters].sort((x, y) => x - y));
      expect(client.replica(room).pending.size).toBe(0);
    }
    const seqs = b.frames.flatMap((frame) => (frame.type === 'entry' || frame.type === 'ack' ? [frame.seq] : []));
    expect(seqs).toEqual(Array.from({ length: 101 }, (_, i) => i + 1));
  });

  it('uses one channel number for all sockets of a room, and another for each room', async () => {
    const { a, b, room } = await relay.share();
    const other = await a.create(epoch(ann.device, members, 1));
    expect(a.replica(room).channel).toBe(b.replica(room).channel);
    expect(other.channel).not.toBe(a.replica(room).channel);
  });
});

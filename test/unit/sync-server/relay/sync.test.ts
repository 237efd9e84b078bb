import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_PROOF } from '../../../../src/wire/open-proof.ts';
import { counterOf } from '../../../../src/wire/record.ts';
import { type Device, makeDevice, makePerson } from '../../../support/server/identities.ts';
import { objectTo } from '../../../support/server/objections.ts';
import { type Epoch, epoch, signal, snapshot, update } from '../../../support/server/records.ts';
import { type RelayServer, startRelay } from '../../../support/server/relay-server.ts';
import { STORE_VERSIONS } from '../../../support/server/stores.ts';
import { COMMENTS } from '../../../support/server/streams.ts';

const ann = makePerson('ann');
const bob = makePerson('bob');
const members = {
  people: [
    { person: ann, role: 'owner' as const },
    { person: bob, role: 'editor' as const },
  ],
};

describe.each(STORE_VERSIONS)('the relay with a store $name', ({ open }) => {
  let opened: Awaited<ReturnType<typeof open>>;
  let server: RelayServer;

  beforeEach(async () => {
    opened = await open();
    server = await startRelay({ store: opened.store });
  });
  afterEach(async () => {
    await server.close();
    await opened.dispose();
  });

  /** Ann's room with both in it. */
  async function share(first = epoch(ann.device, members, 1)) {
    const a = await server.connect(ann.device);
    await a.create(first);
    const b = await server.connect(bob.device);
    await b.open(first.room);
    await b.at(first.room, 1);
    return { a, b, room: first.room, first };
  }

  it('[EP2] [FR5] makes a room of its first record and acknowledges that as position 1', async () => {
    const first = epoch(ann.device, members, 7);
    const a = await server.connect(ann.device);
    await a.create(first);
    const { head, base, room, channel } = await a.next('opened');
    expect([room, head.seq, base.seq]).toEqual([first.room, 0, 0]);
    expect(await a.next('ack')).toEqual({ type: 'ack', channel, seq: 1, counter: 7 });
  });

  it('refuses to make a room that exists', async () => {
    const { a, first } = await share();
    a.send({ type: 'create', room: first.room, record: first.record, wraps: first.wraps });
    expect(await a.next('refused')).toMatchObject({ room: first.room, counter: 1, reason: 'room-exists' });
  });

  it('[FR5] acknowledges to the sender and sends the same bytes as entry to everybody else', async () => {
    const { a, b, room } = await share();
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
    const { a, b, room } = await share();
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
    const { a, b, room } = await share();
    const other = await a.create(epoch(ann.device, members, 1));
    expect(a.replica(room).channel).toBe(b.replica(room).channel);
    expect(other.channel).not.toBe(a.replica(room).channel);
  });

  it('[FR4] sends from a position the entries after it, with the chain hash there', async () => {
    const { a, b, room } = await share();
    for (let i = 0; i < 5; i++) a.append(room);
    await b.at(room, 4);
    const seen = b.replica(room).head;
    await a.at(room, 6);
    await b.close();
    a.append(room);
    await a.at(room, 7);
    const again = await server.connect(bob.device);
    again.send({ type: 'open', room, from: seen.seq, mode: 'live', proof: NO_PROOF });
    const frame = await again.next('opened');
    expect(frame.base).toEqual(seen);
    expect(frame.head.seq).toBe(7);
    await again.at(room, 7);
    expect(again.all('entry').map(({ seq }) => seq)).toEqual(
      Array.from({ length: 7 - seen.seq }, (_, i) => seen.seq + 1 + i),
    );
    expect(again.replica(room).head).toEqual(a.replica(room).head);
  });

  it('[FR4] answers a position that its log does not reach with the head that it has', async () => {
    const { a, b, room } = await share();
    b.send({ type: 'open', room, from: 99, mode: 'live', proof: NO_PROOF });
    expect(await b.next('opened')).toMatchObject({ head: a.replica(room).head, base: a.replica(room).head });
    a.append(room);
    expect(await b.next('entry')).toMatchObject({ seq: 2 });
  });

  it('[FR4] [RE6] starts a fresh reader with control records and the last snapshot, covered records as stubs', async () => {
    const { a, room } = await share();
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

    const fresh = await server.connect(bob.device);
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
    const { a, room } = await share();
    a.append(room);
    a.append(room, 10, COMMENTS);
    a.append(room);
    await a.at(room, 4);
    a.appendRecord(room, snapshot(ann.device, a.replica(room).place(), a.replica(room).head));
    await a.at(room, 5);

    const fresh = await server.connect(bob.device);
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
    const { a, room, first } = await share();
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

    const fresh = await server.connect(bob.device);
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

  it('[FR8] opens a room whole, past its snapshots', async () => {
    const { a, b, room } = await share();
    a.append(room);
    await a.at(room, 2);
    a.appendRecord(room, snapshot(ann.device, a.replica(room).place(), a.replica(room).head));
    await a.at(room, 3);
    b.frames.splice(0);
    await b.open(room, { mode: 'whole' });
    await b.at(room, 3);
    a.append(room);
    await b.at(room, 4);
    expect(b.frames.map((frame) => `${frame.type} ${'seq' in frame ? frame.seq : ''}`)).toEqual([
      'entry 1',
      'entry 2',
      'entry 3',
      'entry 4',
    ]);
  });

  it('[NO5] starts nobody from a disputed snapshot', async () => {
    const { a, b, room } = await share();
    a.append(room);
    await a.at(room, 2);
    a.appendRecord(room, snapshot(ann.device, a.replica(room).place(), a.replica(room).head));
    await Promise.all([a.at(room, 3), b.at(room, 3)]);
    b.appendRecord(room, objectTo(bob.device, b, room, 3));
    await a.at(room, 4);
    const fresh = await server.connect(ann.device);
    await fresh.open(room);
    await fresh.at(room, 4);
    expect(fresh.all('prelude')).toEqual([]);
    expect(fresh.all('entry').map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  it('[EP8] sends every device its own wrap alone, live and from the log', async () => {
    // Several readers, for the first wrap of an epoch is somebody's own by chance.
    const readers = [bob, makePerson('cat'), makePerson('dan')];
    const all = {
      people: [ann, ...readers].map((person) => ({
        person,
        role: person === ann ? ('owner' as const) : ('editor' as const),
      })),
    };
    const own = (device: Device, of: Epoch) =>
      of.wraps[of.core.devices.findIndex((entry) => entry.device === device.id)];
    const first = epoch(ann.device, all, 1);
    const a = await server.connect(ann.device);
    await a.create(first);
    const live = await Promise.all(readers.map(({ device }) => server.connect(device)));
    for (const client of live) await client.open(first.room);
    for (const client of live) await client.at(first.room, 1);
    const next = epoch(ann.device, all, 2, { before: first, head: a.replica(first.room).head });
    a.appendRecord(first.room, next.record, next.wraps);
    for (const client of live) {
      await client.at(first.room, 2);
      const wraps = client.all('entry').map(({ wrap }) => wrap);
      expect(wraps).toEqual([own(client.device, first), own(client.device, next)]);
    }
    for (const { device } of readers) {
      const again = await server.connect(device);
      await again.open(first.room);
      await again.at(first.room, 2);
      expect(again.all('entry').map(({ wrap }) => wrap)).toEqual([own(device, first), own(device, next)]);
    }
  });

  it('[FR7] passes signals to the other open sockets and stores none', async () => {
    const { a, b, room } = await share();
    const record = signal(ann.device, { room, epoch: 1, counter: 1, head: a.replica(room).head });
    a.send({ type: 'signal', channel: a.replica(room).channel, record });
    expect((await b.next('signal')).record).toEqual(record);
    await a.settle();
    expect(a.all('signal')).toEqual([]);
    const again = await server.connect(bob.device);
    await again.open(room);
    await again.settle();
    expect(again.all('signal')).toEqual([]);
  });

  it('[FR7] drops signals that break a rule', async () => {
    const { a, b, room } = await share();
    const { channel, head } = a.replica(room);
    const place = { room, epoch: 1, counter: 5, head };
    const send = (record: Uint8Array) => a.send({ type: 'signal', channel, record });
    send(signal(ann.device, { ...place, epoch: 2 }));
    send(signal(bob.device, place));
    send(signal(ann.device, place));
    send(signal(ann.device, place));
    await a.settle();
    await b.settle();
    expect(b.all('signal')).toHaveLength(1);
  });

  it('[FR8] sends a dormant room only its head, collected', async () => {
    const { a, b, room } = await share();
    await b.open(room, { mode: 'head' });
    b.frames.splice(0);
    // One after the other: what arrives in one turn would be one frame anyway.
    for (let i = 0; i < 20; i++) {
      a.append(room);
      await a.at(room, i + 2);
    }
    await b.until(() => b.all('head').some(({ head }) => head.seq === 21), 'the head');
    expect(b.all('head').at(-1)?.head).toEqual(a.replica(room).head);
    expect(b.frames.length).toBeLessThan(5);
    expect(b.frames.every(({ type }) => type === 'head')).toBe(true);
  });

  it('stops sending when a room is left, and sends again when it is opened again', async () => {
    const { a, b, room } = await share();
    const { channel } = b.replica(room);
    b.send({ type: 'leave', channel });
    await b.settle();
    b.frames.splice(0);
    a.append(room);
    await a.at(room, 2);
    await b.settle();
    expect(b.all('entry')).toEqual([]);
    a.send({ type: 'leave', channel });
    await a.settle();
    expect(server.counts.get('openRooms')).toBe(0);
    await b.open(room, { from: 1 });
    expect(server.counts.get('openRooms')).toBe(1);
    expect(await b.next('entry')).toMatchObject({ seq: 2 });
  });

  it('answers pages from the archive, oldest first', async () => {
    const { a, b, room } = await share();
    for (let i = 0; i < 9; i++) a.append(room);
    await b.at(room, 10);
    const { channel } = b.replica(room);
    b.send({ type: 'page', channel, from: 3, count: 4 });
    const { records, from } = await b.next('page');
    expect(from).toBe(3);
    expect(records.map(counterOf)).toEqual([3, 4, 5, 6]);
    b.send({ type: 'page', channel, from: 9, count: 200 });
    expect((await b.next('page')).records.map(counterOf)).toEqual([9, 10]);
    b.send({ type: 'page', channel, from: 11, count: 1 });
    expect((await b.next('page')).records).toEqual([]);
  });

  it('reads rooms from disk after a restart: head, access, counters', async ({ skip }) => {
    const { reopen } = opened;
    if (!reopen) return skip('nothing outlives the process');
    const { a, room } = await share();
    a.append(room);
    await a.at(room, 2);
    await a.close();
    await server.relay.close();
    server = await startRelay({ store: await reopen() });
    const again = await server.connect(ann.device);
    const replica = await again.open(room);
    expect(replica.head.seq).toBe(0);
    await again.at(room, 2);
    again.appendRecord(room, update(ann.device, { room, epoch: 1, counter: 2, head: replica.head }));
    expect(await again.next('refused')).toMatchObject({ counter: 2, reason: 'replayed-counter' });
    again.appendRecord(room, update(ann.device, { room, epoch: 1, counter: 3, head: replica.head }));
    expect(await again.next('ack')).toMatchObject({ seq: 3, counter: 3 });
  });

  it('[CO2] takes a head from before the restart when it lies within the window', async ({ skip }) => {
    const { reopen } = opened;
    if (!reopen) return skip('nothing outlives the process');
    const { a, room } = await share();
    a.append(room);
    await a.at(room, 2);
    const old = a.replica(room).head;
    for (let i = 0; i < 20; i++) a.append(room);
    await a.at(room, 22);
    await server.relay.close();
    server = await startRelay({ store: await reopen() });
    const again = await server.connect(ann.device);
    await again.open(room, { from: 22 });
    again.appendRecord(room, update(ann.device, { room, epoch: 1, counter: 30, head: old }));
    expect(await again.next('ack')).toMatchObject({ seq: 23 });
    again.appendRecord(room, update(ann.device, { room, epoch: 1, counter: 31, head: { seq: 3, hash: old.hash } }));
    expect(await again.next('refused')).toMatchObject({ reason: 'unknown-head' });
  });

  it('keeps nothing of a device that never had a place in the room', async () => {
    const { room } = await share();
    const eve = await server.connect(makeDevice('eve'));
    eve.send({ type: 'open', room, from: 0, mode: 'live', proof: NO_PROOF });
    expect(await eve.next('refused')).toMatchObject({ room, counter: 0, reason: 'unknown-device' });
    await eve.settle();
    expect(eve.all('opened')).toEqual([]);
  });
});

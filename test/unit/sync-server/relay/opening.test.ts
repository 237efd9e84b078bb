import { expect, it } from 'vitest';
import { NO_PROOF } from '../../../../src/wire/open-proof.ts';
import { counterOf } from '../../../../src/wire/record.ts';
import { type Device, makeDevice, makePerson } from '../../../support/server/identities.ts';
import { type Epoch, epoch, snapshot } from '../../../support/server/records.ts';
import { ann, bob, withEachStore } from '../../../support/server/relay-for-two.ts';

withEachStore('an opened room', (relay) => {
  it('[FR4] sends from a position the entries after it, with the chain hash there', async () => {
    const { a, b, room } = await relay.share();
    for (let i = 0; i < 5; i++) a.append(room);
    await b.at(room, 4);
    const seen = b.replica(room).head;
    await a.at(room, 6);
    await b.close();
    a.append(room);
    await a.at(room, 7);
    const again = await relay.connect(bob.device);
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
    const { a, b, room } = await relay.share();
    b.send({ type: 'open', room, from: 99, mode: 'live', proof: NO_PROOF });
    expect(await b.next('opened')).toMatchObject({ head: a.replica(room).head, base: a.replica(room).head });
    a.append(room);
    expect(await b.next('entry')).toMatchObject({ seq: 2 });
  });

  it('[FR8] opens a room whole, past its snapshots', async () => {
    const { a, b, room } = await relay.share();
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
    const a = await relay.connect(ann.device);
    await a.create(first);
    const live = await Promise.all(readers.map(({ device }) => relay.connect(device)));
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
      const again = await relay.connect(device);
      await again.open(first.room);
      await again.at(first.room, 2);
      expect(again.all('entry').map(({ wrap }) => wrap)).toEqual([own(device, first), own(device, next)]);
    }
  });

  it('[FR8] sends a dormant room only its head, collected', async () => {
    const { a, b, room } = await relay.share();
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
    const { a, b, room } = await relay.share();
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
    expect(relay.counts.get('openRooms')).toBe(0);
    await b.open(room, { from: 1 });
    expect(relay.counts.get('openRooms')).toBe(1);
    expect(await b.next('entry')).toMatchObject({ seq: 2 });
  });

  it('answers pages from the archive, oldest first', async () => {
    const { a, b, room } = await relay.share();
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

  it('keeps nothing of a device that never had a place in the room', async () => {
    const { room } = await relay.share();
    const eve = await relay.connect(makeDevice('eve'));
    eve.send({ type: 'open', room, from: 0, mode: 'live', proof: NO_PROOF });
    expect(await eve.next('refused')).toMatchObject({ room, counter: 0, reason: 'unknown-device' });
    await eve.settle();
    expect(eve.all('opened')).toEqual([]);
  });
});

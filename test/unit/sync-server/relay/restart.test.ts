import { expect, it } from 'vitest';
import { update } from '../../../support/server/records.ts';
import { ann, withEachStore } from '../../../support/server/relay-for-two.ts';

withEachStore('a relay that was restarted', (relay) => {
  it('reads rooms from disk after a restart: head, access, counters', async ({ skip }) => {
    if (!relay.canRestart) return skip('nothing outlives the process');
    const { a, room } = await relay.share();
    a.append(room);
    await a.at(room, 2);
    await a.close();
    await relay.restart();
    const again = await relay.connect(ann.device);
    const replica = await again.open(room);
    expect(replica.head.seq).toBe(0);
    await again.at(room, 2);
    again.appendRecord(room, update(ann.device, { room, epoch: 1, counter: 2, head: replica.head }));
    expect(await again.next('refused')).toMatchObject({ counter: 2, reason: 'replayed-counter' });
    again.appendRecord(room, update(ann.device, { room, epoch: 1, counter: 3, head: replica.head }));
    expect(await again.next('ack')).toMatchObject({ seq: 3, counter: 3 });
  });

  it('[CO2] takes a head from before the restart when it lies within the window', async ({ skip }) => {
    if (!relay.canRestart) return skip('nothing outlives the process');
    const { a, room } = await relay.share();
    a.append(room);
    await a.at(room, 2);
    const old = a.replica(room).head;
    for (let i = 0; i < 20; i++) a.append(room);
    await a.at(room, 22);
    await relay.restart();
    const again = await relay.connect(ann.device);
    await again.open(room, { from: 22 });
    again.appendRecord(room, update(ann.device, { room, epoch: 1, counter: 30, head: old }));
    expect(await again.next('ack')).toMatchObject({ seq: 23 });
    again.appendRecord(room, update(ann.device, { room, epoch: 1, counter: 31, head: { seq: 3, hash: old.hash } }));
    expect(await again.next('refused')).toMatchObject({ reason: 'unknown-head' });
  });
});

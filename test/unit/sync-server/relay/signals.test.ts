import { expect, it } from 'vitest';
import { signal } from '../../../support/server/records.ts';
import { ann, bob, withEachStore } from '../../../support/server/relay-for-two.ts';

withEachStore('signals', (relay) => {
  it('[FR7] passes signals to the other open sockets and stores none', async () => {
    const { a, b, room } = await relay.share();
    const record = signal(ann.device, { room, epoch: 1, counter: 1, head: a.replica(room).head });
    a.send({ type: 'signal', channel: a.replica(room).channel, record });
    expect((await b.next('signal')).record).toEqual(record);
    await a.settle();
    expect(a.all('signal')).toEqual([]);
    const again = await relay.connect(bob.device);
    await again.open(room);
    await again.settle();
    expect(again.all('signal')).toEqual([]);
  });

  it('[FR7] drops signals that break a rule', async () => {
    const { a, b, room } = await relay.share();
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
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chainAfter, recordHash } from '../../../../src/wire/chain.ts';
import { NO_PROOF } from '../../../../src/wire/open-proof.ts';
import { decodeRecord } from '../../../../src/wire/record.ts';
import { createRoomLogs } from '../../../../sync-server/log/room-logs.ts';
import { blake2b256 } from '../../../../sync-server/relay/hash.ts';
import { createMemoryStore } from '../../../../sync-server/store/memory-store.ts';
import { type FailingStore, makeFailingStore } from '../../../support/server/failing-store.ts';
import { makePerson } from '../../../support/server/identities.ts';
import { epoch, update } from '../../../support/server/records.ts';
import { ann, bob, shareRoom } from '../../../support/server/relay-for-two.ts';
import { type RelayServer, startRelay } from '../../../support/server/relay-server.ts';

const eve = makePerson('eve');

describe('when the disk fails', () => {
  let server: RelayServer;
  let store: FailingStore;

  beforeEach(async () => {
    store = makeFailingStore(createMemoryStore());
    server = await startRelay({ store });
  });
  afterEach(() => server.close());

  const share = () => shareRoom(server);

  it('refuses the senders, acknowledges and passes on nothing, and ends the sockets of that room', async () => {
    const { a, b, room } = await share();
    store.failNext();
    a.append(room);
    expect(await a.next('refused')).toMatchObject({ room, counter: 2, reason: 'storage-failed' });
    for (const client of [a, b]) {
      expect((await client.next('ended')).reason).toBe('storage-failed');
      await client.untilClosed();
      expect(client.replica(room).head.seq).toBe(1);
    }
    expect(server.relay.ready()).toBe(false);
    expect(server.counts.get('openRooms')).toBe(0);
  });

  it('takes the next append at the same position, when the failed record did not reach the disk', async () => {
    const { a, room } = await share();
    store.failNext();
    a.append(room);
    await a.untilClosed();
    store.reopen();
    expect(server.relay.ready()).toBe(true);
    const again = await server.connect(ann.device);
    const replica = await again.open(room, { from: 1 });
    expect(replica.head.seq).toBe(1);
    replica.counter = 2;
    again.append(room);
    expect(await again.next('ack')).toMatchObject({ seq: 2, counter: 3 });
  });

  it('[FR6] shows the failed record as entry, when it had reached the disk all the same', async () => {
    const { a, room } = await share();
    store.failNext(true);
    a.append(room);
    expect((await a.next('refused')).reason).toBe('storage-failed');
    await a.untilClosed();
    store.reopen();
    const again = await server.connect(ann.device);
    const replica = await again.open(room, { from: 1 });
    expect((await again.next('entry')).seq).toBe(2);
    replica.counter = 2;
    again.append(room);
    expect(await again.next('ack')).toMatchObject({ seq: 3 });
  });

  it('refuses everything that was given a position meanwhile, however many batches', async () => {
    const { a, b, room } = await share();
    store.pause();
    a.append(room);
    await a.settle();
    b.append(room);
    await b.settle();
    a.append(room);
    await a.settle();
    store.failNext();
    store.resume();
    await Promise.all([a.untilClosed(), b.untilClosed()]);
    expect(a.all('refused').map(({ counter }) => counter)).toEqual([2, 3]);
    expect(b.all('refused').map(({ counter }) => counter)).toEqual([1]);
    expect([...a.all('ack'), ...b.all('ack')].filter(({ seq }) => seq > 1)).toEqual([]);
  });

  it('leaves the sockets of other rooms alone', async () => {
    const { a, room } = await share();
    const alone = epoch(eve.device, { people: [{ person: eve, role: 'owner' }] }, 1);
    const e = await server.connect(eve.device);
    await e.create(alone);
    store.failNext();
    a.append(room);
    await a.untilClosed();
    store.reopen();
    e.append(alone.room);
    await e.at(alone.room, 2);
    expect(e.closed).toBeUndefined();
  });

  it('refuses to open rooms until the disk is back', async () => {
    const { a, room } = await share();
    const e = await server.connect(eve.device);
    store.failNext();
    a.append(room);
    await a.untilClosed();
    e.send({ type: 'open', room, from: 0, mode: 'live', proof: NO_PROOF });
    await e.until(() => e.all('ended').some(({ reason }) => reason === 'storage-failed'), 'the end');
    const late = server.dial(eve.device);
    await late.until(() => late.status === 503, 'the status');
    store.reopen();
    await (await server.connect(ann.device)).open(room);
  });

  it('reads a room again when another writer got ahead of it, though the disk never failed', async () => {
    const { a, room } = await share();
    const logs = createRoomLogs(store);
    const { head } = a.replica(room);
    const record = decodeRecord(update(bob.device, { room, epoch: 1, counter: 90, head }));
    const hash = recordHash(blake2b256, record.bytes);
    const position = chainAfter(blake2b256, head, hash);
    const entry = { record, recordHash: hash, position, stream: null, wraps: [], renews: false };
    expect(await logs.append(room, head, [entry])).toBe('committed');
    a.append(room);
    expect(await a.next('refused')).toMatchObject({ room, counter: 2, reason: 'storage-failed' });
    await a.untilClosed();
    const again = await server.connect(ann.device);
    const replica = await again.open(room, { from: 1 });
    await again.at(room, 2);
    expect(replica.head).toEqual(entry.position);
    replica.counter = 2;
    again.append(room);
    await again.at(room, 3);
  });

  it('says so in the log, without naming anybody', async () => {
    const { a, room } = await share();
    store.failNext();
    a.append(room);
    await a.untilClosed();
    expect(server.lines).toHaveLength(1);
    expect(JSON.stringify(server.lines)).not.toContain(room);
    expect(JSON.stringify(server.lines)).not.toContain(ann.device.id);
  });
});

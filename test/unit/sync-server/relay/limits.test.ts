import { afterEach, describe, expect, it, vi } from 'vitest';
import { MAX_MESSAGE_BYTES } from '../../../../src/wire/limits.ts';
import type { Clock } from '../../../../sync-server/clock.ts';
import { type RelayLimits, SWEEP_MS } from '../../../../sync-server/relay/limits.ts';
import { createMemoryStore } from '../../../../sync-server/store/memory-store.ts';
import type { Store } from '../../../../sync-server/store/store.ts';
import { realClock } from '../../../support/server/clock.ts';
import { makeFailingStore } from '../../../support/server/failing-store.ts';
import { epoch, signal } from '../../../support/server/records.ts';
import { ann, bob, members, shareRoom } from '../../../support/server/relay-for-two.ts';
import { type RelayServer, startRelay } from '../../../support/server/relay-server.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

describe('the bounds of the relay', () => {
  let server: RelayServer;
  afterEach(() => server.close());

  async function share(limits: Partial<RelayLimits>, store: Store = createMemoryStore()) {
    server = await startRelay({ limits, store });
    return shareRoom(server);
  }

  it('slows down whoever appends faster than allowed, and refuses nothing', async () => {
    const { a, room } = await share({ requestsPerSecond: 50, requestBurst: 10 });
    const startedAt = performance.now();
    for (let i = 0; i < 60; i++) a.append(room, 10);
    await a.at(room, 61);
    expect(performance.now() - startedAt).toBeGreaterThan(900);
    expect(a.all('refused')).toEqual([]);
  });

  it('counts bytes as well as requests', async () => {
    const { a, room } = await share({ bytesPerSecond: 100 * KIB, byteBurst: 64 * KIB });
    const startedAt = performance.now();
    for (let i = 0; i < 10; i++) a.append(room, 16 * KIB);
    await a.at(room, 11);
    expect(performance.now() - startedAt).toBeGreaterThan(800);
  });

  it('takes a burst at once', async () => {
    const { a, room } = await share({ requestsPerSecond: 1, requestBurst: 100 });
    const startedAt = performance.now();
    for (let i = 0; i < 50; i++) a.append(room, 10);
    await a.at(room, 51);
    // One a second would take forty.
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('stops reading a socket whose backlog is full, and reads on', async () => {
    const { a, b, room } = await share({ backlogBytes: 64 * KIB, totalBacklogBytes: 128 * KIB });
    for (let i = 0; i < 200; i++) a.append(room, 8 * KIB);
    await Promise.all([a.at(room, 201, 8_000), b.at(room, 201, 8_000)]);
    expect(a.all('ack')).toHaveLength(201);
    expect(a.all('refused')).toEqual([]);
  });

  it('drops signals beyond the rate', async () => {
    const { a, b, room } = await share({ signalsPerSecond: 1, signalBurst: 5 });
    const { channel, head } = a.replica(room);
    for (let counter = 1; counter <= 50; counter++)
      a.send({ type: 'signal', channel, record: signal(ann.device, { room, epoch: 1, counter, head }) });
    await a.settle();
    await b.settle();
    expect(b.all('signal').length).toBeGreaterThanOrEqual(5);
    expect(b.all('signal').length).toBeLessThanOrEqual(7);
    expect(a.all('refused')).toEqual([]);
  });

  it('refuses more rooms than a socket may have open', async () => {
    const { a, room } = await share({ maxRoomsPerSocket: 2 });
    await a.create(epoch(ann.device, members, 1));
    const third = epoch(ann.device, members, 1);
    a.send({ type: 'create', room: third.room, record: third.record, wraps: third.wraps });
    expect(await a.next('refused')).toMatchObject({ room: third.room, reason: 'too-many-rooms' });
    a.send({ type: 'leave', channel: a.replica(room).channel });
    a.send({ type: 'create', room: third.room, record: third.record, wraps: third.wraps });
    await a.next('opened');
  });

  it('takes no more sockets than it may', async () => {
    await share({ maxSockets: 2 });
    const third = server.dial(ann.device);
    await third.until(() => third.status === 503, 'the status');
  });

  it('[FR10] closes the socket on a message above the largest size', async () => {
    const { a, b } = await share({});
    a.sendRaw(new Uint8Array(MAX_MESSAGE_BYTES + 1));
    expect(await a.untilClosed()).toBe(1009);
    await b.settle();
  });

  it('sends what fits one message together', async () => {
    const { a, b, room } = await share({});
    for (let i = 0; i < 100; i++) a.append(room, 10);
    await b.at(room, 101);
    const before = b.messages;
    const again = await server.connect(bob.device);
    await again.open(room);
    await again.at(room, 101);
    expect(again.messages).toBeLessThan(10);
    expect(before).toBeGreaterThan(0);
  });

  it('lets a slow reader fall behind instead of buffering, and brings it back to the head', async () => {
    const { a, b, room } = await share({ outgoingBytes: 64 * KIB });
    b.socket.pause();
    await a.appendMany(room, 400, 64 * KIB);
    // What the kernel's buffers take has been sent; the rest waits in the log, not in memory.
    expect(server.counts.get('bytesSent')).toBeLessThan(20 * MIB);
    b.socket.resume();
    await b.at(room, 401, 20_000);
    expect(server.counts.get('bytesSent')).toBeGreaterThan(25 * MIB);
    expect(b.replica(room).head).toEqual(a.replica(room).head);
    a.append(room, 10);
    await b.at(room, 402);
  }, 120_000);

  it('[FR5] acknowledges from the log what a socket appended before it fell behind', async () => {
    const store = makeFailingStore(createMemoryStore());
    const { a, b, room } = await share({ outgoingBytes: 64 * KIB }, store);
    store.pause();
    for (let i = 0; i < 10; i++) a.append(room, 64 * KIB);
    await a.settle();
    const own = b.append(room, 10);
    await b.settle();
    // All of it commits in one turn: the first entries fill b's queue before its own record has its turn.
    store.resume();
    await b.at(room, 12);
    expect(b.all('ack')).toMatchObject([{ seq: 12, counter: own }]);
    expect(b.all('entry').map(({ seq }) => seq)).toEqual(Array.from({ length: 11 }, (_, i) => i + 1));
  });

  it('cuts off a reader that takes nothing, which then resumes from its position', async () => {
    const { a, b, room } = await share({ outgoingBytes: 64 * KIB, slowReaderTimeoutMs: 500 });
    b.socket.pause();
    await a.appendMany(room, 400, 64 * KIB);
    await vi.waitFor(() => expect(server.counts.get('ended/overloaded')).toBe(1), { timeout: 5_000 });
    b.socket.resume();
    await b.untilClosed(10_000);
    const seen = b.replica(room).head;
    expect(seen.seq).toBeLessThan(401);
    // Whoever writes at full speed is no slow reader.
    expect(a.all('ended')).toEqual([]);
    const again = await server.connect(bob.device);
    const replica = await again.open(room, { from: seen.seq });
    expect(replica.head.seq).toBeGreaterThanOrEqual(seen.seq);
    await again.at(room, 401, 20_000);
    expect(again.replica(room).head).toEqual(a.replica(room).head);
  }, 120_000);

  it('blames no socket for a pause of its own', async () => {
    let slept = 0;
    let onSweep = (): void => undefined;
    const clock: Clock = {
      ...realClock,
      now: () => realClock.now() + slept,
      after: (ms, then) =>
        realClock.after(ms, () => {
          then();
          if (ms === SWEEP_MS) onSweep();
        }),
    };
    server = await startRelay({ clock, limits: { outgoingBytes: 64 * KIB } });
    const { a, b, room } = await shareRoom(server);
    b.socket.pause();
    await a.appendMany(room, 600, 64 * KIB);
    // Something waits for b, and no more of it moves: otherwise there is nothing to blame it for.
    for (let before = -1; before !== server.counts.get('bytesSent'); ) {
      before = server.counts.get('bytesSent') ?? 0;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect(server.counts.get('bytesSent')).toBeLessThan(600 * 64 * KIB);
    slept = 120_000;
    // The sweep that finds the clock so far on, and no other.
    await new Promise<void>((resolve) => {
      onSweep = resolve;
    });
    b.socket.resume();
    await b.at(room, 601, 20_000);
    await Promise.all([a.settle(), b.settle()]);
    expect(server.counts.get('ended/overloaded')).toBeUndefined();
  }, 120_000);

  it('does not cut off a reader that is slow but takes something', async () => {
    const { a, b, room } = await share({ outgoingBytes: 64 * KIB, slowReaderTimeoutMs: 1_500 });
    b.socket.pause();
    await a.appendMany(room, 100, 64 * KIB);
    for (let i = 0; i < 8; i++) {
      await new Promise((resolve) => setTimeout(resolve, 400));
      b.socket.resume();
      await new Promise((resolve) => setTimeout(resolve, 5));
      b.socket.pause();
    }
    b.socket.resume();
    await b.at(room, 101, 10_000);
  }, 120_000);

  it('answers no further requests of a socket that does not take the answers', async () => {
    const { a, b, room } = await share({ outgoingBytes: 64 * KIB });
    for (let i = 0; i < 20; i++) a.append(room, 512 * KIB);
    await b.at(room, 21, 10_000);
    b.socket.pause();
    const { channel } = b.replica(room);
    for (let i = 0; i < 200; i++) b.send({ type: 'page', channel, from: 2, count: 20 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    await a.settle();
    b.socket.resume();
    await b.until(() => b.all('page').length === 200, 'all pages', 20_000);
  }, 120_000);

  it('cuts off a socket that does not answer pings, and keeps one that does', async () => {
    server = await startRelay({ limits: { keepaliveMs: 500 } });
    const dead = await server.connect(ann.device);
    const alive = await server.connect(bob.device);
    dead.socket.pause();
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    dead.socket.resume();
    await dead.untilClosed();
    await alive.settle();
  }, 120_000);

  it('acknowledges what is on its way to disk before it ends a socket', async () => {
    const store = makeFailingStore(createMemoryStore());
    server = await startRelay({ store });
    const first = epoch(ann.device, members, 1);
    const a = await server.connect(ann.device);
    await a.create(first);
    store.pause();
    a.append(first.room, 10);
    await a.settle();
    const closed = server.relay.close();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(a.all('ended')).toEqual([]);
    store.resume();
    await closed;
    await a.untilClosed();
    const told = a.frames.flatMap((frame) => (frame.type === 'ack' || frame.type === 'ended' ? [frame.type] : []));
    expect(told).toEqual(['ack', 'ack', 'ended']);
  });

  it('ends all sockets when it shuts down, after what was on its way is acknowledged', async () => {
    const { a, b, room } = await share({});
    for (let i = 0; i < 20; i++) a.append(room, 10);
    await a.settle();
    await server.relay.close();
    for (const client of [a, b]) {
      await client.untilClosed();
      expect(client.all('ended')).toEqual([{ type: 'ended', reason: 'shutting-down' }]);
    }
    expect(a.replica(room).pending.size).toBe(0);
    expect(server.relay.ready()).toBe(false);
    const late = server.dial(ann.device);
    await late.until(() => late.status === 503, 'the status');
  });
});

import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { MAX_BATCH_BYTES, MAX_FRAGMENT_BYTES } from '../../../../sync-server/relay/limits.ts';
import { OutQueue } from '../../../../sync-server/relay/out-queue.ts';

const LIMIT = 100 * 1024;
type Sent = { readonly bytes: Uint8Array; readonly fin: boolean; readonly taken: () => void };

/** A queue on a socket that takes something only when it is told to. */
function makeQueue() {
  const sent: Sent[] = [];
  let buffered = 0;
  let now = 0;
  let drains = 0;
  const socket = {
    get bufferedAmount() {
      return buffered;
    },
    send(bytes: Uint8Array, { fin }: { fin: boolean }, done: () => void) {
      buffered += bytes.length;
      const taken = () => {
        buffered -= bytes.length;
        done();
      };
      sent.push({ bytes, fin, taken });
    },
  };
  const scheduled: OutQueue[] = [];
  const host = {
    scheduleFlush: (queue: OutQueue) => void scheduled.push(queue),
    now: () => now,
    sent: () => undefined,
  };
  const queue = new OutQueue(socket as unknown as WebSocket, host, LIMIT, () => drains++);
  const turn = () => {
    for (const waiting of scheduled.splice(0)) waiting.flush();
  };
  return { queue, sent, turn, pass: (ms: number) => (now += ms), time: () => now, drains: () => drains };
}

const frame = (bytes: number, fill = 1): Uint8Array => new Uint8Array(bytes).fill(fill);

describe('what waits for a socket', () => {
  it('leaves in one message for each turn, in order', () => {
    const { queue, sent, turn } = makeQueue();
    for (const fill of [1, 2, 3]) queue.push(frame(2, fill));
    expect(sent).toEqual([]);
    turn();
    expect(sent.map(({ bytes }) => [...bytes])).toEqual([[1, 1, 2, 2, 3, 3]]);
  });

  it('is congested as soon as more than the limit waits, also before anything was sent', () => {
    const { queue } = makeQueue();
    queue.push(frame(LIMIT));
    expect(queue.congested).toBe(false);
    queue.push(frame(1));
    expect(queue.congested).toBe(true);
  });

  it('stays congested while the socket takes nothing, and says when it has drained', () => {
    const { queue, sent, turn, drains } = makeQueue();
    queue.push(frame(4 * LIMIT));
    turn();
    expect(queue.congested).toBe(true);
    expect(drains()).toBe(0);
    while (queue.waiting > 0) sent.at(-1)?.taken() ?? turn();
    expect(queue.congested).toBe(false);
    expect(drains()).toBeGreaterThan(0);
  });

  it('hands the socket only a little at a time, and large messages in pieces of one', () => {
    const { queue, sent, turn } = makeQueue();
    queue.push(frame(10 * MAX_FRAGMENT_BYTES));
    turn();
    expect(sent.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThanOrEqual(3 * MAX_FRAGMENT_BYTES);
    for (let i = 0; i < sent.length; i++) sent[i]?.taken();
    expect(sent.map(({ fin }) => fin)).toEqual([...Array.from({ length: 9 }, () => false), true]);
    expect(sent.every(({ bytes }) => bytes.length === MAX_FRAGMENT_BYTES)).toBe(true);
  });

  it('puts no other frame between the pieces of a message', () => {
    const { queue, sent, turn } = makeQueue();
    queue.push(frame(3 * MAX_FRAGMENT_BYTES, 1));
    turn();
    queue.push(frame(5, 2));
    turn();
    for (let i = 0; i < sent.length; i++) sent[i]?.taken();
    expect(sent.map(({ bytes }) => bytes[0])).toEqual([1, 1, 1, 2]);
  });

  it('never joins more frames than one batch may hold', () => {
    const { queue, sent, turn } = makeQueue();
    for (let i = 0; i < 4; i++) queue.push(frame(MAX_BATCH_BYTES / 2));
    turn();
    expect(sent.every(({ bytes }) => bytes.length <= MAX_BATCH_BYTES)).toBe(true);
  });

  it('is not stalled when something was just pushed, however long the socket was idle', () => {
    const { queue, sent, turn, pass, time } = makeQueue();
    queue.push(frame(10));
    turn();
    sent[0]?.taken();
    pass(60_000);
    expect(queue.stalledFor(time())).toBe(0);
    queue.push(frame(10));
    expect(queue.stalledFor(time())).toBe(0);
    turn();
    expect(queue.stalledFor(time())).toBe(0);
    pass(7);
    expect(queue.stalledFor(time())).toBe(7);
  });

  it('is stalled since the socket last took anything, whatever is pushed meanwhile', () => {
    const { queue, sent, turn, pass, time } = makeQueue();
    queue.push(frame(4 * MAX_FRAGMENT_BYTES));
    turn();
    pass(1_000);
    queue.push(frame(10));
    turn();
    expect(queue.stalledFor(time())).toBe(1_000);
    sent[0]?.taken();
    expect(queue.stalledFor(time())).toBe(0);
    pass(500);
    expect(queue.stalledFor(time())).toBe(500);
  });
});

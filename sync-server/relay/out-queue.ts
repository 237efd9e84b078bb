/**
 * What waits to be sent to one socket. Frames of one turn leave in one message; large messages leave in pieces.
 *
 * Invariants:
 * 1. Frames leave in the order in which they were pushed, none twice.
 * 2. Not more than MAX_FLIGHT_BYTES, or one piece, are in the hands of `ws` at a time; so `progressAt` moves whenever
 *    the other side takes anything. It begins when something begins to wait: an idle socket is not a slow one.
 * 3. Nothing bounds `push`: whoever pushes asks `congested` first, or reads no further requests while it is true.
 */
import { MAX_BATCH_BYTES, MAX_FRAGMENT_BYTES } from './limits.ts';
import type { PeerSocket } from './peer-socket.ts';

const MAX_FLIGHT_BYTES = 2 * MAX_FRAGMENT_BYTES;

export type OutQueueHost = {
  /** Calls `flush` once, soon. */
  readonly scheduleFlush: (queue: OutQueue) => void;
  readonly now: () => number;
  readonly sent: (bytes: number) => void;
};

export class OutQueue {
  readonly #socket: PeerSocket;
  readonly #host: OutQueueHost;
  readonly #limit: number;
  /** Called whenever something has left and the queue is not congested. */
  readonly #onDrain: () => void;
  #frames: Uint8Array[] = [];
  #bytes = 0;
  #scheduled = false;
  /** The message that is being sent in pieces. */
  #rest: Uint8Array | null = null;
  #progressAt = 0;

  /** `limit`: bytes waiting above which the queue is congested. */
  constructor(socket: PeerSocket, host: OutQueueHost, limit: number, onDrain: () => void) {
    this.#socket = socket;
    this.#host = host;
    this.#limit = limit;
    this.#onDrain = onDrain;
  }

  get congested(): boolean {
    return this.waiting > this.#limit;
  }

  /** Bytes that have not left. */
  get waiting(): number {
    return this.#bytes + (this.#rest?.length ?? 0) + this.#socket.bufferedAmount;
  }

  /** Milliseconds for which the other side has taken nothing, though something waits. */
  stalledFor(now: number): number {
    return this.waiting === 0 ? 0 : now - this.#progressAt;
  }

  push(frame: Uint8Array): void {
    // Before the frame counts: a sweep may come between here and the flush.
    if (!this.#scheduled && this.waiting === 0) this.#progressAt = this.#host.now();
    this.#frames.push(frame);
    this.#bytes += frame.length;
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#host.scheduleFlush(this);
  }

  flush(): void {
    this.#scheduled = false;
    this.#sendUpTo(MAX_FLIGHT_BYTES);
  }

  /** Hands everything that waits to the socket, before it is closed. */
  finish(): void {
    this.#sendUpTo(Number.POSITIVE_INFINITY);
  }

  /** Forgets what waits, but for the rest of a message that has begun. */
  discard(): void {
    this.#frames = [];
    this.#bytes = 0;
  }

  #sendUpTo(flightBytes: number): void {
    while ((this.#rest || this.#frames.length > 0) && this.#socket.bufferedAmount < flightBytes) this.#sendPiece();
  }

  #sendPiece(): void {
    const message = this.#rest ?? this.#takeMessage();
    const piece = message.length > MAX_FRAGMENT_BYTES ? message.subarray(0, MAX_FRAGMENT_BYTES) : message;
    this.#rest = piece.length < message.length ? message.subarray(piece.length) : null;
    this.#host.sent(piece.length);
    this.#socket.send(piece, { binary: true, fin: this.#rest === null }, this.#onSent);
  }

  #takeMessage(): Uint8Array {
    const frames = this.#frames;
    let [bytes, count] = [0, 0];
    for (const frame of frames) {
      if (count > 0 && bytes + frame.length > MAX_BATCH_BYTES) break;
      bytes += frame.length;
      count++;
    }
    this.#bytes -= bytes;
    this.#frames = count === frames.length ? [] : frames.slice(count);
    const [first] = frames;
    return count === 1 && first ? first : Buffer.concat(frames.slice(0, count), bytes);
  }

  readonly #onSent = (error?: Error | null): void => {
    // The socket has been closed: nothing leaves any more, and `close` will be heard.
    if (error) return;
    this.#progressAt = this.#host.now();
    this.#sendUpTo(MAX_FLIGHT_BYTES);
    if (!this.congested) this.#onDrain();
  };
}

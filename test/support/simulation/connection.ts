/**
 * One connection between an engine and the relay, as WebSockets behave: ordered and whole in each direction, until it
 * breaks. What is on its way when it breaks may arrive or not; each side notices by itself, late, or never.
 */
import type { RelaySocket, RelaySocketHandlers } from '../../../src/engine/ports.ts';
import type { PeerSocket } from '../../../sync-server/relay/peer-socket.ts';
import type { Scheduler } from './scheduler.ts';
import type { SeededRandom } from './seeded-random.ts';

type Item =
  | { readonly type: 'message'; readonly bytes: Uint8Array }
  | { readonly type: 'close' }
  | { readonly type: 'ping' }
  | { readonly type: 'pong' };

/** How fast a network is. Milliseconds. */
export type Pace = { readonly minMs: number; readonly maxMs: number };

/** One direction. */
class Pipe {
  readonly #scheduler: Scheduler;
  readonly #random: SeededRandom;
  readonly #deliver: (item: Item) => void;
  readonly #pace: () => Pace;
  #queue: Item[] = [];
  #lastAt = 0;
  #stalledUntil = 0;
  #severed = false;
  #held = false;

  constructor(scheduler: Scheduler, random: SeededRandom, pace: () => Pace, deliver: (item: Item) => void) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#pace = pace;
    this.#deliver = deliver;
  }

  get isSevered(): boolean {
    return this.#severed;
  }
  get stalledFor(): number {
    return Math.max(0, this.#stalledUntil - this.#scheduler.now);
  }

  push(item: Item): void {
    if (this.#severed) return;
    const { minMs, maxMs } = this.#pace();
    const at = Math.max(this.#lastAt, this.#scheduler.now + this.#random.between(minMs, maxMs));
    this.#lastAt = at;
    this.#queue.push(item);
    this.#scheduler.after(at - this.#scheduler.now, () => this.#next());
  }

  stall(ms: number): void {
    this.#stalledUntil = Math.max(this.#stalledUntil, this.#scheduler.now + ms);
  }
  heal(): void {
    if (this.stalledFor === 0) return;
    this.#stalledUntil = 0;
    // What was put off until then comes now.
    for (const _ of this.#queue) this.#scheduler.after(0, () => this.#next());
  }
  hold(): void {
    this.#held = true;
  }
  release(): void {
    this.#held = false;
    for (const _ of this.#queue) this.#scheduler.after(0, () => this.#next());
  }

  /** Nothing more enters; of what is on its way only the first part still arrives. */
  sever(): void {
    if (this.#severed) return;
    this.#severed = true;
    this.#queue = this.#queue.slice(0, this.#random.between(0, this.#queue.length));
  }
  /** The other end learns that it is over, behind what still arrives. */
  closeSevered(): void {
    this.#queue.push({ type: 'close' });
    this.#scheduler.after(Math.max(0, this.#lastAt - this.#scheduler.now), () => this.#next());
  }
  /** Nothing arrives any more. */
  drop(): void {
    this.#severed = true;
    this.#queue = [];
  }

  #next(): void {
    if (this.#held || this.#queue.length === 0) return;
    if (this.stalledFor > 0) {
      this.#scheduler.after(this.stalledFor, () => this.#next());
      return;
    }
    const [item] = this.#queue.splice(0, 1);
    if (item) this.#deliver(item);
  }
}

export type Wire = {
  readonly scheduler: Scheduler;
  readonly random: SeededRandom;
  readonly pace: () => Pace;
  readonly onUp: (bytes: Uint8Array) => void;
  /** What the relay sends, on its way to the engine: may be changed, dropped or multiplied. */
  readonly onDown: (bytes: Uint8Array) => readonly Uint8Array[];
  readonly onOver: (connection: Connection) => void;
};

export class Connection {
  readonly #wire: Wire;
  readonly #handlers: RelaySocketHandlers;
  readonly #up: Pipe;
  readonly #down: Pipe;
  #engineOver = false;
  #relayOver = false;
  #accepted = false;
  readonly #listeners = new Map<string, ((...args: never[]) => void)[]>();
  #buffered = 0;
  #pieces: Uint8Array[] = [];

  constructor(wire: Wire, handlers: RelaySocketHandlers) {
    const { scheduler, random, pace } = wire;
    this.#wire = wire;
    this.#handlers = handlers;
    this.#up = new Pipe(scheduler, random, pace, (item) => this.#atRelay(item));
    this.#down = new Pipe(scheduler, random, pace, (item) => this.#atEngine(item));
  }

  get isOpen(): boolean {
    return !this.#engineOver || (this.#accepted && !this.#relayOver);
  }

  /** Broken, and the engine has not noticed. */
  get isDead(): boolean {
    return !this.#engineOver && (this.#up.isSevered || this.#down.isSevered);
  }

  /** The relay answered, or did not. */
  opened(accept: ((socket: PeerSocket) => void) | null): void {
    if (this.#engineOver) return;
    if (!accept) return this.#engineClosed();
    // It broke before it stood.
    if (this.#relayOver) return;
    this.#accepted = true;
    this.#handlers.onOpen();
    accept(this.relaySide);
  }

  /** Breaks. `engineAfter`, `relayAfter`: when each side notices; null: never by itself. */
  cut(engineAfter: number | null, relayAfter: number | null): void {
    this.#up.sever();
    this.#down.sever();
    const { scheduler } = this.#wire;
    if (engineAfter !== null) scheduler.after(engineAfter, () => this.#down.closeSevered());
    if (relayAfter !== null) scheduler.after(relayAfter, () => this.#up.closeSevered());
  }
  stall(direction: 'up' | 'down' | 'both', ms: number): void {
    if (direction !== 'down') this.#up.stall(ms);
    if (direction !== 'up') this.#down.stall(ms);
  }
  heal(): void {
    this.#up.heal();
    this.#down.heal();
  }

  /** The engine's process is gone: its socket takes nothing any more. */
  engineDied(relayAfter: number | null): void {
    this.#engineOver = true;
    this.#down.drop();
    this.#up.sever();
    if (relayAfter !== null) this.#wire.scheduler.after(relayAfter, () => this.#up.closeSevered());
  }
  relayDied(engineAfter: number | null): void {
    this.#relayOver = true;
    this.#listeners.clear();
    this.#up.drop();
    this.#down.sever();
    if (engineAfter !== null) this.#wire.scheduler.after(engineAfter, () => this.#down.closeSevered());
  }

  readonly engineSide: RelaySocket = {
    send: (message) => {
      if (this.#engineOver || !this.#accepted) return;
      this.#wire.onUp(message);
      this.#up.push({ type: 'message', bytes: message.slice() });
    },
    close: () => {
      if (this.#engineOver) return;
      this.#up.push({ type: 'close' });
      this.#engineClosed();
    },
  };

  #engineClosed(): void {
    if (this.#engineOver) return;
    this.#engineOver = true;
    queueMicrotask(this.#handlers.onClose);
    this.#checkOver();
  }

  #atEngine(item: Item): void {
    if (item.type === 'close') this.#up.push({ type: 'close' });
    if (this.#engineOver) return;
    if (item.type === 'close') this.#engineClosed();
    // The WebSocket layer answers by itself.
    else if (item.type === 'ping') this.#up.push({ type: 'pong' });
    else if (item.type === 'message')
      for (const bytes of this.#wire.onDown(item.bytes)) this.#handlers.onMessage(bytes);
  }

  #atRelay(item: Item): void {
    if (this.#relayOver) return;
    if (item.type === 'close') this.#relayClosed();
    else if (item.type === 'pong') this.#emit('pong');
    else if (item.type === 'message') this.#emit('message', Buffer.from(item.bytes), true);
  }

  #relayClosed(): void {
    if (this.#relayOver) return;
    this.#relayOver = true;
    this.#down.push({ type: 'close' });
    this.#emit('close');
    this.#checkOver();
  }

  #checkOver(): void {
    if (!this.isOpen) this.#wire.onOver(this);
  }

  #emit(event: string, ...args: unknown[]): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(...(args as never[]));
  }

  readonly relaySide: PeerSocket = makeRelaySide({
    buffered: () => this.#buffered,
    isOver: () => this.#relayOver,
    send: (piece, fin, onSent) => this.#relaySends(piece, fin, onSent),
    push: (item) => this.#down.push(item),
    terminate: () => {
      this.#wire.scheduler.after(0, () => this.#relayClosed());
    },
    hold: () => this.#up.hold(),
    release: () => this.#up.release(),
    on: (event, listener) => {
      this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    },
  });

  #relaySends(piece: Uint8Array, fin: boolean, onSent: (error?: Error | null) => void): void {
    const { scheduler, random } = this.#wire;
    this.#buffered += piece.length;
    this.#pieces.push(piece.slice());
    if (fin) {
      this.#down.push({ type: 'message', bytes: new Uint8Array(Buffer.concat(this.#pieces)) });
      this.#pieces = [];
    }
    scheduler.after(this.#down.stalledFor + random.between(0, 2), () => {
      this.#buffered -= piece.length;
      // A process that has died hears nothing.
      if (this.#listeners.size > 0) onSent(this.#relayOver ? new Error('closed') : null);
    });
  }
}

type RelayEnd = {
  readonly buffered: () => number;
  readonly isOver: () => boolean;
  readonly send: (piece: Uint8Array, fin: boolean, onSent: (error?: Error | null) => void) => void;
  readonly push: (item: Item) => void;
  readonly terminate: () => void;
  readonly hold: () => void;
  readonly release: () => void;
  readonly on: (event: string, listener: (...args: never[]) => void) => void;
};

function makeRelaySide(end: RelayEnd): PeerSocket {
  return {
    get bufferedAmount() {
      return end.buffered();
    },
    send: (piece, { fin }, onSent) => {
      if (end.isOver()) queueMicrotask(() => onSent(new Error('closed')));
      else end.send(piece, fin, onSent);
    },
    close: () => end.push({ type: 'close' }),
    terminate: end.terminate,
    ping: () => end.push({ type: 'ping' }),
    pause: end.hold,
    resume: end.release,
    on: (event: string, listener: (...args: never[]) => void) => end.on(event, listener),
  };
}

/**
 * The relay: takes sockets, keeps what they share, ends them in order. It numbers and passes on records; it cannot read
 * them.
 *
 * Invariants: a device has one socket; nothing is told before it is on disk; what failed on disk is read anew.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { DeviceId, PrincipalId, RoomId } from '../../src/wire/ids.ts';
import { MAX_MESSAGE_BYTES } from '../../src/wire/limits.ts';
import { CHALLENGE_BYTES, encodeRelayFrame } from '../../src/wire/relay-frames.ts';
import type { Cancel, Clock } from '../clock.ts';
import { createRoomLogs } from '../log/room-logs.ts';
import type { Store } from '../store/store.ts';
import { Backlog } from './backlog.ts';
import { admitAll, type Doorkeeper } from './doorkeeper.ts';
import { blake2b256 } from './hash.ts';
import { DEFAULT_RELAY_LIMITS, LINK_SWEEP_MS, type RelayLimits, SWEEP_MS } from './limits.ts';
import { type Log, noMetrics, type RelayMetrics } from './metrics.ts';
import type { OutQueue } from './out-queue.ts';
import type { Subscription } from './peer.ts';
import type { PeerSocket } from './peer-socket.ts';
import type { Room, RoomHost } from './room.ts';
import { Rooms } from './rooms.ts';
import { Session, type SessionContext } from './session.ts';
import { TurnQueue } from './turn-queue.ts';
import { judgeUpgrade, MAX_UNGREETED_BYTES } from './upgrade.ts';
import type { Verifier } from './verifier.ts';

export type RelayOptions = {
  /** Closed by its owner, after the relay. */
  readonly store: Store;
  readonly clock: Clock;
  /** Milliseconds since 1970. Links expire by it. */
  readonly date: () => number;
  /** Cryptographically secure random bytes. */
  readonly random: (length: number) => Uint8Array;
  /** Closed by its owner, after the relay. */
  readonly verifier: Verifier;
  readonly log: Log;
  readonly metrics?: RelayMetrics;
  /** Where clients reach this server. Without it the Host header is taken at its word. */
  readonly publicUrl?: string;
  readonly limits?: Partial<RelayLimits>;
  /** Without one, every device that proves its key is let in. */
  readonly doorkeeper?: Doorkeeper;
};

export type Relay = {
  /** For upgrade requests to any path; other paths than /sync are answered with 404. */
  readonly handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Takes a socket that is open. `host`: as the client addressed the relay. */
  readonly accept: (socket: PeerSocket, host: string) => void;
  /** Whether new sockets and records are taken. */
  readonly ready: () => boolean;
  /** The accounts that own a room. Null: there is no such room. @throws StorageFailed */
  readonly ownersOf: (room: RoomId) => Promise<ReadonlySet<PrincipalId> | null>;
  /** Waits for the records on their way to disk, acknowledges them, ends all sockets. */
  readonly close: () => Promise<void>;
};

export const createRelay = (options: RelayOptions): Relay => new SocketRelay(options);

class SocketRelay implements Relay {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #date: () => number;
  readonly #random: (length: number) => Uint8Array;
  readonly #log: Log;
  readonly #metrics: RelayMetrics;
  readonly #limits: RelayLimits;
  readonly #publicHost: string | undefined;
  readonly #server: WebSocketServer;
  readonly #rooms: Rooms;
  readonly #context: SessionContext;
  readonly #sessions = new Set<Session>();
  readonly #sessionByDevice = new Map<DeviceId, { session: Session; settled: Promise<void> }>();
  readonly #changedHeads = new Set<Subscription>();
  readonly #unsubscribe: () => void;
  readonly #dismissDoorkeeper: () => void;
  #stopSweeping: Cancel = () => undefined;
  #stopEndingLinks: Cancel = () => undefined;
  #closing = false;
  #onEmpty: (() => void) | null = null;

  constructor(options: RelayOptions) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#date = options.date;
    this.#random = options.random;
    this.#log = options.log;
    this.#metrics = options.metrics ?? noMetrics;
    this.#limits = { ...DEFAULT_RELAY_LIMITS, ...options.limits };
    this.#publicHost = options.publicUrl === undefined ? undefined : new URL(options.publicUrl).host;
    this.#server = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      clientTracking: false,
      maxPayload: MAX_MESSAGE_BYTES,
    });
    const logs = createRoomLogs(options.store);
    this.#rooms = new Rooms(blake2b256, this.#roomHost(logs), this.#limits.maxRoomsInMemory);
    const doorkeeper = options.doorkeeper ?? admitAll;
    this.#context = this.#sessionContext(logs, options.verifier, doorkeeper);
    this.#dismissDoorkeeper = doorkeeper.onLeave((devices, reason) => {
      for (const session of this.#sessions) if (session.isOf(devices)) session.end(reason);
    });
    this.#unsubscribe = options.store.onReopen(() => this.#onReopen());
    this.#sweepLater();
    this.#endLinksLater();
  }

  readonly ready = (): boolean => !this.#closing && this.#store.accepting();

  readonly ownersOf = async (id: RoomId): Promise<ReadonlySet<PrincipalId> | null> => {
    const room = await this.#rooms.pin(id);
    if (!room) return null;
    room.pins--;
    const { members } = room.standing.access;
    const owners = [...members].filter(([, { kind, role }]) => kind === 'account' && role === 'owner');
    return new Set(owners.map(([principal]) => principal));
  };

  readonly handleUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const verdict = judgeUpgrade(request.url ?? '', request.headers, this.#publicHost);
    if (!verdict.ok) return rejectUpgrade(socket, verdict.status);
    if (!this.ready() || this.#sessions.size >= this.#limits.maxSockets) return rejectUpgrade(socket, 503);
    let unread = MAX_UNGREETED_BYTES - head.length;
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const session = this.#begin(webSocket, verdict.host, request.headers.cookie);
      // `ws` would gather a whole message of the largest size from anybody at all.
      const count = (chunk: Buffer) => {
        unread -= chunk.length;
        if (session.welcomed) socket.off('data', count);
        else if (unread < 0) session.end('too-large');
      };
      socket.on('data', count);
    });
  };

  readonly accept = (socket: PeerSocket, host: string): void => {
    this.#begin(socket, host);
  };

  #begin(socket: PeerSocket, host: string, credentials?: string): Session {
    const session = new Session(this.#context, socket, host, this.#random(CHALLENGE_BYTES), credentials);
    this.#sessions.add(session);
    this.#metrics.sockets.add(1);
    return session;
  }

  readonly close = async (): Promise<void> => {
    if (this.#closing) return;
    this.#closing = true;
    this.#stopSweeping();
    this.#stopEndingLinks();
    this.#unsubscribe();
    this.#dismissDoorkeeper();
    for (const session of this.#sessions) session.stopReading();
    await Promise.all([...this.#sessions].map((session) => session.whenSettled()));
    for (const session of this.#sessions) session.end('shutting-down');
    if (this.#sessions.size > 0)
      await new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
      });
    this.#server.close();
  };

  #roomHost(logs: RoomHost['logs']): RoomHost {
    const commits = new TurnQueue<Room>(this.#clock, (room) => room.commit());
    return {
      logs,
      scheduleCommit: (room) => commits.add(room),
      headChanged: (subscription) => this.#onHeadChanged(subscription),
      openRooms: this.#metrics.openRooms.add,
      committed: (records, delivered, startedAt) => {
        this.#metrics.appended.add(records);
        this.#metrics.delivered.add(delivered);
        this.#metrics.commitSeconds.observe((this.#clock.now() - startedAt) / 1000);
      },
      now: this.#clock.now,
      failed: (room, error) => {
        this.#log.error({ err: error ?? 'conflict' }, 'an append failed; its room is read again');
        this.#rooms.remove(room);
      },
    };
  }

  #sessionContext(logs: RoomHost['logs'], verifier: Verifier, doorkeeper: Doorkeeper): SessionContext {
    const flushes = new TurnQueue<OutQueue>(this.#clock, (queue) => queue.flush());
    return {
      hash: blake2b256,
      logs,
      store: this.#store,
      rooms: this.#rooms,
      verifier,
      limits: this.#limits,
      metrics: this.#metrics,
      clock: this.#clock,
      date: this.#date,
      log: this.#log,
      outgoing: {
        scheduleFlush: (queue) => flushes.add(queue),
        now: this.#clock.now,
        sent: this.#metrics.bytesSent.add,
      },
      totalBacklog: new Backlog(this.#limits.totalBacklogBytes),
      doorkeeper,
      takeOver: (session, device) => this.#takeOver(session, device),
      gone: (session, device) => this.#onGone(session, device),
    };
  }

  /** [FR2] The device's older socket ends, and what it had on its way to disk arrives there or fails. */
  async #takeOver(session: Session, device: DeviceId): Promise<void> {
    const older = this.#sessionByDevice.get(device);
    older?.session.end('replaced');
    // An older one that is itself still waiting for its predecessor does not cut the chain.
    const settled = Promise.all([older?.settled, older?.session.whenSettled()]).then(() => undefined);
    this.#sessionByDevice.set(device, { session, settled });
    await settled;
  }

  #onGone(session: Session, device: DeviceId | null): void {
    this.#sessions.delete(session);
    this.#metrics.sockets.add(-1);
    if (device) void this.#forget(session, device);
    if (this.#sessions.size === 0) this.#onEmpty?.();
  }

  /** Not before its records have settled: the device's next socket waits for them. */
  async #forget(session: Session, device: DeviceId): Promise<void> {
    const known = this.#sessionByDevice.get(device);
    if (known?.session !== session) return;
    await known.settled;
    await session.whenSettled();
    if (this.#sessionByDevice.get(device) === known) this.#sessionByDevice.delete(device);
  }

  /** [FR8] Changes of dormant rooms' heads are collected for a while. */
  #onHeadChanged(subscription: Subscription): void {
    if (this.#changedHeads.size === 0) this.#clock.after(this.#limits.headFrameDelayMs, () => this.#sendHeads());
    this.#changedHeads.add(subscription);
  }

  #sendHeads(): void {
    const changed = [...this.#changedHeads];
    this.#changedHeads.clear();
    for (const subscription of changed) {
      if (subscription.closed) continue;
      if (subscription.peer.congested) this.#onHeadChanged(subscription);
      else {
        const { channel, committed } = subscription.room;
        subscription.peer.push(encodeRelayFrame({ type: 'head', channel, head: committed }));
      }
    }
  }

  #onReopen(): void {
    this.#rooms.reread().catch((error: unknown) => {
      this.#log.error({ err: error }, 'rooms could not be read again');
    });
  }

  #endLinksLater(): void {
    this.#stopEndingLinks = this.#clock.after(LINK_SWEEP_MS, () => {
      this.#rooms.endExpired(this.#date());
      this.#endLinksLater();
    });
  }

  /**
   * After a pause of the relay itself (a suspended machine, a blocked loop) what sockets have taken and answered is
   * still unread: one sweep is passed over, so that they are not blamed. Not two in a row, or a busy relay would cut off
   * nobody.
   */
  #sweepLater(passOver = true): void {
    const dueAt = this.#clock.now() + SWEEP_MS;
    this.#stopSweeping = this.#clock.after(SWEEP_MS, () => {
      const now = this.#clock.now();
      const isLate = now - dueAt > SWEEP_MS && passOver;
      if (!isLate) for (const session of this.#sessions) session.sweep(now);
      this.#sweepLater(!isLate);
    });
  }
}

const STATUS_TEXT = { 400: 'Bad Request', 403: 'Forbidden', 404: 'Not Found', 503: 'Service Unavailable' } as const;

function rejectUpgrade(socket: Duplex, status: keyof typeof STATUS_TEXT): void {
  socket.on('error', () => undefined);
  socket.end(`HTTP/1.1 ${status} ${STATUS_TEXT[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

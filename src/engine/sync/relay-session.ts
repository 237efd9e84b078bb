/**
 * The one socket of this device, shared by all rooms: connects, proves the device's key, passes frames to the rooms that
 * they belong to, and comes back after a loss.
 *
 * Invariants: at most one socket; a room hears `onOnline` before any of its frames and `onOffline` before the next
 * `onOnline`; frames of a socket that was given up are never delivered.
 */
import { type ClientFrame, encodeClientFrame, helloSignedBytes } from '../../wire/client-frames.ts';
import type { DeviceId, RoomId } from '../../wire/ids.ts';
import { HELLO_TIMEOUT_MS, PROTOCOL_VERSION } from '../../wire/limits.ts';
import type { Reason } from '../../wire/refusals.ts';
import { decodeRelayMessage, type RelayFrame } from '../../wire/relay-frames.ts';
import type { Connection } from '../api.ts';
import type { Identity } from '../epochs/identity.ts';
import type { Cancel, EnginePorts, RelaySocket } from '../ports.ts';
import { sign } from '../seal/sodium.ts';
import { Backoff } from './backoff.ts';
import { type OwnPrekeyPorts, PrekeyExchange, type PrekeyFrame } from './prekey-exchange.ts';

const RECONNECT = { firstMs: 250, maxMs: 5_000 };
/** A silent connection is asked for a sign of life after this long, and given up when none comes. */
const PING_AFTER_MS = 20_000;
const PONG_WITHIN_MS = 10_000;

/** Frames that concern one room. */
export type RoomFrame = Exclude<RelayFrame, PrekeyFrame | { type: 'challenge' | 'welcome' | 'ended' | 'pong' }>;

export interface RoomLink {
  readonly room: RoomId;
  onOnline(): void;
  onOffline(): void;
  onFrame(frame: RoomFrame): void;
}

type Opener = { readonly link: RoomLink; readonly creates: boolean };

export type SessionState = { readonly connection: Connection; readonly ended: Reason | null };

export class RelaySession {
  readonly #ports: EnginePorts;
  readonly #identity: () => Identity;
  readonly #onState: () => void;
  readonly #onEnded: (reason: Reason) => void;
  readonly #links = new Map<RoomId, RoomLink>();
  readonly #linkByChannel = new Map<number, RoomLink>();
  /** Who asked for a room, oldest first: a room may be closed and opened again before the relay has answered. */
  readonly #openers = new Map<RoomId, Opener[]>();
  readonly #backoff: Backoff;
  readonly #prekeys: PrekeyExchange;
  #socket: RelaySocket | null = null;
  /** Grows with every socket, so that what an old one still delivers is told apart. */
  #generation = 0;
  #connection: Connection = 'connecting';
  #ended: Reason | null = null;
  #stopped = true;
  #cancelTimer: Cancel = () => undefined;

  /**
   * `identity`: of one and the same device; its prekey may change. `onEnded`: the relay has ended the socket, and said why.
   * `prekeys`: where the directory shall not simply have the identity's.
   */
  constructor(
    ports: EnginePorts,
    identity: () => Identity,
    onState: () => void,
    onEnded: (reason: Reason) => void,
    prekeys: OwnPrekeyPorts = { own: () => identity().signedPrekey, onKept: () => undefined },
  ) {
    this.#ports = ports;
    this.#identity = identity;
    this.#onState = onState;
    this.#onEnded = onEnded;
    this.#backoff = new Backoff(RECONNECT, ports.random);
    this.#prekeys = new PrekeyExchange(ports, prekeys, (frame) => this.send(frame));
  }

  get state(): SessionState {
    return { connection: this.#connection, ended: this.#ended };
  }
  get isOnline(): boolean {
    return this.#connection === 'online';
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer();
    this.#drop('offline');
  }

  /** Tries at once instead of waiting: the network came back, or a person looks. */
  nudge(): void {
    if (this.#stopped || this.#socket) return;
    this.#cancelTimer();
    this.#backoff.reset();
    this.#connect();
  }

  /** This device's prekey may have changed: the relay gets the one that it has now. */
  offerAgain(): void {
    this.#prekeys.offerAgain();
  }
  offerUnanswered(): void {
    this.#prekeys.offerUnanswered();
  }
  /** The relay's directory was seen to have this one. */
  hasOffered(signed: Uint8Array): boolean {
    return this.#prekeys.hasOffered(signed);
  }

  /**
   * Signed prekeys, each checked. Those that are missing the relay does not have, or has not handed out as it should, or not in
   * time. Offline: none. Never rejects.
   */
  prekeysOf(devices: Iterable<DeviceId>): Promise<ReadonlyMap<DeviceId, Uint8Array> | null> {
    return this.#prekeys.prekeysOf(devices);
  }

  join(link: RoomLink): void {
    this.#links.set(link.room, link);
    if (this.isOnline) link.onOnline();
  }

  part(room: RoomId): void {
    const link = this.#links.get(room);
    this.#links.delete(room);
    for (const [channel, other] of this.#linkByChannel)
      if (other === link) {
        this.send({ type: 'leave', channel });
        this.#linkByChannel.delete(channel);
      }
  }

  /** Nothing is queued: what is sent while offline is lost, rooms start again when they are online. */
  send(frame: ClientFrame): void {
    if (!this.isOnline) return;
    if (frame.type === 'open' || frame.type === 'create') {
      const link = this.#links.get(frame.room);
      const before = this.#openers.get(frame.room) ?? [];
      if (link) this.#openers.set(frame.room, [...before, { link, creates: frame.type === 'create' }]);
    }
    this.#socket?.send(encodeClientFrame(frame));
  }

  /** The room, not a record: a room that is being made is refused by its first record's counter. */
  #refusesOpening({ room, counter }: Extract<RelayFrame, { type: 'refused' }>): boolean {
    return counter === 0 || (this.#openers.get(room)?.[0]?.creates ?? false);
  }

  /** Whether the relay's answer to the oldest request for this room is meant for whoever has it now. */
  #isAnswer(room: RoomId): boolean {
    const [opener, ...others] = this.#openers.get(room) ?? [];
    if (others.length > 0) this.#openers.set(room, others);
    else this.#openers.delete(room);
    return opener === undefined || opener.link === this.#links.get(room);
  }

  #connect(): void {
    const generation = ++this.#generation;
    const current = (run: () => void) => () => {
      if (generation === this.#generation) run();
    };
    this.#set('connecting');
    this.#socket = this.#ports.relay.connect({
      onOpen: () => undefined, // the relay speaks first
      onMessage: (message) => {
        if (generation === this.#generation) this.#receive(message);
      },
      onClose: current(() => this.#lost()),
    });
    this.#watch(HELLO_TIMEOUT_MS, () => this.#lost());
  }

  #receive(message: Uint8Array): void {
    if (this.isOnline) this.#watch(PING_AFTER_MS, () => this.#ping());
    let frames: RelayFrame[];
    try {
      frames = decodeRelayMessage(message);
    } catch {
      this.#ports.log('relay.malformed');
      this.#lost();
      return;
    }
    const generation = this.#generation;
    for (const frame of frames) {
      if (generation !== this.#generation) return;
      this.#handle(frame);
    }
  }

  #handle(frame: RelayFrame): void {
    switch (frame.type) {
      case 'challenge':
        return this.#hello(frame.version, frame.challenge);
      case 'welcome':
        return this.#welcome();
      case 'ended':
        this.#ended = frame.reason;
        this.#ports.log('relay.ended', { reason: frame.reason });
        this.#prekeys.onEnded(frame.reason);
        this.#lost();
        return this.#onEnded(frame.reason);
      case 'pong':
        return;
      case 'offered':
      case 'prekeys':
        return this.#prekeys.onFrame(frame);
      case 'opened': {
        const link = this.#isAnswer(frame.room) ? this.#links.get(frame.room) : undefined;
        if (link) this.#linkByChannel.set(frame.channel, link);
        return link?.onFrame(frame);
      }
      case 'refused':
        if (this.#refusesOpening(frame) && !this.#isAnswer(frame.room)) return;
        return this.#links.get(frame.room)?.onFrame(frame);
      default:
        this.#linkByChannel.get(frame.channel)?.onFrame(frame);
    }
  }

  #hello(version: number, challenge: Uint8Array): void {
    if (version !== PROTOCOL_VERSION) {
      this.#ended = 'unknown-version';
      return this.#lost();
    }
    const { device, signing } = this.#identity();
    const signature = sign(helloSignedBytes(challenge, this.#ports.relay.host), signing);
    this.#socket?.send(encodeClientFrame({ type: 'hello', version: PROTOCOL_VERSION, device, signature }));
  }

  #welcome(): void {
    this.#ended = null;
    this.#backoff.reset();
    this.#set('online');
    this.#watch(PING_AFTER_MS, () => this.#ping());
    this.#prekeys.onOnline();
    for (const link of [...this.#links.values()]) link.onOnline();
  }

  #ping(): void {
    this.send({ type: 'ping' });
    this.#watch(PONG_WITHIN_MS, () => this.#lost());
  }

  #lost(): void {
    this.#drop('offline');
    if (this.#stopped) return;
    this.#cancelTimer = this.#ports.clock.after(this.#backoff.next(), () => this.#connect());
  }

  #drop(connection: Connection): void {
    const wasOnline = this.isOnline;
    this.#generation++;
    this.#cancelTimer();
    this.#socket?.close();
    this.#socket = null;
    this.#linkByChannel.clear();
    this.#openers.clear();
    this.#set(connection);
    if (!wasOnline) return;
    this.#prekeys.onOffline();
    for (const link of [...this.#links.values()]) link.onOffline();
  }

  /** One timer at a time: the hello's, the ping's, or the reconnect's. */
  #watch(ms: number, run: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#ports.clock.after(ms, run);
  }

  #set(connection: Connection): void {
    // While it tries again and again, the person reads "offline", not a flicker.
    const shown = connection === 'connecting' && this.#connection === 'offline' ? 'offline' : connection;
    if (shown === this.#connection) return;
    this.#connection = shown;
    this.#onState();
  }
}

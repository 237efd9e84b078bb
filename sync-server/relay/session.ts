/**
 * One socket: its greeting, what it is told, its end. Requests wait their turn in its intake, frames in its queue.
 *
 * Invariants:
 * 1. The first frame is `hello`; before `welcome` no request is looked at.
 * 2. After `end` nothing is handled or pushed; records that have a position already go on to disk.
 */
import { WireError } from '../../src/wire/bytes.ts';
import { type ClientFrame, decodeClientMessage } from '../../src/wire/client-frames.ts';
import type { DeviceId, RoomId } from '../../src/wire/ids.ts';
import type { Reason, Refused } from '../../src/wire/refusals.ts';
import { encodeRelayFrame } from '../../src/wire/relay-frames.ts';
import { StorageFailed } from '../store/store.ts';
import type { Doorkeeper } from './doorkeeper.ts';
import { challengeFrame, judgeHello, WELCOME } from './greeting.ts';
import { Intake, type IntakeContext, type IntakeOwner, type Waiting } from './intake.ts';
import { type Job, makeJob } from './job.ts';
import type { Log } from './metrics.ts';
import { leaveRoom } from './open-room.ts';
import { OutQueue, type OutQueueHost } from './out-queue.ts';
import type { Subscription } from './peer.ts';
import type { PeerSocket } from './peer-socket.ts';
import { Pump } from './pump.ts';
import type { RequestContext, Requester } from './requester.ts';
import { handle } from './requests.ts';
import { TokenBucket } from './token-bucket.ts';

/** What a socket needs of the relay. */
export type SessionContext = RequestContext &
  IntakeContext & {
    readonly log: Log;
    readonly outgoing: OutQueueHost;
    /** Makes this the device's one socket; settles when the one before has nothing on its way any more. */
    readonly takeOver: (session: Session, device: DeviceId) => Promise<void>;
    readonly doorkeeper: Pick<Doorkeeper, 'admits'>;
    readonly gone: (session: Session, device: DeviceId | null) => void;
  };

const NONE: Uint8Array = new Uint8Array();

export class Session implements Requester, IntakeOwner {
  readonly subscriptions = new Map<number, Subscription>();
  readonly #context: SessionContext;
  readonly #socket: PeerSocket;
  readonly #host: string;
  readonly #credentials: string | undefined;
  /** Empty once it was answered. */
  #challenge: Uint8Array;
  readonly #queue: OutQueue;
  readonly #pump: Pump;
  readonly #intake: Intake;
  readonly #signals: TokenBucket;
  readonly #startedAt: number;
  #device: DeviceId | null = null;
  #welcomed = false;
  #ended = false;
  #heardAt: number;
  #pingedAt: number;
  /** Records of this socket that are on their way to disk. */
  #unsettled = 0;
  #onSettled: (() => void)[] = [];

  /** `host` as the client addressed it, `challenge` fresh, `credentials` for the doorkeeper. */
  constructor(
    context: SessionContext,
    socket: PeerSocket,
    host: string,
    challenge: Uint8Array,
    credentials: string | undefined,
  ) {
    const { limits, clock, outgoing, metrics } = context;
    const now = clock.now();
    this.#context = context;
    this.#socket = socket;
    this.#host = host;
    this.#credentials = credentials;
    this.#challenge = challenge;
    this.#startedAt = now;
    this.#heardAt = now;
    this.#pingedAt = now;
    this.#intake = new Intake(socket, this, context);
    this.#queue = new OutQueue(socket, outgoing, limits.outgoingBytes, () => this.#drained());
    this.#pump = new Pump(context.logs, this.#queue, metrics.delivered.add, (error) => this.endBy(error));
    this.#signals = new TokenBucket(limits.signalsPerSecond, limits.signalBurst, now);
    socket.on('message', (data, isBinary) => this.#onMessage(data, isBinary));
    socket.on('pong', () => {
      this.#heardAt = this.#context.clock.now();
    });
    socket.on('close', () => this.#onClose());
    // `close` follows.
    socket.on('error', () => undefined);
    this.push(challengeFrame(challenge));
  }

  get device(): DeviceId {
    if (!this.#device) throw new Error('no device has been named yet');
    return this.#device;
  }
  /** Whether the socket is, or is about to be, that of one of `devices`. */
  isOf(devices: ReadonlySet<DeviceId>): boolean {
    return this.#device !== null && devices.has(this.#device);
  }
  get welcomed(): boolean {
    return this.#welcomed;
  }
  get ended(): boolean {
    return this.#ended;
  }
  get congested(): boolean {
    return this.#queue.congested;
  }

  push(frame: Uint8Array): void {
    if (!this.#ended) this.#queue.push(frame);
  }

  refuse(room: RoomId, counter: number, { reason, detail }: Refused): void {
    if (this.#ended) return;
    this.#context.metrics.refused.add(reason, 1);
    this.push(encodeRelayFrame({ type: 'refused', room, counter, reason, detail }));
  }

  fallBehind(subscription: Subscription): void {
    if (!this.#ended) this.#pump.add(subscription);
  }

  takeSignal(): boolean {
    return this.#signals.tryTake(1, this.#context.clock.now());
  }

  placed(bytes: number): void {
    this.#unsettled++;
    this.#intake.grow(bytes);
  }

  settled(bytes: number): void {
    this.#unsettled--;
    this.#intake.shrink(bytes);
    if (this.#unsettled > 0) return;
    for (const resolve of this.#onSettled.splice(0)) resolve();
  }

  /** Settles when none of its records is on its way to disk. */
  whenSettled(): Promise<void> {
    return this.#unsettled === 0 ? Promise.resolve() : new Promise((resolve) => this.#onSettled.push(resolve));
  }

  lostRoom(subscription: Subscription, why: Refused, stays: boolean): void {
    this.subscriptions.delete(subscription.room.channel);
    this.refuse(subscription.room.id, 0, why);
    if (!stays) this.#context.clock.after(this.#context.limits.removedCloseMs, () => this.end('unknown-device'));
  }

  /** Takes no more requests; what is on its way is still answered. */
  stopReading(): void {
    this.#intake.stop();
  }

  end(reason: Reason): void {
    if (this.#ended) return;
    this.#context.metrics.ended.add(reason, 1);
    if (reason === 'overloaded') this.#queue.discard();
    this.push(encodeRelayFrame({ type: 'ended', reason }));
    this.#queue.finish();
    this.#stop();
    this.#socket.close();
    this.#context.clock.after(this.#context.limits.endGraceMs, () => this.#socket.terminate());
  }

  endBy(error: unknown): void {
    if (this.#ended) return;
    if (error instanceof WireError) return this.end(error.reason);
    if (error instanceof StorageFailed) return this.end('storage-failed');
    this.#context.log.error({ err: error }, 'a request failed by a mistake of the relay');
    this.end('overloaded');
  }

  /** Looks for time-outs. To be called every SWEEP_MS. */
  sweep(now: number): void {
    const { helloTimeoutMs, keepaliveMs, slowReaderTimeoutMs } = this.#context.limits;
    if (this.#ended) return;
    if (!this.#welcomed && now - this.#startedAt > helloTimeoutMs) return this.end('unknown-device');
    if (this.#queue.stalledFor(now) > slowReaderTimeoutMs) return this.end('overloaded');
    // What is not read cannot be heard.
    if (this.#intake.paused) this.#heardAt = now;
    if (now - Math.max(this.#heardAt, this.#pingedAt) < keepaliveMs) return;
    if (this.#pingedAt > this.#heardAt) return this.#socket.terminate();
    this.#pingedAt = now;
    this.#socket.ping();
  }

  prepare(frame: ClientFrame, weight: number): Job | null {
    return this.#welcomed ? makeJob(this.#context, frame, weight, this.device) : null;
  }

  handle({ frame, weight, job }: Waiting): Promise<void> | undefined {
    if (!this.#welcomed) return this.#greet(frame);
    return handle(this.#context, this, job ?? makeJob(this.#context, frame, weight, this.device));
  }

  async #greet(frame: ClientFrame): Promise<void> {
    if (frame.type !== 'hello') throw new WireError('malformed', 'no hello');
    const judged = await judgeHello(this.#context.verifier, this.#challenge, this.#host, frame);
    if (this.#ended) return;
    if (!judged.ok) return this.end(judged.reason);
    // Named before the doorkeeper is asked, so that what it says meanwhile reaches this socket.
    this.#device = frame.device;
    this.#challenge = NONE;
    const admitted = await this.#context.doorkeeper.admits(frame.device, this.#credentials);
    if (this.#ended) return;
    if (!admitted.ok) return this.end(admitted.reason);
    await this.#context.takeOver(this, frame.device);
    this.#welcomed = true;
    this.push(WELCOME);
  }

  #onMessage(data: unknown, isBinary: boolean): void {
    if (this.#ended) return;
    this.#heardAt = this.#context.clock.now();
    try {
      if (!isBinary || !(data instanceof Uint8Array)) throw new WireError('malformed', 'a text message');
      this.#context.metrics.bytesReceived.add(data.length);
      this.#intake.receive(decodeClientMessage(data));
    } catch (error) {
      this.endBy(error);
    }
  }

  #drained(): void {
    this.#intake.drained();
    this.#pump.run();
  }

  #onClose(): void {
    this.#stop();
    this.#context.gone(this, this.#device);
  }

  #stop(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#intake.stop();
    this.#pump.stop();
    for (const subscription of [...this.subscriptions.values()]) leaveRoom(this.#context, this, subscription);
  }
}

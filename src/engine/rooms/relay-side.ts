/**
 * A room's side of the relay's socket: opening, catching up, sending what the outbox gives, minding refusals.
 *
 * Invariants: nothing is sent before the relay's head was reached and the chain was found right; frames that come
 * before `opened` or after a failure change nothing.
 */
import type { Position, RoomId } from '../../wire/ids.ts';
import type { OpenProof } from '../../wire/open-proof.ts';
import type { Kind } from '../../wire/record.ts';
import type { Reason, Verdict } from '../../wire/refusals.ts';
import type { RoomFailure } from '../api.ts';
import type { Cancel, Clock, EngineLog, Random } from '../ports.ts';
import { Backoff } from '../sync/backoff.ts';
import type { RelaySession, RoomFrame, RoomLink } from '../sync/relay-session.ts';
import type { Genesis } from '../vault/room-vault.ts';
import { CatchUp } from './catch-up.ts';
import type { LogEntry } from './log-reader.ts';
import type { Flight, Outbox } from './outbox.ts';
import { reaction } from './refusal-policy.ts';

/** How long the next record waits, in milliseconds, when the one before carried several edits. A lone keystroke never waits. */
export const GATHER_MS = 2;

/** How often a room is asked for that another device of the account is about to make. */
const AWAITED = { firstMs: 100, maxMs: 60_000 };

/** What the room does for its relay side. */
export type RelaySidePorts = {
  readonly room: RoomId;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: EngineLog;
  readonly session: RelaySession;
  readonly outbox: Outbox;
  readonly proof: () => OpenProof;
  readonly position: () => Position;
  /** The room's first record, while the relay has not acknowledged it. */
  readonly genesis: () => Genesis | null;
  /** Whether the room will be there sooner or later, although the relay does not know it. */
  readonly isAwaited: () => boolean;
  /** Whether the relay may hear of the room's first record. */
  readonly mayPublish: () => boolean;
  readonly failure: () => RoomFailure | null;
  readonly onPublished: () => void;
  readonly take: (entry: LogEntry) => void;
  /** False: the snapshot does not convince. */
  readonly startFrom: (start: ReturnType<CatchUp['start']>) => boolean;
  /** A record that no snapshot covers did not come with the others: what was read is to be forgotten, then `readWhole`. */
  readonly onHole: () => void;
  /** Why the room must not be used although the head was reached, or null. */
  readonly objection: () => RoomFailure | null;
  readonly onCaughtUp: () => void;
  readonly onOffline: () => void;
  readonly onSignal: (record: Uint8Array) => void;
  /** What to send next. Refused: it will never be taken. */
  readonly next: () => Verdict<Flight | null>;
  readonly skipCounters: (to: number) => void;
  readonly onIdle: () => void;
  readonly onRefused: (reason: Reason) => void;
  /** A record beside the edits will never be taken. */
  readonly onGivenUp: (kind: Kind) => void;
  readonly onFailure: (failure: RoomFailure) => void;
  readonly onReopened: () => void;
  readonly onChange: () => void;
};

export class RelaySide implements RoomLink {
  readonly room: RoomId;
  readonly #ports: RelaySidePorts;
  readonly #awaiting: Backoff;
  #catchUp: CatchUp | null = null;
  #caughtUp = false;
  /** The last snapshot did not convince: the log is read from its beginning. */
  #readsWhole = false;
  #cancelRetry: Cancel | null = null;
  #cancelGather: Cancel | null = null;
  #stopped = false;
  /** The relay was asked to make the room. */
  #isPublishing = false;

  constructor(ports: RelaySidePorts) {
    this.#ports = ports;
    this.#awaiting = new Backoff(AWAITED, ports.random);
    this.room = ports.room;
  }

  /** All that the relay had when the room was opened is here. */
  get isCaughtUp(): boolean {
    return this.#caughtUp && !this.#stopped;
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelRetry?.();
    this.#cancelGather?.();
    this.#ports.session.part(this.room);
  }

  /** Reads the log from its beginning, past all snapshots. */
  readWhole(): void {
    if (this.#stopped) return;
    this.#readsWhole = true;
    this.#begin();
    this.#open();
  }

  onOnline(): void {
    this.#begin();
    if (this.#ports.genesis()) this.publish();
    else this.#open();
  }

  /** Makes the room at the relay, if that has to be done and may be done. */
  publish(): void {
    const genesis = this.#ports.genesis();
    if (!genesis || this.#isPublishing || this.#stopped || !this.#ports.session.isOnline) return;
    if (!this.#ports.mayPublish()) return;
    this.#isPublishing = true;
    this.#ports.session.send({ type: 'create', room: this.room, ...genesis });
  }

  onOffline(): void {
    this.#begin();
    this.#ports.onOffline();
  }

  #begin(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#cancelGather?.();
    this.#cancelGather = null;
    this.#catchUp = null;
    this.#caughtUp = false;
    this.#isPublishing = false;
    this.#ports.outbox.ground();
  }

  #open(): void {
    const from = this.#ports.position().seq;
    const mode = this.#readsWhole && from === 0 ? 'whole' : 'live';
    this.#ports.session.send({ type: 'open', room: this.room, mode, from, proof: this.#ports.proof() });
  }

  onFrame(frame: RoomFrame): void {
    if (this.#stopped) return;
    switch (frame.type) {
      case 'opened':
        return this.#opened(new CatchUp(frame));
      case 'prelude':
        return this.#catchUp?.gather(frame);
      case 'entry':
      case 'stub':
        return this.#step(frame);
      case 'ack':
        return this.#acknowledged(frame.seq, frame.counter);
      case 'signal':
        return this.#ports.onSignal(frame.record);
      case 'refused':
        return this.#refused(frame.counter, frame.reason);
      case 'head':
      case 'page':
        return;
    }
  }

  #opened(catchUp: CatchUp): void {
    const { position, onFailure, onReopened } = this.#ports;
    if (catchUp.head.seq < position().seq) return onFailure('rolled-back');
    onReopened();
    this.#catchUp = catchUp;
    this.#advance();
  }

  #step(frame: Extract<RoomFrame, { type: 'entry' | 'stub' }>): void {
    const catchUp = this.#catchUp;
    const { position, failure, startFrom, onFailure, onHole, take } = this.#ports;
    if (!catchUp || failure()) return;
    if (position().seq === 0 && catchUp.base.seq > 0 && !startFrom(catchUp.start())) return this.readWhole();
    const step = catchUp.step(frame);
    // A hole that nothing covers: what the relay has counted, and keeps back. Its whole log has no holes.
    if ('stub' in step) return this.#readsWhole ? onFailure('untrusted-chain') : onHole();
    if (step.entry.seq !== position().seq + 1) return onFailure('forked');
    take(step.entry);
    this.#advance();
  }

  #acknowledged(seq: number, counter: number): void {
    const { position, genesis, outbox, onFailure, take } = this.#ports;
    if (seq === 1 && genesis()) {
      this.#published();
      return this.#advance();
    }
    const { flight } = outbox;
    // Sent before reading began anew, or before this room was removed from the device and opened again.
    if (flight?.counter !== counter) return this.#passedBy();
    if (seq !== position().seq + 1) return onFailure('forked');
    take({ seq, record: flight.record, wrap: new Uint8Array() });
    if (flight.count > 1) this.#gather();
    this.#advance();
  }

  /** Where edits come in floods, the next record waits for what this acknowledgement sets loose: it is the larger for it. */
  #gather(): void {
    this.#cancelGather?.();
    this.#cancelGather = this.#ports.clock.after(GATHER_MS, () => {
      this.#cancelGather = null;
      this.pump();
    });
  }

  /** The record came to its place in the log after all. If the log was opened without it, it is asked for. */
  #passedBy(): void {
    if (!this.#catchUp) return;
    this.#begin();
    this.#open();
  }

  /** Our first record is the log's first. It is read from here, so that the document under the tabs stays the same. */
  #published(): void {
    const { genesis, position, onPublished, take } = this.#ports;
    const first = genesis();
    if (!first) return;
    const [wrap = new Uint8Array()] = first.wraps;
    onPublished();
    if (position().seq === 0) take({ seq: 1, record: first.record, wrap });
  }

  #advance(): void {
    const { position, genesis, objection, onFailure, onCaughtUp, onChange } = this.#ports;
    const head = this.#catchUp?.head;
    if (head && !this.#caughtUp && !genesis() && position().seq >= head.seq) {
      if (position().seq === head.seq && position().hash !== head.hash) return onFailure('forked');
      const why = objection();
      if (why) return onFailure(why);
      this.#caughtUp = true;
      onCaughtUp();
    }
    onChange();
    this.pump();
  }

  /** Sends the next record if there is one and none is on its way. */
  pump(): void {
    const { outbox, failure, next, onRefused, onIdle } = this.#ports;
    if (!this.#caughtUp || this.#cancelRetry || this.#cancelGather || this.#stopped) return;
    if (outbox.flight || failure()) return;
    const flight = next();
    if (!flight.ok) return onRefused(flight.reason);
    if (flight.value) this.send(flight.value);
    else onIdle();
  }

  send(flight: Flight | null): void {
    if (!flight || !this.#catchUp) return;
    this.#ports.session.send({
      type: 'append',
      channel: this.#catchUp.channel,
      record: flight.record,
      wraps: flight.wraps,
    });
  }

  signal(record: Uint8Array): void {
    if (this.#catchUp) this.#ports.session.send({ type: 'signal', channel: this.#catchUp.channel, record });
  }

  #refused(counter: number, reason: Reason): void {
    const { outbox, genesis, log, position, onFailure, onRefused, onGivenUp } = this.#ports;
    log('relay.refused', { reason });
    const { flight } = outbox;
    // While the room is being made, its first record is all that can be refused.
    const isRecord = counter !== 0 && !genesis();
    if (isRecord && flight?.counter !== counter) return;
    const what = reaction(reason, isRecord, genesis() !== null);
    switch (what.type) {
      case 'published':
        // An earlier attempt got through and its acknowledgement was lost.
        this.#published();
        return this.#open();
      case 'retry':
        outbox.ground();
        if (reason === 'replayed-counter') this.#ports.skipCounters(counter + 1);
        return this.#retryAfter(what.afterMs, () => this.pump());
      case 'reopen':
        this.#begin();
        return this.#retryAfter(what.afterMs, () => {
          if (this.#ports.session.isOnline) this.onOnline();
        });
      case 'fail':
        if (reason === 'unknown-room' && this.#ports.isAwaited()) return this.#openAgain();
        return onFailure(position().seq > 0 && reason === 'unknown-room' ? 'rolled-back' : reason);
      case 'give-up':
        outbox.ground();
        if (flight?.kind === 'update') return onRefused(reason);
        if (flight) onGivenUp(flight.kind);
        return this.pump();
    }
  }

  /** Another device of the account has just made the room, and is about to tell the relay. */
  #openAgain(): void {
    this.#begin();
    this.#retryAfter(this.#awaiting.next(), () => {
      if (this.#ports.session.isOnline) this.#open();
    });
  }

  #retryAfter(ms: number, run: () => void): void {
    this.#cancelRetry?.();
    this.#cancelRetry = this.#ports.clock.after(ms, () => {
      this.#cancelRetry = null;
      run();
    });
  }
}

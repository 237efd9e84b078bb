/**
 * A room's side of the relay's socket: opening, catching up, sending what the agenda gives, minding refusals. What comes from the
 * log goes to the inbox.
 *
 * Invariants: nothing is sent before the relay's head was reached and the chain was found right; frames that come
 * before `opened` or after a failure change nothing.
 */
import type { Position, RoomId } from '../../wire/ids.ts';
import type { Reason } from '../../wire/refusals.ts';
import type { Standing } from '../epochs/standing.ts';
import type { Cancel, Clock, EngineLog, Random } from '../ports.ts';
import { Backoff } from '../sync/backoff.ts';
import type { RelaySession, RoomFrame, RoomLink } from '../sync/relay-session.ts';
import type { Entrance } from '../vault/room-vault.ts';
import type { Agenda } from './agenda.ts';
import type { Alarms } from './alarms.ts';
import { CatchUp } from './catch-up.ts';
import type { HeldLog } from './held-log.ts';
import type { Inbox } from './inbox.ts';
import type { NewPart } from './new-part.ts';
import type { Flight, Outbox, Writer } from './outbox.ts';
import type { Presence } from './presence.ts';
import type { Publication } from './publication.ts';
import { reaction } from './refusal-policy.ts';
import type { RelayLine } from './relay-line.ts';
import type { Rescue } from './rescue.ts';
import type { Signals } from './signals.ts';
import type { Snapshots } from './snapshots.ts';
import type { Trust } from './trust.ts';
import type { Watch } from './watch.ts';

/** How long the next record waits, in milliseconds, when the one before carried several edits. A lone keystroke never waits. */
export const GATHER_MS = 2;

/** How often a room is asked for that another device of the account is about to make. */
const AWAITED = { firstMs: 100, maxMs: 60_000 };
/** How soon something is sent after a record beside the edits was refused for good. */
const GIVEN_UP = { firstMs: 50, maxMs: 60_000 };

export type RelaySideParts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: EngineLog;
  readonly session: RelaySession;
  readonly entrance: Entrance;
  readonly standing: Standing;
  readonly publication: Publication;
  readonly writer: Writer;
  readonly held: HeldLog;
  readonly trust: Trust;
  readonly watch: Watch;
  readonly alarms: Alarms;
  readonly inbox: Inbox;
  readonly agenda: Agenda;
  readonly outbox: Outbox;
  readonly rescue: Rescue;
  readonly newPart: NewPart;
  readonly snapshots: Snapshots;
  readonly presence: Presence;
  readonly signals: Signals;
  readonly onChange: () => void;
};

export class RelaySide implements RoomLink, RelayLine {
  readonly room: RoomId;
  readonly #parts: RelaySideParts;
  readonly #awaiting: Backoff;
  readonly #givenUp: Backoff;
  #catchUp: CatchUp | null = null;
  #caughtUp = false;
  /** The last snapshot did not convince: the log is read from its beginning. */
  #readsWhole = false;
  #cancelRetry: Cancel | null = null;
  #cancelGather: Cancel | null = null;
  #stopped = false;

  constructor(parts: RelaySideParts) {
    this.#parts = parts;
    this.#awaiting = new Backoff(AWAITED, parts.random);
    this.#givenUp = new Backoff(GIVEN_UP, parts.random);
    this.room = parts.writer.room;
  }

  get isCaughtUp(): boolean {
    return this.#caughtUp && !this.#stopped;
  }
  get #position(): Position {
    return this.#parts.held.reader.position;
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelRetry?.();
    this.#cancelGather?.();
    this.#parts.watch.stop();
    this.#parts.session.part(this.room);
  }

  readWhole(): void {
    if (this.#stopped) return;
    this.#readsWhole = true;
    this.#begin();
    this.#open();
  }

  onOnline(): void {
    this.#begin();
    if (this.#parts.publication.genesis) this.publish();
    else this.#open();
  }

  /** What held the room back from the relay may be over. */
  publish(): void {
    if (!this.#stopped) this.#parts.publication.publish();
  }

  onOffline(): void {
    this.#begin();
    this.#parts.presence.end();
    this.#parts.onChange();
  }

  #begin(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#cancelGather?.();
    this.#cancelGather = null;
    this.#catchUp = null;
    this.#caughtUp = false;
    this.#parts.publication.interrupt();
    this.#parts.outbox.ground();
  }

  #open(): void {
    const { session, standing, held } = this.#parts;
    const from = this.#position.seq;
    const mode = this.#readsWhole && from === 0 ? 'whole' : 'live';
    session.send({ type: 'open', room: this.room, mode, from, proof: standing.proof(held.reader.access) });
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
        return this.#parts.signals.receive(frame.record);
      case 'refused':
        return this.#refused(frame.counter, frame.reason);
      case 'head':
      case 'page':
        return;
    }
  }

  #opened(catchUp: CatchUp): void {
    const { trust, watch } = this.#parts;
    if (!watch.opened(catchUp.head)) return;
    trust.heal();
    this.#catchUp = catchUp;
    this.#advance();
  }

  #step(frame: Extract<RoomFrame, { type: 'entry' | 'stub' }>): void {
    const catchUp = this.#catchUp;
    const { trust, alarms, watch, inbox, rescue } = this.#parts;
    if (!catchUp || trust.isOver) return;
    const begins = this.#position.seq === 0 && catchUp.base.seq > 0;
    if (begins && frame.type === 'stub' && catchUp.thin(frame)) return;
    if (begins) {
      const started = inbox.startFrom(catchUp.start());
      if (started === 'too-early') return this.awaitStart();
      if (started === 'not-convincing') return this.readWhole();
    }
    const step = catchUp.step(frame);
    // A hole that nothing covers: what the relay has counted, and keeps back. Its whole log has no holes.
    if ('stub' in step) {
      alarms.unfounded(step.stub.seq);
      return this.#readsWhole ? trust.fail('untrusted-chain') : rescue.startOver('log.has-hole');
    }
    if (step.entry.seq !== this.#position.seq + 1) return watch.gap(step.entry.seq, step.entry.record);
    inbox.take(step.entry);
    this.#advance();
  }

  #acknowledged(seq: number, counter: number): void {
    const { publication, outbox, watch, inbox, presence } = this.#parts;
    if (seq === 1 && publication.genesis) {
      this.#published();
      return this.#advance();
    }
    const { flight } = outbox;
    // Sent before reading began anew, or before this room was removed from the device and opened again.
    if (flight?.counter !== counter) return this.reopen();
    if (seq !== this.#position.seq + 1) return watch.gap(seq, flight.record);
    inbox.take({ seq, record: flight.record, wrap: new Uint8Array() });
    presence.tellHead();
    this.#givenUp.reset();
    if (flight.count > 1) this.#gather();
    this.#advance();
  }

  /** Where edits come in floods, the next record waits for what this acknowledgement sets loose: it is the larger for it. */
  #gather(): void {
    this.#cancelGather?.();
    this.#cancelGather = this.#parts.clock.after(GATHER_MS, () => {
      this.#cancelGather = null;
      this.pump();
    });
  }

  /** As after a record that came to its place in the log after all: if the log was opened without it, it is asked for. */
  reopen(): void {
    if (!this.#catchUp || this.#stopped) return;
    this.#begin();
    this.#open();
  }

  /** Our first record is the log's first. It is read from here, so that the document under the tabs stays the same. */
  #published(): void {
    const first = this.#parts.publication.finish();
    if (first && this.#position.seq === 0) this.#parts.inbox.take(first);
  }

  #advance(): void {
    const { publication, trust, watch, onChange } = this.#parts;
    const head = this.#catchUp?.head;
    if (head && !this.#caughtUp && !publication.genesis && this.#position.seq >= head.seq) {
      if (this.#position.seq === head.seq && this.#position.hash !== head.hash) return watch.otherLog(head);
      const why = trust.objection();
      if (why) trust.fail(why);
      if (trust.isOver) return;
      this.#goLive();
    }
    watch.reached();
    onChange();
    this.pump();
  }

  #goLive(): void {
    const { trust, writer, held, presence, newPart } = this.#parts;
    this.#caughtUp = true;
    trust.confirm();
    // A room that was removed from this device and came back begins at 1 again.
    writer.counters.skipTo((held.reader.counters.get(writer.identity.device) ?? 0) + 1);
    presence.begin();
    newPart.name();
  }

  pump(): void {
    const { agenda, outbox, trust, rescue, snapshots } = this.#parts;
    if (!this.#caughtUp || this.#cancelRetry || this.#cancelGather || this.#stopped) return;
    if (outbox.flight || trust.isOver) return;
    const flight = trust.failure ? agenda.wayBack() : agenda.next();
    if (!flight.ok) return rescue.refuse(flight.reason);
    if (flight.value) this.send(flight.value);
    else snapshots.consider();
  }

  send(flight: Flight | null): void {
    if (!flight || !this.#catchUp) return;
    this.#parts.session.send({
      type: 'append',
      channel: this.#catchUp.channel,
      record: flight.record,
      wraps: flight.wraps,
    });
  }

  signal(record: Uint8Array): void {
    if (this.#catchUp) this.#parts.session.send({ type: 'signal', channel: this.#catchUp.channel, record });
  }

  #refused(counter: number, reason: Reason): void {
    const { outbox, publication, log, session, writer, trust, watch, rescue, agenda } = this.#parts;
    log('relay.refused', { reason });
    const { flight } = outbox;
    // While the room is being made, its first record is all that can be refused.
    const isRecord = counter !== 0 && !publication.genesis;
    if (isRecord && flight?.counter !== counter) return;
    const what = reaction(reason, isRecord, publication.genesis !== null);
    switch (what.type) {
      case 'published':
        // An earlier attempt got through and its acknowledgement was lost.
        this.#published();
        return this.#open();
      case 'retry':
        outbox.ground();
        if (reason === 'replayed-counter') writer.counters.skipTo(counter + 1);
        return this.#retryAfter(what.afterMs, () => this.pump());
      case 'reopen':
        this.#begin();
        return this.#retryAfter(what.afterMs, () => {
          if (session.isOnline) this.onOnline();
        });
      case 'fail':
        if (reason !== 'unknown-room') return trust.fail(reason);
        return this.#position.seq > 0 ? watch.unknownRoom() : this.#unknown();
      case 'give-up':
        outbox.ground();
        if (flight?.kind === 'update') return rescue.refuse(reason);
        if (flight) agenda.giveUp(flight.kind, reason);
        // What follows may be the same again, and refused again.
        return this.#retryAfter(this.#givenUp.next(), () => this.pump());
    }
  }

  /** The relay does not know the room. It may be one that another device of the account is just making. */
  #unknown(): void {
    if (this.#parts.entrance.by !== 'account') return this.#parts.trust.fail('unknown-room');
    this.awaitStart();
  }

  awaitStart(): void {
    this.#begin();
    // The log's beginning is of no use to whoever was let in later: the next snapshot may convince.
    this.#readsWhole = false;
    this.#retryAfter(this.#awaiting.next(), () => {
      if (this.#parts.session.isOnline) this.#open();
    });
  }

  #retryAfter(ms: number, run: () => void): void {
    this.#cancelRetry?.();
    this.#cancelRetry = this.#parts.clock.after(ms, () => {
      this.#cancelRetry = null;
      run();
    });
  }
}

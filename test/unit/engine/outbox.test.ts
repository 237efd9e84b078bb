import { beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { makeRoom, type NewDocument } from '../../../src/engine/epochs/first-epoch.ts';
import { type Identity, makeIdentity } from '../../../src/engine/epochs/identity.ts';
import { certify, linkKeys } from '../../../src/engine/epochs/link-keys.ts';
import { visitorIntroduction } from '../../../src/engine/epochs/standing.ts';
import { clientIdOf } from '../../../src/engine/rooms/client-ids.ts';
import { Counters } from '../../../src/engine/rooms/counters.ts';
import { LogReader } from '../../../src/engine/rooms/log-reader.ts';
import { Outbox, type Writer } from '../../../src/engine/rooms/outbox.ts';
import { RecordKeys } from '../../../src/engine/seal/record-seal.ts';
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { nodeRandom } from '../../../src/platform/node/random.ts';
import { CONTENT, counterOf, decodeRecord } from '../../../src/wire/record.ts';

beforeAll(sodiumReady);

const NO_WRAP = new Uint8Array();
const accepted = <T>(verdict: { ok: true; value: T } | { ok: false; reason: string; detail: string }): T => {
  if (!verdict.ok) throw new Error(`${verdict.reason}: ${verdict.detail}`);
  return verdict.value;
};

/** A room with its log, as one device of it holds it. */
class Desk {
  readonly identity: Identity;
  readonly reader: LogReader;
  readonly writer: Writer;
  readonly doc = new Y.Doc();
  readonly edits: Uint8Array[] = [];
  outbox: Outbox;

  constructor(made: NewDocument, identity: Identity, certificate: Uint8Array = NO_WRAP) {
    this.identity = identity;
    this.reader = new LogReader({ room: made.room, keys: new RecordKeys(), unwrap: () => made.key });
    this.reader.read({ seq: 1, record: made.record, wrap: NO_WRAP }, false);
    const nonce = nodeRandom.bytes(16);
    const clientId = clientIdOf(identity.device, made.room, CONTENT, nonce);
    const counters = new Counters(made.counter + 1, () => 0);
    counters.confirm(0);
    this.writer = {
      room: made.room,
      identity,
      keys: new RecordKeys(),
      random: nodeRandom,
      counters,
      certificate,
      introduction: (access) => visitorIntroduction(access, certificate, identity.device),
      nonceOf: (id) => (id === clientId ? nonce : undefined),
    };
    this.outbox = new Outbox(this.writer, []);
    this.doc.clientID = clientId;
    this.doc.on('update', (update: Uint8Array) => this.edits.push(update));
  }

  static owner(): Desk {
    const identity = makeIdentity(nodeRandom, 0);
    return new Desk(makeRoom(identity, nodeRandom, 0), identity);
  }

  /** What a tab does: each letter is an edit. */
  type(text: string): void {
    for (const letter of text) {
      const title = this.doc.getText('title');
      title.insert(title.length, letter);
      this.outbox.add(this.edits.at(-1)!);
    }
  }
  /** The relay gives it a position. */
  log(record: Uint8Array): ReturnType<LogReader['read']> {
    return this.reader.read({ seq: this.reader.position.seq + 1, record, wrap: NO_WRAP }, false);
  }
}

describe('the outbox', () => {
  it('sends a record at a time; what is typed meanwhile joins the next', () => {
    const desk = Desk.owner();
    desk.type('hello');
    const first = accepted(desk.outbox.next(desk.reader))!;
    expect(first).toMatchObject({ kind: 'update', count: 5 });
    desk.type(' you');
    expect(accepted(desk.outbox.next(desk.reader))).toBeNull();
    expect(desk.log(first.record)).toMatchObject({ type: 'update' });
    expect(desk.outbox.land(first.hash)).toBe(5);
    const second = accepted(desk.outbox.next(desk.reader))!;
    expect(second.count).toBe(4);
    expect(desk.log(second.record)).toMatchObject({ type: 'update' });
    expect(desk.outbox.land(second.hash)).toBe(4);
    expect(desk.outbox).toMatchObject({ waiting: 0, flight: null });
    expect(accepted(desk.outbox.next(desk.reader))).toBeNull();
  });

  it('[CO1] gives every record a higher counter, the refused ones too, and names the log’s end', () => {
    const desk = Desk.owner();
    let last = 1;
    for (let i = 0; i < 20; i++) {
      desk.type('x');
      const flight = accepted(desk.outbox.next(desk.reader))!;
      const { header } = decodeRecord(flight.record);
      expect(header.counter).toBeGreaterThan(last);
      expect(counterOf(flight.record)).toBe(flight.counter);
      expect(header.head).toEqual(desk.reader.position);
      last = header.counter;
      if (i % 3 === 0) desk.outbox.ground();
      else {
        expect(desk.log(flight.record)).toMatchObject({ type: 'update' });
        desk.outbox.land(flight.hash);
      }
    }
  });

  it('keeps what was refused for now, and seals it anew', () => {
    const desk = Desk.owner();
    desk.type('hi');
    const first = accepted(desk.outbox.next(desk.reader))!;
    desk.outbox.ground();
    expect(desk.outbox.waiting).toBe(2);
    const again = accepted(desk.outbox.next(desk.reader))!;
    expect(again.hash).not.toBe(first.hash);
    expect(again.count).toBe(2);
  });

  it('[FR6] drops what a record of a lost connection held, if it turns up in the log after all', () => {
    const desk = Desk.owner();
    desk.type('abc');
    const lost = accepted(desk.outbox.next(desk.reader))!;
    desk.outbox.ground();
    expect(desk.outbox.flight).toBeNull();
    desk.type('d');
    expect(desk.log(lost.record)).toMatchObject({ type: 'update' });
    expect(desk.outbox.land(lost.hash)).toBeNull();
    expect(desk.outbox.dropKnown(desk.reader)).toBe(3);
    const rest = accepted(desk.outbox.next(desk.reader))!;
    expect(rest.count).toBe(1);
    expect(desk.log(rest.record)).toMatchObject({ type: 'update' });
  });

  it('sends it again if it does not turn up, and the old one does not count any more', () => {
    const desk = Desk.owner();
    desk.type('abc');
    const lost = accepted(desk.outbox.next(desk.reader))!;
    desk.outbox.ground();
    expect(desk.outbox.dropKnown(desk.reader)).toBe(0);
    const again = accepted(desk.outbox.next(desk.reader))!;
    expect(again.count).toBe(3);
    desk.log(again.record);
    expect(desk.outbox.land(again.hash)).toBe(3);
    // Whoever keeps the lost record back and plays it later changes nothing: its counter is passed.
    expect(desk.log(lost.record)).toMatchObject({ type: 'void', reason: 'replayed-counter' });
    expect(desk.outbox.land(lost.hash)).toBeNull();
  });

  it('a deletion that nothing follows is sent again after a restart, and changes nothing', () => {
    const desk = Desk.owner();
    desk.type('ab');
    desk.doc.getText('title').delete(0, 1);
    desk.outbox.add(desk.edits.at(-1)!);
    const flight = accepted(desk.outbox.next(desk.reader))!;
    desk.log(flight.record);
    const kept = [...desk.outbox.mine];
    desk.outbox = new Outbox(desk.writer, kept);
    expect(desk.outbox.dropKnown(desk.reader)).toBe(2);
    const again = accepted(desk.outbox.next(desk.reader))!;
    expect(again.count).toBe(1);
    expect(desk.log(again.record)).toMatchObject({ type: 'update' });
  });

  it('after a restart drops what the log already has, and sends the rest', () => {
    const desk = Desk.owner();
    desk.type('abc');
    const flight = accepted(desk.outbox.next(desk.reader))!;
    desk.log(flight.record);
    const kept = [...desk.outbox.mine];
    desk.type('de');
    desk.outbox = new Outbox(desk.writer, [...kept, ...desk.edits.slice(3)]);
    expect(desk.outbox.dropKnown(desk.reader)).toBe(3);
    const rest = accepted(desk.outbox.next(desk.reader))!;
    expect(rest.count).toBe(2);
    expect(desk.log(rest.record)).toMatchObject({ type: 'update' });
  });

  it('sends nothing without an epoch key, nor while rights change', () => {
    const desk = Desk.owner();
    desk.type('x');
    expect(accepted(desk.outbox.next(readerWith(desk.reader, { epochKey: undefined })))).toBeNull();
    const access = { ...desk.reader.access!, rightsChanging: true };
    expect(accepted(desk.outbox.next(readerWith(desk.reader, { access })))).toBeNull();
    expect(accepted(desk.outbox.next(desk.reader))).not.toBeNull();
  });

  it('waits for the disk when no counter is reserved', () => {
    const desk = Desk.owner();
    const unconfirmed = new Counters(2, () => 0);
    desk.outbox = new Outbox({ ...desk.writer, counters: unconfirmed }, []);
    desk.type('x');
    expect(accepted(desk.outbox.next(desk.reader))).toBeNull();
    expect(desk.outbox.waiting).toBe(1);
    unconfirmed.confirm(0);
    expect(accepted(desk.outbox.next(desk.reader))?.counter).toBe(2);
  });

  it('[NO4] a visitor introduces itself first, then writes', () => {
    const owner = makeIdentity(nodeRandom, 0);
    const made = makeRoom(owner, nodeRandom, 0);
    const visitor = makeIdentity(nodeRandom, 0);
    const desk = new Desk(made, visitor, certify(linkKeys(made.editSecret), made.room, visitor.device));
    desk.type('hi');
    const notice = accepted(desk.outbox.next(desk.reader))!;
    expect(notice).toMatchObject({ kind: 'notice', count: 0 });
    expect(desk.log(notice.record)).toEqual({ type: 'notice' });
    expect(desk.outbox.land(notice.hash)).toBe(0);
    const update = accepted(desk.outbox.next(desk.reader))!;
    expect(update).toMatchObject({ kind: 'update', count: 2 });
    expect(desk.log(update.record)).toMatchObject({ type: 'update', sender: visitor.device });
  });

  it('a device without a place and without a certificate is refused for good', () => {
    const made = makeRoom(makeIdentity(nodeRandom, 0), nodeRandom, 0);
    const desk = new Desk(made, makeIdentity(nodeRandom, 0));
    desk.type('hi');
    expect(desk.outbox.next(desk.reader)).toMatchObject({ ok: false, reason: 'unknown-device' });
    expect(desk.outbox.clear()).toBe(2);
    expect(desk.outbox.waiting).toBe(0);
  });
});

/** A reader that says something else on one point. */
const readerWith = (reader: LogReader, other: Partial<LogReader>): LogReader => {
  const { access, epochKey, position } = reader;
  return { access, epochKey, position, ...other } as LogReader;
};

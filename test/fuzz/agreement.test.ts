/**
 * Members who edit at once at the same places, with limits so low that most of what they write goes in parts and much of it
 * does not count at first. Whoever reads the log accepts the same, and what people typed is there in the end
 * [AD10] [AD11].
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { makeRoom } from '../../src/engine/epochs/first-epoch.ts';
import { makeIdentity } from '../../src/engine/epochs/identity.ts';
import { certify, linkKeys } from '../../src/engine/epochs/link-keys.ts';
import { visitorIntroduction } from '../../src/engine/epochs/standing.ts';
import { clientIdOf } from '../../src/engine/rooms/client-ids.ts';
import { Counters } from '../../src/engine/rooms/counters.ts';
import { HeldLog } from '../../src/engine/rooms/held-log.ts';
import type { LogEntry, ReaderOptions } from '../../src/engine/rooms/log-reader.ts';
import { Outbox, type Writer } from '../../src/engine/rooms/outbox.ts';
import { snapshotOf } from '../../src/engine/rooms/replay.ts';
import { RecordKeys } from '../../src/engine/seal/record-seal.ts';
import { sodiumReady } from '../../src/engine/seal/sodium.ts';
import { CONTENT, decodeRecord } from '../../src/wire/record.ts';
import { fuzzSeed } from '../support/fuzz/fuzz-decoder.ts';
import { FuzzRandom } from '../support/fuzz/fuzz-random.ts';
import { emptyLog } from '../support/fuzz/hostile-log.ts';
import { editOnce } from '../support/fuzz/yjs-updates.ts';

vi.mock('../../src/wire/limits.ts', async (original) => ({
  ...(await original<typeof import('../../src/wire/limits.ts')>()),
  MAX_CHANGES_PER_UPDATE: 12,
  MAX_PLACING_STEPS: 48,
}));

beforeAll(sodiumReady);

const EMPTY = new Uint8Array();
const MEMBERS = 3;

/** With limits so low that happens now and then, and ends the run. */
class OneStructTooMany extends Error {}

/** A device with its own view of the log; what it wrote last may not be in it yet. */
class Member {
  readonly held: HeldLog;
  readonly outbox: Outbox;
  readonly readings: string[] = [];
  readonly #writer: Writer;
  readonly #tab = new Y.Doc();

  constructor(options: ReaderOptions, writer: Writer, clientId: number) {
    this.held = new HeldLog(options, emptyLog);
    this.#writer = writer;
    this.outbox = new Outbox(writer, []);
    this.#tab.clientID = clientId;
    this.#tab.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === 'engine') return;
      Y.applyUpdate(this.held.doc, update, 'tab');
      this.outbox.add(update);
    });
  }

  edit(random: FuzzRandom): void {
    Y.applyUpdate(this.#tab, Y.encodeStateAsUpdate(this.held.doc), 'engine');
    this.#tab.transact(() => {
      if (random.once(2)) for (let i = random.between(1, 12); i > 0; i--) editOnce(this.#tab, random);
      else for (let i = random.between(3, 9); i > 0; i--) this.#tab.getText('title').insert(0, 'b');
    });
  }
  read(entry: LogEntry): void {
    const { reading } = this.held.read(entry, false);
    this.readings.push(reading.type === 'void' ? reading.reason : reading.type);
    const { flight } = this.outbox;
    const isOwn = flight?.record === entry.record;
    if (isOwn && reading.type === 'void') {
      if (reading.reason !== 'too-entangled') throw new Error(`an honest record does not count: ${reading.reason}`);
      this.outbox.shrink(flight.hash);
    } else if (isOwn) this.outbox.land(flight.hash);
    else if (reading.type === 'update') this.held.apply(reading);
  }
  /** Null: nothing to send, or a record is on its way. */
  next(): Uint8Array | null {
    this.#writer.counters.confirm(0);
    const flight = this.outbox.next(this.held.reader);
    if (flight.ok) return flight.value?.record ?? null;
    if (flight.reason === 'too-entangled') throw new OneStructTooMany();
    throw new Error(`${flight.reason} ${flight.detail}`);
  }
}

function start(random: FuzzRandom): { members: Member[]; log: LogEntry[]; options: ReaderOptions } {
  const owner = makeIdentity(random, 0);
  const { room, key, record, counter, editSecret } = makeRoom(owner, random, 0);
  const options = { room, keys: new RecordKeys(), unwrap: () => key };
  const members = Array.from({ length: MEMBERS }, (_, index) => {
    const identity = index === 0 ? owner : makeIdentity(random, 0);
    const nonce = random.bytes(16);
    const clientId = clientIdOf(identity.device, room, CONTENT, nonce);
    const certificate = index === 0 ? EMPTY : certify(linkKeys(editSecret), room, identity.device);
    const writer: Writer = {
      room,
      identity,
      keys: new RecordKeys(),
      random,
      counters: new Counters(index === 0 ? counter + 1 : 1, () => 0),
      certificate,
      introduction: (access) => visitorIntroduction(access, certificate, identity.device),
      nonceOf: (id) => (id === clientId ? nonce : undefined),
    };
    return new Member(options, writer, clientId);
  });
  return { members, log: [{ seq: 1, record, wrap: EMPTY }], options };
}

/** At the end of the log, if nothing of the maker's is on its way. */
function makeSnapshot(maker: Member, options: ReaderOptions, log: LogEntry[]): LogEntry | null {
  const made = snapshotOf(options, maker.held.kept, CONTENT, log.length);
  if (!made.ok) throw new Error(made.reason);
  const flight = maker.outbox.seal(maker.held.reader, 'snapshot', CONTENT, made.value.plain, made.value.cover);
  if (!flight) return null;
  const entry = { seq: log.length + 1, record: flight.record, wrap: EMPTY };
  log.push(entry);
  return entry;
}

const settled = (state: Uint8Array): Uint8Array => {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, state);
  return Y.encodeStateAsUpdate(doc);
};

describe('limits that are met all the time', () => {
  it('[AD11] everybody accepts the same, all that was typed arrives, and who begins at a snapshot agrees', () => {
    let tooEntangled = 0;
    let parts = 0;
    let newcomers = 0;
    let stuck = 0;
    const run = (seed: number): void => {
      const random = new FuzzRandom(seed);
      const { members, log, options } = start(random);
      const [owner] = members as [Member];
      const first = owner;
      let snapshot: LogEntry | null = null;
      const catchUp = (member: Member): void => {
        while (member.readings.length < log.length) member.read(log[member.readings.length] as LogEntry);
      };
      const send = (member: Member): boolean => {
        const record = member.next();
        if (record) log.push({ seq: log.length + 1, record, wrap: EMPTY });
        return record !== null;
      };
      for (const member of members) catchUp(member);
      for (let step = 0; step < 30; step++) {
        const member = random.pick(members);
        const act = random.below(4);
        if (act === 0) member.edit(random);
        else if (act === 1) send(member);
        else if (random.once(2)) catchUp(member);
      }
      catchUp(owner);
      snapshot = makeSnapshot(owner, options, log);
      for (let step = 0; step < 15; step++) {
        const member = random.pick(members);
        if (random.once(2)) member.edit(random);
        else send(member);
      }
      // In the end everything is sent.
      for (let isMoving = true; isMoving; ) {
        for (const member of members) catchUp(member);
        isMoving = members.map(send).some(Boolean);
      }
      for (const member of members) {
        expect(member.readings).toEqual(first.readings);
        expect(member.outbox.waiting).toBe(0);
        expect(settled(Y.encodeStateAsUpdate(member.held.doc))).toEqual(settled(Y.encodeStateAsUpdate(first.held.doc)));
      }
      tooEntangled += first.readings.filter((reading) => reading === 'too-entangled').length;
      parts += log.length;

      if (!snapshot) return;
      const { cover } = decodeRecord(snapshot.record).header;
      const newcomer = new HeldLog(options, emptyLog);
      const started = newcomer.startFrom({ controls: first.held.kept.controls, thinned: [], snapshot });
      if (!started.ok || !cover) throw new Error('the snapshot does not convince');
      for (const [index, entry] of log.slice(cover.seq).entries()) {
        const { reading } = newcomer.read(entry, false);
        expect(reading.type === 'void' ? reading.reason : reading.type).toBe(first.readings[cover.seq + index]);
        if (reading.type === 'update') newcomer.apply(reading);
      }
      expect(settled(Y.encodeStateAsUpdate(newcomer.doc))).toEqual(settled(Y.encodeStateAsUpdate(first.held.doc)));
      newcomers++;
    };
    fc.assert(
      fc.property(fc.integer({ min: 1 }), (seed) => {
        try {
          run(seed);
        } catch (error) {
          if (!(error instanceof OneStructTooMany)) throw error;
          stuck++;
        }
      }),
      { numRuns: 60, seed: fuzzSeed },
    );
    // Else the limits are not met.
    expect(tooEntangled).toBeGreaterThan(3);
    expect(parts).toBeGreaterThan(400);
    expect(newcomers).toBeGreaterThan(20);
    expect(stuck).toBeLessThan(30);
  });
});

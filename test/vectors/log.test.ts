import { beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { linkKeys } from '../../src/engine/epochs/link-keys.ts';
import { unwrapSecret } from '../../src/engine/epochs/wraps.ts';
import { applyState } from '../../src/engine/rooms/compact-state.ts';
import { type LogEntry, LogReader, type ReaderOptions } from '../../src/engine/rooms/log-reader.ts';
import { docOf, type Replica, snapshotOf } from '../../src/engine/rooms/replay.ts';
import { RecordKeys } from '../../src/engine/seal/record-seal.ts';
import { sodiumReady } from '../../src/engine/seal/sodium.ts';
import { roomId } from '../../src/wire/ids.ts';
import { CONTENT, decodeRecord, isControl } from '../../src/wire/record.ts';
import { fromHex, readVectors, refusalOf, toHex, toVector } from '../support/vectors.ts';

beforeAll(sodiumReady);

type At = { seq: number; hash: string };
type Entry = {
  seq: number;
  record: string;
  wrap: string;
  reading: { type: string; reason?: string };
  position: At;
  controlChain: string;
  title: string;
};
type Log = {
  room: string;
  linkSecret: string;
  epochSecret: string;
  entries: Entry[];
  snapshot: { seq: number; cover: At; plain: string };
};
const log = readVectors<never, Log>('log');
const entries: LogEntry[] = log.entries.map(({ seq, record, wrap }) => ({
  seq,
  record: fromHex(record),
  wrap: fromHex(wrap),
}));

function readerOptions(): ReaderOptions {
  const link = linkKeys(fromHex(log.linkSecret));
  return {
    room: roomId(fromHex(log.room)),
    keys: new RecordKeys(),
    unwrap: (access, wrap) => {
      const key = unwrapSecret(wrap, access.core, access.coreHash, link.principal, link.kem.secretKey);
      return key.ok ? key.value : undefined;
    },
  };
}

/** Reads one entry and holds everything that is known of it against the reader. */
function readAndCompare(replica: Replica, vector: Entry, entry: LogEntry): void {
  const { type, ...rest } = replica.reader.read(entry, false);
  const reason = 'reason' in rest ? { reason: rest.reason } : {};
  expect({ type, ...reason }).toEqual(vector.reading);
  if ('update' in rest) Y.applyUpdate(docOf(replica, CONTENT), rest.update);
  expect(toVector(replica.reader.position)).toEqual(vector.position);
  expect(toVector(replica.reader.controlChain)).toBe(vector.controlChain);
  expect(docOf(replica, CONTENT).getText('title').toString()).toBe(vector.title);
}

describe('the vector of a whole log', () => {
  it('[AD9] [CH2] every record does what it should, the void ones nothing but to take their position', () => {
    const replica: Replica = { reader: new LogReader(readerOptions()), docs: new Map() };
    log.entries.forEach((vector, i) => {
      readAndCompare(replica, vector, entries[i]!);
    });
    expect(toHex(replica.reader.epochKey!.secret)).toBe(log.epochSecret);
    expect(replica.reader.access?.disputed.size).toBe(1);
  });

  it('[SN1] the snapshot is what replaying makes of the log up to its cover', () => {
    const kept = { controls: [], thinned: [], snapshot: null, log: entries.map((entry) => ({ entry })) };
    const made = snapshotOf(readerOptions(), kept, CONTENT, log.snapshot.cover.seq);
    if (!made.ok) throw new Error(made.reason);
    expect(toHex(made.value.plain)).toBe(log.snapshot.plain);
    expect(toVector(made.value.cover)).toEqual(log.snapshot.cover);
  });

  it('[FR4] a newcomer who starts from the snapshot reads the rest alike', () => {
    const controls = entries.filter(
      (entry) =>
        entry.seq < log.snapshot.seq &&
        refusalOf(() => decodeRecord(entry.record)) === 'accepted' &&
        isControl(decodeRecord(entry.record).header.kind),
    );
    const snapshot = entries[log.snapshot.seq - 1]!;
    const start = LogReader.startFrom(readerOptions(), { controls, thinned: [], snapshot }, false);
    if (!start.ok) throw new Error(`${start.reason}: ${start.detail}`);
    const doc = new Y.Doc();
    applyState(doc, start.value.state);
    const replica: Replica = { reader: start.value.reader, docs: new Map([['content/0', doc]]) };
    log.entries.slice(log.snapshot.cover.seq).forEach((vector) => {
      readAndCompare(replica, vector, entries[vector.seq - 1]!);
    });
  });

  it('[CH3] nobody starts from it with a control record withheld', () => {
    const controls = entries.slice(0, 1);
    const snapshot = entries[log.snapshot.seq - 1]!;
    const start = LogReader.startFrom(readerOptions(), { controls, thinned: [], snapshot }, false);
    expect(start).toMatchObject({ ok: false, reason: 'bad-snapshot' });
  });
});

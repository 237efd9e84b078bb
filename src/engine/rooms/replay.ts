/** From what is kept of a log to the state after it: used to open a room, to rebuild one, to make and check snapshots. */
import * as Y from 'yjs';
import type { Position } from '../../wire/ids.ts';
import { MAX_LOADING_STEPS } from '../../wire/limits.ts';
import { decodeRecord, type Stream, type StreamKey, streamKey } from '../../wire/record.ts';
import { accept, refuse, type Verdict } from '../../wire/refusals.ts';
import { positionOf, type StoredEntry } from '../vault/room-vault.ts';
import { applyState, compactState } from './compact-state.ts';
import { type LogEntry, LogReader, type ReaderOptions, type RecordStub } from './log-reader.ts';
import { isSoonLoaded } from './placing.ts';
import { seedOf } from './seed.ts';
import { encodeSnapshotBody } from './snapshot-body.ts';
import { decodeYjsUpdate } from './yjs-update.ts';

export type KeptLog = {
  /** All control records known, and those of which only the hash is. */
  readonly controls: readonly LogEntry[];
  readonly thinned: readonly RecordStub[];
  /** Null: the log is kept from its beginning. */
  readonly snapshot: LogEntry | null;
  /** From the position after the snapshot's cover on, without gaps. */
  readonly log: readonly StoredEntry[];
};

export type Replica = { readonly reader: LogReader; readonly docs: Map<StreamKey, Y.Doc> };

/** Marks changes that come from the log. */
export const FROM_LOG = Symbol('log');

/**
 * A Y.Doc that holds what is applied to it and nothing else. After changes from elsewhere Yjs by itself deletes formatting
 * marks that look superfluous; those deletions would be in no record, and each replica would have made others.
 */
function makeDoc(): Y.Doc {
  const doc = new Y.Doc();
  doc.on('afterTransaction', (transaction: Y.Transaction) => {
    transaction._needFormattingCleanup = false;
  });
  return doc;
}

export function docOf(replica: Replica, stream: Stream): Y.Doc {
  const key = streamKey(stream);
  let doc = replica.docs.get(key);
  if (!doc) {
    doc = makeDoc();
    const seed = seedOf(stream);
    if (seed) Y.applyUpdate(doc, seed, FROM_LOG);
    replica.docs.set(key, doc);
  }
  return doc;
}

/** `trusted`: signatures were checked before. `upTo`: stops after this position. */
export function replay(options: ReaderOptions, kept: KeptLog, trusted: boolean, upTo = Infinity): Verdict<Replica> {
  const docs = new Map<StreamKey, Y.Doc>();
  let replica: Replica;
  if (kept.snapshot) {
    const { controls, thinned, snapshot } = kept;
    const start = LogReader.startFrom(options, { controls, thinned, snapshot }, trusted);
    if (!start.ok) return start;
    replica = { reader: start.value.reader, docs };
    const doc = makeDoc();
    try {
      applyState(doc, start.value.state, FROM_LOG);
    } catch (error) {
      if (trusted) throw error;
      // Structs that lie where none can: whoever made the snapshot did not get them from a log.
      return refuse('bad-snapshot', 'a state that Yjs cannot load');
    }
    docs.set(streamKey(start.value.stream), doc);
  } else replica = { reader: new LogReader(options), docs };
  replica.reader.placeIn((stream) => docOf(replica, stream));
  for (const stored of kept.log) {
    if (positionOf(stored) > upTo) break;
    if ('stub' in stored) replica.reader.skip(stored.stub.seq, stored.stub.hash);
    else {
      const reading = replica.reader.read(stored.entry, trusted && !stored.isForged);
      if (reading.type === 'update') Y.applyUpdate(docOf(replica, reading.stream), reading.update, FROM_LOG);
    }
  }
  return accept(replica);
}

/**
 * Loaded once more: what was deleted bit by bit Yjs keeps in more pieces than it makes of it on loading, so that who read the
 * whole log and who began at a snapshot would get other bytes.
 */
function settledState(doc: Y.Doc): Verdict<Uint8Array> {
  const pieces = Y.encodeStateAsUpdate(doc);
  // More pieces, more steps: what counts is the state that others get.
  if (!isLoadedWithin(pieces, 2 * MAX_LOADING_STEPS)) return refuse('too-entangled', 'takes too long to load');
  const settled = makeDoc();
  Y.applyUpdate(settled, pieces);
  const state = Y.encodeStateAsUpdate(settled);
  settled.destroy();
  return isLoadedWithin(state, MAX_LOADING_STEPS)
    ? accept(state)
    : refuse('too-entangled', 'nobody should have to load this state');
}

function isLoadedWithin(state: Uint8Array, maxSteps: number): boolean {
  const decoded = decodeYjsUpdate(state, Infinity);
  return decoded.ok && isSoonLoaded(decoded.value, maxSteps);
}

/** The plaintext of a snapshot of `stream` after `cover`: the same bytes for everybody who holds the same log. */
export function snapshotOf(
  options: ReaderOptions,
  kept: KeptLog,
  stream: Stream,
  cover: number,
): Verdict<{
  readonly plain: Uint8Array;
  readonly cover: Position;
}> {
  const replica = replay(options, kept, true, cover);
  if (!replica.ok) return replica;
  const { reader } = replica.value;
  const doc = docOf(replica.value, stream);
  const state = settledState(doc);
  if (!state.ok) return state;
  const ledger = reader.ledger(stream);
  const plain = encodeSnapshotBody({
    counters: reader.counters,
    controlChain: reader.controlChain,
    coveredBefore: reader.coveredBefore(stream),
    ledger: ledger.encode(),
    state: compactState(state.value, ledger.clients),
  });
  for (const scratch of replica.value.docs.values()) scratch.destroy();
  return accept({ plain, cover: reader.position });
}

/** The position that a kept snapshot covers. */
export const coverOf = (snapshot: LogEntry): Position | null => decodeRecord(snapshot.record).header.cover;

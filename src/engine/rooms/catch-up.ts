/**
 * From the frames of one opening to an unbroken sequence of log entries: gathers the prelude, fills stubs from it, and
 * tells when the head that the relay named is reached.
 */
import { WireError } from '../../wire/bytes.ts';
import { recordHash } from '../../wire/chain.ts';
import type { Hash, Position } from '../../wire/ids.ts';
import { hashId } from '../../wire/ids.ts';
import { decodeRecord, isControl } from '../../wire/record.ts';
import { blake2b } from '../seal/sodium.ts';
import type { RoomFrame } from '../sync/relay-session.ts';
import type { LogEntry, LogStart, RecordStub } from './log-reader.ts';

export type EntryFrame = Extract<RoomFrame, { type: 'entry' | 'prelude' | 'stub' }>;
type StubFrame = Extract<RoomFrame, { type: 'stub' }>;
export type Step = { readonly entry: LogEntry } | { readonly stub: { readonly seq: number; readonly hash: Hash } };

/** Copies: a frame's bytes are views into a message that holds many. */
const entryOf = (frame: Extract<RoomFrame, { type: 'entry' | 'prelude' }>): LogEntry => ({
  seq: frame.seq,
  record: frame.record.slice(),
  wrap: frame.wrap.slice(),
});

function isRecord(bytes: Uint8Array): boolean {
  try {
    decodeRecord(bytes);
    return true;
  } catch (error) {
    if (error instanceof WireError) return false;
    throw error;
  }
}

export class CatchUp {
  readonly channel: number;
  readonly head: Position;
  readonly base: Position;
  readonly #prelude = new Map<number, LogEntry>();
  readonly #thinned = new Map<number, RecordStub>();

  constructor(opened: Extract<RoomFrame, { type: 'opened' }>) {
    this.channel = opened.channel;
    this.head = opened.head;
    this.base = opened.base;
  }

  /** What cannot be decoded is left out: nobody vouches for the prelude yet, and the log has no such record. */
  gather(frame: Extract<RoomFrame, { type: 'prelude' }>): void {
    if (isRecord(frame.record)) this.#prelude.set(frame.seq, entryOf(frame));
  }

  /** [TH1] A stub before the tail is part of the prelude. Returns whether this one is. */
  thin({ seq, recordHash: hash }: StubFrame): boolean {
    if (seq > this.base.seq) return false;
    this.#thinned.set(seq, { seq, hash: hashId(hash) });
    return true;
  }

  /** The entry of a frame; a stub's record where the prelude brought it. */
  step(frame: Extract<RoomFrame, { type: 'entry' }> | StubFrame): Step {
    if (frame.type === 'entry') return { entry: entryOf(frame) };
    const hash = hashId(frame.recordHash);
    const known = this.#prelude.get(frame.seq);
    if (known && recordHash(blake2b, known.record) === hash) return { entry: known };
    return { stub: { seq: frame.seq, hash } };
  }

  /** What a fresh reader starts from: control records, and the snapshot that covers the base. */
  start(): LogStart | undefined {
    const entries = [...this.#prelude.values()].sort(bySeq);
    const isControlEntry = ({ record }: LogEntry): boolean => isControl(decodeRecord(record).header.kind);
    const snapshot = entries.findLast((entry) => {
      const { cover } = decodeRecord(entry.record).header;
      return cover?.seq === this.base.seq && cover.hash === this.base.hash;
    });
    const thinned = [...this.#thinned.values()].sort(bySeq);
    return snapshot && { controls: entries.filter(isControlEntry), thinned, snapshot };
  }
}

const bySeq = (a: { readonly seq: number }, b: { readonly seq: number }): number => a.seq - b.seq;

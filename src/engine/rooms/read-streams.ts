/**
 * What a reader of a log knows of each stream: the ledger that later updates are judged by, the position that its last
 * snapshot covered, and what the updates since weigh.
 */
import type * as Y from 'yjs';
import type { RoomId } from '../../wire/ids.ts';
import { type Stream, type StreamKey, streamKey } from '../../wire/record.ts';
import { type Admitted, Ledger } from './admission.ts';
import { seedOf } from './seed.ts';
import type { SnapshotBody } from './snapshot-body.ts';

type Weight = { readonly seq: number; readonly bytes: number };

export class ReadStreams {
  readonly #room: RoomId;
  readonly #ledgers = new Map<StreamKey, Ledger>();
  readonly #coveredBySeq = new Map<StreamKey, number>();
  /** Of each stream's updates since the covered position, to weigh the stream anew after a snapshot. */
  readonly #weights = new Map<StreamKey, Weight[]>();
  #stateOf: (stream: Stream) => Y.Doc = () => {
    throw new Error('a reader without documents');
  };

  constructor(room: RoomId) {
    this.#room = room;
  }

  /** Where updates are placed for trial: documents after what was read, without unsent edits. */
  placeIn(stateOf: (stream: Stream) => Y.Doc): void {
    this.#stateOf = stateOf;
  }

  ledger(stream: Stream): Ledger {
    const key = streamKey(stream);
    let ledger = this.#ledgers.get(key);
    if (!ledger) {
      ledger = new Ledger(this.#room, stream, () => this.#stateOf(stream));
      const seed = seedOf(stream);
      if (seed) ledger.seed(seed);
      this.#ledgers.set(key, ledger);
    }
    return ledger;
  }

  /** The position that the last accepted snapshot covers, 0 if there is none. */
  coveredBefore(stream: Stream): number {
    return this.#coveredBySeq.get(streamKey(stream)) ?? 0;
  }

  /** The update at `seq` counts. */
  admit(stream: Stream, seq: number, update: Admitted): void {
    this.ledger(stream).admit(update);
    const weights = this.#weights.get(streamKey(stream));
    const weight = { seq, bytes: update.bytes };
    if (weights) weights.push(weight);
    else this.#weights.set(streamKey(stream), [weight]);
  }

  /** A snapshot counts: the stream costs what its state weighs, and what came after the covered position. */
  cover(stream: Stream, seq: number, { state }: SnapshotBody): void {
    const key = streamKey(stream);
    this.#coveredBySeq.set(key, seq);
    const later = (this.#weights.get(key) ?? []).filter((weight) => weight.seq > seq);
    this.#weights.set(key, later);
    this.ledger(stream).weigh(later.reduce((sum, weight) => sum + weight.bytes, state.length));
  }

  /** As the snapshot says it was at the covered position. @throws WireError */
  restore(stream: Stream, { ledger: bytes, state, coveredBefore }: SnapshotBody): Ledger {
    const ledger = Ledger.decode(bytes, this.#room, stream, () => this.#stateOf(stream));
    ledger.weigh(state.length);
    this.#ledgers.set(streamKey(stream), ledger);
    this.#coveredBySeq.set(streamKey(stream), coveredBefore);
    return ledger;
  }
}

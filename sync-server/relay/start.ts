/** Where a reader's tail begins and what it is sent before [FR4]. */
import type { Hash } from '../../src/wire/ids.ts';
import type { StreamKey } from '../../src/wire/record.ts';
import { type SnapshotMark, type StreamState, undisputedSnapshot } from '../log/streams.ts';

export type Start = {
  /** The tail begins after this position. */
  readonly base: number;
  /** Positions of the snapshots to start from, ascending. They lie beyond `base` or before it. */
  readonly snapshots: readonly number[];
  /** How far each stream is covered by its snapshot. */
  readonly covers: ReadonlyMap<StreamKey, number>;
};

/** [SG4] What was written before the current segment began is nothing to start from. */
export const streamsOf = (segment: number, streams: ReadonlyMap<StreamKey, StreamState>): Map<StreamKey, StreamState> =>
  new Map([...streams].filter(([, { stream }]) => stream.segment === segment));

/**
 * The start of a reader who holds nothing. The base is the cover of one of the snapshots, because for such a position a
 * member vouches with chain hash and control chain; the furthest one behind which no stream has anything uncovered.
 * `head`: the last position on disk; later snapshots do not count.
 */
export function freshStart(
  streams: ReadonlyMap<StreamKey, StreamState>,
  disputed: ReadonlySet<Hash>,
  head: number,
): Start {
  const marks = new Map<StreamKey, SnapshotMark>();
  for (const [key, stream] of streams) {
    const mark = undisputedSnapshot(
      { ...stream, snapshots: stream.snapshots.filter(({ seq }) => seq <= head) },
      disputed,
    );
    if (mark) marks.set(key, mark);
  }
  const mayBegin = (base: number) =>
    [...streams].every(([key, { first, last }]) => {
      const cover = marks.get(key)?.cover;
      if (cover === undefined) return first === 0 || base < first;
      return cover >= last || base <= cover;
    });
  const bases = [...marks.values()].map(({ cover }) => cover).filter(mayBegin);
  return {
    base: Math.max(0, ...bases),
    snapshots: [...marks.values()].map(({ seq }) => seq).sort((a, b) => a - b),
    covers: new Map([...marks].map(([key, { cover }]) => [key, cover])),
  };
}

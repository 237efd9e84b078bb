import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Hash, hashId } from '../../../../src/wire/ids.ts';
import { type StreamKey, streamKey } from '../../../../src/wire/record.ts';
import type { StreamState } from '../../../../sync-server/log/streams.ts';
import { freshStart } from '../../../../sync-server/relay/start.ts';

const hash = (n: number): Hash => hashId(new Uint8Array(32).fill(n));
const mark = (seq: number, cover: number) => ({ seq, cover, record: hash(seq) });
const NOBODY: ReadonlySet<Hash> = new Set();

function streams(...states: Omit<StreamState, 'stream'>[]): Map<StreamKey, StreamState> {
  return new Map(
    states.map((state, segment) => {
      const stream = { class: 'content' as const, segment };
      return [streamKey(stream), { stream, ...state }];
    }),
  );
}

describe('where a fresh reader starts', () => {
  it('[FR4] starts at the log’s beginning when there is no snapshot', () => {
    const start = freshStart(streams({ first: 2, last: 9, snapshots: [] }), NOBODY, 9);
    expect(start).toMatchObject({ base: 0, snapshots: [] });
    expect(freshStart(streams(), NOBODY, 1).base).toBe(0);
  });

  it('[FR4] starts at the cover of the last snapshot', () => {
    const start = freshStart(streams({ first: 2, last: 20, snapshots: [mark(8, 7), mark(15, 12)] }), NOBODY, 20);
    expect(start).toMatchObject({ base: 12, snapshots: [15] });
    expect([...start.covers.values()]).toEqual([12]);
  });

  it('[NO5] passes over disputed snapshots', () => {
    const state = streams({ first: 2, last: 20, snapshots: [mark(8, 7), mark(15, 12)] });
    expect(freshStart(state, new Set([hash(15)]), 20)).toMatchObject({ base: 7, snapshots: [8] });
    expect(freshStart(state, new Set([hash(15), hash(8)]), 20)).toMatchObject({ base: 0, snapshots: [] });
  });

  it('does not count a snapshot that is not on disk yet', () => {
    const state = streams({ first: 2, last: 20, snapshots: [mark(8, 7), mark(15, 12)] });
    expect(freshStart(state, NOBODY, 14)).toMatchObject({ base: 7, snapshots: [8] });
  });

  it('goes back to the least cover of streams that have more, not of those that are covered whole', () => {
    const moving = { first: 3, last: 40, snapshots: [mark(31, 30)] };
    expect(freshStart(streams(moving, { first: 2, last: 25, snapshots: [mark(11, 10)] }), NOBODY, 40).base).toBe(10);
    expect(freshStart(streams(moving, { first: 2, last: 9, snapshots: [mark(11, 10)] }), NOBODY, 40).base).toBe(30);
    expect(freshStart(streams(moving, { first: 35, last: 36, snapshots: [] }), NOBODY, 40).base).toBe(30);
    expect(freshStart(streams(moving, { first: 20, last: 20, snapshots: [] }), NOBODY, 40).base).toBe(0);
  });

  it('never leaves an update behind the base that no snapshot covers', () => {
    const stream = fc
      .tuple(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 5 }), fc.option(fc.integer({ min: 1, max: 30 })))
      .map(([updates, cover]) => ({ updates: [...updates].sort((a, b) => a - b), cover }));
    fc.assert(
      fc.property(fc.array(stream, { maxLength: 4 }), (all) => {
        const states = all.map(({ updates, cover }) => ({
          first: updates[0] ?? 0,
          last: updates.at(-1) ?? 0,
          snapshots: cover === null ? [] : [mark(cover + 1, cover)],
        }));
        const { base } = freshStart(streams(...states), NOBODY, 41);
        const covers = all.map(({ cover }) => cover ?? 0);
        for (const [i, { updates }] of all.entries())
          for (const seq of updates) expect(seq > base || seq <= (covers[i] ?? 0)).toBe(true);
        expect(base === 0 || covers.includes(base)).toBe(true);
      }),
      { seed: 11 },
    );
  });
});

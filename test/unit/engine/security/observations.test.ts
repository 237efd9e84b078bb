import { describe, expect, it } from 'vitest';
import {
  decodeObserved,
  encodeObserved,
  MAX_MOMENTS,
  MAX_OBSERVATIONS,
  NOTHING_OBSERVED,
  type Notable,
  Observations,
  type Observed,
} from '../../../../src/engine/security/observations.ts';
import { deviceId } from '../../../../src/wire/ids.ts';

const device = (fill: number) => deviceId(new Uint8Array(32).fill(fill));
const refused = (fill: number): Notable => ({
  type: 'refused',
  kind: 'update',
  reason: 'wrong-role',
  device: device(fill),
});
const FORKED: Notable = { type: 'alarm', alarm: 'forked', device: null };

function setUp(stored: Observed = NOTHING_OBSERVED) {
  let now = 100;
  let kept = stored;
  const observations = new Observations(
    {
      now: () => now++,
      write: (observed) => {
        kept = decodeObserved(encodeObserved(observed));
      },
    },
    stored,
  );
  return { observations, kept: () => kept };
}

describe('observations', () => {
  it('count the same up instead of adding it', () => {
    const { observations } = setUp();
    for (let seq = 1; seq <= 1_000; seq++) observations.notice(refused(1), seq);
    observations.notice(refused(2), 1_001);
    expect(observations.all).toMatchObject([
      { count: 1_000, firstAt: 100, lastAt: 1_099, seq: 1_000 },
      { count: 1, seq: 1_001 },
    ]);
  });

  it('are bounded: the oldest refusal goes, alarms stay', () => {
    const { observations } = setUp();
    observations.notice(FORKED, 0);
    for (let fill = 1; fill <= MAX_OBSERVATIONS + 20; fill++) observations.notice(refused(fill), fill);
    expect(observations.all).toHaveLength(MAX_OBSERVATIONS);
    expect(observations.all[0]).toMatchObject(FORKED);
    expect(observations.all[1]).toMatchObject({ seq: 22 });
  });

  it('are no news when the log is read anew', () => {
    const { observations } = setUp();
    expect(observations.notice(refused(1), 7)).toBe(true);
    observations.acknowledge();
    expect(observations.notice(refused(1), 7)).toBe(false);
    expect(observations.unread).toEqual([]);
    expect(observations.notice(refused(1), 8)).toBe(true);
    expect(observations.unread).toEqual(['bad-record']);
  });

  it('are kept by the vault as they are', () => {
    const { observations, kept } = setUp();
    observations.notice(FORKED, 3);
    observations.notice({ type: 'refused', kind: null, reason: 'bad-signature', device: null }, 4);
    observations.notice({ type: 'alarm', alarm: 'disputed', device: device(3) }, 5);
    observations.learned(9);
    observations.acknowledge();
    observations.notice(refused(1), 6);
    const again = setUp(kept()).observations;
    expect(again.all).toEqual(observations.all);
    expect(again.unread).toEqual(['bad-record']);
    expect(again.learnedAt(9)).toBe(observations.learnedAt(9));
  });

  it('say when something was learned, and nothing where that is forgotten', () => {
    const { observations } = setUp();
    observations.learned(10);
    observations.learned(12);
    observations.learned(11);
    expect([1, 10, 11, 12, 13].map((seq) => observations.learnedAt(seq))).toEqual([100, 100, 101, 101, null]);
    for (let seq = 20; seq < 20 + MAX_MOMENTS; seq++) observations.learned(seq);
    expect(observations.learnedAt(10)).toBeNull();
    expect(observations.learnedAt(20)).not.toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { Backlog } from '../../../../sync-server/relay/backlog.ts';
import { TokenBucket } from '../../../../sync-server/relay/token-bucket.ts';

describe('a token bucket', () => {
  it('allows a burst and then its rate', () => {
    const bucket = new TokenBucket(10, 3, 0);
    expect([0, 0, 0, 0].map((now) => bucket.tryTake(1, now))).toEqual([true, true, true, false]);
    expect(bucket.tryTake(1, 99)).toBe(false);
    expect(bucket.tryTake(1, 100)).toBe(true);
  });

  it('never holds more than the burst', () => {
    const bucket = new TokenBucket(10, 3, 0);
    expect(bucket.tryTake(4, 1_000_000)).toBe(false);
    expect(bucket.tryTake(3, 1_000_000)).toBe(true);
  });

  it('says how long what is taken in advance has to wait', () => {
    const bucket = new TokenBucket(10, 2, 0);
    expect(bucket.take(2, 0)).toBe(0);
    expect(bucket.take(1, 0)).toBe(100);
    expect(bucket.take(1, 100)).toBe(100);
    expect(bucket.take(1, 400)).toBe(0);
  });
});

describe('a backlog', () => {
  it('is full above its limit and relieves those who wait at half of it, once', () => {
    const backlog = new Backlog(100);
    let relieved = 0;
    backlog.grow(100);
    expect(backlog.full).toBe(false);
    backlog.grow(1);
    expect(backlog.full).toBe(true);
    backlog.whenRelieved(() => relieved++);
    backlog.shrink(50);
    expect(relieved).toBe(0);
    backlog.shrink(1);
    expect(relieved).toBe(1);
    backlog.shrink(10);
    expect(relieved).toBe(1);
  });
});

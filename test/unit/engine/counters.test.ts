import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Counters } from '../../../src/engine/rooms/counters.ts';

/** A device's disk: what was written may or may not have reached it when the device crashes. */
class Disk {
  confirmed = 1;
  #asked: number[] = [];
  /** Writes so far. */
  writes = 0;

  start(): Counters {
    this.#asked = [];
    return new Counters(this.confirmed, (upTo) => {
      this.#asked.push(upTo);
      return ++this.writes;
    });
  }
  /** All that was asked for is written. */
  confirm(counters: Counters): void {
    this.confirmed = this.#asked.at(-1) ?? this.confirmed;
    this.#asked = [];
    counters.confirm(this.writes);
  }
  /** The device stops: so many of the writes under way had reached the disk all the same. */
  crash(reached: number): void {
    this.confirmed = this.#asked.slice(0, reached).at(-1) ?? this.confirmed;
  }
}

describe('[CO1] a device’s counters', () => {
  it('are given out only after the disk has confirmed them', () => {
    const disk = new Disk();
    const counters = disk.start();
    expect(counters.take()).toBeUndefined();
    disk.confirm(counters);
    expect(counters.take()).toBe(1);
    expect(counters.take()).toBe(2);
  });

  it('never run out while the disk keeps up', () => {
    const disk = new Disk();
    const counters = disk.start();
    for (let expected = 1; expected < 20_000; expected++) {
      disk.confirm(counters);
      expect(counters.take()).toBe(expected);
    }
  });

  it('stop, and never repeat, while the disk does not answer', () => {
    const disk = new Disk();
    const counters = disk.start();
    disk.confirm(counters);
    let taken = 0;
    while (counters.take() !== undefined) taken++;
    expect(taken).toBeGreaterThan(500);
    expect(taken).toBeLessThan(10_000);
    expect(counters.take()).toBeUndefined();
    disk.confirm(counters);
    expect(counters.take()).toBe(taken + 1);
  });

  it('never repeat and only grow, over any crashes, whatever of the last writes was lost', () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ type: fc.constant('take' as const), count: fc.nat(3_000) }) },
      { weight: 3, arbitrary: fc.record({ type: fc.constant('confirm' as const) }) },
      { weight: 2, arbitrary: fc.record({ type: fc.constant('crash' as const), reached: fc.nat(3) }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constant('skip' as const), by: fc.nat(10_000) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const disk = new Disk();
        let counters = disk.start();
        let last = 0;
        for (const action of steps) {
          if (action.type === 'confirm') disk.confirm(counters);
          if (action.type === 'skip') counters.skipTo(last + action.by);
          if (action.type === 'crash') {
            disk.crash(action.reached);
            counters = disk.start();
          }
          if (action.type !== 'take') continue;
          for (let i = 0; i < action.count; i++) {
            const counter = counters.take();
            if (counter === undefined) break;
            if (counter <= last) expect.fail(`${counter} after ${last}`);
            last = counter;
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('wait for the write that reserves them, not for one before it', () => {
    const disk = new Disk();
    const counters = disk.start();
    disk.confirm(counters);
    counters.skipTo(100_000);
    counters.confirm(disk.writes - 1);
    expect(counters.take()).toBeUndefined();
    counters.confirm(disk.writes);
    expect(counters.take()).toBe(100_000);
  });

  it('go on above what the relay has seen', () => {
    const disk = new Disk();
    const counters = disk.start();
    disk.confirm(counters);
    counters.skipTo(100_000);
    expect(counters.take()).toBeUndefined();
    disk.confirm(counters);
    expect(counters.take()).toBe(100_000);
    counters.skipTo(5);
    expect(counters.take()).toBe(100_001);
  });
});

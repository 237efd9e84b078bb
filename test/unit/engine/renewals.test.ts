import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_KEY_LIVES, EPOCH_LIFE_MS } from '../../../src/engine/epochs/key-lives.ts';
import type { Standing } from '../../../src/engine/epochs/standing.ts';
import { Renewals } from '../../../src/engine/rooms/renewals.ts';
import type { Access } from '../../../src/wire/access.ts';
import { type DeviceId, deviceId } from '../../../src/wire/ids.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const [DEVICE, OTHER] = [1, 2].map((byte) => deviceId(new Uint8Array(32).fill(byte))) as [DeviceId, DeviceId];
const { epochJitterMs, leftOutMs } = DEFAULT_KEY_LIVES;
const DAY_MS = 24 * EPOCH_LIFE_MS;
/** When tests begin. */
const NOW = new ManualClock().now();

/** An epoch as a test says. `date` is the signer's word. */
const epochOf = (epoch: number, prekey = 1, date = NOW, others: readonly [DeviceId, number][] = []): Access =>
  ({
    epoch,
    core: {
      date,
      devices: [[DEVICE, prekey] as const, ...others].map(([device, id]) => ({ device, prekey: id })),
    },
    principalOfDevice: new Map([[DEVICE, ''], ...others.map(([device]) => [device, ''] as const)]),
  }) as unknown as Access;

let clock: ManualClock;
/** What the random number is, from 0 to 255. */
let drawn: number;
let newest: Map<DeviceId, number>;
let [mayBegin, isOffered] = [true, true];
let pumped: number;

beforeEach(() => {
  clock = new ManualClock();
  drawn = 0;
  newest = new Map([[DEVICE, 1]]);
  [mayBegin, isOffered, pumped] = [true, true, 0];
});

function make(isHome = false): Renewals {
  const newestPrekey = (device: DeviceId): number => newest.get(device) ?? 0;
  const standing = {
    mayBegin: () => mayBegin,
    newestPrekey,
    isBehind: ({ core }: Access) =>
      (core.devices.find(({ device }) => device === DEVICE)?.prekey ?? 0) < newestPrekey(DEVICE),
    namesReplaced: ({ core }: Access) => core.devices.some(({ device, prekey }) => newestPrekey(device) > prekey),
  } as unknown as Standing;
  return new Renewals({
    device: DEVICE,
    clock,
    random: { bytes: (length) => new Uint8Array(length).fill(drawn) },
    lives: DEFAULT_KEY_LIVES,
    standing,
    isHome,
    isOffered: () => isOffered,
    line: () => ({ pump: () => void pumped++ }) as never,
  });
}

describe('an epoch that a device has known for over an hour', () => {
  it('is renewed before the device writes, and not while it only looks', () => {
    const renewals = make();
    const access = epochOf(1);
    expect(renewals.isDue(access, true)).toBe(false);
    clock.advance(EPOCH_LIFE_MS);
    expect(renewals.isDue(access, true)).toBe(false);
    clock.advance(1);
    expect([renewals.isDue(access, false), renewals.isDue(access, true)]).toEqual([false, true]);
    // Somebody was quicker.
    expect(renewals.isDue(epochOf(2, 1, clock.now()), true)).toBe(false);
  });

  it('is not renewed by all at once', () => {
    drawn = 255;
    const renewals = make();
    renewals.isDue(epochOf(1), true);
    clock.advance(EPOCH_LIFE_MS + epochJitterMs);
    expect(renewals.isDue(epochOf(1), true)).toBe(false);
    clock.advance(1);
    expect(renewals.isDue(epochOf(1), true)).toBe(true);
  });

  it('is as old as its signer says where the device has just started; a date that is still to come is of no use', () => {
    expect(make().isDue(epochOf(1, 1, NOW - EPOCH_LIFE_MS - 1), true)).toBe(true);
    const renewals = make();
    expect(renewals.isDue(epochOf(1, 1, NOW + DAY_MS), true)).toBe(false);
    clock.advance(EPOCH_LIFE_MS + 1);
    expect(renewals.isDue(epochOf(1, 1, NOW + DAY_MS), true)).toBe(true);
  });

  it('is not found old for ever after the clock was put back', () => {
    const renewals = make();
    renewals.isDue(epochOf(1), true);
    clock.advance(-DAY_MS);
    expect(renewals.isDue(epochOf(1), true)).toBe(false);
    clock.advance(EPOCH_LIFE_MS + 1);
    expect(renewals.isDue(epochOf(1), true)).toBe(true);
  });

  it('keeps no edit back where the relay will not take the next one, nor where this device may not begin one', () => {
    const renewals = make();
    const old = epochOf(1, 1, NOW - DAY_MS);
    renewals.isDue(old, true);
    renewals.giveUp();
    expect(renewals.isDue(old, true)).toBe(false);
    expect(renewals.isDue(epochOf(2, 1, NOW - DAY_MS), true)).toBe(true);
    mayBegin = false;
    expect(make().isDue(old, true)).toBe(false);
  });
});

describe('a device that is left out, or named with a prekey that it has replaced', () => {
  it('begins the next epoch after a while, in which others may do so', () => {
    newest.set(DEVICE, 2);
    const renewals = make();
    expect(renewals.isDue(epochOf(1), false)).toBe(false);
    clock.advance(leftOutMs);
    expect([renewals.isDue(epochOf(1), false), pumped]).toEqual([true, 1]);
    const another = make();
    another.isDue(epochOf(1), false);
    clock.advance(leftOutMs / 4);
    expect(another.isDue(epochOf(2, 2), false)).toBe(false);
    clock.advance(DAY_MS);
    expect([another.isDue(epochOf(2, 2), false), pumped]).toEqual([false, 1]);
    expect(make().isDue(epochOf(3, 0), false)).toBe(false);
    clock.advance(leftOutMs);
    expect(pumped).toBe(2);
  });

  it('waits until the directory has its prekey: else those who come next would leave it out again', () => {
    newest.set(DEVICE, 2);
    isOffered = false;
    const renewals = make();
    renewals.isDue(epochOf(1), false);
    clock.advance(DAY_MS);
    expect([renewals.isDue(epochOf(1), false), pumped]).toEqual([false, 0]);
  });

  it('tries more and more seldom if others leave it out each time, and at once again with its next prekey', () => {
    newest.set(DEVICE, 2);
    const renewals = make();
    let epoch = 1;
    const epochsWithin = (ms: number): number => {
      const from = epoch;
      for (let passed = 0; passed < ms; passed += leftOutMs / 2) {
        // As often as this device begins one, another begins one without it.
        if (renewals.isDue(epochOf(epoch, 1), false)) epoch += 2;
        clock.advance(leftOutMs / 2);
      }
      return (epoch - from) / 2;
    };
    expect(epochsWithin(DAY_MS)).toBeLessThanOrEqual(12);
    expect(epochsWithin(DAY_MS)).toBeLessThanOrEqual(2);
    newest.set(DEVICE, 3);
    expect(epochsWithin(2 * leftOutMs)).toBe(1);
  });

  it('has done with waiting when its room is closed', () => {
    newest.set(DEVICE, 2);
    const renewals = make();
    renewals.isDue(epochOf(1), false);
    renewals.stop();
    clock.advance(DAY_MS);
    expect(pumped).toBe(0);
  });
});

describe('a home', () => {
  it('[PK6] goes on at once with this device’s next prekey, and before anything is written with another’s', () => {
    newest.set(OTHER, 1);
    const home = make(true);
    const access = epochOf(1, 1, NOW, [[OTHER, 1]]);
    expect(home.isDue(access, true)).toBe(false);
    newest.set(OTHER, 2);
    expect([home.isDue(access, false), home.isDue(access, true)]).toEqual([false, true]);
    home.hurry();
    expect(home.isDue(access, false)).toBe(true);
    newest = new Map([
      [DEVICE, 2],
      [OTHER, 1],
    ]);
    expect(make(true).isDue(access, false)).toBe(true);
  });

  it('goes on with another’s after a while, should that one have gone, and never for its age', () => {
    newest.set(OTHER, 2);
    const home = make(true);
    home.isDue(epochOf(1, 1, NOW, [[OTHER, 1]]), false);
    clock.advance(leftOutMs);
    expect(home.isDue(epochOf(1, 1, NOW, [[OTHER, 1]]), false)).toBe(true);
    expect(make(true).isDue(epochOf(2, 1, NOW - DAY_MS, [[OTHER, 2]]), true)).toBe(false);
  });

  it('[PK6] tries again where the relay has not taken the epoch: what is written there waits', () => {
    newest.set(DEVICE, 2);
    const home = make(true);
    home.isDue(epochOf(1), true);
    home.giveUp();
    expect(home.isDue(epochOf(1), true)).toBe(true);
  });
});

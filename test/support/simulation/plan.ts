/** What a run is made of, drawn from its seed: each run has only some of the faults, so that some do not hide others. */
import type { KeyLives, SnapshotLimits } from '../../../src/engine/ports.ts';
import type { Pace } from './connection.ts';
import type { AccountRole } from './hostile/hostile-account.ts';
import type { SeededRandom } from './seeded-random.ts';

export const FAULTS = [
  'cut',
  'half-open',
  'stall',
  'offline',
  'relay-crash',
  'relay-restart',
  'batch-fails',
  'server-full',
  'slow-server',
  'engine-crash',
  'engine-restart',
  'vault-full',
  'tab-reload',
  'clock-jump',
] as const;
export type Fault = (typeof FAULTS)[number];

export type Plan = {
  readonly steps: number;
  readonly maxGapMs: number;
  readonly maxDevices: number;
  readonly maxRooms: number;
  readonly beginsOffline: boolean;
  readonly pace: Pace;
  readonly faults: ReadonlySet<Fault>;
  /** How often a step is a fault. */
  readonly faultRate: number;
  /** Hostile members, by the links that they have. */
  readonly hostile: readonly ('editor' | 'viewer')[];
  /** The relay forges what it sends to those who start from a snapshot. */
  readonly forgesPreludes: boolean;
  /** People with principals of their own come and go, besides visitors by link. */
  readonly hasMembers: boolean;
  /** Some of them follow no rule. */
  readonly hostileAccounts: readonly AccountRole[];
  /** The relay's directory of prekeys lies. */
  readonly hasHostileDirectory: boolean;
  readonly snapshotLimits: SnapshotLimits;
  /** A run is over before the product's are. */
  readonly keyLives: KeyLives;
  /** At the end every device is started once more, without a network. */
  readonly endsOffline: boolean;
  /** At the end the relay cheats somebody. */
  readonly endsWithMischief: boolean;
};

/** One that was replaced lives longer than the directory's word counts and an answer takes, as the product's do. Milliseconds. */
const REPLACED_AMONG_MEMBERS_MS = [8_000, 16_000];

export function makePlan(random: SeededRandom): Plan {
  const plan = makeVisitorsPlan(random);
  // Drawn last: other runs stay what they were. Hostile visitors have runs of their own.
  const hasMembers = plan.hostile.length === 0 && random.chance(0.7);
  const hostileAccounts = random.weighted<readonly AccountRole[]>([
    [4, []],
    [4, ['editor']],
    [1, ['owner']],
    [1, ['viewer']],
    [1, ['editor', 'viewer']],
  ]);
  return {
    ...plan,
    hasMembers,
    hostileAccounts: hasMembers ? hostileAccounts : [],
    hasHostileDirectory: hasMembers && random.chance(0.5),
    // So that there is time for people to come and go.
    steps: hasMembers ? plan.steps + random.between(0, 25) : plan.steps,
    keyLives: hasMembers ? { ...plan.keyLives, replacedMs: random.pick(REPLACED_AMONG_MEMBERS_MS) } : plan.keyLives,
    beginsOffline: plan.beginsOffline && !hasMembers,
  };
}

function makeVisitorsPlan(random: SeededRandom): Omit<Plan, 'hasMembers' | 'hostileAccounts' | 'hasHostileDirectory'> {
  return {
    // Most faults show in short runs, of which there are many; some need a long one.
    steps: random.weighted([
      [6, random.between(8, 30)],
      [3, random.between(25, 50)],
      [1, random.between(50, 90)],
    ]),
    maxGapMs: random.pick([20, 200, 1_000]),
    maxDevices: random.between(2, 4),
    maxRooms: random.weighted([
      [6, 1],
      [3, 2],
      [1, 3],
    ]),
    beginsOffline: random.chance(0.15),
    pace: random.pick([
      { minMs: 0, maxMs: 3 },
      { minMs: 5, maxMs: 80 },
      { minMs: 20, maxMs: 600 },
    ]),
    faults: new Set(FAULTS.filter(() => random.chance(0.5))),
    faultRate: random.pick([0.05, 0.15, 0.35]),
    hostile: random.weighted<Plan['hostile']>([
      [5, []],
      [3, ['editor']],
      [1, ['viewer']],
      [1, ['editor', 'viewer']],
    ]),
    forgesPreludes: random.chance(0.2),
    endsOffline: random.chance(0.3),
    endsWithMischief: random.chance(0.4),
    snapshotLimits: {
      minLogBytes: random.pick([1_500, 6_000, 96 * 1024]),
      // The last snapshot is in the log that counts, so less than once its size would never end.
      maxGrowth: random.pick([1.3, 2]),
      lastWriterDelayMs: random.pick([20, 300]),
      othersDelayMs: random.pick([30, 600]),
      checkDelayMs: random.pick([10, 300]),
      checkJitterMs: random.pick([10, 800]),
    },
    keyLives: {
      // Nothing is ever calm if prekeys are replaced faster than that.
      prekeyMs: random.pick([5_000, 20_000]),
      replacedMs: random.pick([1_000, 10_000]),
      epochMs: random.pick([500, 3_000]),
      epochJitterMs: random.pick([0, 500]),
      leftOutMs: random.pick([20, 500]),
      knownMs: 1_000,
      lookEveryMs: 1_000,
    },
  };
}

/** Runs one seed and says what came of it. */

import { InvariantBroken } from './invariants.ts';
import { runThrough } from './phases.ts';
import { Simulation } from './simulation.ts';

export type SeedReport = {
  readonly seed: number;
  /** Null: everything held. */
  readonly failure: {
    readonly invariant: string;
    readonly message: string;
    readonly lastEvents: readonly string[];
  } | null;
  readonly counts: Readonly<Record<string, number>>;
};

export async function runSeed(seed: number): Promise<SeedReport> {
  const simulation = new Simulation(seed);
  const { chronicle, scheduler, judgements } = simulation;
  const onRejection = (error: unknown): void => chronicle.broke(error);
  process.on('unhandledRejection', onRejection);
  let failure: SeedReport['failure'] = null;
  try {
    await runThrough(simulation);
  } catch (error) {
    failure = {
      invariant: error instanceof InvariantBroken ? error.invariant : 'no-mistake',
      message: error instanceof InvariantBroken ? error.message : String(error instanceof Error ? error.stack : error),
      lastEvents: [...chronicle.lastEvents],
    };
  } finally {
    process.off('unhandledRejection', onRejection);
  }
  chronicle.count('events', scheduler.count);
  chronicle.count('virtual seconds', Math.round(scheduler.now / 1000));
  for (const [reading, count] of judgements.counts) chronicle.count(`read: ${reading}`, count);
  return { seed, failure, counts: Object.fromEntries(chronicle.counts) };
}

/**
 * Runs one decoder on many inputs: first on those that are kept, then on valid ones that were damaged. A decoder may
 * accept or refuse; anything else that it throws, or that costs too much time or memory, is a failure, which is
 * made small, kept in the corpus and reported with the command that repeats it. docs/testing.md describes the settings.
 */
import { describe, expect, it } from 'vitest';
import { WireError } from '../../../src/wire/bytes.ts';
import { leastCpuMs } from '../cpu-time.ts';
import { keep, keptInputs } from './corpus.ts';
import { FuzzRandom } from './fuzz-random.ts';
import { minimise } from './minimise.ts';
import { mutate } from './mutate.ts';

export type FuzzTarget = {
  /** Names the folder of the corpus too. */
  readonly name: string;
  /** A valid input. Must follow from `random` alone. */
  readonly make: (random: FuzzRandom) => Uint8Array;
  /** Decodes, and throws if what comes out breaks a promise. `refused`: a documented refusal; a WireError counts as one. */
  readonly decode: (input: Uint8Array) => 'accepted' | 'refused';
  /** What `make` makes need not be right; the share that is accepted is watched all the same. */
  readonly mayBeWrong?: true;
  /** Inputs of this decoder as a part of `SEALROOM_FUZZ_INPUTS`, for those that cost more than reading some bytes. */
  readonly share?: number;
};

const inputsWanted = Number(process.env.SEALROOM_FUZZ_INPUTS ?? 100_000);
/** `npm test` repeats the same inputs, so that what turns red is the code. Endurance draws a fresh seed. */
export const fuzzSeed = Number(process.env.SEALROOM_FUZZ_SEED ?? 1);

const MAX_CPU_MS = 100;
/** Wall time from which on an input is measured again, alone. */
const SUSPICIOUS_MS = 40;
const MAX_MEMORY_BYTES = 64 * 1024 * 1024;
/** Measuring memory costs more than most inputs. */
const MEASURED_EVERY = 256;
/** The runner must hear from a test now and then. */
const PAUSE_EVERY = 1_000;
/** One input in so many stays as it was made, and must be accepted. */
const UNTOUCHED_ONE_IN = 16;
const MS_PER_INPUT = 5;
const POOL = 200;

class Failure extends Error {
  readonly kind: string;
  constructor(kind: string, detail: string) {
    super(`${kind}: ${detail}`);
    this.kind = kind;
  }
}

export const inputsOf = (share = 1): number => Math.max(1, Math.round(inputsWanted * share));

/** @throws Failure */
function judge(target: FuzzTarget, input: Uint8Array, measured: boolean): 'accepted' | 'refused' {
  const before = measured ? memory() : 0;
  const startedAt = performance.now();
  const outcome = outcomeOf(target, input);
  if (performance.now() - startedAt > SUSPICIOUS_MS) {
    const ms = leastCpuMs(() => outcomeOf(target, input));
    if (ms > MAX_CPU_MS) throw new Failure('slow', `${ms.toFixed(0)} ms of CPU for ${input.length} bytes`);
  }
  const grown = measured ? memory() - before : 0;
  if (grown > MAX_MEMORY_BYTES) throw new Failure('memory', `${grown} bytes for ${input.length} bytes`);
  return outcome;
}

/** @throws Failure */
function outcomeOf({ decode }: FuzzTarget, input: Uint8Array): 'accepted' | 'refused' {
  // Most inputs are refused, and collecting a stack costs more than refusing.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return decode(input);
  } catch (error) {
    if (error instanceof WireError) return 'refused';
    throw new Failure(error instanceof Error ? error.name : 'thrown', String(error));
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

const memory = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

const failureOf = (target: FuzzTarget, input: Uint8Array): string | undefined => {
  try {
    judge(target, input, true);
    return undefined;
  } catch (error) {
    return error instanceof Failure ? error.kind : 'harness';
  }
};

function report(target: FuzzTarget, input: Uint8Array, index: number, failure: Failure): never {
  // A slow input is slow to make small.
  const small =
    failure.kind === 'slow' ? input : minimise(input, (candidate) => failureOf(target, candidate) === failure.kind);
  const file = keep(target.name, 'found', small);
  throw new Error(
    `${target.name}: input ${index} of seed ${fuzzSeed}: ${failure.message}\n` +
      `Kept as ${file} (${small.length} bytes), replayed first by: npm run fuzz -- -t '${target.name}'\n` +
      `The whole run again: SEALROOM_FUZZ_SEED=${fuzzSeed} SEALROOM_FUZZ_INPUTS=${inputsWanted} npm run fuzz -- -t '${target.name}'`,
  );
}

async function run(target: FuzzTarget): Promise<void> {
  const count = inputsOf(target.share);
  const random = new FuzzRandom(fuzzSeed ^ hashOf(target.name));
  const pool = Array.from({ length: POOL }, () => target.make(random));
  const valid = (): Uint8Array => random.pick(pool);
  let accepted = 0;
  for (let index = 0; index < count; index++) {
    if (index % PAUSE_EVERY === PAUSE_EVERY - 1) await new Promise((resolve) => setImmediate(resolve));
    const untouched = index % UNTOUCHED_ONE_IN === 0;
    // Making an input costs more than damaging one, so each is used some times.
    if (untouched) pool[random.below(POOL)] = target.make(random);
    const input = untouched ? valid() : mutate(valid(), random, valid);
    try {
      if (judge(target, input, index % MEASURED_EVERY === 0) === 'accepted') accepted++;
      else if (untouched && !target.mayBeWrong) throw new Failure('valid', 'an untouched input was refused');
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      report(target, input, index, error);
    }
  }
  // Else the inputs no longer fit the decoder, and nothing behind its first line is tried.
  expect(accepted).toBeGreaterThanOrEqual(Math.floor(count / (target.mayBeWrong ? 50 : UNTOUCHED_ONE_IN)));
}

const hashOf = (text: string): number =>
  [...text].reduce((hash, letter) => Math.imul(hash, 31) + letter.charCodeAt(0), 7);

export function fuzzDecoder(target: FuzzTarget): void {
  describe(target.name, () => {
    it(`${target.name}: takes the inputs that are kept`, () => {
      for (const { file, bytes } of keptInputs(target.name)) {
        const outcome = judge(target, bytes, true);
        if (file.startsWith('valid-')) expect(outcome, file).toBe('accepted');
      }
    });
    const timeout = 60_000 + inputsOf(target.share) * MS_PER_INPUT;
    it(`${target.name}: accepts or refuses ${inputsOf(target.share)} inputs (seed ${fuzzSeed})`, { timeout }, () =>
      run(target),
    );
  });
}

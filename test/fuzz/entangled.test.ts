/**
 * The hardest updates of each kind that are still let in: judging and applying one must not take long [AD10] [AD11]. Each kind
 * grows until it is refused; the largest that is accepted is measured.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { sodiumReady } from '../../src/engine/seal/sodium.ts';
import { MAX_CHANGES_PER_UPDATE } from '../../src/wire/limits.ts';
import { cpuMs } from '../support/cpu-time.ts';
import { between, entries, everyOther, handMade, JudgedDoc, type Struct, siblings } from '../support/fuzz/entangled.ts';
import { FuzzRandom } from '../support/fuzz/fuzz-random.ts';

beforeAll(sodiumReady);

const MAX_CPU_MS = 100;
/** Other work on the machine, and code that is not compiled yet, cost time too: the best of some attempts counts. */
const ATTEMPTS = 6;

type Kind = {
  readonly name: string;
  /** What is in the document before. */
  readonly before: (judged: JudgedDoc) => void;
  readonly update: (judged: JudgedDoc, size: number) => Uint8Array;
};

const text = (judged: JudgedDoc, letters: number, behind: number): void =>
  judged.fill(judged.low, [{ text: letters }, ...siblings(behind)]);

/** Deleted and living structs anywhere among those of the other client. */
function anywhere(judged: JudgedDoc, size: number): Struct[] {
  const random = new FuzzRandom(size);
  const end = judged.ledger.nextClock(judged.low);
  return Array.from({ length: size }, () => {
    const left = random.below(end - 1);
    const right = random.between(left + 1, end - 1);
    return { left: [judged.low, left] as const, right: [judged.low, right] as const, text: 1 };
  });
}

const KINDS: readonly Kind[] = [
  ...[1_000, 10_000, 49_000].map((count) => ({
    name: `siblings beside ${count}`,
    before: (judged: JudgedDoc) => judged.fill(judged.low, siblings(count)),
    update: (judged: JudgedDoc, size: number) => handMade(judged.high, 0, siblings(size)),
  })),
  {
    name: 'siblings of one client',
    before: () => undefined,
    update: (judged, size) => handMade(judged.high, 0, siblings(size)),
  },
  {
    name: 'entries under one key',
    before: (judged) => judged.fill(judged.low, entries(500)),
    update: (judged, size) => handMade(judged.high, 0, entries(size)),
  },
  ...[0, 20_000, 200_000].map((behind) => ({
    name: `cuts, ${behind} structs behind`,
    before: (judged: JudgedDoc) => text(judged, 20_000, behind),
    update: (judged: JudgedDoc, size: number) => handMade(judged.high, 0, between(judged.low, 0, size)),
  })),
  ...[0, 20_000, 200_000].map((behind) => ({
    name: `deleted ranges, ${behind} structs behind`,
    before: (judged: JudgedDoc) => text(judged, 20_000, behind),
    update: (judged: JudgedDoc, size: number) => handMade(judged.high, 0, [], everyOther(judged.low, 0, size)),
  })),
  {
    name: 'structs anywhere',
    before: (judged) => text(judged, 20_000, 0),
    update: (judged, size) => handMade(judged.high, 0, anywhere(judged, size)),
  },
  {
    name: 'cuts of values',
    before: (judged) => judged.fill(judged.low, [{ root: 'list', values: 900_000 }]),
    update: (judged, size) => handMade(judged.high, 0, between(judged.low, 0, size)),
  },
  {
    name: 'values that are joined',
    before: () => undefined,
    update: (judged, size) =>
      handMade(
        judged.high,
        0,
        Array.from({ length: size }, (_, i) => ({ values: 1, ...(i > 0 && { left: [judged.high, i - 1] as const }) })),
      ),
  },
];

/** The largest size that is let in, and its CPU time. Judging changes nothing, so one document serves for all sizes. */
function hardest({ before, update }: Kind): { size: number; ms: number } {
  const judged = new JudgedDoc();
  before(judged);
  let size = 0;
  for (let step = MAX_CHANGES_PER_UPDATE; step >= 1; step = Math.floor(step / 2))
    if (size + step <= MAX_CHANGES_PER_UPDATE && judged.judges(update(judged, size + step))) size += step;
  const state = Y.encodeStateAsUpdate(judged.doc);
  const bytes = update(judged, size);
  const attempts = Array.from({ length: ATTEMPTS }, () => {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, state);
    return cpuMs(() => judged.judges(bytes)) + cpuMs(() => Y.applyUpdate(doc, bytes));
  });
  return { size, ms: Math.min(...attempts) };
}

describe('updates that are hard to place', () => {
  it.each(KINDS)('[AD11] $name: none that is let in takes longer than 100 ms', { timeout: 60_000 }, (kind) => {
    const { size, ms } = hardest(kind);
    console.info(`${kind.name}: ${size} at once, ${ms.toFixed(0)} ms`);
    expect(size).toBeGreaterThan(0);
    expect(ms).toBeLessThan(MAX_CPU_MS);
  });
});

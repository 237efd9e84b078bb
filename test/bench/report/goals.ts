/** Each goal, what was reached, and by how much it is missed. */
import { type Findings, isMissing } from '../findings.ts';
import type { Row } from '../measure/throughput.ts';
import { percentile } from '../percentiles.ts';
import { kilobytes, ms, table, times, whole } from './numbers.ts';

type Goal = { readonly what: string; readonly goal: string; readonly reached: string; readonly holds: boolean | null };

const UNMEASURED: Pick<Goal, 'reached' | 'holds'> = { reached: 'not measured', holds: null };

const RATIO_GOALS = [
  { mode: 'merged', members: 2, least: 1 },
  { mode: 'merged', members: 10, least: 3 },
  { mode: 'merged', members: 100, least: 3 },
  { mode: 'single', members: 2, least: 0.4 },
  { mode: 'single', members: 10, least: 1 },
  { mode: 'single', members: 100, least: 2 },
] as const;

export const MODE_NAMES = { merged: 'merged', single: 'one record per edit' } as const;

/** Deliveries per core-second against the stock server without persistence, in the same run. */
export function ratioToStock(rows: readonly Row[], row: Row): number {
  const stock = rows.find(({ contender, members }) => contender === 'stock' && members === row.members);
  return stock ? row.saturated.perCoreSecond / stock.saturated.perCoreSecond : Number.NaN;
}

function ratioGoals({ throughput }: Findings): Goal[] {
  return RATIO_GOALS.map(({ mode, members, least }) => {
    const what = `rooms of ${members}, ${MODE_NAMES[mode]}: deliveries per core-second against the stock server`;
    const goal = `${least} ×`;
    if (isMissing(throughput)) return { what, goal, ...UNMEASURED };
    const row = throughput.find((r) => r.contender === 'sealroom' && r.mode === mode && r.members === members);
    const ratio = row ? ratioToStock(throughput, row) : Number.NaN;
    return { what, goal, reached: times(ratio), holds: ratio >= least };
  });
}

function otherGoals({ latency, memory, documents, longDocument, signIn }: Findings): Goal[] {
  const idle = isMissing(memory) ? undefined : memory.find((m) => m.contender === 'sealroom' && m.roomsEach === 10);
  const whole_ = isMissing(documents) ? undefined : documents.at(-1);
  const limit = (
    what: string,
    goal: string,
    value: number | undefined,
    most: number,
    shown: (v: number) => string,
  ): Goal =>
    value === undefined ? { what, goal, ...UNMEASURED } : { what, goal, reached: shown(value), holds: value <= most };
  const browser = isMissing(longDocument) ? undefined : longDocument;
  const signedIn = isMissing(signIn) ? undefined : percentile(signIn.totalMs, 0.5);
  const engines = isMissing(latency) ? undefined : latency;
  const inMs = (value: number): string => `${ms(value)} ms`;
  return [
    limit('engine to engine at fixed load, p99', 'under 20 ms', engines?.loaded.p99, 20, inMs),
    limit('idle connection in ten rooms', '8 KB', idle?.bytesPerConnection, 8_000, (v) => `${kilobytes(v)} KB`),
    limit('the paper, opened by a fresh engine from a cold server', 'under 150 ms', whole_?.opening.ms, 150, inMs),
    limit('bytes received for it', '311 KB', whole_?.opening.bytes, 311_000, (v) => `${kilobytes(v)} KB`),
    limit('the same editable in a browser', 'within 1 s', browser && percentile(browser.openMs, 0.5), 1_000, inMs),
    limit('script time for a key in it, p99', 'under 16 ms', browser && percentile(browser.scriptMs, 0.99), 16, inMs),
    limit('signed in on a new device, two cores', 'under 1.5 s', signedIn, 1_500, inMs),
  ];
}

export function goalsTable(findings: Findings): string {
  const goals = [...ratioGoals(findings), ...otherGoals(findings)];
  const verdict = (holds: boolean | null): string => (holds === null ? '–' : holds ? 'yes' : '**no**');
  return table(
    ['', 'goal', 'reached', 'holds'],
    goals.map(({ what, goal, reached, holds }) => [what, goal, reached, verdict(holds)]),
  );
}

export const signatureBound = ({ machine }: Findings): string => whole(1e6 / machine.signatureMicros);

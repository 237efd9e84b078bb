/** Deliveries per core-second and latencies of every server, in rooms of several sizes, in short interleaved runs. */
import { type Fleet, sumOf } from '../load/fleet.ts';
import type { Answers, Count } from '../load/orders.ts';
import type { WriteMode } from '../load/relay-member.ts';
import { percentile } from '../percentiles.ts';
import { CONTENDERS, type ContenderName, PinnedServer } from '../servers/pinned-server.ts';

export type Shape = { readonly members: number; readonly writers: number; readonly roomsPerProcess: number };
export const SHAPES: readonly Shape[] = [
  { members: 2, writers: 2, roomsPerProcess: 16 },
  { members: 10, writers: 10, roomsPerProcess: 4 },
  { members: 100, writers: 10, roomsPerProcess: 1 },
];
export const IN_FLIGHT = 8;
/** Of each writer, at fixed load: somebody who types fast. */
export const FIXED_PER_SECOND = 10;

export type Figures = {
  /** Edits arriving at other clients, for each second of the server's CPU, and for each second. */
  readonly perCoreSecond: number;
  readonly perSecond: number;
  readonly cores: number;
  readonly editsPerMessage: number;
  readonly p50: number;
  readonly p99: number;
};
export type Row = {
  readonly contender: ContenderName;
  readonly mode: WriteMode;
  readonly members: number;
  readonly saturated: Figures;
  /** Null: not measured in this mode. */
  readonly fixed: Figures | null;
};
export type Timing = { readonly warmUpMs: number; readonly measureMs: number };

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function join(fleet: Fleet, server: PinnedServer, name: ContenderName, shape: Shape): Promise<void> {
  const prefix = `${Math.random().toString(36).slice(2)}`;
  await fleet.askAll('join', (index) => ({
    url: server.webSocketUrl,
    peer: CONTENDERS[name].speaks,
    rooms: shape.roomsPerProcess,
    members: shape.members,
    writers: shape.writers,
    prefix: `${prefix}-${index}`,
  }));
}

export async function leave(fleet: Fleet): Promise<void> {
  await fleet.askAll('leave', () => ({}));
  await pause(100);
}

/** One measured stretch of writing. */
export async function measure(
  fleet: Fleet,
  server: PinnedServer,
  order: { readonly mode: WriteMode; readonly inFlight: number } | { readonly perSecond: number },
  { warmUpMs, measureMs }: Timing,
): Promise<Figures> {
  await fleet.askAll('write', () => order);
  await pause(warmUpMs);
  const before = { ...(await fleet.mark()), cpu: server.cpuSeconds(), at: performance.now() };
  await pause(measureMs);
  const seconds = (performance.now() - before.at) / 1_000;
  const cpu = server.cpuSeconds() - before.cpu;
  return figures(await fleet.askAll('stop', () => ({})), { cpu, seconds }, before);
}

function figures(
  answers: readonly Answers['stop'][],
  spent: { readonly cpu: number; readonly seconds: number },
  before: Count,
): Figures {
  const after = sumOf(answers.map(({ count }) => count));
  const missing = answers.reduce((sum, answer) => sum + answer.missing, 0);
  if (missing > 0) throw new Error(`${missing} edits never arrived`);
  const latencies = answers.flatMap((answer) => answer.latencies);
  const deliveries = after.deliveries - before.deliveries;
  return {
    perCoreSecond: deliveries / spent.cpu,
    perSecond: deliveries / spent.seconds,
    cores: spent.cpu / spent.seconds,
    editsPerMessage: (after.edits - before.edits) / (after.messages - before.messages),
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  };
}

export type ThroughputOptions = {
  readonly fleet: Fleet;
  readonly core: number;
  readonly rounds: number;
  readonly timing: Timing;
  readonly contenders: readonly ContenderName[];
  readonly shapes: readonly Shape[];
  readonly tell: (line: string) => void;
};

/** Every round starts every server anew and takes the sizes in another order. Returns the medians. */
export async function measureThroughput(options: ThroughputOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for (let round = 0; round < options.rounds; round++)
    for (const contender of options.contenders) {
      const server = await PinnedServer.start(contender, options.core);
      try {
        await warmUp(options, server, contender);
        for (const shape of rotated(options.shapes, round))
          rows.push(...(await measureShape(options, server, contender, shape)));
      } finally {
        await server.dispose();
      }
    }
  return medians(rows);
}

/** A server that has just started spends much of its time on compiling itself, and that would be laid on its first run. */
async function warmUp(
  { fleet, timing, shapes }: ThroughputOptions,
  server: PinnedServer,
  contender: ContenderName,
): Promise<void> {
  const [shape] = shapes;
  if (!shape) return;
  await join(fleet, server, contender, shape);
  await measure(fleet, server, { mode: 'merged', inFlight: IN_FLIGHT }, { ...timing, measureMs: 1_000 });
  await leave(fleet);
}

async function measureShape(
  { fleet, timing, tell }: ThroughputOptions,
  server: PinnedServer,
  contender: ContenderName,
  shape: Shape,
): Promise<Row[]> {
  const { members } = shape;
  await join(fleet, server, contender, shape);
  const rows: Row[] = [];
  const saturate = (mode: WriteMode) => measure(fleet, server, { mode, inFlight: IN_FLIGHT }, timing);
  const saturated = await saturate('merged');
  const fixed = await measure(fleet, server, { perSecond: FIXED_PER_SECOND }, { ...timing, warmUpMs: 150 });
  rows.push({ contender, mode: 'merged', members, saturated, fixed });
  if (contender === 'sealroom')
    rows.push({ contender, mode: 'single', members, saturated: await saturate('single'), fixed: null });
  await leave(fleet);
  for (const row of rows)
    tell(
      `${CONTENDERS[contender].name}, ${row.mode}, rooms of ${members}: ${JSON.stringify(row.saturated)} fixed ${JSON.stringify(row.fixed)}`,
    );
  return rows;
}

const rotated = <T>(items: readonly T[], by: number): T[] => items.map((_, i) => items[(i + by) % items.length] as T);

function medians(rows: readonly Row[]): Row[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${row.contender}/${row.mode}/${row.members}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const fixed = group.flatMap((row) => (row.fixed ? [row.fixed] : []));
    return [
      {
        ...first,
        saturated: medianFigures(group.map((row) => row.saturated)),
        fixed: fixed.length > 0 ? medianFigures(fixed) : null,
      },
    ];
  });
}

const KEYS = ['perCoreSecond', 'perSecond', 'cores', 'editsPerMessage', 'p50', 'p99'] as const;

function medianFigures(all: readonly Figures[]): Figures {
  const entries = KEYS.map((key) => [
    key,
    percentile(
      all.map((figures) => figures[key]),
      0.5,
    ),
  ]);
  return Object.fromEntries(entries) as Figures;
}

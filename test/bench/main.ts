/** `npm run bench`: measures everything in one run and writes docs/performance.md. `quick`: less of it, for a first look. */
import { execFileSync } from 'node:child_process';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import type { Findings, Missing } from './findings.ts';
import { Fleet } from './load/fleet.ts';
import { readTrace } from './measure/editing-trace.ts';
import { measureEngineLatency } from './measure/engine-latency.ts';
import { growDocument, growLog, growRooms } from './measure/growth.ts';
import { measureMemory } from './measure/memory.ts';
import { profileServer, signatureCheckMicros } from './measure/profile.ts';
import { join, leave, measure, measureThroughput, SHAPES, type Timing } from './measure/throughput.ts';
import { percentile } from './percentiles.ts';
import { writePage } from './report/page.ts';
import { type BrowserFigures, readResult } from './results.ts';
import { CONTENDERS, type ContenderName, PinnedServer } from './servers/pinned-server.ts';
import { allowedCores } from './servers/proc.ts';

const FULL = {
  rounds: 3,
  timing: { warmUpMs: 500, measureMs: 1_000 },
  connections: 10_000,
  keys: 300,
  roomsPerProcess: [1, 16, 128],
  logEdits: [250, 1_000, 4_000],
  traceShares: [0.25, 1],
  openings: 5,
};
const QUICK: typeof FULL = {
  rounds: 1,
  timing: { warmUpMs: 300, measureMs: 500 },
  connections: 600,
  keys: 100,
  roomsPerProcess: [1, 16],
  logEdits: [250],
  traceShares: [0.1],
  openings: 2,
};

const tell = (line: string): void => console.log(line);

/** A part that fails does not take the others with it. */
async function part<T>(name: string, run: () => Promise<T>): Promise<T | Missing> {
  const startedAt = performance.now();
  try {
    return await run();
  } catch (error) {
    tell(`${name} failed: ${error instanceof Error ? error.stack : String(error)}`);
    return { missing: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  } finally {
    tell(`${name}: ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);
  }
}

function syncMicros(): number {
  const folder = mkdtempSync(joinPath(tmpdir(), 'sealroom-sync-'));
  const file = openSync(joinPath(folder, 'probe'), 'w');
  const page = Buffer.alloc(4_096, 1);
  const times = Array.from({ length: 100 }, () => {
    const startedAt = performance.now();
    writeSync(file, page);
    fdatasyncSync(file);
    return (performance.now() - startedAt) * 1_000;
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return percentile(times, 0.5);
}

function measureFlood(fleet: Fleet, core: number, timing: Timing): Promise<Findings['flood']> {
  return part('flood', async () => {
    const shape = SHAPES[1];
    if (!shape) throw new Error('no shape');
    const server = await PinnedServer.start('sealroom', core);
    try {
      await join(fleet, server, 'sealroom', shape);
      const figures = await measure(fleet, server, { mode: 'merged', inFlight: 64 }, timing);
      await leave(fleet);
      return figures;
    } finally {
      await server.dispose();
    }
  });
}

/** More than one socket a connection is never needed; the rest is for databases. */
function measureAllMemory(
  fleet: Fleet,
  core: number,
  connections: number,
  isQuick: boolean,
): Promise<Findings['memory']> {
  const cases = [
    { contender: 'bare', connections, roomsEach: 1, membersPerRoom: 10 },
    { contender: 'stock', connections, roomsEach: 1, membersPerRoom: 10 },
    { contender: 'hocuspocus', connections, roomsEach: 1, membersPerRoom: 10 },
    { contender: 'sealroom', connections, roomsEach: 1, membersPerRoom: 10 },
    { contender: 'sealroom', connections, roomsEach: 10, membersPerRoom: 100 },
  ] as const;
  return part('memory', async () => {
    const figures = [];
    for (const wanted of isQuick ? cases.filter(({ contender }) => contender !== 'hocuspocus') : cases) {
      figures.push(await measureMemory(fleet, core, wanted));
      tell(JSON.stringify(figures.at(-1)));
    }
    return figures;
  });
}

function fromBrowser<Name extends keyof BrowserFigures>(name: Name): BrowserFigures[Name] | Missing {
  const folder = process.env.SEALROOM_BENCH_RESULTS;
  return (folder && readResult(folder, name)) || { missing: 'the browser benches did not run or failed' };
}

async function run(isQuick: boolean): Promise<void> {
  const startedAt = performance.now();
  const loadBefore = loadavg()[0] ?? 0;
  const size = isQuick ? QUICK : FULL;
  const [core = 0, ...others] = allowedCores();
  if (others.length === 0) throw new Error('the bench needs one core for the server and others for clients');
  execFileSync('taskset', ['-apc', others.join(','), String(process.pid)], { stdio: 'ignore' });
  const fleet = new Fleet(others);
  const contenders = Object.keys(CONTENDERS) as ContenderName[];
  const trace = readTrace();
  if (!trace) tell('The editing trace ../shared/data/automerge-paper.json.gz is not there: skipped.');
  const { timing } = size;
  const throughput = await part('throughput', () =>
    measureThroughput({ fleet, core, rounds: size.rounds, timing, contenders, shapes: SHAPES, tell }),
  );
  const findings: Findings = {
    throughput,
    flood: await measureFlood(fleet, core, timing),
    latency: await part('latency', () => measureEngineLatency(fleet, core, size.keys)),
    rooms: await part('rooms', () => growRooms(fleet, core, timing, size.roomsPerProcess)),
    profile: await part('profile', () =>
      profileServer(fleet, core, SHAPES[1] as (typeof SHAPES)[0], { ...timing, warmUpMs: 2_000 }),
    ),
    memory: await measureAllMemory(fleet, core, size.connections, isQuick),
    log: await part('log', () => growLog(core, size.logEdits)),
    documents: trace
      ? await part('documents', () => growDocument(core, trace, size.traceShares, size.openings))
      : { missing: 'the editing trace is not there' },
    keystroke: fromBrowser('keystroke'),
    longDocument: fromBrowser('long-document'),
    signIn: fromBrowser('sign-in'),
    epochs: fromBrowser('epochs'),
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      node: process.version,
      serverCore: core,
      loadBefore,
      loadAfter: loadavg()[0] ?? 0,
      openFiles: Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' })),
      syncMicros: syncMicros(),
      signatureMicros: await signatureCheckMicros(),
    },
    command: isQuick ? 'npm run bench -- quick' : 'npm run bench',
    minutes: (performance.now() - startedAt) / 60_000,
  };
  fleet.end();
  const folder = process.env.SEALROOM_BENCH_RESULTS;
  if (folder) writeFileSync(`${folder}/findings.json`, JSON.stringify(findings));
  writePage(findings);
}

await run(process.argv.includes('quick'));

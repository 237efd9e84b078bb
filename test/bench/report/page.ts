/** Puts the figures of a run into docs/performance.md, between its markers, and draws its charts. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Findings, isMissing } from '../findings.ts';
import type { Row } from '../measure/throughput.ts';
import { CONTENDERS } from '../servers/pinned-server.ts';
import { barChart, type Group } from './chart.ts';
import { goalsTable, MODE_NAMES, ratioToStock, signatureBound } from './goals.ts';
import { kilobytes, ms, times, whole } from './numbers.ts';
import {
  browserTable,
  epochsTable,
  growthTables,
  latencyTable,
  memoryTable,
  profileTables,
  signInTable,
  throughputTables,
} from './tables.ts';

/** From the compiled file, dist/bench/test/bench/report/. */
const DOCS = fileURLToPath(new URL('../../../../../docs/', import.meta.url));
const BEGIN = '<!-- figures: written by npm run bench -->';
const END = '<!-- end of figures -->';

export function writePage(findings: Findings): void {
  const file = `${DOCS}performance.md`;
  const page = readFileSync(file, 'utf8');
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error('docs/performance.md has lost its markers');
  writeFileSync(file, `${before}${BEGIN}\n\n${figures(findings)}\n\n${END}${after}`);
  mkdirSync(`${DOCS}images`, { recursive: true });
  for (const [name, chart] of charts(findings)) writeFileSync(`${DOCS}images/${name}.svg`, chart);
}

function figures(findings: Findings): string {
  const { machine, command, minutes } = findings;
  return [
    `\`${command}\`, ${minutes.toFixed(0)} minutes. ${machine.cores} cores (${machine.cpu}), Node ${machine.node}; the server on core ` +
      `${machine.serverCore}, clients on the others. Load average ${machine.loadBefore.toFixed(1)} before and ` +
      `${machine.loadAfter.toFixed(1)} after: above the number of cores, somebody else used the machine too. ` +
      `Open files allowed: ${whole(machine.openFiles)}. A synced write of 4 KiB takes ${whole(machine.syncMicros)} µs, ` +
      `checking one signature ${whole(machine.signatureMicros)} µs of CPU: no server that checks each record takes more than ` +
      `${signatureBound(findings)} records per core-second here.`,
    `## Goals\n\n${goalsTable(findings)}`,
    `## Deliveries\n\n![Deliveries per core-second against the stock server](images/deliveries.svg)\n\n${throughputTables(findings)}\n\n${floodLine(findings)}`,
    `## Latency\n\n![p99 at fixed load](images/latency.svg)\n\n${latencyTable(findings)}`,
    `## Memory\n\n![Memory per idle connection](images/memory.svg)\n\n${memoryTable(findings)}`,
    `## Long documents\n\n${browserTable(findings)}`,
    `## Signing in\n\n${signInTable(findings)}`,
    `## Epochs\n\n${epochsTable(findings)}`,
    `## Growth\n\n${growthTables(findings)}`,
    `## Where the server's time goes\n\n${profileTables(findings)}`,
  ].join('\n\n');
}

const floodLine = ({ flood }: Findings): string =>
  isMissing(flood)
    ? `With 64 edits in flight: not measured, ${flood.missing}`
    : `With 64 edits of each writer in flight instead of 8, rooms of 10, merged: ${whole(flood.perCoreSecond)} deliveries per ` +
      `core-second, ${flood.editsPerMessage.toFixed(1)} edits per record.`;

function charts(findings: Findings): [string, string][] {
  const { throughput, memory } = findings;
  const made: [string, string][] = [];
  if (!isMissing(throughput)) {
    const sizes = [...new Set(throughput.map(({ members }) => members))].sort((a, b) => a - b);
    const groups = (show: (row: Row) => { value: number; text: string } | null): Group[] =>
      sizes.map((members) => ({
        title: `rooms of ${members}`,
        bars: throughput
          .filter((row) => row.members === members)
          .flatMap((row) => {
            const shown = show(row);
            const ours = row.contender === 'sealroom';
            const label = ours ? `Sealroom, ${MODE_NAMES[row.mode]}` : CONTENDERS[row.contender].name;
            return shown ? [{ label, ours, ...shown }] : [];
          }),
      }));
    made.push([
      'deliveries',
      barChart(
        'Deliveries per core-second at saturation, stock server = 1',
        groups((row) => ({ value: ratioToStock(throughput, row), text: times(ratioToStock(throughput, row)) })),
        1,
      ),
    ]);
    const latency = groups((row) => (row.fixed ? { value: row.fixed.p99, text: `${ms(row.fixed.p99)} ms` } : null));
    made.push(['latency', barChart('p99 at fixed load, ten edits a second of each writer', latency)]);
  }
  if (!isMissing(memory)) {
    const bars = memory.map((figure) => ({
      label: `${CONTENDERS[figure.contender].name}, ${figure.roomsEach} ${figure.roomsEach === 1 ? 'room' : 'rooms'}`,
      value: figure.bytesPerConnection,
      text: `${kilobytes(figure.bytesPerConnection)} KB`,
      ours: figure.contender === 'sealroom',
    }));
    const title = `${whole(memory[0]?.connections ?? 0)} connections`;
    made.push(['memory', barChart('Memory per idle connection, beyond the empty server', [{ title, bars }])]);
  }
  return made;
}

/** The tables of docs/performance.md. */
import { type Findings, isMissing, type Missing } from '../findings.ts';
import type { Row } from '../measure/throughput.ts';
import { percentile } from '../percentiles.ts';
import { CONTENDERS } from '../servers/pinned-server.ts';
import { MODE_NAMES, ratioToStock } from './goals.ts';
import { kilobytes, ms, table, times, whole } from './numbers.ts';

const unless = <T extends object>(part: T | Missing, show: (part: T) => string): string =>
  isMissing(part) ? `Not measured: ${part.missing}` : show(part);

export const nameOf = ({ contender, mode }: Pick<Row, 'contender' | 'mode'>): string =>
  contender === 'sealroom' ? `**Sealroom**, ${MODE_NAMES[mode]}` : CONTENDERS[contender].name;

export const throughputTables = ({ throughput }: Findings): string =>
  unless(throughput, (rows) =>
    [...new Set(rows.map(({ members }) => members))]
      .sort((a, b) => a - b)
      .map((members) => `### Rooms of ${members}\n\n${throughputTable(rows, members)}`)
      .join('\n\n'),
  );

function throughputTable(rows: readonly Row[], members: number): string {
  const shown = rows.filter((row) => row.members === members);
  return table(
    [
      '',
      'per core-second',
      'against stock',
      'per second',
      'edits per message',
      'saturated p50 / p99 ms',
      'fixed load p50 / p99 ms',
    ],
    shown.map((row) => [
      nameOf(row),
      whole(row.saturated.perCoreSecond),
      times(ratioToStock(rows, row)),
      whole(row.saturated.perSecond),
      row.saturated.editsPerMessage.toFixed(1),
      `${ms(row.saturated.p50)} / ${ms(row.saturated.p99)}`,
      row.fixed ? `${ms(row.fixed.p50)} / ${ms(row.fixed.p99)}` : '',
    ]),
  );
}

export const latencyTable = ({ latency, keystroke }: Findings): string =>
  table(
    ['', 'p50 ms', 'p99 ms'],
    [
      ...(isMissing(latency)
        ? [['engine to engine', 'not measured', latency.missing]]
        : [
            ['engine to engine, nobody else there', ms(latency.alone.p50), ms(latency.alone.p99)],
            [
              `engine to engine, others writing ${latency.background} records a second`,
              ms(latency.loaded.p50),
              ms(latency.loaded.p99),
            ],
          ]),
      ...(isMissing(keystroke)
        ? [['browser to browser', 'not measured', keystroke.missing]]
        : [
            ['key to own screen', ms(percentile(keystroke.own, 0.5)), ms(percentile(keystroke.own, 0.99))],
            ['key to the other screen', ms(percentile(keystroke.across, 0.5)), ms(percentile(keystroke.across, 0.99))],
          ]),
    ],
  );

export const memoryTable = ({ memory }: Findings): string =>
  unless(memory, (figures) =>
    table(
      ['', 'connections', 'rooms each', 'members each room', 'KB per connection', 'empty server MB'],
      figures.map((figure) => [
        CONTENDERS[figure.contender].name,
        whole(figure.connections),
        String(figure.roomsEach),
        String(figure.membersPerRoom),
        kilobytes(figure.bytesPerConnection),
        whole(figure.emptyBytes / 1e6),
      ]),
    ),
  );

export function growthTables({ rooms, log, documents }: Findings): string {
  const byRooms = unless(rooms, (grown) =>
    table(
      ['rooms of 2, merged', 'deliveries per core-second', 'saturated p99 ms'],
      grown.map(({ rooms: count, figures }) => [whole(count), whole(figures.perCoreSecond), ms(figures.p99)]),
    ),
  );
  const byLog = unless(log, (grown) =>
    table(
      ['log without a snapshot, records', 'opened in ms', 'KB received'],
      grown.map(({ records, opening }) => [whole(records), whole(opening.ms), kilobytes(opening.bytes)]),
    ),
  );
  const byDocument = unless(documents, (grown) =>
    table(
      ['edits of the trace', 'characters', 'records written', 'written in s', 'opened cold in ms', 'KB received'],
      grown.map(({ edits, characters, records, writeSeconds, opening }) => [
        whole(edits),
        whole(characters),
        whole(records),
        writeSeconds.toFixed(0),
        whole(opening.ms),
        kilobytes(opening.bytes),
      ]),
    ),
  );
  return [byRooms, byLog, byDocument].join('\n\n');
}

export const browserTable = ({ longDocument }: Findings): string =>
  unless(longDocument, ({ characters, firstVisitMs, openMs, scriptMs }) =>
    table(
      [`document of ${whole(characters)} characters in Chromium`, 'ms'],
      [
        ['editable, in a browser that has the app (median)', whole(percentile(openMs, 0.5))],
        ['editable, on the first visit: app and all', whole(firstVisitMs)],
        ['script time for a key, p50', ms(percentile(scriptMs, 0.5))],
        ['script time for a key, p99', ms(percentile(scriptMs, 0.99))],
      ],
    ),
  );

export const signInTable = ({ signIn }: Findings): string =>
  unless(signIn, ({ totalMs, beginMs, stretchingMs, serverMs, homeMs }) =>
    table(
      [
        `${totalMs.length} sign-ins on new devices in Chromium, browser and server on two cores`,
        'least ms',
        'p50 ms',
        'p95 ms',
      ],
      (
        [
          ['from the click until the home is there', totalMs],
          ['of this: until the first request, with loading OPAQUE', beginMs],
          ['stretching the password', stretchingMs],
          ['the server, three requests', serverMs],
          ['from its last answer until the home is there', homeMs],
        ] as const
      ).map(([what, values]) => [what, ...[0, 0.5, 0.95].map((share) => whole(percentile(values, share)))]),
    ),
  );

export const epochsTable = ({ epochs }: Findings): string =>
  unless(epochs, (figures) =>
    table(
      [
        'devices, each of another account; least ms / p50 ms',
        'checking their prekeys',
        'making the epoch',
        'taking part',
        'record, bytes',
        'all wraps, bytes',
      ],
      figures.map(({ where, cost: { devices, prekeysMs, makeMs, joinMs, recordBytes, wrapsBytes } }) => [
        `${devices} in ${where}`,
        ...[prekeysMs, makeMs, joinMs].map((values) =>
          [0, 0.5].map((share) => ms(percentile(values, share))).join(' / '),
        ),
        whole(recordBytes),
        whole(wrapsBytes),
      ]),
    ),
  );

export const profileTables = ({ profile }: Findings): string =>
  unless(profile, (threads) =>
    threads
      .map(({ thread, busySeconds, costs }) => {
        const head = [`thread: ${thread}, busy ${busySeconds.toFixed(1)} s`, 'share'];
        return table(
          head,
          costs.map(({ place, share }) => [`\`${place}\``, `${(share * 100).toFixed(1)} %`]),
        );
      })
      .join('\n\n'),
  );

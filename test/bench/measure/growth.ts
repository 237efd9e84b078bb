/** How figures grow: with rooms, with the length of a log that has no snapshot, with the size of a document. */
import { create, isSaved, startEngine, TestTab, until } from '../../support/node-engine.ts';
import type { Fleet } from '../load/fleet.ts';
import { percentile } from '../percentiles.ts';
import { PinnedServer } from '../servers/pinned-server.ts';
import { beginningOf, type Trace } from './editing-trace.ts';
import { type Figures, IN_FLIGHT, join, leave, measure, type Timing } from './throughput.ts';
import { type Opening, openTrace, writeTrace } from './written-trace.ts';

export type RoomsGrowth = { readonly rooms: number; readonly figures: Figures };
export type LogGrowth = { readonly records: number; readonly opening: Opening };
export type DocumentGrowth = {
  readonly edits: number;
  readonly characters: number;
  readonly records: number;
  readonly writeSeconds: number;
  readonly opening: Opening;
};

/** Rooms of 2, both writing. */
export async function growRooms(
  fleet: Fleet,
  core: number,
  timing: Timing,
  roomsPerProcess: readonly number[],
): Promise<RoomsGrowth[]> {
  const server = await PinnedServer.start('sealroom', core);
  const grown: RoomsGrowth[] = [];
  try {
    for (const rooms of roomsPerProcess) {
      await join(fleet, server, 'sealroom', { members: 2, writers: 2, roomsPerProcess: rooms });
      const figures = await measure(fleet, server, { mode: 'merged', inFlight: IN_FLIGHT }, timing);
      grown.push({ rooms: rooms * fleet.size, figures });
      await leave(fleet);
    }
    return grown;
  } finally {
    await server.dispose();
  }
}

/** What a room costs to open that nobody has made a snapshot of: one record for about every keystroke. */
export async function growLog(core: number, edits: readonly number[]): Promise<LogGrowth[]> {
  const server = await PinnedServer.start('sealroom', core);
  const grown: LogGrowth[] = [];
  try {
    for (const count of edits) {
      const { engine } = await startEngine(server.httpUrl);
      const room = await create(engine);
      const tab = await TestTab.open(engine, room);
      const text = tab.doc.getText('trace');
      for (let edit = 0; edit < count; edit++) {
        text.insert(text.length, 'x');
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      await until(() => isSaved(engine, room), 'all is saved', 60_000);
      const records = (await engine.open(room))?.position.seq ?? 0;
      const link = (await engine.links(room)).edit ?? '';
      await engine.close();
      const written = { room, link, edits: count, seconds: 0, records, end: 'x'.repeat(count) };
      grown.push({ records, opening: await medianOpening(() => openTrace(server.httpUrl, written), 3) });
    }
    return grown;
  } finally {
    await server.dispose();
  }
}

/** The server is started anew before every opening. */
export async function growDocument(
  core: number,
  trace: Trace,
  shares: readonly number[],
  openings: number,
): Promise<DocumentGrowth[]> {
  const server = await PinnedServer.start('sealroom', core);
  const grown: DocumentGrowth[] = [];
  try {
    for (const share of shares) {
      const written = await writeTrace(server.httpUrl, beginningOf(trace, share));
      const opening = await medianOpening(async () => {
        await server.stop();
        await server.start();
        return openTrace(server.httpUrl, written);
      }, openings);
      const { edits, seconds, records, end } = written;
      grown.push({ edits, characters: end.length, records, writeSeconds: seconds, opening });
    }
    return grown;
  } finally {
    await server.dispose();
  }
}

async function medianOpening(open: () => Promise<Opening>, times: number): Promise<Opening> {
  const openings: Opening[] = [];
  for (let i = 0; i < times; i++) openings.push(await open());
  const median = (key: keyof Opening): number =>
    percentile(
      openings.map((opening) => opening[key]),
      0.5,
    );
  return { ms: median('ms'), bytes: median('bytes') };
}

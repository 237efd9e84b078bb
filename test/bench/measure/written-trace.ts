/** Writes the trace with a real engine, as one person typing, and opens it with another. */
import type * as Y from 'yjs';
import type { Engine } from '../../../src/engine/engine.ts';
import type { RelayConnector } from '../../../src/engine/ports.ts';
import { makeRelayConnector } from '../../../src/platform/node/relay-connector.ts';
import type { RoomId } from '../../../src/wire/ids.ts';
import { create, isSaved, startEngine, TestTab, until } from '../../support/node-engine.ts';
import type { Patch, Trace } from './editing-trace.ts';

/** What is typed before the engine gets a turn: nobody types a paper in one turn. */
const EDITS_PER_TURN = 64;
/** Made 1.5 to 3 s after the last writer has paused. */
const SNAPSHOT_WITHIN_MS = 15_000;
const OPEN_WITHIN_MS = 60_000;
/** Where the trace stands: a text of its own, so that its size compares with that of other servers. */
const TEXT = 'trace';

export type WrittenTrace = {
  readonly room: RoomId;
  readonly link: string;
  readonly edits: number;
  readonly seconds: number;
  readonly records: number;
  readonly end: string;
};

/** `type`: makes one patch in the tab's document. */
export async function writeTrace(
  server: string,
  trace: Trace,
  type: (doc: Y.Doc, patch: Patch) => void = typeIntoText,
): Promise<WrittenTrace> {
  const { engine } = await startEngine(server);
  const room = await create(engine);
  const tab = await TestTab.open(engine, room);
  const startedAt = performance.now();
  for (let at = 0; at < trace.patches.length; at += EDITS_PER_TURN) {
    for (const patch of trace.patches.slice(at, at + EDITS_PER_TURN)) type(tab.doc, patch);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await until(() => isSaved(engine, room), 'the trace is at the relay', OPEN_WITHIN_MS);
  const seconds = (performance.now() - startedAt) / 1_000;
  const open = await engine.open(room);
  const records = open?.position.seq ?? 0;
  await until(() => (open?.keptRecords ?? 0) < 16, 'the snapshot', SNAPSHOT_WITHIN_MS).catch(() => undefined);
  await until(() => isSaved(engine, room), 'the snapshot is at the relay', OPEN_WITHIN_MS);
  const link = (await engine.links(room)).edit ?? '';
  tab.close();
  await engine.close();
  return { room, link, edits: trace.patches.length, seconds, records, end: trace.end };
}

export function typeIntoText(doc: Y.Doc, [at, deleted, inserted]: Patch): void {
  const text = doc.getText(TEXT);
  if (deleted > 0) text.delete(at, deleted);
  if (inserted.length > 0) text.insert(at, inserted);
}

export type Opening = { readonly ms: number; readonly bytes: number };

/** From the moment that a fresh engine is given the link until it holds the text. */
export async function openTrace(server: string, { room, link, end }: WrittenTrace): Promise<Opening> {
  const counted = countingBytes(makeRelayConnector(server));
  const { engine } = await startEngine(counted.connector);
  await until(() => engine.state().connection === 'online', 'a connection');
  const before = counted.bytes();
  const startedAt = performance.now();
  const [, fragment = ''] = link.split('#');
  await engine.openLink(room, fragment);
  const ms = await whenComplete(engine, room, end, startedAt);
  const bytes = counted.bytes() - before;
  await engine.close();
  return { ms, bytes };
}

async function whenComplete(engine: Engine, room: RoomId, end: string, startedAt: number): Promise<number> {
  const open = await engine.open(room);
  await open?.ready();
  const deadline = startedAt + OPEN_WITHIN_MS;
  while (open?.doc.getText(TEXT).length !== end.length || !engine.roomState(room)?.caughtUp) {
    if (performance.now() > deadline) throw new Error('the text did not arrive');
    await new Promise((resolve) => setImmediate(resolve));
  }
  const ms = performance.now() - startedAt;
  if (open.doc.getText(TEXT).toString() !== end) throw new Error('another text than was written');
  return ms;
}

export function countingBytes(connector: RelayConnector): { connector: RelayConnector; bytes: () => number } {
  let bytes = 0;
  return {
    bytes: () => bytes,
    connector: {
      host: connector.host,
      connect: (handlers) =>
        connector.connect({
          ...handlers,
          onMessage: (message) => {
            bytes += message.length;
            handlers.onMessage(message);
          },
        }),
    },
  };
}

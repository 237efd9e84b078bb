/** What a room costs to open after many epochs that renewed its keys: for somebody new, and for somebody who was away meanwhile. */
import type { Engine } from '../../../src/engine/engine.ts';
import { MemoryBoxStore } from '../../../src/platform/node/memory-box-store.ts';
import { makeRelayConnector } from '../../../src/platform/node/relay-connector.ts';
import type { RoomId } from '../../../src/wire/ids.ts';
import { create, isSaved, startEngine, TestTab, until } from '../../support/node-engine.ts';
import { percentile } from '../percentiles.ts';
import { PinnedServer } from '../servers/pinned-server.ts';
import { countingBytes, type Opening } from './written-trace.ts';

const WITHIN_MS = 60_000;
/** Made 1.5 to 3 s after the last writer has paused, where the log is worth one. */
const SNAPSHOT_WITHIN_MS = 5_000;
const OPENINGS = 5;

export type MissedEpochs = {
  readonly epochs: number;
  /** Who has never been there. */
  readonly fresh: Opening;
  /** Who was there before the first of these epochs. */
  readonly returning: Opening;
  /** The owner, who was there all the time: from this device's storage. */
  readonly present: Opening;
};

type Written = { readonly room: RoomId; readonly fragment: string; readonly title: string };

/** One edit under each epoch, as in a room that is used a little every hour. */
export async function measureMissedEpochs(core: number, epochs: number): Promise<MissedEpochs> {
  const server = await PinnedServer.start('sealroom', core);
  try {
    const ownerBoxes = new MemoryBoxStore();
    const { engine } = await startEngine(server.httpUrl, ownerBoxes);
    const room = await create(engine);
    const tab = await TestTab.open(engine, room);
    tab.type('-');
    await until(() => isSaved(engine, room), 'the first edit is at the relay');
    const fragment = await linkOf(engine, room);
    const away = await Promise.all(
      Array.from({ length: OPENINGS }, () => visit(server.httpUrl, { room, fragment, title: '-' })),
    );
    for (let made = 0; made < epochs; made++) {
      const renewed = await engine.membership.renewKeys(room);
      if (!renewed.ok) throw new Error(renewed.reason);
      tab.type('x');
      await until(() => isSaved(engine, room), 'the edit is at the relay');
    }
    const held = await engine.open(room);
    await until(() => (held?.keptRecords ?? 0) < 16, 'the snapshot', SNAPSHOT_WITHIN_MS).catch(() => undefined);
    await until(() => isSaved(engine, room), 'the snapshot is at the relay');
    const title = `-${'x'.repeat(epochs)}`;
    const written = { room, fragment: await linkOf(engine, room), title };
    await engine.close();
    return {
      epochs,
      fresh: await median(
        Array.from({ length: OPENINGS }, () => new MemoryBoxStore()),
        server,
        written,
      ),
      returning: await median(away, server, written),
      present: await median(
        Array.from({ length: OPENINGS }, () => ownerBoxes),
        server,
        written,
      ),
    };
  } finally {
    await server.dispose();
  }
}

async function linkOf(engine: Engine, room: RoomId): Promise<string> {
  return (await engine.links(room)).edit?.split('#')[1] ?? '';
}

async function visit(server: string, written: Written): Promise<MemoryBoxStore> {
  const boxes = new MemoryBoxStore();
  await open(server, boxes, written);
  return boxes;
}

/** The server is started anew before every opening. */
async function median(all: readonly MemoryBoxStore[], server: PinnedServer, written: Written): Promise<Opening> {
  const openings: Opening[] = [];
  for (const boxes of all) {
    await server.stop();
    await server.start();
    openings.push(await open(server.httpUrl, boxes, written));
  }
  const of = (key: keyof Opening): number =>
    percentile(
      openings.map((opening) => opening[key]),
      0.5,
    );
  return { ms: of('ms'), bytes: of('bytes') };
}

/** From the moment that an engine with these boxes starts to open the room until an edit may be made on top of all. */
async function open(server: string, boxes: MemoryBoxStore, { room, fragment, title }: Written): Promise<Opening> {
  const counted = countingBytes(makeRelayConnector(server));
  const startedAt = performance.now();
  const { engine } = await startEngine(counted.connector, boxes);
  const opened = await engine.openLink(room, fragment);
  if (!opened.ok) throw new Error(opened.reason);
  const held = await engine.open(room);
  const isThere = (): boolean =>
    held?.doc.getText('title').toString() === title && engine.roomState(room)?.caughtUp === true;
  const deadline = startedAt + WITHIN_MS;
  while (!isThere()) {
    if (performance.now() > deadline) throw new Error('the text did not arrive');
    await new Promise((resolve) => setImmediate(resolve));
  }
  const ms = performance.now() - startedAt;
  await engine.close();
  return { ms, bytes: counted.bytes() };
}

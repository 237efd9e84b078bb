/** From a tab's edit in one real engine to another real engine's document, while others keep the relay at work. */
import type * as Y from 'yjs';
import { create, isSaved, openShared, startEngine, TestTab, until } from '../../support/node-engine.ts';
import type { Fleet } from '../load/fleet.ts';
import { percentile } from '../percentiles.ts';
import { PinnedServer } from '../servers/pinned-server.ts';
import { FIXED_PER_SECOND, join, leave, type Shape } from './throughput.ts';

const WARM_UP = 40;
const BETWEEN_KEYS_MS = 20;
const BACKGROUND: Shape = { members: 10, writers: 3, roomsPerProcess: 3 };

export type EngineLatency = {
  readonly alone: { readonly p50: number; readonly p99: number };
  readonly loaded: { readonly p50: number; readonly p99: number };
  readonly keys: number;
  /** Records a second that others write meanwhile. */
  readonly background: number;
};

export async function measureEngineLatency(fleet: Fleet, core: number, keys: number): Promise<EngineLatency> {
  const server = await PinnedServer.start('sealroom', core);
  try {
    const alone = await keystrokes(server.httpUrl, keys);
    await join(fleet, server, 'sealroom', BACKGROUND);
    await fleet.askAll('write', () => ({ perSecond: FIXED_PER_SECOND }));
    const loaded = await keystrokes(server.httpUrl, keys);
    await fleet.askAll('stop', () => ({}));
    await leave(fleet);
    const background = fleet.size * BACKGROUND.roomsPerProcess * BACKGROUND.writers * FIXED_PER_SECOND;
    return { alone, loaded, keys, background };
  } finally {
    await server.dispose();
  }
}

async function keystrokes(server: string, keys: number): Promise<{ p50: number; p99: number }> {
  const writer = await startEngine(server);
  const reader = await startEngine(server);
  const room = await create(writer.engine);
  const tab = await TestTab.open(writer.engine, room);
  await until(() => isSaved(writer.engine, room), 'the room is made', 20_000);
  await openShared(writer.engine, reader.engine, room, 'edit');
  const theirs = await TestTab.open(reader.engine, room);
  const arrivals: number[] = [];
  theirs.doc.on('update', (_update: Uint8Array, _origin: unknown, doc: Y.Doc) => {
    const now = performance.now();
    while (arrivals.length < doc.getText('title').length) arrivals.push(now);
  });
  const made: number[] = [];
  for (let key = 0; key < keys + WARM_UP; key++) {
    made.push(performance.now());
    tab.type('x');
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_KEYS_MS));
  }
  await until(() => arrivals.length === made.length, 'all keys arrived', 20_000);
  const times = arrivals.map((arrived, i) => arrived - (made[i] ?? 0)).slice(WARM_UP);
  await writer.engine.close();
  await reader.engine.close();
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

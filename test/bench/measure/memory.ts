/** What an idle connection costs in memory: beyond the server without any, after collecting garbage. */
import type { Fleet } from '../load/fleet.ts';
import { CONTENDERS, type ContenderName, collectingGarbage, PinnedServer } from '../servers/pinned-server.ts';

export type MemoryCase = {
  readonly contender: ContenderName;
  readonly connections: number;
  readonly roomsEach: number;
  readonly membersPerRoom: number;
};
export type MemoryFigure = MemoryCase & {
  readonly rooms: number;
  readonly bytesPerConnection: number;
  readonly emptyBytes: number;
  readonly secondsToJoin: number;
};

export async function measureMemory(fleet: Fleet, core: number, wanted: MemoryCase): Promise<MemoryFigure> {
  const server = await PinnedServer.start(wanted.contender, core, collectingGarbage);
  try {
    const before = await server.settledBytes();
    const startedAt = performance.now();
    const joined = await fleet.askAll('idle', (index) => ({
      url: server.webSocketUrl,
      peer: CONTENDERS[wanted.contender].speaks,
      connections: share(wanted.connections, fleet.size, index),
      roomsEach: wanted.roomsEach,
      members: wanted.membersPerRoom,
      prefix: `idle-${index}`,
    }));
    const secondsToJoin = (performance.now() - startedAt) / 1_000;
    const after = await server.settledBytes();
    return {
      ...wanted,
      rooms: joined.reduce((sum, { rooms }) => sum + rooms, 0),
      bytesPerConnection: (after - before) / wanted.connections,
      emptyBytes: before,
      secondsToJoin,
    };
  } finally {
    await fleet.askAll('leave', () => ({}));
    await server.dispose();
  }
}

const share = (total: number, parts: number, index: number): number =>
  Math.floor((total * (index + 1)) / parts) - Math.floor((total * index) / parts);

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { roomBoxName } from '../../../src/engine/vault/profile-vault.ts';
import { MemoryBoxStore } from '../../../src/platform/node/memory-box-store.ts';
import { LocalRelay } from '../../support/local-relay.ts';
import { create, isSaved, startEngine, until } from '../../support/node-engine.ts';

describe('removing a room from this device', () => {
  let relay: LocalRelay;
  let boxes: MemoryBoxStore;
  let engine: Engine;
  const start = async (): Promise<void> => {
    engine = (await startEngine(relay.url, boxes)).engine;
  };

  beforeEach(async () => {
    relay = new LocalRelay();
    await relay.start();
    boxes = new MemoryBoxStore();
    await start();
  });
  afterEach(async () => {
    await engine.close();
    await relay.stop();
  });

  it('is finished at the next start when the engine stopped between box and list', async () => {
    const [kept, removed] = [await create(engine), await create(engine)];
    await until(() => isSaved(engine, kept) && isSaved(engine, removed), 'saved');
    await engine.close();
    await boxes.remove(roomBoxName(removed));
    for (const time of ['first', 'second']) {
      await start();
      await engine.open(removed);
      expect([time, engine.state().rooms.map(({ room }) => room)]).toEqual([time, [kept]]);
      if (time === 'first') await engine.close();
    }
    expect(await engine.attach(removed, { post: () => undefined, onFrame: null })).toEqual({
      ok: false,
      reason: 'unknown-room',
    });
  });
});

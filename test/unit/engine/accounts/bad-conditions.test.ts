import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/engine.ts';
import type { Clock } from '../../../../src/engine/ports.ts';
import { nodeClock } from '../../../../src/platform/node/clock.ts';
import { MemoryBoxStore } from '../../../../src/platform/node/memory-box-store.ts';
import { signUp, startAccountEngine, value } from '../../../support/account-engine.ts';
import { FailingBoxStore } from '../../../support/failing-box-store.ts';
import { create, isSaved, TestTab, until } from '../../../support/node-engine.ts';
import { ServiceServer } from '../../../support/service/service-server.ts';

const PASSWORD = 'a quiet room by the sea';
const PROOF = { way: 'password', secret: PASSWORD } as const;
const DAY_MS = 24 * 60 * 60 * 1000;

describe('under bad conditions', () => {
  let server: ServiceServer;
  const engines: Engine[] = [];
  const start = async (...rest: Parameters<typeof startAccountEngine> extends [unknown, ...infer R] ? R : never) => {
    const started = await startAccountEngine(server.origin, ...rest);
    engines.push(started.engine);
    return started.engine;
  };

  beforeEach(async () => {
    server = await ServiceServer.start();
  });
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.close();
    await server.stop();
  });

  it.each([-DAY_MS, DAY_MS])(
    'a clock that is wrong by %i ms neither keeps anybody out nor loses anything',
    async (error) => {
      const clock: Clock = { ...nodeClock, now: () => nodeClock.now() + error };
      const [wrong, right] = [await start(undefined, { clock }), await start()];
      await signUp(wrong, 'ada', PASSWORD);
      const room = await create(wrong);
      const tab = await TestTab.open(wrong, room);
      tab.type('one');
      await until(() => isSaved(wrong, room), 'saved');
      value(await right.accounts.signIn('ada', PROOF, false));
      await until(() => right.state().rooms[0]?.title === 'one', 'on the other device');
      const another = await start(undefined, { clock });
      value(await another.accounts.signIn('ada', PROOF, false));
      value(await another.accounts.revokeDevice(right.identity.device, PROOF));
      await until(() => right.state().account?.access === 'revoked', 'revoked');
      tab.type(' two');
      await until(() => another.state().rooms[0]?.title === 'one two', 'the others go on');
    },
  );

  it('a full disk is told before the server hears of anything', async () => {
    const boxes = new FailingBoxStore(new MemoryBoxStore());
    const engine = await start(boxes);
    const { ticket } = value(await engine.accounts.beginSignUp('ada', PASSWORD));
    boxes.commitsFailWith = 'full';
    expect(await engine.accounts.finishSignUp(ticket, true)).toMatchObject({ reason: 'storage-full' });
    expect(engine.state().account).toBeNull();
    boxes.commitsFailWith = null;
    await signUp(engine, 'ada', PASSWORD);
    expect(engine.state().account).toMatchObject({ name: 'ada', access: 'in' });
    const another = new FailingBoxStore(new MemoryBoxStore());
    const second = await start(another);
    another.commitsFailWith = 'full';
    expect(await second.accounts.signIn('ada', PROOF, false)).toMatchObject({ reason: 'storage-full' });
    expect(value(await engine.accounts.devices())).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../../src/engine/ports.ts';
import { nodeClock } from '../../../../src/platform/node/clock.ts';
import { MemoryBoxStore } from '../../../../src/platform/node/memory-box-store.ts';
import { accountDevices, PASSWORD, PROOF, writeAndSave } from '../../../support/account-devices.ts';
import { signUp, value } from '../../../support/account-engine.ts';
import { FailingBoxStore } from '../../../support/failing-box-store.ts';
import { until } from '../../../support/node-engine.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('under bad conditions', () => {
  const { start } = accountDevices();

  it.each([-DAY_MS, DAY_MS])(
    'a clock that is wrong by %i ms neither keeps anybody out nor loses anything',
    async (error) => {
      const clock: Clock = { ...nodeClock, now: () => nodeClock.now() + error };
      const [wrong, right] = [await start(undefined, { clock }), await start()];
      await signUp(wrong, 'ada', PASSWORD);
      const { tab } = await writeAndSave(wrong, 'one');
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

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/engine.ts';
import { signUp, startAccountEngine, value } from '../../../support/account-engine.ts';
import { create, isSaved, stateOf, TestTab, until } from '../../../support/node-engine.ts';
import { ServiceServer } from '../../../support/service/service-server.ts';

const PASSWORD = 'a quiet room by the sea';

describe('an account', () => {
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

  it('is there on a second device with the password alone, and both write in its documents', async () => {
    const first = await start();
    const before = await create(first);
    const tab = await TestTab.open(first, before);
    tab.type('written as a guest');
    await signUp(first, 'ada', PASSWORD);
    expect(first.state().account).toMatchObject({ name: 'ada', access: 'in', homeReady: true });
    const later = await create(first);
    await until(() => isSaved(first, before) && isSaved(first, later), 'saved');

    const second = await start();
    value(await second.accounts.signIn('ada', { way: 'password', secret: PASSWORD }, true));
    await until(() => second.state().rooms.length === 2, 'both documents');
    const mirror = await TestTab.open(second, before);
    await until(() => mirror.title === 'written as a guest', 'the text');
    mirror.type(', and on');
    await until(() => tab.title === 'written as a guest, and on', 'arrived');
    expect(stateOf(second, before)).toMatchObject({ role: 'owner', kept: 'account', alarm: null });
  });
});

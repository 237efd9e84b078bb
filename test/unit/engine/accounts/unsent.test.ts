import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/engine.ts';
import type { RoomId } from '../../../../src/wire/ids.ts';
import { HostileServer, signUp, startAccountEngine, value } from '../../../support/account-engine.ts';
import { create, isSaved, TestTab, until } from '../../../support/node-engine.ts';
import { ServiceServer } from '../../../support/service/service-server.ts';

const PASSWORD = 'a quiet room by the sea';
const PROOF = { way: 'password', secret: PASSWORD } as const;

describe('what is not at the server yet', () => {
  let server: ServiceServer;
  const engines: Engine[] = [];
  const start = async () => {
    const connection = new HostileServer(server.origin);
    const { engine } = await startAccountEngine(server.origin, undefined, connection);
    engines.push(engine);
    return { engine, connection };
  };
  const write = async (engine: Engine, text: string): Promise<RoomId> => {
    const room = await create(engine);
    (await TestTab.open(engine, room)).type(text);
    return room;
  };
  const titles = (engine: Engine): string[] => engine.state().rooms.map(({ title }) => title);

  beforeAll(async () => {
    server = await ServiceServer.start();
  });
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.close();
  });
  afterAll(async () => {
    await server.stop();
  });

  it('keeps a guest from signing in: another device could not send it', { timeout: 30_000 }, async () => {
    await signUp((await start()).engine, 'grace', PASSWORD);
    const { engine, connection } = await start();
    connection.cut();
    await write(engine, 'unsent');
    expect(await engine.accounts.signIn('grace', PROOF, true)).toMatchObject({ reason: 'unsent' });
    const { ticket } = value(await engine.accounts.beginPairing());
    expect(await engine.accounts.awaitWelcome(ticket, true)).toMatchObject({ reason: 'unsent' });
    // The session of no device is given up again, and no device was added.
    expect(connection.asked).toEqual(['beginSignIn', 'signIn', 'signOut']);
    expect(titles(engine)).toEqual(['unsent']);
  });

  it('keeps a person from signing out, unless it may be lost', async () => {
    const { engine, connection } = await start();
    await signUp(engine, 'ada', PASSWORD);
    connection.cut();
    const room = await write(engine, 'unsent');
    expect(await engine.accounts.signOut({ everywhere: false, loseUnsent: false })).toMatchObject({ reason: 'unsent' });
    expect([titles(engine), engine.state().account?.name]).toEqual([['unsent'], 'ada']);
    connection.mend();
    engine.nudge();
    await until(() => isSaved(engine, room), 'sent after all');
    connection.cut();
    await write(engine, 'lost');
    value(await engine.accounts.signOut({ everywhere: false, loseUnsent: true }));
    expect(engine.state()).toMatchObject({ account: null, rooms: [] });
  });
});

import { describe, expect, it } from 'vitest';
import { accountDevices, PASSWORD, PROOF, titles, write } from '../../../support/account-devices.ts';
import { HostileServer, signUp, value } from '../../../support/account-engine.ts';
import { isSaved, until } from '../../../support/node-engine.ts';

describe('what is not at the server yet', () => {
  const devices = accountDevices();
  const start = async () => {
    const connection = new HostileServer(devices.server.origin);
    return { engine: await devices.start(undefined, connection), connection };
  };

  it('keeps a guest from signing in: another device could not send it', async () => {
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
    const { room } = await write(engine, 'unsent');
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

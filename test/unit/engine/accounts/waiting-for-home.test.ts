import { beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/engine.ts';
import type { RoomId } from '../../../../src/wire/ids.ts';
import { decodeRecord } from '../../../../src/wire/record.ts';
import { accountDevices, PASSWORD, PROOF, write, writeAndSave } from '../../../support/account-devices.ts';
import { HostileServer, signUp, value } from '../../../support/account-engine.ts';
import { isSaved, TestTab, until } from '../../../support/node-engine.ts';

/** Longer than anything takes here that waits for nobody. */
const A_WHILE_MS = 300;

describe('while the relay has not acknowledged the home’s entry', () => {
  const devices = accountDevices();
  let connection: HostileServer;
  let ada: Engine;
  let home: RoomId;

  beforeEach(async () => {
    connection = new HostileServer(devices.server.origin);
    ada = await devices.start(undefined, connection);
    await signUp(ada, 'ada', PASSWORD);
    // The first room that the relay is asked for.
    home = connection.sent.find((sent) => sent.type === 'open')?.room ?? expect.fail();
  });

  const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, A_WHILE_MS));
  const made = (room: RoomId): boolean => connection.sent.some((sent) => sent.type === 'create' && sent.room === room);
  /** Records of this room that the engine has sent under this epoch. */
  const sentUnder = (room: RoomId, epoch: number): string[] =>
    connection.sent.flatMap((sent) => {
      if (sent.type !== 'append') return [];
      const { header } = decodeRecord(sent.record);
      return header.room === room && header.epoch === epoch ? [header.kind] : [];
    });

  it('the relay is not told of a new room', async () => {
    connection.holdBack(home);
    const { room } = await write(ada, 'one');
    await aWhile();
    expect([made(room), ada.roomState(room)?.kept]).toEqual([false, 'account']);
    connection.release();
    await until(() => isSaved(ada, room), 'made and saved');
    expect(made(room)).toBe(true);
  });

  it('no edit is sent under a new epoch, which itself is', async () => {
    const { room, tab } = await writeAndSave(ada, 'one');
    const lost = await devices.start();
    value(await lost.accounts.signIn('ada', PROOF, false));
    await until(() => lost.state().rooms.length === 1, 'on the second');
    (await TestTab.open(lost, room)).type(', two');
    await until(() => tab.title === 'one, two', 'written there');
    const opened = (await ada.open(room)) ?? expect.fail();
    connection.holdBack(home);
    value(await ada.accounts.revokeDevice(lost.identity.device, PROOF));
    await until(() => opened.secrets.length === 2, 'a new epoch of the document, at the relay');
    tab.type(', three');
    await aWhile();
    expect(sentUnder(room, 2)).toEqual(['epoch']);
    connection.release();
    await until(() => isSaved(ada, room), 'saved under it');
    expect(sentUnder(room, 2)).toEqual(['epoch', 'update']);
  });
});

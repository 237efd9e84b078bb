import { describe, expect, it } from 'vitest';
import { accountDevices, PASSWORD, PROOF, titles, writeAndSave } from '../../../support/account-devices.ts';
import { signUp, value } from '../../../support/account-engine.ts';
import { isSaved, TestTab, until } from '../../../support/node-engine.ts';

describe('a device that is revoked', () => {
  const { start } = accountDevices();

  it('is left behind by a new epoch of the home and of every document, which the others go on in', async () => {
    const [first, lost, third] = [await start(), await start(), await start()];
    await signUp(first, 'ada', PASSWORD);
    const { room, tab } = await writeAndSave(first, 'one');
    value(await lost.accounts.signIn('ada', PROOF, true));
    await until(() => titles(lost).join() === 'one', 'on the second');
    const mine = await TestTab.open(lost, room);
    mine.type(', two');
    await until(() => tab.title === 'one, two', 'the second has written');
    value(await first.accounts.revokeDevice(lost.identity.device, PROOF));

    const opened = (await first.open(room)) ?? expect.fail();
    await until(() => opened.secrets.length === 2, 'a new epoch of the document');
    tab.type(', three');
    await until(() => isSaved(first, room), 'saved under it');
    expect((await lost.open(room))?.secrets).toHaveLength(1);
    // The home too: what is made now reaches a device that is added now.
    await writeAndSave(first, 'made later');
    value(await third.accounts.signIn('ada', PROOF, false));
    await until(() => titles(third).join() === 'made later,one, two, three', 'on the third');
    const again = await TestTab.open(third, room);
    again.type(', four');
    await until(() => tab.title === 'one, two, three, four', 'the third writes');
    await writeAndSave(third, 'made by the third');
    await until(() => titles(first).includes('made by the third'), 'back on the first');
    expect(titles(lost)).toEqual(['one, two']);
    for (const { rooms } of [first.state(), third.state()])
      for (const { alarm, failure } of rooms) expect([alarm, failure]).toEqual([null, null]);
  });

  it('is left behind also where it has only read', async () => {
    const [first, lost] = [await start(), await start()];
    await signUp(first, 'ada', PASSWORD);
    const { room, tab } = await writeAndSave(first, 'one');
    value(await lost.accounts.signIn('ada', PROOF, true));
    await until(() => titles(lost).join() === 'one', 'read');
    value(await first.accounts.revokeDevice(lost.identity.device, PROOF));
    const opened = (await first.open(room)) ?? expect.fail();
    await until(() => opened.secrets.length === 2, 'a new epoch');
    tab.type(', two');
    await until(() => isSaved(first, room), 'saved under it');
    expect(opened.secrets).toHaveLength(2);
    expect((await lost.open(room))?.secrets).toHaveLength(1);
  });

  it('is left behind by other devices of the account, whichever comes first', async () => {
    const [first, second, lost] = [await start(), await start(), await start()];
    await signUp(first, 'ada', PASSWORD);
    const { room } = await writeAndSave(first, 'one');
    for (const engine of [second, lost]) {
      value(await engine.accounts.signIn('ada', PROOF, true));
      await until(() => titles(engine).join().startsWith('one'), 'there');
      const tab = await TestTab.open(engine, room);
      tab.type('.');
      await until(() => isSaved(engine, room), 'written');
    }
    value(await second.accounts.revokeDevice(lost.identity.device, PROOF));
    const opened = [await first.open(room), await second.open(room)];
    await until(() => opened.every((one) => one?.secrets.length === 2), 'both in the new epoch');
    const [a, b] = [await TestTab.open(first, room), await TestTab.open(second, room)];
    a.type('a');
    b.type('b');
    await until(() => a.title === b.title && a.title.length === 'one..ab'.length, 'both write');
  });

  it('leaves its owner the links that it knew: they open what they opened, as for anybody', async () => {
    const [first, lost, stranger] = [await start(), await start(), await start()];
    await signUp(first, 'ada', PASSWORD);
    const { room, tab } = await writeAndSave(first, 'one');
    value(await lost.accounts.signIn('ada', PROOF, true));
    await until(() => titles(lost).join() === 'one', 'on the second');
    const { edit } = await lost.links(room);
    (await TestTab.open(lost, room)).type(', two');
    await until(() => tab.title === 'one, two', 'written there');
    value(await first.accounts.revokeDevice(lost.identity.device, PROOF));
    const opened = (await first.open(room)) ?? expect.fail();
    await until(() => opened.secrets.length === 2, 'a new epoch');
    tab.type(', three');
    await until(() => isSaved(first, room), 'saved under it');
    await stranger.openLink(room, edit?.split('#')[1] ?? expect.fail());
    await until(() => titles(stranger).join() === 'one, two, three', 'read by the link');
  });
});

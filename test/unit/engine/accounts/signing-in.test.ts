import { describe, expect, it } from 'vitest';
import type { BoxStore } from '../../../../src/engine/ports.ts';
import { MemoryBoxStore } from '../../../../src/platform/node/memory-box-store.ts';
import { connectServer } from '../../../../src/platform/node/server-connection.ts';
import { accountDevices, PASSWORD, titles, writeAndSave } from '../../../support/account-devices.ts';
import { HostileServer, signUp, startAccountEngine, value } from '../../../support/account-engine.ts';
import { isSaved, openShared, stateOf, TestTab, until } from '../../../support/node-engine.ts';
import { IN_TIME } from '../../../support/patience.ts';
import { HOUR_MS } from '../../../support/service/service-server.ts';

const byPassword = (secret: string) => ({ way: 'password', secret }) as const;

describe('an account', IN_TIME, () => {
  const devices = accountDevices();
  const { start, stop } = devices;

  it('is there on a second device with the password alone, and both write in its documents', async () => {
    const first = await start();
    const { room, tab } = await writeAndSave(first, 'written as a guest');
    await signUp(first, 'ada', PASSWORD);
    expect(first.state().account).toMatchObject({ name: 'ada', access: 'in', homeReady: true });
    await writeAndSave(first, 'written with an account');

    const second = await start();
    value(await second.accounts.signIn('ada', byPassword(PASSWORD), true));
    await until(() => titles(second).join() === 'written as a guest,written with an account', 'both documents');
    const mirror = await TestTab.open(second, room);
    await until(() => mirror.title === 'written as a guest', 'the text');
    mirror.type(', and on');
    await until(() => tab.title === 'written as a guest, and on', 'arrived');
    expect(stateOf(second, room)).toMatchObject({ role: 'owner', kept: 'account', alarm: null });
    // The other way round, of what is made there.
    const { room: made } = await writeAndSave(second, 'made on the second');
    await until(() => titles(first).includes('made on the second'), 'back on the first');
    const back = await TestTab.open(first, made);
    back.type('!');
    await until(() => titles(second).includes('made on the second!'), 'written there by the first');
  });

  it('is the same after both engines start again, offline too', async () => {
    const boxes: BoxStore[] = [];
    const connections = [connectServer(devices.server.origin), connectServer(devices.server.origin)];
    const first = await startAccountEngine(devices.server.origin, undefined, connections[0]);
    await signUp(first.engine, 'ada', PASSWORD);
    await writeAndSave(first.engine, 'kept');
    const second = await startAccountEngine(devices.server.origin, undefined, connections[1]);
    value(await second.engine.accounts.signIn('ada', byPassword(PASSWORD), true));
    await until(() => titles(second.engine).join() === 'kept', 'on the second');
    for (const { engine, boxes: own } of [first, second]) {
      await engine.flush();
      await engine.close();
      boxes.push(own);
    }
    await devices.server.stop();
    const offline = await start(boxes[1], connections[1]);
    const [state] = offline.state().rooms;
    expect(offline.state().account).toMatchObject({ name: 'ada', access: 'in' });
    const tab = await TestTab.open(offline, state?.room ?? expect.fail());
    await until(() => tab.title === 'kept', 'readable offline');
  });

  it('opens by the recovery code, which then sets a new password', async () => {
    const first = await start();
    const code = await signUp(first, 'ada', PASSWORD);
    await writeAndSave(first, 'kept');
    const second = await start();
    const proof = { way: 'recovery', secret: ` ${code.toLowerCase().replaceAll('-', ' ')} ` } as const;
    expect(await second.accounts.signIn('ada', { ...proof, secret: code.slice(1) }, false)).toMatchObject({
      reason: 'mistyped-code',
    });
    value(await second.accounts.signIn('ada', proof, false));
    value(await second.accounts.changePassword(proof, 'another quiet room'));
    await until(() => titles(second).join() === 'kept', 'on the second');
    const third = await start();
    expect(await third.accounts.signIn('ada', byPassword(PASSWORD), false)).toMatchObject({
      reason: 'wrong-credentials',
    });
    value(await third.accounts.signIn('ada', byPassword('another quiet room'), false));
    // A new password ends all other sessions: the first device has to sign in again, and works on meanwhile.
    await until(() => first.state().account?.access === 'locked', 'locked');
    const room = first.state().rooms[0]?.room ?? expect.fail();
    const tab = await TestTab.open(first, room);
    tab.type(' and on');
    await until(() => stateOf(first, room).saved.at === 'device', 'kept on the device');
    value(await first.accounts.signIn('ada', byPassword('another quiet room'), false));
    expect(first.state().account?.access).toBe('in');
    await until(() => titles(third).join() === 'kept and on', 'sent after signing in');
  });

  it('has a new recovery code when its owner wants one; the old one opens nothing', async () => {
    const first = await start();
    const old = await signUp(first, 'ada', PASSWORD);
    const offer = value(await first.accounts.beginRecoveryCode(byPassword(PASSWORD)));
    const second = await start();
    expect(await second.accounts.signIn('ada', { way: 'recovery', secret: offer.code }, false)).toMatchObject({
      reason: 'wrong-credentials',
    });
    value(await first.accounts.finishRecoveryCode(offer.ticket));
    expect(await second.accounts.signIn('ada', { way: 'recovery', secret: old }, false)).toMatchObject({
      reason: 'wrong-credentials',
    });
    value(await second.accounts.signIn('ada', { way: 'recovery', secret: offer.code }, false));
  });

  it('takes the documents of a guest who signs in, also those that were shared with the guest', async () => {
    const first = await start();
    await signUp(first, 'ada', PASSWORD);
    const friend = await start();
    const { room: shared, tab } = await writeAndSave(friend, 'by a friend');
    const second = await start();
    await writeAndSave(second, 'mine as a guest');
    await openShared(friend, second, shared, 'edit');
    await until(() => titles(second).length === 2, 'both here');
    value(await second.accounts.signIn('ada', byPassword(PASSWORD), true));
    await until(() => titles(first).join() === 'by a friend,mine as a guest', 'on the first too');
    await until(() => titles(second).join() === 'by a friend,mine as a guest', 'still on the second');
    const again = await TestTab.open(first, shared);
    again.type(', and mine');
    await until(() => tab.title === 'by a friend, and mine', 'written as a visitor');
  });

  it('leaves the documents of a guest on the device where the guest says so', async () => {
    const first = await start();
    await signUp(first, 'ada', PASSWORD);
    const second = await start();
    const { room } = await writeAndSave(second, 'mine as a guest');
    value(await second.accounts.signIn('ada', byPassword(PASSWORD), false));
    await until(() => titles(second).join() === 'mine as a guest', 'still there');
    expect(stateOf(second, room).kept).toBe('device');
    expect(titles(first)).toEqual([]);
    value(await second.accounts.takeRoom(room));
    await until(() => titles(first).join() === 'mine as a guest', 'taken later');
  });

  it('revokes a device: its socket closes within a second, and it reads and writes nothing new', async () => {
    const first = await start();
    await signUp(first, 'ada', PASSWORD);
    const { room, tab } = await writeAndSave(first, 'one');
    const second = await start();
    value(await second.accounts.signIn('ada', byPassword(PASSWORD), true));
    await until(() => titles(second).join() === 'one', 'there');
    const listed = value(await first.accounts.devices());
    expect(listed.map(({ isThis }) => isThis)).toEqual([true, false]);
    expect(Object.values(first.state().account?.deviceNames ?? {})).toEqual(['Test on Node', 'Test on Node']);
    const other = listed[1]?.id ?? expect.fail();
    expect(await first.accounts.revokeDevice(other, byPassword('wrong password'))).toMatchObject({
      reason: 'wrong-credentials',
    });
    value(await first.accounts.revokeDevice(other, byPassword(PASSWORD)));
    await until(() => second.state().account?.access === 'revoked', 'revoked', 1_000);
    expect(second.state().connection).toBe('offline');
    tab.type(' two');
    await until(() => isSaved(first, room), 'saved');
    expect(titles(second)).toEqual(['one']);
    expect(value(await first.accounts.devices())).toHaveLength(1);
    // It cannot come back as what it was, only leave and be added anew.
    expect(await second.accounts.signIn('ada', byPassword(PASSWORD), false)).toMatchObject({ reason: 'wrong-state' });
    value(await second.accounts.signOut({ everywhere: false, loseUnsent: true }));
    expect(second.state()).toMatchObject({ account: null, rooms: [] });
    value(await second.accounts.signIn('ada', byPassword(PASSWORD), false));
    await until(() => titles(second).join() === 'one two', 'there again');
    const mirror = await TestTab.open(second, room);
    mirror.type(' three');
    await until(() => tab.title === 'one two three', 'and writes');
  });

  it('brings the name and the colour of its owner along', async () => {
    const [first, second] = [await start(), await start()];
    await first.setProfile({ name: 'Ada', color: '#112233' });
    await second.setProfile({ name: 'Quiet Otter', color: '#445566' });
    await signUp(first, 'ada', PASSWORD);
    value(await second.accounts.signIn('ada', byPassword(PASSWORD), false));
    await until(() => second.state().profile.name === 'Ada', 'the same name');
    await second.setProfile({ name: 'Ada L.', color: '#112233' });
    await until(() => first.state().profile.name === 'Ada L.', 'changed everywhere');
  });

  it('leaves nothing behind when its owner signs out', async () => {
    const boxes = new MemoryBoxStore();
    const engine = await start(boxes);
    await signUp(engine, 'ada', PASSWORD);
    await writeAndSave(engine, 'kept');
    await engine.flush();
    value(await engine.accounts.signOut({ everywhere: false, loseUnsent: false }));
    expect(engine.state()).toMatchObject({ account: null, rooms: [], profile: { name: '' } });
    await stop(engine);
    const again = await start(boxes);
    expect(again.state()).toMatchObject({ account: null, rooms: [] });
  });

  it('locks when the session has lasted its time, and goes on after the password', async () => {
    const line = new HostileServer(devices.server.origin);
    const first = await start(undefined, line);
    await signUp(first, 'ada', PASSWORD);
    const { room, tab } = await writeAndSave(first, 'kept');
    devices.server.now += 25 * HOUR_MS;
    expect(await first.accounts.devices()).toMatchObject({ reason: 'not-signed-in' });
    // The socket ends when the server next looks at its clock; here it is cut.
    line.cut();
    line.mend();
    first.nudge();
    await until(() => first.state().account?.access === 'locked', 'locked');
    tab.type(' and on');
    await until(() => stateOf(first, room).saved.at === 'device', 'kept on the device');
    value(await first.accounts.signIn('ada', byPassword(PASSWORD), false));
    await until(() => isSaved(first, room), 'sent after signing in');
    expect(first.state().account?.access).toBe('in');
  });
});

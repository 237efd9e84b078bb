import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/engine.ts';
import type { RoomId } from '../../../../src/wire/ids.ts';
import { accountDevices, PASSWORD, PROOF, writeAndSave } from '../../../support/account-devices.ts';
import { signUp, value } from '../../../support/account-engine.ts';
import { isSaved, openShared, stateOf, TestTab, until } from '../../../support/node-engine.ts';

const OK = { ok: true, value: null };

describe('people in a room', () => {
  const devices = accountDevices();
  const person = async (name: string): Promise<Engine> => {
    const engine = await devices.start();
    await signUp(engine, name, PASSWORD);
    return engine;
  };
  const invitationOf = async (engine: Engine, room: RoomId): Promise<void> => {
    const waits = async (): Promise<boolean> => {
      await engine.membership.lookForInvitations();
      return engine.state().account?.invitations.some((invitation) => invitation.room === room) ?? false;
    };
    await expect.poll(waits).toBe(true);
  };
  const names = async (engine: Engine, room: RoomId): Promise<string[]> =>
    ((await engine.membership.people(room))?.members ?? []).map(({ name, role }) => `${name}: ${role}`);

  it('are invited by name, accept, and read and write what was there before', async () => {
    const [ada, bob] = [await person('ada'), await person('bob')];
    const { room, tab } = await writeAndSave(ada, 'written before');
    expect(await ada.membership.invite(room, 'bob', 'editor')).toEqual(OK);
    expect(await names(ada, room)).toEqual(['ada: owner', 'bob: editor']);
    await invitationOf(bob, room);
    expect(bob.state().account?.invitations).toMatchObject([{ fromName: 'ada', fromKnown: false, role: 'editor' }]);
    expect(await bob.membership.acceptInvitation(room)).toEqual(OK);
    const mirror = await TestTab.open(bob, room);
    await until(() => mirror.title === 'written before', 'reads');
    mirror.type(', and on');
    await until(() => tab.title === 'written before, and on', 'writes');
    expect(stateOf(bob, room)).toMatchObject({ role: 'editor', alarm: null, kept: 'account' });
    expect(bob.state().account?.invitations).toEqual([]);
  });

  it('decline, and are out', async () => {
    const [ada, bob] = [await person('ada'), await person('bob')];
    const { room } = await writeAndSave(ada, 'not for bob');
    expect(await ada.membership.invite(room, 'bob', 'viewer')).toEqual(OK);
    await invitationOf(bob, room);
    expect(await bob.membership.declineInvitation(room)).toEqual(OK);
    expect(bob.state().rooms).toEqual([]);
    await expect.poll(() => names(ada, room)).toEqual(['ada: owner']);
    await until(() => stateOf(ada, room).saved.at === 'relay', 'the room goes on');
  });

  it('get other roles, which count at once, and are removed, after which they read nothing new', async () => {
    const [ada, bob] = [await person('ada'), await person('bob')];
    const { room, tab } = await writeAndSave(ada, 'one');
    await ada.membership.invite(room, 'bob', 'editor');
    await invitationOf(bob, room);
    await bob.membership.acceptInvitation(room);
    const mirror = await TestTab.open(bob, room);
    await until(() => mirror.title === 'one', 'reads');
    const { principal } = bob.identity;
    expect(await bob.membership.setRole(room, principal, 'owner')).toEqual({ ok: false, reason: 'not-owner' });
    expect(await ada.membership.setRole(room, principal, 'viewer')).toEqual(OK);
    await until(() => stateOf(bob, room).role === 'viewer', 'a viewer now');
    tab.type(' two');
    await until(() => mirror.title === 'one two', 'still reads');
    expect(await ada.membership.removeMember(room, principal)).toEqual(OK);
    tab.type(' three');
    await until(() => isSaved(ada, room), 'saved');
    await until(() => stateOf(bob, room).failure !== null, 'out');
    expect(mirror.title).toBe('one two');
    expect(await names(ada, room)).toEqual(['ada: owner']);
  });

  it('keep an owner: it is handed over before the last one leaves', async () => {
    const [ada, bob] = [await person('ada'), await person('bob')];
    const { room } = await writeAndSave(ada, 'handed over');
    expect(await ada.membership.leave(room)).toEqual({ ok: false, reason: 'last-owner' });
    await ada.membership.invite(room, 'bob', 'owner');
    await invitationOf(bob, room);
    await bob.membership.acceptInvitation(room);
    expect(await ada.membership.leave(room)).toEqual(OK);
    expect(ada.state().rooms).toEqual([]);
    await expect.poll(() => names(bob, room)).toEqual(['bob: owner']);
    const tab = await TestTab.open(bob, room);
    tab.type('!');
    await until(() => isSaved(bob, room), 'goes on');
  });

  it('make and end links: whoever came by one that was ended is out, others stay', async () => {
    const ada = await person('ada');
    const { room, tab } = await writeAndSave(ada, 'shared');
    const guest = await devices.start();
    await openShared(ada, guest, room, 'edit');
    const mirror = await TestTab.open(guest, room);
    await until(() => mirror.title === 'shared', 'by the first link');
    for (const { principal } of (await ada.membership.people(room))?.links ?? [])
      expect(await ada.membership.revokeLink(room, principal)).toEqual(OK);
    await until(() => stateOf(guest, room).failure !== null, 'out');
    expect(await ada.links(room)).toEqual({ edit: null, view: null });
    expect(await ada.membership.makeLink(room, 'editor', { password: null, lastsMs: null, maxUses: null })).toEqual(OK);
    tab.type(' anew');
    await until(() => isSaved(ada, room), 'saved');
    const another = await devices.start();
    await openShared(ada, another, room, 'edit');
    const anew = await TestTab.open(another, room);
    await until(() => anew.title === 'shared anew', 'by the new link, and all that was there before');
    anew.type('!');
    await until(() => tab.title === 'shared anew!', 'writes');
  });

  it('who came by a link become members and keep what they had; the link may end then', async () => {
    const [ada, bob] = [await person('ada'), await person('bob')];
    const { room, tab } = await writeAndSave(ada, 'by link');
    await openShared(ada, bob, room, 'edit');
    const mirror = await TestTab.open(bob, room);
    await until(() => mirror.title === 'by link', 'reads by the link');
    const phone = await devices.start();
    value(await phone.accounts.signIn('bob', PROOF, false));
    await until(() => phone.state().rooms.some(({ title }) => title === 'by link'), 'on the phone, by the link too');
    value(await ada.membership.invite(room, 'bob', 'editor'));
    await invitationOf(bob, room);
    value(await bob.membership.acceptInvitation(room));
    for (const { principal } of (await ada.membership.people(room))?.links ?? [])
      value(await ada.membership.revokeLink(room, principal));
    const member = await TestTab.open(bob, room);
    await until(() => member.title === 'by link', 'still reads');
    member.type(', and on');
    await until(() => tab.title === 'by link, and on', 'still writes');
    expect(stateOf(bob, room)).toMatchObject({ role: 'editor', failure: null, alarm: null });
    const onPhone = await TestTab.open(phone, room);
    await until(() => onPhone.title === 'by link, and on', 'the phone reads on');
    onPhone.type('!');
    await until(() => tab.title === 'by link, and on!', 'and writes');
  });

  it('manage from a device that has written nothing there, and leave from it', async () => {
    const [ada, bob, phone] = [await person('ada'), await person('bob'), await devices.start()];
    const { room } = await writeAndSave(ada, 'on the laptop');
    value(await phone.accounts.signIn('ada', PROOF, false));
    await until(() => phone.state().rooms.some(({ title }) => title === 'on the laptop'), 'on the phone');
    expect(await phone.membership.people(room)).toMatchObject({ mayManage: true, mayLeave: false });
    expect(await phone.membership.invite(room, 'bob', 'owner')).toEqual(OK);
    await invitationOf(bob, room);
    expect(await bob.membership.acceptInvitation(room)).toEqual(OK);
    const tablet = await devices.start();
    value(await tablet.accounts.signIn('ada', PROOF, false));
    await until(() => tablet.state().rooms.some(({ title }) => title === 'on the laptop'), 'on the tablet');
    expect(await tablet.membership.leave(room)).toEqual(OK);
    await expect.poll(() => names(bob, room)).toEqual(['bob: owner']);
    await until(() => ada.state().rooms.length === 0 && phone.state().rooms.length === 0, 'gone from all devices');
  });

  it('renew the keys when they want to', async () => {
    const ada = await person('ada');
    const { room } = await writeAndSave(ada, 'renewed');
    const opened = await ada.open(room);
    expect(await ada.membership.renewKeys(room)).toEqual(OK);
    expect(opened?.epoch).toBe(2);
    await until(() => isSaved(ada, room), 'saved');
  });

  it('are not invited where it cannot be: unknown, in already, no owner, offline', async () => {
    const [ada, bob] = [await person('ada'), await person('bob')];
    const { room } = await writeAndSave(ada, 'mine');
    expect(await ada.membership.invite(room, 'nobody', 'editor')).toEqual({ ok: false, reason: 'unknown-name' });
    expect(await ada.membership.invite(room, 'ada', 'editor')).toEqual({ ok: false, reason: 'already-member' });
    expect(await ada.membership.invite(room, 'bob', 'viewer')).toEqual(OK);
    expect(await ada.membership.invite(room, 'bob', 'editor')).toEqual({ ok: false, reason: 'already-member' });
    await invitationOf(bob, room);
    await bob.membership.acceptInvitation(room);
    expect(await bob.membership.invite(room, 'ada', 'viewer')).toEqual({ ok: false, reason: 'not-owner' });
    await devices.server.stop();
    await until(() => ada.state().connection === 'offline', 'offline');
    expect(await ada.membership.renewKeys(room)).toEqual({ ok: false, reason: 'offline' });
  });
});

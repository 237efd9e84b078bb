import { describe, expect, it } from 'vitest';
import { accountDevices, PASSWORD, PROOF, writeAndSave } from '../../../support/account-devices.ts';
import { signUp, value } from '../../../support/account-engine.ts';
import { copyOf, opened } from '../../../support/copied-log.ts';
import { isSaved, stateOf, TestTab, until } from '../../../support/node-engine.ts';
import { IN_TIME } from '../../../support/patience.ts';

/** How soon the relay must have shut somebody out. Milliseconds. */
const AT_ONCE_MS = 1_000;
const RECORDS = 100;

describe('whoever was removed', IN_TIME, () => {
  const devices = accountDevices();

  it(`opens none of the next ${RECORDS} records with all secrets and a copy of the server, and is shut out within a second`, async () => {
    const [ada, bob] = [await devices.start(), await devices.start()];
    await signUp(ada, 'ada', PASSWORD);
    await signUp(bob, 'bob', PASSWORD);
    const { room, tab } = await writeAndSave(ada, 'before');
    value(await ada.membership.invite(room, 'bob', 'editor'));
    value(await bob.membership.lookForInvitations());
    value(await bob.membership.acceptInvitation(room));
    const theirs = await TestTab.open(bob, room);
    theirs.type(' by bob');
    await until(() => tab.title.includes('by bob'), 'both write');
    const has = (await bob.open(room)) ?? expect.fail();
    const secrets = has.secrets.map(({ secret }) => secret);
    const before = await copyOf(devices.server.store, room);
    // What was sealed before can be read for good: the control of what follows.
    expect(opened(before, secrets)).toBeGreaterThan(0);

    value(await ada.membership.removeMember(room, bob.identity.principal));
    await until(() => stateOf(bob, room).failure !== null, 'shut out', AT_ONCE_MS);
    for (let count = 0; count < RECORDS; count++) {
      tab.type('.');
      await until(() => isSaved(ada, room), 'saved');
    }
    const later = (await copyOf(devices.server.store, room)).slice(before.length);
    expect(later.filter(({ header }) => header.kind === 'update')).toHaveLength(RECORDS);
    const all = [...secrets, ...has.secrets.map(({ secret }) => secret)];
    expect(opened([...before, ...later], all)).toBe(opened(before, secrets));
    expect(theirs.title).not.toContain('.');
  });

  it('writes nothing any more, though typing goes on here', async () => {
    const [ada, bob] = [await devices.start(), await devices.start()];
    await signUp(ada, 'ada', PASSWORD);
    await signUp(bob, 'bob', PASSWORD);
    const { room, tab } = await writeAndSave(ada, 'kept');
    value(await ada.membership.invite(room, 'bob', 'editor'));
    value(await bob.membership.lookForInvitations());
    value(await bob.membership.acceptInvitation(room));
    const theirs = await TestTab.open(bob, room);
    await until(() => theirs.title === 'kept', 'reads');
    value(await ada.membership.removeMember(room, bob.identity.principal));
    theirs.type(' and more');
    await until(() => stateOf(bob, room).failure !== null, 'shut out');
    tab.type('!');
    await until(() => isSaved(ada, room), 'saved');
    expect(tab.title).toBe('kept!');
  });

  it('a device that was revoked is out of rooms of others, too: they go on without it', async () => {
    const [ada, laptop, phone] = [await devices.start(), await devices.start(), await devices.start()];
    await signUp(ada, 'ada', PASSWORD);
    await signUp(laptop, 'bob', PASSWORD);
    value(await phone.accounts.signIn('bob', PROOF, false));
    const { room, tab } = await writeAndSave(ada, 'one');
    value(await ada.membership.invite(room, 'bob', 'editor'));
    value(await laptop.membership.lookForInvitations());
    value(await laptop.membership.acceptInvitation(room));
    await until(() => phone.state().rooms.some(({ title }) => title === 'one'), 'on the phone');
    const known = (await phone.open(room)) ?? expect.fail();
    value(await laptop.accounts.revokeDevice(phone.identity.device, PROOF));
    const owned = (await ada.open(room)) ?? expect.fail();
    await until(() => owned.epoch > 2, 'the next epoch');
    tab.type(' two');
    await until(() => isSaved(ada, room), 'saved');
    const secrets = known.secrets.map(({ secret }) => secret);
    const log = await copyOf(devices.server.store, room);
    const last = log.filter(({ header }) => header.kind === 'update').slice(-1);
    expect(opened([...log.filter(({ header }) => header.kind === 'epoch'), ...last], secrets)).toBe(0);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeIdentity } from '../../../../src/engine/epochs/identity.ts';
import type { InvitationTo } from '../../../../src/engine/membership/invitations.ts';
import { nodeRandom } from '../../../../src/platform/node/random.ts';
import { toBase64Url } from '../../../../src/wire/base64url.ts';
import { value } from '../../../support/account-engine.ts';
import { Invited, someRoom } from '../../../support/invited.ts';
import { ServiceServer } from '../../../support/service/service-server.ts';

describe('invitations', () => {
  let server: ServiceServer;
  let ada: Invited;
  let bob: Invited;

  beforeEach(async () => {
    server = await ServiceServer.start();
    [ada, bob] = [await Invited.signUp(server, 'ada'), await Invited.signUp(server, 'bob')];
  });
  afterEach(async () => {
    await ada.engine.close();
    await bob.engine.close();
    await server.stop();
  });

  it('arrive with room, role, sender, and the epoch that the chain must go through', async () => {
    const to = ada.to(bob, { role: 'commenter' });
    value(await ada.invitations.send('bob', to));
    expect(bob.invitations.list()).toEqual([]);
    value(await bob.invitations.refresh());
    expect(bob.invitations.list()).toEqual([
      { room: to.room, role: 'commenter', from: ada.principal, fromName: 'ada', fromKnown: false, sentAt: server.now },
    ]);
    expect(bob.invitations.get(to.room)).toMatchObject({ ...to, sender: ada.principal });
    expect(bob.invitations.get(someRoom())).toBeUndefined();
    expect([ada.changes, bob.changes]).toEqual([0, 1]);
    value(await bob.invitations.refresh());
    expect(bob.changes).toBe(1);
    value(await ada.invitations.refresh());
    expect(ada.invitations.list()).toEqual([]);
  });

  it('come from a person that one knows, if the key of that name is pinned and not another one named since', async () => {
    value(await ada.invitations.send('bob', ada.to(bob)));
    value(await bob.invitations.refresh());
    const isKnown = () => bob.invitations.list()[0]?.fromKnown;
    expect(isKnown()).toBe(false);
    const { principal } = value(await bob.engine.accounts.findPerson('ada'));
    expect(principal).toBe(ada.principal);
    expect(isKnown()).toBe(true);
    const another = makeIdentity(nodeRandom, 0);
    bob.hostile.change('person', () => ({ principal: another.principal, deviceList: toBase64Url(another.list) }));
    expect(value(await bob.engine.accounts.findPerson('ada')).pin).toBe('changed');
    expect(isKnown()).toBe(false);
    value(await bob.engine.accounts.approveKey('ada', another.principal));
    expect(isKnown()).toBe(false);
  });

  it('go when they are dropped, from all devices', async () => {
    const [first, second] = [ada.to(bob), ada.to(bob)];
    for (const to of [first, second]) value(await ada.invitations.send('bob', to));
    value(await bob.invitations.refresh());
    expect(bob.invitations.list().map(({ room }) => room)).toEqual([first.room, second.room]);
    value(await bob.invitations.drop(first.room));
    expect(bob.invitations.list().map(({ room }) => room)).toEqual([second.room]);
    expect(bob.changes).toBe(2);
    value(await bob.invitations.refresh());
    expect(bob.invitations.list().map(({ room }) => room)).toEqual([second.room]);
    expect(bob.changes).toBe(2);
  });

  it('that could not be dropped stay, and those that are listed stay where the service is silent', async () => {
    const to = ada.to(bob);
    value(await ada.invitations.send('bob', to));
    value(await bob.invitations.refresh());
    await server.stop();
    expect(await bob.invitations.drop(to.room)).toMatchObject({ reason: 'offline' });
    expect(await bob.invitations.refresh()).toMatchObject({ reason: 'offline' });
    expect(bob.invitations.list()).toHaveLength(1);
    server = await ServiceServer.start({ store: server.store });
  });

  it('into one room by several people are one: of whoever is known, else of whoever was first', async () => {
    const eve = await Invited.signUp(server, 'eve');
    const room = someRoom();
    value(await eve.invitations.send('bob', eve.to(bob, { room, role: 'viewer' })));
    value(await ada.invitations.send('bob', ada.to(bob, { room })));
    value(await bob.invitations.refresh());
    expect(bob.invitations.list()).toMatchObject([{ fromName: 'eve', role: 'viewer' }]);
    value(await bob.engine.accounts.findPerson('ada'));
    expect(bob.invitations.list()).toMatchObject([{ fromName: 'ada', role: 'editor', fromKnown: true }]);
    expect(bob.invitations.get(room)).toMatchObject({ sender: ada.principal });
    value(await bob.invitations.drop(room));
    value(await bob.invitations.refresh());
    expect(bob.invitations.list()).toEqual([]);
    await eve.engine.close();
  });

  it('are for accounts, and for the one that this device has', async () => {
    value(await ada.invitations.send('bob', ada.to(bob)));
    value(await bob.invitations.refresh());
    bob.isSignedIn = false;
    expect(bob.invitations.list()).toEqual([]);
    const asked = bob.hostile.asked.length;
    for (const outcome of [
      await bob.invitations.refresh(),
      await bob.invitations.drop(someRoom()),
      await bob.invitations.send('ada', bob.to(ada)),
    ])
      expect(outcome).toMatchObject({ reason: 'wrong-state' });
    expect(bob.hostile.asked).toHaveLength(asked);
    bob.isSignedIn = true;
    bob.identity = makeIdentity(nodeRandom, 0);
    expect(bob.invitations.list()).toEqual([]);
  });

  it('say why the service did not take them', async () => {
    const send = (name: string, changes: Partial<InvitationTo>) => ada.invitations.send(name, ada.to(bob, changes));
    expect(await send('nobody-here', {})).toMatchObject({ reason: 'unknown-name' });
    const another = makeIdentity(nodeRandom, 0);
    expect(await send('bob', { recipient: another.principal })).toMatchObject({ reason: 'wrong-recipient' });
    expect(await send('ada', { recipient: ada.principal })).toMatchObject({ reason: 'bad-invitation' });
  });
});

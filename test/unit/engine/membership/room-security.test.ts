import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/engine.ts';
import type { RoomSecurity } from '../../../../src/engine/security/api.ts';
import { eventText } from '../../../../src/ui/security/event-text.ts';
import type { RoomId } from '../../../../src/wire/ids.ts';
import { accountDevices, PASSWORD, PROOF, writeAndSave } from '../../../support/account-devices.ts';
import { signUp, value } from '../../../support/account-engine.ts';
import { TestTab, until } from '../../../support/node-engine.ts';

describe('the security of a room', () => {
  const devices = accountDevices();
  const person = async (name: string): Promise<Engine> => {
    const engine = await devices.start();
    await signUp(engine, name, PASSWORD);
    return engine;
  };
  const securityOf = async (engine: Engine, room: RoomId): Promise<RoomSecurity> => {
    const security = await engine.membership.security(room);
    if (!security) throw new Error('nothing was read');
    return structuredClone(security);
  };
  const logOf = async (engine: Engine, room: RoomId): Promise<string[]> => {
    const { events, names } = await securityOf(engine, room);
    return events.map((event) => eventText(event, names));
  };

  it('names who let whom in, roles, renewals and devices, as each knows the others', async () => {
    const [ada, bob] = [await person('ada'), await person('bob')];
    const { room } = await writeAndSave(ada, 'plan');
    value(await ada.membership.invite(room, 'bob', 'viewer'));
    value(await ada.membership.setRole(room, bob.identity.principal, 'editor'));
    value(await ada.membership.renewKeys(room));
    value(await ada.membership.renewKeys(room));
    // Links that were made at once stand in the order of their keys.
    const isOfLink = (text: string): boolean => text.endsWith('link');
    const log = await logOf(ada, room);
    expect(log.filter((text) => !isOfLink(text))).toEqual([
      'You renewed the keys 2 times',
      'You changed the role of bob from reader to editor',
      'You let bob in as reader',
      'You made this document',
    ]);
    expect(log.filter(isOfLink).sort()).toEqual(['You made a view link', 'You made an edit link']);

    const waits = async (): Promise<boolean> => {
      await bob.membership.lookForInvitations();
      return (bob.state().account?.invitations.length ?? 0) > 0;
    };
    await expect.poll(waits).toBe(true);
    value(await bob.membership.acceptInvitation(room));
    const security = await securityOf(bob, room);
    const byAda = security.names[ada.identity.principal];
    expect(byAda).toMatchObject({ name: null, isSelf: false, verified: false });
    expect(security.names[bob.identity.principal]).toMatchObject({
      name: 'bob',
      isSelf: true,
      addedBy: ada.identity.principal,
    });
    expect(security.epoch).toMatchObject({ number: 5, when: { word: 'signer' }, by: { device: ada.identity.device } });
    expect(security.devices[bob.identity.principal]).toMatchObject([
      { device: bob.identity.device, name: 'Test on Node', isThis: true },
    ]);
    expect(
      (await logOf(bob, room)).some((text) => /^Somebody you do not know \(.*\) let you in as reader$/.test(text)),
    ).toBe(true);
    expect(await bob.membership.evidence(room)).toBeNull();
  });

  it('tells of a device that came, and when this one learned of it', async () => {
    const ada = await person('ada');
    const { room } = await writeAndSave(ada, 'plan');
    const phone = await devices.start();
    value(await phone.accounts.signIn('ada', PROOF, false));
    await until(() => phone.state().rooms.some(({ title }) => title === 'plan'), 'on the phone');
    const tab = await TestTab.open(phone, room);
    tab.type('!');
    const came = async () => (await securityOf(ada, room)).events.find(({ type }) => type === 'devices');
    await expect.poll(came).toMatchObject({ came: [phone.identity.device], went: [], when: { word: 'here' } });
    const security = await securityOf(ada, room);
    const shown = security.devices[ada.identity.principal]?.map(({ device, isThis }) => [device, isThis]);
    expect(shown).toEqual(
      expect.arrayContaining([
        [ada.identity.device, true],
        [phone.identity.device, false],
      ]),
    );
  });
});

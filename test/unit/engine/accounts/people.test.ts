import { beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/engine.ts';
import { type PrincipalId, principalId } from '../../../../src/wire/ids.ts';
import { accountDevices, PASSWORD, PROOF } from '../../../support/account-devices.ts';
import { signUp, value } from '../../../support/account-engine.ts';
import { create, until } from '../../../support/node-engine.ts';

const ANOTHER: PrincipalId = principalId(new Uint8Array(32).fill(7));

describe('people and folders', () => {
  const { start } = accountDevices();
  let ada: Engine;
  let bob: Engine;

  beforeEach(async () => {
    [ada, bob] = [await start(), await start()];
    await signUp(ada, 'ada', PASSWORD);
    await signUp(bob, 'bob', PASSWORD);
  });

  it('two people see the same safety number, in twelve groups of five digits', async () => {
    const [forAda, forBob] = [
      value(await ada.accounts.findPerson('Bob ')),
      value(await bob.accounts.findPerson('ada')),
    ];
    expect(forAda.safetyNumber).toMatch(/^\d{5}( \d{5}){11}$/);
    expect(forAda).toMatchObject({ name: 'bob', pin: 'new', verified: false });
    expect([forAda.safetyNumber, forAda.safetyCode]).toEqual([forBob.safetyNumber, forBob.safetyCode]);
    expect(await ada.accounts.findPerson('nobody.here')).toMatchObject({ reason: 'unknown-name' });
  });

  it('a key is pinned at first sight, verified for itself alone, and known on all devices', async () => {
    const { principal } = value(await ada.accounts.findPerson('bob'));
    expect(await ada.accounts.setVerified('bob', ANOTHER, true)).toMatchObject({ reason: 'key-changed' });
    value(await ada.accounts.setVerified('bob', principal, true));
    expect(value(await ada.accounts.findPerson('bob'))).toMatchObject({ pin: 'same', verified: true });
    const phone = await start();
    value(await phone.accounts.signIn('ada', PROOF, false));
    expect(phone.state().account?.contacts).toEqual([{ name: 'bob', principal, verified: true, changedTo: null }]);
    value(await phone.accounts.removeContact('bob'));
    await until(() => ada.state().account?.contacts.length === 0, 'removed everywhere');
  });

  it('folders hold documents of the account, and a removed folder leaves them', async () => {
    const room = await create(ada);
    const folder = value(await ada.accounts.makeFolder('  Letters '));
    expect(folder.name).toBe('Letters');
    value(await ada.accounts.moveRoom(room, folder.id));
    value(await ada.accounts.renameFolder(folder.id, 'Post'));
    expect(ada.state().account?.folders).toEqual([{ id: folder.id, name: 'Post' }]);
    expect(ada.roomState(room)).toMatchObject({ folder: folder.id, kept: 'account' });
    value(await ada.accounts.removeFolder(folder.id));
    expect(ada.state().account?.folders).toEqual([]);
    expect(ada.roomState(room)).toMatchObject({ folder: null });
    expect(await ada.accounts.moveRoom(room, folder.id)).toMatchObject({ reason: 'wrong-state' });
  });

  it('a document that one device removes goes from the others', async () => {
    const phone = await start();
    value(await phone.accounts.signIn('ada', PROOF, false));
    const room = await create(ada);
    await until(() => phone.state().rooms.length === 1, 'on both');
    await ada.forget(room);
    await until(() => phone.state().rooms.length === 0, 'gone from both');
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openAccount } from '../../../../src/engine/accounts/account-keys.ts';
import { sealBundle } from '../../../../src/engine/accounts/bundle.ts';
import { writeCode } from '../../../../src/engine/accounts/pairing-messages.ts';
import { ServiceClient } from '../../../../src/engine/accounts/service-client.ts';
import type { Engine } from '../../../../src/engine/engine.ts';
import { encodeIdentity, makeIdentity } from '../../../../src/engine/epochs/identity.ts';
import { signingKeyFromSeed, sodiumReady } from '../../../../src/engine/seal/sodium.ts';
import { nodeRandom } from '../../../../src/platform/node/random.ts';
import { toBase64Url } from '../../../../src/wire/base64url.ts';
import { decodeDeviceList } from '../../../../src/wire/device-list.ts';
import { idBytes } from '../../../../src/wire/ids.ts';
import { PASSWORD, PROOF } from '../../../support/account-devices.ts';
import { CHEAP, HostileServer, signUp, startAccountEngine, value } from '../../../support/account-engine.ts';
import { ServiceServer } from '../../../support/service/service-server.ts';
import { toHex } from '../../../support/vectors.ts';

const noise = (length: number): string => toBase64Url(nodeRandom.bytes(length));

/** Ada, who signs up once; each test leaves her account as it was but for the devices on it. */
describe('a service that is not to be trusted', () => {
  let server: ServiceServer;
  let adasServer: HostileServer;
  let ada: Engine;
  let code: string;
  /** Of the guest that Ada was. */
  let identitySeed: Uint8Array;
  const engines: Engine[] = [];
  const start = async () => {
    const hostile = new HostileServer(server.origin);
    const { engine } = await startAccountEngine(server.origin, undefined, hostile);
    engines.push(engine);
    return { engine, hostile };
  };

  beforeAll(async () => {
    await sodiumReady();
    server = await ServiceServer.start();
    adasServer = new HostileServer(server.origin);
    ada = (await startAccountEngine(server.origin, undefined, adasServer)).engine;
    identitySeed = ada.identity.identitySeed ?? expect.fail();
    code = await signUp(ada, 'ada', PASSWORD);
  });
  afterEach(async () => {
    adasServer.honest();
    for (const engine of engines.splice(0)) await engine.close();
  });
  afterAll(async () => {
    await ada.close();
    await server.stop();
  });

  it('has the identity key in the bundle alone: at the sign-up it leaves the device', () => {
    expect(ada.identity.identitySeed).toBeNull();
    expect(signingKeyFromSeed(identitySeed).publicKey).toEqual(idBytes(ada.identity.principal));
    expect(toHex(encodeIdentity(ada.identity))).not.toContain(toHex(identitySeed));
  });

  it('hears nothing of a recovery code with a mistyped character', async () => {
    const { engine, hostile } = await start();
    // One in 32 changes of another character would leave the check right.
    const mistyped = code.slice(0, -1) + (code.endsWith('7') ? '8' : '7');
    for (const secret of [mistyped, code.slice(0, -1), `${code}0`, ''])
      expect(await engine.accounts.signIn('ada', { way: 'recovery', secret }, false)).toMatchObject({
        reason: 'mistyped-code',
      });
    expect(hostile.asked).toEqual([]);
  });

  it('cannot answer with another key of OPAQUE than the one that this device knows', async () => {
    const hostile = new HostileServer(server.origin);
    const identity = makeIdentity(nodeRandom, 0);
    const service = new ServiceClient(hostile.http);
    const opened = await openAccount(
      service,
      'ada',
      PROOF,
      identity,
      { relay: hostile.relay, keyStretching: CHEAP },
      nodeRandom.bytes(32),
    );
    expect(opened).toMatchObject({ reason: 'untrusted-server' });
    expect(hostile.asked).toEqual(['beginSignIn']);
  });

  it('cannot take the place of the server that the bundle names, on a device that knows none', async () => {
    const hostile = new HostileServer(server.origin);
    const service = new ServiceClient(hostile.http);
    const open = () =>
      openAccount(
        service,
        'ada',
        PROOF,
        makeIdentity(nodeRandom, 0),
        { relay: hostile.relay, keyStretching: CHEAP },
        null,
      );
    const { answer, bundle, master } = value(await open());
    // As Ada would have sealed it at another server.
    const elsewhere = { ...bundle, serverKey: nodeRandom.bytes(32) };
    const { version } = answer.bundle;
    const bytes = toBase64Url(sealBundle(elsewhere, answer.account, version, master, nodeRandom));
    hostile.change('signIn', (body) => ({ ...body, bundle: { version, bytes } }));
    expect(await open()).toMatchObject({ reason: 'untrusted-server' });
  });

  it('cannot name a home that is not the bundle’s', async () => {
    const { engine, hostile } = await start();
    hostile.change('signIn', (body) => ({ ...body, home: noise(32) }));
    expect(await engine.accounts.signIn('ada', PROOF, false)).toMatchObject({ reason: 'untrusted-server' });
    expect(engine.state().account).toBeNull();
    expect(hostile.asked).not.toContain('changeDevices');
  });

  it('cannot hand out a device list that the bundle’s identity has not signed', async () => {
    const { engine, hostile } = await start();
    const another = toBase64Url(makeIdentity(nodeRandom, 0).list);
    hostile.change('signIn', (body) => ({ ...body, deviceList: another }));
    expect(await engine.accounts.signIn('ada', PROOF, false)).toMatchObject({ reason: 'untrusted-server' });
    expect(hostile.asked).not.toContain('changeDevices');
  });

  it('cannot have a device signed after an older list than the one that this device knows', async () => {
    const older = ada.identity.list;
    const { engine } = await start();
    value(await engine.accounts.signIn('ada', PROOF, false));
    const lost = engine.identity.device;
    value(await ada.accounts.devices());
    adasServer.change('signIn', (body) => ({ ...body, deviceList: toBase64Url(older) }));
    expect(await ada.accounts.revokeDevice(lost, PROOF)).toMatchObject({ reason: 'untrusted-server' });
    adasServer.honest();
    value(await ada.accounts.revokeDevice(lost, PROOF));
    expect(decodeDeviceList(ada.identity.list).list.devices).toEqual([ada.identity.device]);
  });

  it('cannot make this device list a key that has not asked for it', async () => {
    const text = writeCode({
      device: makeIdentity(nodeRandom, 0).device,
      boxKey: nodeRandom.bytes(32),
      secret: nodeRandom.bytes(32),
    });
    adasServer.change('lookPairing', () => ({ listing: noise(64) }));
    expect(await ada.accounts.admitDevice(text, PROOF)).toMatchObject({ reason: 'untrusted-server' });
    expect(adasServer.asked).not.toContain('changeDevices');
  });

  it('cannot lead a device that is added by its code into another home', async () => {
    const { engine, hostile } = await start();
    hostile.change('claimDevice', (body) => ({ ...body, home: noise(32) }));
    const { ticket, code: text } = value(await engine.accounts.beginPairing());
    const welcome = engine.accounts.awaitWelcome(ticket, false);
    value(await ada.accounts.admitDevice(text, PROOF));
    expect(await welcome).toMatchObject({ reason: 'untrusted-server' });
    expect(engine.state().account).toBeNull();
  });

  it('cannot change whose key counts for a name: the pinned one does until another is approved', async () => {
    const bob = makeIdentity(nodeRandom, 0);
    const mallory = makeIdentity(nodeRandom, 0);
    const isBobs = ({ principal, list }: typeof bob) => ({
      principal: toBase64Url(idBytes(principal)),
      deviceList: toBase64Url(list),
    });
    // Ada herself is who the honest service knows by a name: what it answers is replaced.
    adasServer.change('person', () => isBobs(bob));
    expect(value(await ada.accounts.findPerson('ada'))).toMatchObject({ pin: 'new', principal: bob.principal });
    value(await ada.accounts.setVerified('ada', bob.principal, true));
    adasServer.change('person', () => isBobs(mallory));
    const found = value(await ada.accounts.findPerson('ada'));
    expect(found).toMatchObject({ pin: 'changed', verified: false });
    const contact = () => ada.state().account?.contacts[0];
    expect(contact()).toEqual({
      name: 'ada',
      principal: bob.principal,
      verified: true,
      changedTo: mallory.principal,
    });
    // The number that was shown belongs to the new key, which is not the one that counts.
    expect(await ada.accounts.setVerified('ada', mallory.principal, true)).toMatchObject({ reason: 'key-changed' });
    value(await ada.accounts.approveKey('ada', mallory.principal));
    expect(contact()).toEqual({ name: 'ada', principal: mallory.principal, verified: false, changedTo: null });
    value(await ada.accounts.removeContact('ada'));
  });

  it('cannot name a key that has signed nothing', async () => {
    adasServer.change('person', (body) => ({ ...body, principal: noise(32) }));
    expect(await ada.accounts.findPerson('ada')).toMatchObject({ reason: 'untrusted-server' });
    expect(ada.state().account?.contacts).toEqual([]);
  });
});

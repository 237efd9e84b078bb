import { beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/engine.ts';
import { fromBase64Url, toBase64Url } from '../../../../src/wire/base64url.ts';
import { accountDevices, PASSWORD, PROOF, writeAndSave } from '../../../support/account-devices.ts';
import { signUp, value } from '../../../support/account-engine.ts';
import { TestTab, until } from '../../../support/node-engine.ts';

describe('a device that is added by its code', () => {
  const { start } = accountDevices();
  let old: Engine;
  let fresh: Engine;

  beforeEach(async () => {
    [old, fresh] = [await start(), await start()];
    await signUp(old, 'ada', PASSWORD);
  });

  it('finds everything there, without the password', async () => {
    const { room, tab } = await writeAndSave(old, 'one');
    const { ticket, code } = value(await fresh.accounts.beginPairing());
    const welcome = fresh.accounts.awaitWelcome(ticket, true);
    const device = value(await old.accounts.admitDevice(` ${code}\n`, PROOF));
    value(await welcome);
    expect(fresh.state().account).toMatchObject({ name: 'ada', device, access: 'in' });
    const mirror = await (async () => {
      await until(() => fresh.state().rooms.some(({ title }) => title === 'one'), 'the document');
      return TestTab.open(fresh, room);
    })();
    mirror.type(' two');
    await until(() => tab.title === 'one two', 'arrived');
    expect(value(await old.accounts.devices())).toHaveLength(2);
  });

  it('is not added with a wrong password, nor by what is no code', async () => {
    const { ticket, code } = value(await fresh.accounts.beginPairing());
    expect(await old.accounts.admitDevice(code, { ...PROOF, secret: 'not the password' })).toMatchObject({
      reason: 'wrong-credentials',
    });
    for (const text of ['', 'hello', code.slice(0, -2), code.replace(':1:', ':2:')])
      expect(await old.accounts.admitDevice(text, PROOF)).toMatchObject({ reason: 'bad-pairing-code' });
    const waiting = fresh.accounts.awaitWelcome(ticket, false);
    await fresh.accounts.cancelPairing(ticket);
    expect(await waiting).toMatchObject({ reason: 'no-welcome' });
    expect(fresh.state().account).toBeNull();
  });

  it('belongs to whoever scans its code first, and says whose it is', async () => {
    const mallory = await start();
    await signUp(mallory, 'mallory', PASSWORD);
    const { ticket, code } = value(await fresh.accounts.beginPairing());
    const welcome = fresh.accounts.awaitWelcome(ticket, false);
    value(await mallory.accounts.admitDevice(code, PROOF));
    expect(await old.accounts.admitDevice(code, PROOF)).toMatchObject({ reason: 'key-taken' });
    value(await welcome);
    expect(fresh.state().account?.name).toBe('mallory');
  });

  it('does not believe a greeting that was not sealed with its code', async () => {
    const { ticket, code } = value(await fresh.accounts.beginPairing());
    const bytes = fromBase64Url(code.split(':')[2] ?? '') ?? expect.fail();
    bytes[95] = (bytes[95] ?? 0) ^ 1; // another secret
    const welcome = fresh.accounts.awaitWelcome(ticket, false);
    void old.accounts.admitDevice(`sealroom-device:1:${toBase64Url(bytes)}`, PROOF);
    expect(await welcome).toMatchObject({ reason: 'bad-pairing-code' });
    expect(fresh.state().account).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/engine.ts';
import type { LinkTerms, RoomLink } from '../../../../src/engine/membership/api.ts';
import { MemoryBoxStore } from '../../../../src/platform/node/memory-box-store.ts';
import type { RoomId } from '../../../../src/wire/ids.ts';
import type { LinkRole } from '../../../../src/wire/link.ts';
import { accountDevices, PASSWORD, PROOF, writeAndSave } from '../../../support/account-devices.ts';
import { signUp, value } from '../../../support/account-engine.ts';
import { stateOf, TestTab, until } from '../../../support/node-engine.ts';

const HOUR_MS = 3_600_000;
const SECRET = 'A\u030angstro\u0308m at dawn';
const UNBOUND: LinkTerms = { password: null, lastsMs: null, maxUses: null };

describe('links', () => {
  const devices = accountDevices();
  const owner = async (): Promise<Engine> => {
    const engine = await devices.start();
    await signUp(engine, 'ada', PASSWORD);
    return engine;
  };
  const make = async (engine: Engine, room: RoomId, role: LinkRole, terms: Partial<LinkTerms>): Promise<RoomLink> => {
    const before = (await engine.membership.people(room))?.links ?? [];
    value(await engine.membership.makeLink(room, role, { ...UNBOUND, ...terms }));
    const after = (await engine.membership.people(room))?.links ?? [];
    const made = after.find(({ principal }) => !before.some((link) => link.principal === principal));
    if (!made) throw new Error('no link was made');
    return made;
  };
  const openBy = (engine: Engine, link: RoomLink, password?: string) => {
    const [room = '', fragment = ''] = (link.path ?? '').replace('/d/', '').split('#');
    return engine.openLink(room, fragment, password);
  };
  const reads = async (engine: Engine, room: RoomId, text: string): Promise<TestTab> => {
    const tab = await TestTab.open(engine, room);
    await until(() => tab.title === text, `reads ${text}`);
    return tab;
  };
  const failureOf = async (engine: Engine, room: RoomId) => {
    await until(() => stateOf(engine, room).failure !== null, 'is not let in');
    return stateOf(engine, room).failure;
  };

  it('[LI2] with a password open with it alone, however it is typed, and nothing is kept of a wrong one', async () => {
    const ada = await owner();
    const { room, tab } = await writeAndSave(ada, 'behind a password');
    const link = await make(ada, room, 'editor', { password: SECRET });
    expect(link).toMatchObject({ hasPassword: true, limits: { expiresAt: 0, maxUses: 0 } });
    const guest = await devices.start();
    expect(await openBy(guest, link)).toEqual({ ok: false, reason: 'password-needed' });
    expect(await openBy(guest, link, 'Angstrom at dawn')).toEqual({ ok: false, reason: 'wrong-password' });
    expect(guest.state().rooms).toEqual([]);
    expect(await openBy(guest, link, SECRET.normalize('NFC'))).toEqual({ ok: true, value: room });
    const mirror = await reads(guest, room, 'behind a password');
    mirror.type('!');
    await until(() => tab.title === 'behind a password!', 'writes');
  });

  it('with a password are asked for it once on a device, also by whoever hands them on and after a restart', async () => {
    const ada = await owner();
    const { room } = await writeAndSave(ada, 'once');
    const link = await make(ada, room, 'editor', { password: SECRET });
    // Whoever is in by a better right needs none.
    expect(await openBy(ada, link)).toEqual({ ok: true, value: room });
    const boxes = new MemoryBoxStore();
    const guest = await devices.start(boxes);
    value((await openBy(guest, link, SECRET)) as never);
    await reads(guest, room, 'once');
    const shown = (await guest.membership.people(room))?.links.find(({ principal }) => principal === link.principal);
    expect(shown).toMatchObject({ hasPassword: true, path: link.path });
    await guest.flush();
    await devices.stop(guest);
    const again = await devices.start(boxes);
    await reads(again, room, 'once');
    expect(await openBy(again, link)).toEqual({ ok: true, value: room });
  });

  it('with a password are known to all devices of whoever made them, and the password to none', async () => {
    const ada = await owner();
    const { room } = await writeAndSave(ada, 'on both');
    const link = await make(ada, room, 'viewer', { password: SECRET, maxUses: 5 });
    const phone = await devices.start();
    value(await phone.accounts.signIn('ada', PROOF, false));
    const onPhone = async () => (await phone.membership.people(room))?.links ?? [];
    await expect.poll(async () => (await onPhone()).some(({ path }) => path === link.path)).toBe(true);
    expect((await onPhone()).find(({ path }) => path === link.path)).toMatchObject({
      hasPassword: true,
      limits: { expiresAt: 0, maxUses: 5 },
    });
    const guest = await devices.start();
    expect(await openBy(guest, link)).toEqual({ ok: false, reason: 'password-needed' });
  });

  it('[LI4] that are used up say so; a new one lets the same device in', async () => {
    const ada = await owner();
    const { room } = await writeAndSave(ada, 'for one');
    const link = await make(ada, room, 'editor', { maxUses: 1 });
    const [first, second] = [await devices.start(), await devices.start()];
    await openBy(first, link);
    await reads(first, room, 'for one');
    await openBy(second, link);
    expect(await failureOf(second, room)).toBe('link-used-up');
    const another = await make(ada, room, 'viewer', {});
    expect(await openBy(second, another)).toEqual({ ok: true, value: room });
    await reads(second, room, 'for one');
    expect(stateOf(second, room).role).toBe('viewer');
  });

  it('[LI4] that expire end what is open by them; the same device comes back by another', async () => {
    const ada = await owner();
    const { room } = await writeAndSave(ada, 'for an hour');
    devices.server.now = Date.now();
    const link = await make(ada, room, 'editor', { lastsMs: HOUR_MS });
    expect(link.limits.expiresAt).toBeGreaterThan(Date.now());
    const guest = await devices.start();
    await openBy(guest, link);
    const tab = await reads(guest, room, 'for an hour');
    tab.type('!');
    await until(() => stateOf(guest, room).saved.at === 'relay', 'writes');
    devices.server.now += 2 * HOUR_MS;
    expect(await failureOf(guest, room)).toBe('link-expired');
    const view = await make(ada, room, 'viewer', {});
    await openBy(guest, view);
    await reads(guest, room, 'for an hour!');
    // In the log it stands as who came by the other one.
    await until(() => stateOf(guest, room).role === 'viewer', 'reads alone');
  });
});

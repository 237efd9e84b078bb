import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/engine.ts';
import { makeIdentity } from '../../../../src/engine/epochs/identity.ts';
import type { Knock } from '../../../../src/engine/membership/knock.ts';
import { sign } from '../../../../src/engine/seal/sodium.ts';
import { MemoryBoxStore } from '../../../../src/platform/node/memory-box-store.ts';
import { nodeRandom } from '../../../../src/platform/node/random.ts';
import { fromBase64Url, toBase64Url } from '../../../../src/wire/base64url.ts';
import { concatBytes } from '../../../../src/wire/bytes.ts';
import { decodeDeviceList } from '../../../../src/wire/device-list.ts';
import { type RoomId, roomId } from '../../../../src/wire/ids.ts';
import { decodeKnock, encodeKnock, type KnockNote, knockSignedBytes } from '../../../../src/wire/knock.ts';
import { accountDevices, PASSWORD, writeAndSave } from '../../../support/account-devices.ts';
import { HostileServer, signUp, value } from '../../../support/account-engine.ts';
import { openShared, stateOf, TestTab, until } from '../../../support/node-engine.ts';

const OK = { ok: true, value: null };
type Waiting = { name: string; askedAt: number; note: string };

describe('asking for access', () => {
  const devices = accountDevices();
  const person = async (name: string, hostile?: HostileServer): Promise<Engine> => {
    const engine = await devices.start(undefined, hostile);
    await signUp(engine, name, PASSWORD);
    return engine;
  };
  const knocksOf = async (engine: Engine, room: RoomId): Promise<readonly Knock[]> => {
    value(await engine.membership.lookForKnocks(room));
    return engine.state().account?.knocks ?? [];
  };
  const members = async (engine: Engine, room: RoomId): Promise<string[]> =>
    ((await engine.membership.people(room))?.members ?? []).map(({ name, role }) => `${name}: ${role}`);

  it('reaches the owner; whoever is let in finds the document on the home, as what the owner decided', async () => {
    const [ada, bob] = [await person('ada'), await person('bob')];
    const { room, tab } = await writeAndSave(ada, 'asked for');
    expect(await bob.membership.askForAccess(room, 'editor')).toEqual(OK);
    expect(await knocksOf(ada, room)).toEqual([
      {
        room,
        role: 'editor',
        from: bob.identity.principal,
        fromName: 'bob',
        fromKnown: false,
        askedAt: devices.server.now,
      },
    ]);
    expect(await ada.membership.letIn(room, bob.identity.principal, 'viewer')).toEqual(OK);
    expect(await members(ada, room)).toEqual(['ada: owner', 'bob: viewer']);
    expect(await knocksOf(ada, room)).toEqual([]);
    value(await bob.membership.lookForInvitations());
    expect(bob.state().account?.invitations).toMatchObject([{ room, fromName: 'ada', role: 'viewer' }]);
    expect(bob.state().account?.asked).toMatchObject([{ room }]);
    expect(await bob.membership.acceptInvitation(room)).toEqual(OK);
    expect(bob.state().account?.asked).toEqual([]);
    const mirror = await TestTab.open(bob, room);
    tab.type('!');
    await until(() => mirror.title === 'asked for!', 'reads');
  });

  it('is for who was removed, too, and from a link that has ended; the document is opened by the new right', async () => {
    const [ada, bob] = [await person('ada'), await person('bob')];
    const { room } = await writeAndSave(ada, 'by link first');
    await openShared(ada, bob, room, 'edit');
    const before = await TestTab.open(bob, room);
    await until(() => before.title === 'by link first', 'reads');
    for (const { principal } of (await ada.membership.people(room))?.links ?? [])
      value(await ada.membership.revokeLink(room, principal));
    await until(() => stateOf(bob, room).failure === 'unknown-device', 'out');
    value(await bob.membership.askForAccess(room, 'viewer'));
    value(await bob.membership.askForAccess(room, 'editor'));
    expect(await knocksOf(ada, room)).toMatchObject([{ role: 'editor' }]);
    value(await ada.membership.letIn(room, bob.identity.principal, 'editor'));
    value(await bob.membership.lookForInvitations());
    value(await bob.membership.acceptInvitation(room));
    await until(() => stateOf(bob, room).failure === null && stateOf(bob, room).role === 'editor', 'in again');
  });

  it('is remembered by the device', async () => {
    const ada = await person('ada');
    const { room } = await writeAndSave(ada, 'asked once');
    const boxes = new MemoryBoxStore();
    let bob = await devices.start(boxes);
    await signUp(bob, 'bob', PASSWORD);
    value(await bob.membership.askForAccess(room, 'viewer'));
    const asked = bob.state().account?.asked;
    expect(asked).toEqual([{ room, askedAt: expect.any(Number) }]);
    await devices.stop(bob);
    bob = await devices.start(boxes);
    expect(bob.state().account?.asked).toEqual(asked);
  });

  it('is declined without a word, and may be repeated', async () => {
    const [ada, bob] = [await person('ada'), await person('bob')];
    const { room } = await writeAndSave(ada, 'not for bob');
    value(await bob.membership.askForAccess(room, 'viewer'));
    expect(await knocksOf(ada, room)).toHaveLength(1);
    expect(await ada.membership.turnAway(room, bob.identity.principal)).toEqual(OK);
    expect(await knocksOf(ada, room)).toEqual([]);
    expect(await members(ada, room)).toEqual(['ada: owner']);
    value(await bob.membership.askForAccess(room, 'viewer'));
    expect(await knocksOf(ada, room)).toHaveLength(1);
  });

  it('is over when the person was invited meanwhile', async () => {
    const [ada, bob] = [await person('ada'), await person('bob')];
    const { room } = await writeAndSave(ada, 'invited anyway');
    value(await bob.membership.askForAccess(room, 'viewer'));
    value(await ada.membership.invite(room, 'bob', 'editor'));
    expect(await knocksOf(ada, room)).toEqual([]);
    value(await ada.membership.removeMember(room, bob.identity.principal));
    expect(await knocksOf(ada, room)).toEqual([]);
  });

  it('needs an account, and a room that the server has; answering needs an owner', async () => {
    const [ada, bob, guest] = [await person('ada'), await person('bob'), await devices.start()];
    const { room } = await writeAndSave(ada, 'mine');
    expect(await guest.membership.askForAccess(room, 'viewer')).toEqual({ ok: false, reason: 'no-account' });
    const nowhere = roomId(nodeRandom.bytes(32));
    expect(await bob.membership.askForAccess(nowhere, 'viewer')).toMatchObject({ reason: 'unknown-room' });
    value(await bob.membership.askForAccess(room, 'viewer'));
    expect(await knocksOf(bob, room)).toEqual([]);
    expect(await bob.membership.turnAway(room, bob.identity.principal)).toMatchObject({ reason: 'not-room-owner' });
    expect(await bob.membership.letIn(room, bob.identity.principal, 'owner')).toMatchObject({ ok: false });
    expect(await knocksOf(ada, room)).toHaveLength(1);
  });

  describe('of a service that is not to be trusted', () => {
    const listed = async (change: (waiting: Waiting) => Waiting) => {
      const hostile = new HostileServer(devices.server.origin);
      const [ada, bob] = [await person('ada', hostile), await person('bob')];
      const { room } = await writeAndSave(ada, 'sought');
      value(await bob.membership.askForAccess(room, 'viewer'));
      hostile.change('lookForKnocks', (body) => ({ knocks: (body.knocks as Waiting[]).map(change) }));
      return { ada, bob, room, hostile, knocks: await knocksOf(ada, room) };
    };
    const noteOf = ({ note }: Waiting): Uint8Array => fromBase64Url(note) ?? new Uint8Array();
    const altered = (waiting: Waiting, changes: Partial<KnockNote>): Waiting => {
      const { note, proof } = decodeKnock(noteOf(waiting));
      return { ...waiting, note: toBase64Url(concatBytes(encodeKnock({ ...note, ...changes }), proof.signature)) };
    };
    /** Signed well, by somebody else. */
    const by = (waiting: Waiting, changes: (own: KnockNote) => Partial<KnockNote>): Waiting => {
      const { note } = decodeKnock(noteOf(waiting));
      const eve = makeIdentity(nodeRandom, 0);
      const { principal, device } = eve;
      const own = { ...note, principal, device, list: decodeDeviceList(eve.list) };
      const unsigned = encodeKnock({ ...own, ...changes(own) });
      const bytes = concatBytes(unsigned, sign(knockSignedBytes(unsigned), eve.signing));
      return { ...waiting, note: toBase64Url(bytes) };
    };

    it('[KN3] shows no other wish than was signed', async () => {
      expect((await listed((waiting) => altered(waiting, { role: 'editor' }))).knocks).toEqual([]);
    });

    it('[KN3] shows nothing that was left at another room', async () => {
      expect((await listed((waiting) => by(waiting, () => ({ room: roomId(nodeRandom.bytes(32)) })))).knocks).toEqual(
        [],
      );
    });

    it('[KN3] shows nobody with a list that was not signed', async () => {
      const { knocks } = await listed((waiting) =>
        by(waiting, ({ list }) => {
          const bytes = list.bytes.slice();
          bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
          return { list: decodeDeviceList(bytes) };
        }),
      );
      expect(knocks).toEqual([]);
    });

    it('lets in nobody under another’s name: who asked is the key', async () => {
      const { ada, bob, room, knocks } = await listed((waiting) => by(waiting, () => ({})));
      expect(knocks).toMatchObject([{ fromName: 'bob' }]);
      const [knock] = knocks as [Knock];
      expect(knock.from).not.toBe(bob.identity.principal);
      expect(await ada.membership.letIn(room, knock.from, 'viewer')).toMatchObject({ reason: 'key-changed' });
      expect(await members(ada, room)).toEqual(['ada: owner']);
    });
  });
});

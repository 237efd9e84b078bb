import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeIdentity } from '../../../../src/engine/epochs/identity.ts';
import { sign } from '../../../../src/engine/seal/sodium.ts';
import { nodeRandom } from '../../../../src/platform/node/random.ts';
import { fromBase64Url, toBase64Url } from '../../../../src/wire/base64url.ts';
import { concatBytes } from '../../../../src/wire/bytes.ts';
import { decodeDeviceList } from '../../../../src/wire/device-list.ts';
import type { RouteName } from '../../../../src/wire/http/routes.ts';
import { hashId } from '../../../../src/wire/ids.ts';
import {
  decodeInvitation,
  encodeInvitation,
  type InvitationNote,
  invitationSignedBytes,
} from '../../../../src/wire/invitation.ts';
import { value } from '../../../support/account-engine.ts';
import { Invited, someRoom } from '../../../support/invited.ts';
import { ServiceServer } from '../../../support/service/service-server.ts';

type Waiting = { name: string; sentAt: number; note: string };

describe('invitations from a service that is not to be trusted', () => {
  let server: ServiceServer;
  let ada: Invited;
  let bob: Invited;

  beforeEach(async () => {
    server = await ServiceServer.start();
    [ada, bob] = [await Invited.signUp(server, 'ada'), await Invited.signUp(server, 'bob')];
    value(await ada.invitations.send('bob', ada.to(bob, { role: 'viewer' })));
  });
  afterEach(async () => {
    await ada.engine.close();
    await bob.engine.close();
    await server.stop();
  });

  const LISTED: RouteName = 'invitations';
  const noteOf = ({ note }: Waiting): Uint8Array => fromBase64Url(note) ?? new Uint8Array();
  const handOut = (change: (waiting: Waiting) => Waiting) =>
    bob.hostile.change(LISTED, (body) => ({ invitations: (body.invitations as Waiting[]).map(change) }));
  /** As the service would like it to be, under the signature that there is. */
  const altered = (waiting: Waiting, changes: Partial<InvitationNote>): Waiting => {
    const { note, proof } = decodeInvitation(noteOf(waiting));
    const bytes = concatBytes(encodeInvitation({ ...note, ...changes }), proof.signature);
    return { ...waiting, note: toBase64Url(bytes) };
  };
  const mallory = () => makeIdentity(nodeRandom, 0);
  const ignored = (reason: string) => [`invitation-ignored: ${reason}`];

  const expectNothing = async (reason: string): Promise<void> => {
    value(await bob.invitations.refresh());
    expect(bob.invitations.list()).toEqual([]);
    expect([bob.log, bob.changes]).toEqual([ignored(reason), 0]);
    // The same note, left alone, is listed.
    bob.hostile.honest();
    value(await bob.invitations.refresh());
    expect(bob.invitations.list()).toHaveLength(1);
  };

  it.each<[string, () => Partial<InvitationNote>]>([
    ['room', () => ({ room: someRoom() })],
    ['epoch', () => ({ epochHash: hashId(nodeRandom.bytes(32)) })],
    ['role', () => ({ role: 'owner' })],
  ])('another %s shows nothing', async (_what, changes) => {
    handOut((waiting) => altered(waiting, changes()));
    await expectNothing('bad-signature');
  });

  it('another sender shows nothing', async () => {
    const { principal: sender, device, list } = mallory();
    handOut((waiting) => altered(waiting, { sender, device, list: decodeDeviceList(list) }));
    await expectNothing('bad-signature');
  });

  it('a sender whose list is another’s shows nothing', async () => {
    const { principal: sender } = mallory();
    handOut((waiting) => altered(waiting, { sender }));
    await expectNothing('malformed');
  });

  it('a list that the sender has not signed shows nothing', async () => {
    const { list, device, signing } = mallory();
    // Ada's name over a list of mallory's device, signed by that device, but not by Ada.
    const bytes = list.slice();
    bytes.set(fromBase64Url(ada.principal) ?? new Uint8Array(), 1);
    handOut((waiting) => {
      const { note } = decodeInvitation(noteOf(waiting));
      const unsigned = encodeInvitation({ ...note, device, list: decodeDeviceList(bytes) });
      const forged = concatBytes(unsigned, sign(invitationSignedBytes(unsigned), signing));
      return { ...waiting, note: toBase64Url(forged) };
    });
    await expectNothing('unproven-list');
  });

  describe('with a note for somebody else', () => {
    let carl: Invited;
    let theirs: Waiting[];
    beforeEach(async () => {
      carl = await Invited.signUp(server, 'carl');
      value(await ada.invitations.send('carl', ada.to(carl)));
      carl.hostile.change(LISTED, (body) => {
        theirs = body.invitations as Waiting[];
        return body;
      });
      value(await carl.invitations.refresh());
      expect(carl.invitations.list()).toHaveLength(1);
    });
    afterEach(() => carl.engine.close());

    it('shows nothing', async () => {
      bob.hostile.change(LISTED, () => ({ invitations: theirs }));
      await expectNothing('other-recipient');
    });

    it('shows nothing with another recipient written in', async () => {
      const readdressed = (waiting: Waiting) => altered(waiting, { recipient: bob.principal });
      bob.hostile.change(LISTED, () => ({ invitations: theirs.map(readdressed) }));
      await expectNothing('bad-signature');
    });
  });

  it('noise beside a note that holds leaves that one alone', async () => {
    bob.hostile.change(LISTED, (body) => ({
      invitations: [
        { name: 'eve', sentAt: 1, note: toBase64Url(nodeRandom.bytes(400).fill(1, 0, 1)) },
        { name: 'eve', sentAt: 1, note: toBase64Url(Uint8Array.of(9)) },
        ...(body.invitations as Waiting[]),
      ],
    }));
    value(await bob.invitations.refresh());
    expect(bob.invitations.list()).toMatchObject([{ fromName: 'ada', role: 'viewer' }]);
    expect(bob.log.at(-1)).toBe('invitation-ignored: unknown-version');
  });

  it('another name is only a name: it is nobody that one knows', async () => {
    value(await bob.engine.accounts.findPerson('ada'));
    handOut((waiting) => ({ ...waiting, name: 'eve' }));
    value(await bob.invitations.refresh());
    expect(bob.invitations.list()).toMatchObject([{ fromName: 'eve', from: ada.principal, fromKnown: false }]);
  });

  it('an answer in another shape changes nothing', async () => {
    value(await bob.invitations.refresh());
    bob.hostile.change(LISTED, () => ({ invitations: 'none' }));
    expect(await bob.invitations.refresh()).toMatchObject({ reason: 'untrusted-server' });
    expect(bob.invitations.list()).toHaveLength(1);
  });
});

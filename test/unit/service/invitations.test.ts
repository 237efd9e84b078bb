import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toBase64Url } from '../../../src/wire/base64url.ts';
import { concatBytes } from '../../../src/wire/bytes.ts';
import { decodeDeviceList } from '../../../src/wire/device-list.ts';
import { MAX_INVITATIONS } from '../../../src/wire/http/limits.ts';
import type { InvitationNote } from '../../../src/wire/invitation.ts';
import { ATTEMPT_WINDOW_MS } from '../../../sync-server/service/attempts.ts';
import { INVITATION_MS } from '../../../sync-server/service/invitation-record.ts';
import { MAX_INVITATIONS_FROM } from '../../../sync-server/service/invitations.ts';
import { sweep } from '../../../sync-server/service/sweeper.ts';
import { tableRange } from '../../../sync-server/store/account-keys.ts';
import { makePerson, signList } from '../../support/server/identities.ts';
import { STORE_VERSIONS } from '../../support/server/stores.ts';
import type { Answer, Browser } from '../../support/service/browser.ts';
import {
  invitationNote,
  invitationsFor,
  invite,
  inviteBody,
  someRoom,
} from '../../support/service/invitation-notes.ts';
import { anotherDevice, Member, noise } from '../../support/service/member.ts';
import { HOUR_MS, ServiceServer } from '../../support/service/service-server.ts';

const reasonOf = ({ status, body }: Answer): string =>
  status === 200 ? 'accepted' : (body as { reason: string }).reason;
type Signed = { readonly member: Member; readonly browser: Browser };

/** More than any test needs, where a test is not about how many. */
const PLENTY = { lookupsPerAccount: 10_000, invitationsPerAccount: 10_000, sessionMs: 1_000 * HOUR_MS };

describe.each(STORE_VERSIONS)('invitations, with the store $name', ({ open }) => {
  let server: ServiceServer;
  let dispose: () => Promise<void>;
  let ann: Signed;
  let bob: Signed;
  const join = async (name: string): Promise<Signed> => {
    const signed = { member: new Member(name), browser: server.browser() };
    await signed.member.signUp(signed.browser);
    return signed;
  };
  const post = (by: Signed, to: Signed | Member, note: Uint8Array) =>
    by.browser.route('invite', inviteBody('member' in to ? to.member : to, note));
  const noteFrom = (by: Signed, to: Signed, changes: Partial<InvitationNote> = {}) =>
    invitationNote(by.member, to.member, changes);
  const namesFor = async (of: Signed) => (await invitationsFor(of.browser)).map(({ name }) => name);

  beforeEach(async () => {
    const opened = await open();
    dispose = opened.dispose;
    server = await ServiceServer.start({ store: opened.store, settings: PLENTY });
    [ann, bob] = [await join('ann'), await join('bob')];
  });
  afterEach(async () => {
    await server.stop();
    await dispose();
  });

  it('bring the note as it was signed, with the sender’s name and the time, oldest first', async () => {
    const carl = await join('carl');
    const notes = [noteFrom(ann, bob), noteFrom(carl, bob), noteFrom(ann, bob)];
    const sentAt: number[] = [];
    for (const [i, by] of [ann, carl, ann].entries()) {
      await invite(by.browser, bob.member, notes[i]!);
      sentAt.push(server.now);
      // Order does not hang on a clock that somebody sets back.
      server.now += i === 0 ? 5_000 : -10_000;
    }
    expect(await invitationsFor(bob.browser)).toEqual([
      { name: 'ann', sentAt: sentAt[0], note: notes[0] },
      { name: 'carl', sentAt: sentAt[1], note: notes[1] },
      { name: 'ann', sentAt: sentAt[2], note: notes[2] },
    ]);
    for (const other of [ann, carl]) expect(await invitationsFor(other.browser)).toEqual([]);
  });

  it('wait through a restart', async () => {
    const note = noteFrom(ann, bob);
    await invite(ann.browser, bob.member, note);
    await server.stop();
    server = await ServiceServer.start({ store: server.store, settings: PLENTY });
    const later = server.browser();
    await bob.member.signIn(later);
    expect(await invitationsFor(later)).toMatchObject([{ name: 'ann', note }]);
    const again = server.browser();
    await ann.member.signIn(again, { device: ann.member.device });
    await invite(again, bob.member, noteFrom(ann, bob));
    expect(await invitationsFor(later)).toHaveLength(2);
  });

  it('are taken away by the recipient alone, with the room', async () => {
    const [room, other] = [someRoom(), someRoom()];
    for (const into of [room, other]) await invite(ann.browser, bob.member, noteFrom(ann, bob, { room: into }));
    for (const nobodys of [ann.browser, (await join('carl')).browser])
      expect(reasonOf(await nobodys.route('dropInvitation', { room }))).toBe('accepted');
    expect(await namesFor(bob)).toEqual(['ann', 'ann']);
    for (let i = 0; i < 2; i++) expect(reasonOf(await bob.browser.route('dropInvitation', { room }))).toBe('accepted');
    const left = await invitationsFor(bob.browser);
    expect(left).toHaveLength(1);
    expect(toBase64Url(left[0]!.note.subarray(1, 33))).toBe(other);
  });

  describe('are refused', () => {
    const refusal = async (by: Signed, to: Signed | Member, note: Uint8Array): Promise<string> => {
      const reason = reasonOf(await post(by, to, note));
      expect(await invitationsFor(bob.browser)).toEqual([]);
      return reason;
    };

    it('without a signature of the device that they name', async () => {
      const note = noteFrom(ann, bob);
      const changed = note.slice();
      changed[5] = (changed[5] ?? 0) ^ 1;
      expect(await refusal(ann, bob, changed)).toBe('bad-signature');
      const byAnother = invitationNote(ann.member, bob.member, {}, bob.member.device);
      expect(await refusal(ann, bob, byAnother)).toBe('bad-signature');
    });

    it('with a device list that the sender or a device on it has not signed', async () => {
      const { key } = ann.member.person;
      const forged = ann.member.list.bytes.slice();
      forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
      expect(await refusal(ann, bob, noteFrom(ann, bob, { list: decodeDeviceList(forged) }))).toBe('bad-signature');
      // A key that nobody here can sign with.
      const stranger = { ...ann.member.device, id: makePerson('stranger').id as never };
      const padded = decodeDeviceList(signList(key, [ann.member.device.id, stranger.id]).bytes);
      expect(await refusal(ann, bob, noteFrom(ann, bob, { list: padded }))).toBe('bad-signature');
    });

    it('in another’s name', async () => {
      const carl = await join('carl');
      expect(await refusal(carl, bob, noteFrom(ann, bob))).toBe('bad-invitation');
    });

    it('from another device of the account than the one that asks', async () => {
      const laptop = anotherDevice();
      const fresh = server.browser();
      await ann.member.signIn(fresh);
      await ann.member.changeDevices(fresh, [ann.member.device, laptop], { own: laptop });
      const note = invitationNote(ann.member, bob.member, { device: laptop.id }, laptop);
      expect(await refusal(ann, bob, note)).toBe('bad-invitation');
      expect(reasonOf(await fresh.route('invite', inviteBody(bob.member, note)))).toBe('accepted');
    });

    it('from a session of no device', async () => {
      const fresh = server.browser();
      await ann.member.signIn(fresh);
      const answer = await fresh.route('invite', inviteBody(bob.member, noteFrom(ann, bob)));
      expect(reasonOf(answer)).toBe('not-signed-in');
    });

    it('for another key than the name has', async () => {
      const carl = await join('carl');
      expect(await refusal(ann, carl, noteFrom(ann, bob))).toBe('wrong-recipient');
      expect(await refusal(ann, bob, noteFrom(ann, carl))).toBe('wrong-recipient');
    });

    it('to oneself, and as noise', async () => {
      expect(await refusal(ann, ann, noteFrom(ann, ann))).toBe('bad-invitation');
      const note = noteFrom(ann, bob);
      for (const bytes of [note.subarray(0, 100), concatBytes(note, Uint8Array.of(0)), Uint8Array.of(2)])
        expect(await refusal(ann, bob, bytes)).toBe('bad-invitation');
      const large = await ann.browser.route('invite', { name: 'bob', note: noise(7_000) });
      expect(reasonOf(large)).toBe('malformed');
    });

    it('for a name that nobody has, as a lookup of it is', async () => {
      for (const name of ['nobody-here', 'admin']) {
        const nobody = new Member(name);
        const answer = await post(ann, nobody, invitationNote(ann.member, nobody));
        const lookup = await ann.browser.send('GET', `/api/people/${name}`);
        expect([answer.status, answer.body]).toEqual([lookup.status, lookup.body]);
        expect(Object.keys(answer.headers).sort()).toEqual(Object.keys(lookup.headers).sort());
      }
    });
  });

  it('of one sender take each other’s place in a room, and nobody else’s', async () => {
    const carl = await join('carl');
    const room = someRoom();
    const [first, second] = [noteFrom(ann, bob, { room }), noteFrom(ann, bob, { room, role: 'viewer' })];
    await invite(ann.browser, bob.member, first);
    const others = noteFrom(carl, bob, { room });
    await invite(carl.browser, bob.member, others);
    await invite(ann.browser, bob.member, second);
    const notes = (await invitationsFor(bob.browser)).map(({ note }) => note);
    expect(notes).toEqual([others, second]);
    // Both go with the room.
    await bob.browser.route('dropInvitation', { room });
    expect(await invitationsFor(bob.browser)).toEqual([]);
  });

  it('run out after thirty days, whether they were swept or not', async () => {
    expect(INVITATION_MS).toBe(30 * 24 * HOUR_MS);
    const context = { store: server.store, date: () => server.now };
    const countKept = async () => {
      let count = 0;
      for await (const _entry of server.store.range(tableRange('invitation'))) count++;
      return count;
    };
    await invite(ann.browser, bob.member, noteFrom(ann, bob));
    server.now += HOUR_MS;
    await ann.browser.route('refresh');
    await invite(ann.browser, bob.member, noteFrom(ann, bob));
    server.now += INVITATION_MS - HOUR_MS - 1;
    const listed = async () => (await server.service.invitations.list(await signedIn(server, bob.browser))).length;
    await bob.browser.route('refresh');
    await sweep(context);
    expect([await listed(), await countKept()]).toEqual([2, 2]);
    server.now += 1;
    expect([await listed(), await countKept()]).toEqual([1, 2]);
    await sweep(context);
    expect([await listed(), await countKept()]).toEqual([1, 1]);
  });

  it('of one sender for one recipient are at most twenty', async () => {
    const carl = await join('carl');
    expect(MAX_INVITATIONS_FROM).toBe(20);
    const rooms = Array.from({ length: MAX_INVITATIONS_FROM }, someRoom);
    for (const room of rooms) await invite(ann.browser, bob.member, noteFrom(ann, bob, { room }));
    expect(reasonOf(await post(ann, bob, noteFrom(ann, bob)))).toBe('too-many-invitations');
    expect(await invitationsFor(bob.browser)).toHaveLength(MAX_INVITATIONS_FROM);
    // Another into the same room, for somebody else, and by somebody else.
    await invite(ann.browser, bob.member, noteFrom(ann, bob, { room: rooms[3]! }));
    await invite(ann.browser, carl.member, noteFrom(ann, carl));
    await invite(carl.browser, bob.member, noteFrom(carl, bob));
    await bob.browser.route('dropInvitation', { room: rooms[0] });
    await invite(ann.browser, bob.member, noteFrom(ann, bob));
    expect(await invitationsFor(bob.browser)).toHaveLength(MAX_INVITATIONS_FROM + 1);
  });

  it('that come at once keep the limit too', async () => {
    for (let i = 1; i < MAX_INVITATIONS_FROM; i++) await invite(ann.browser, bob.member, noteFrom(ann, bob));
    const answers = await Promise.all(Array.from({ length: 6 }, () => post(ann, bob, noteFrom(ann, bob))));
    expect(answers.map(reasonOf).filter((reason) => reason === 'accepted')).toHaveLength(1);
    expect(await invitationsFor(bob.browser)).toHaveLength(MAX_INVITATIONS_FROM);
  });
});

describe('invitations', () => {
  it('for one recipient are at most two hundred, whoever sends them', async () => {
    const server = await ServiceServer.start({ settings: PLENTY });
    const [bob, bobs] = [new Member('bob'), server.browser()];
    await bob.signUp(bobs);
    expect(MAX_INVITATIONS).toBe(200);
    for (let i = 0; i < MAX_INVITATIONS / MAX_INVITATIONS_FROM; i++) {
      const [sender, browser] = [new Member(`sender${i}`), server.browser()];
      await sender.signUp(browser);
      for (let j = 0; j < MAX_INVITATIONS_FROM; j++) await invite(browser, bob, invitationNote(sender, bob));
    }
    const [ann, anns] = [new Member('ann'), server.browser()];
    await ann.signUp(anns);
    const post = async () => reasonOf(await anns.route('invite', inviteBody(bob, invitationNote(ann, bob))));
    expect(await post()).toBe('too-many-invitations');
    const waiting = await invitationsFor(bobs);
    expect(waiting).toHaveLength(MAX_INVITATIONS);
    await bobs.route('dropInvitation', { room: toBase64Url(waiting[0]!.note.subarray(1, 33)) });
    expect(await post()).toBe('accepted');
    // What has run out takes no place.
    server.now += INVITATION_MS;
    const later = server.browser();
    await ann.signIn(later, { device: ann.device });
    await invite(later, bob, invitationNote(ann, bob));
    await server.close();
  }, 120_000);

  it('are counted by account, through a restart, whatever the answer; each is a lookup too', async () => {
    let server = await ServiceServer.start({ settings: { invitationsPerAccount: 3, lookupsPerAccount: 4 } });
    const [ann, bob] = [new Member('ann'), new Member('bob')];
    let anns = server.browser();
    await ann.signUp(anns);
    await bob.signUp(server.browser());
    const post = (to: Member) => anns.route('invite', inviteBody(to, invitationNote(ann, to)));
    const nobody = new Member('nobody-here');
    expect([reasonOf(await post(bob)), reasonOf(await post(nobody))]).toEqual(['accepted', 'unknown-name']);
    await server.stop();
    server = await ServiceServer.start({
      store: server.store,
      settings: { invitationsPerAccount: 3, lookupsPerAccount: 4 },
    });
    anns = server.browser();
    await ann.signIn(anns, { device: ann.device });
    expect(reasonOf(await post(bob))).toBe('accepted');
    const refused = await post(bob);
    expect(reasonOf(refused)).toBe('too-many-attempts');
    expect(refused.headers['retry-after']).toBe(String(ATTEMPT_WINDOW_MS / 1000));
    // What was refused has cost no lookup.
    const lookUp = async () => (await anns.send('GET', '/api/people/bob')).status;
    expect([await lookUp(), await lookUp()]).toEqual([200, 429]);
    server.now += ATTEMPT_WINDOW_MS;
    await anns.route('refresh');
    for (let i = 0; i < 4; i++) await lookUp();
    // Whoever has no lookups left cannot find out by invitations who is here.
    expect(reasonOf(await post(nobody))).toBe('too-many-attempts');
    await server.close();
  });
});

async function signedIn(server: ServiceServer, browser: Browser) {
  const token = browser.cookies.get('__Host-sealroom')?.value;
  const who = await server.service.sessions.whoIs(token);
  if (!who.ok) throw new Error(`nobody is signed in: ${who.reason}`);
  return who.value;
}

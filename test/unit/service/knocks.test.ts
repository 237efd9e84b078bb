import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { concatBytes } from '../../../src/wire/bytes.ts';
import { decodeDeviceList } from '../../../src/wire/device-list.ts';
import { MAX_KNOCKS_AT_ROOM } from '../../../src/wire/http/limits.ts';
import type { PrincipalId, RoomId } from '../../../src/wire/ids.ts';
import { ATTEMPT_WINDOW_MS, KNOCKS_PER_ACCOUNT } from '../../../sync-server/service/attempts.ts';
import { KNOCK_MS } from '../../../sync-server/service/knock-record.ts';
import { MAX_KNOCKS_FROM } from '../../../sync-server/service/knocks.ts';
import { sweep } from '../../../sync-server/service/sweeper.ts';
import { tableRange } from '../../../sync-server/store/account-keys.ts';
import { epoch } from '../../support/server/records.ts';
import { STORE_VERSIONS } from '../../support/server/stores.ts';
import type { Answer, Browser } from '../../support/service/browser.ts';
import { someRoom } from '../../support/service/invitation-notes.ts';
import { knock, knockBody, knockNote, knocksAt } from '../../support/service/knock-notes.ts';
import { anotherDevice, Member, noise } from '../../support/service/member.ts';
import { HOUR_MS, ServiceServer } from '../../support/service/service-server.ts';

const reasonOf = ({ status, body }: Answer): string =>
  status === 200 ? 'accepted' : (body as { reason: string }).reason;
type Signed = { readonly member: Member; readonly browser: Browser };

async function join(server: ServiceServer, name: string): Promise<Signed> {
  const signed = { member: new Member(name), browser: server.browser() };
  await signed.member.signUp(signed.browser);
  return signed;
}
const post = ({ browser }: Signed, note: Uint8Array) => browser.route('knock', knockBody(note));

describe.each(STORE_VERSIONS)('knocks, with the store $name', ({ open }) => {
  let server: ServiceServer;
  let dispose: () => Promise<void>;
  let ann: Signed;
  let bob: Signed;
  let room: RoomId;
  const namesAt = async (of: Signed) => (await knocksAt(of.browser, room)).map(({ name }) => name);

  beforeEach(async () => {
    const opened = await open();
    dispose = opened.dispose;
    server = await ServiceServer.start({ store: opened.store, settings: { sessionMs: 1_000 * HOUR_MS } });
    [ann, bob] = [await join(server, 'ann'), await join(server, 'bob')];
    const client = await server.socket(ann.member.device, ann.browser);
    const first = epoch(ann.member.device, { people: [{ person: ann.member.person, role: 'owner' }] }, 1);
    await client.create(first);
    room = first.room;
  });
  afterEach(async () => {
    await server.stop();
    await dispose();
  });

  it('[KN1] reach an owner as they were signed, with name and time, oldest first', async () => {
    const carl = await join(server, 'carl');
    const notes = [knockNote(bob.member, room), knockNote(carl.member, room, { role: 'viewer' })];
    await knock(bob.browser, notes[0]!);
    server.now += 1_000;
    await knock(carl.browser, notes[1]!);
    expect(await knocksAt(ann.browser, room)).toEqual([
      { name: 'bob', askedAt: server.now - 1_000, note: notes[0] },
      { name: 'carl', askedAt: server.now, note: notes[1] },
    ]);
  });

  it('[KN4] are shown to owners alone, and dropped by them alone', async () => {
    const carl = await join(server, 'carl');
    await knock(bob.browser, knockNote(bob.member, room));
    const { id: principal } = bob.member.person;
    for (const other of [bob, carl]) {
      expect(reasonOf(await other.browser.route('lookForKnocks', { room }))).toBe('not-room-owner');
      expect(reasonOf(await other.browser.route('dropKnock', { room, principal }))).toBe('not-room-owner');
    }
    expect(await namesAt(ann)).toEqual(['bob']);
    // A room that is not there has no owner either.
    expect(reasonOf(await ann.browser.route('lookForKnocks', { room: someRoom() }))).toBe('not-room-owner');
    expect(reasonOf(await ann.browser.route('dropKnock', { room, principal }))).toBe('accepted');
    expect(reasonOf(await ann.browser.route('dropKnock', { room, principal }))).toBe('accepted');
    expect(await namesAt(ann)).toEqual([]);
  });

  it('[KN4] go with who owns the room: another owner sees them, who was demoted does not', async () => {
    await knock(bob.browser, knockNote(bob.member, room));
    const carl = await join(server, 'carl');
    const owners = new Set<PrincipalId>([carl.member.person.id]);
    await server.stop();
    // The access list is the relay's to read; here it says that ann handed the room over.
    server = await ServiceServer.start({ store: server.store, ownersOf: async () => owners });
    const [anns, carls] = [server.browser(), server.browser()];
    await ann.member.signIn(anns, { device: ann.member.device });
    await carl.member.signIn(carls, { device: carl.member.device });
    expect(reasonOf(await anns.route('lookForKnocks', { room }))).toBe('not-room-owner');
    expect((await knocksAt(carls, room)).map(({ name }) => name)).toEqual(['bob']);
  });

  it('of one account take each other’s place at a room', async () => {
    await knock(bob.browser, knockNote(bob.member, room));
    const second = knockNote(bob.member, room, { role: 'viewer' });
    server.now += 5;
    await knock(bob.browser, second);
    expect(await knocksAt(ann.browser, room)).toEqual([{ name: 'bob', askedAt: server.now, note: second }]);
  });

  describe('are refused', () => {
    const refusal = async (by: Signed, note: Uint8Array): Promise<string> => {
      const reason = reasonOf(await post(by, note));
      expect(await namesAt(ann)).toEqual([]);
      return reason;
    };

    it('[KN3] without the signatures of the device that they name and of all on its list', async () => {
      const note = knockNote(bob.member, room);
      const changed = note.slice();
      changed[5] = (changed[5] ?? 0) ^ 1;
      expect(await refusal(bob, changed)).toBe('bad-signature');
      expect(await refusal(bob, knockNote(bob.member, room, {}, ann.member.device))).toBe('bad-signature');
      const forged = bob.member.list.bytes.slice();
      forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
      expect(await refusal(bob, knockNote(bob.member, room, { list: decodeDeviceList(forged) }))).toBe('bad-signature');
    });

    it('in another’s name, from another device, from a session of no device, and as noise', async () => {
      const carl = await join(server, 'carl');
      expect(await refusal(carl, knockNote(bob.member, room))).toBe('bad-knock');
      const [laptop, fresh] = [anotherDevice(), server.browser()];
      await bob.member.signIn(fresh);
      await bob.member.changeDevices(fresh, [bob.member.device, laptop], { own: laptop });
      expect(await refusal(bob, knockNote(bob.member, room, { device: laptop.id }, laptop))).toBe('bad-knock');
      const none = server.browser();
      await carl.member.signIn(none);
      expect(reasonOf(await none.route('knock', knockBody(knockNote(carl.member, room))))).toBe('not-signed-in');
      const note = knockNote(carl.member, room);
      for (const bytes of [note.subarray(0, 90), concatBytes(note, Uint8Array.of(0)), Uint8Array.of(2)])
        expect(await refusal(carl, bytes)).toBe('bad-knock');
      expect(reasonOf(await carl.browser.route('knock', { note: noise(7_000) }))).toBe('malformed');
    });

    it('at a room that the server does not have', async () => {
      expect(await refusal(bob, knockNote(bob.member, someRoom()))).toBe('unknown-room');
    });
  });

  it('run out after thirty days, whether they were swept or not', async () => {
    expect(KNOCK_MS).toBe(30 * 24 * HOUR_MS);
    const countKept = async () => {
      const counts = (['knock', 'knocksAt', 'knocksOf'] as const).map(async (table) => {
        let count = 0;
        for await (const _entry of server.store.range(tableRange(table))) count++;
        return count;
      });
      return Promise.all(counts);
    };
    const context = { store: server.store, date: () => server.now };
    await knock(bob.browser, knockNote(bob.member, room));
    server.now += KNOCK_MS - 1;
    await sweep(context);
    await ann.browser.route('refresh');
    expect([await namesAt(ann), await countKept()]).toEqual([['bob'], [1, 1, 1]]);
    server.now += 1;
    expect([await namesAt(ann), await countKept()]).toEqual([[], [1, 1, 1]]);
    await sweep(context);
    expect(await countKept()).toEqual([0, 0, 0]);
  });
});

describe('knocks', () => {
  it('are bounded for a room, also when they come at once, and what has run out takes no place', async () => {
    const open = new Map<RoomId, PrincipalId>();
    const server = await ServiceServer.start({
      settings: { sessionMs: 1_000 * HOUR_MS },
      ownersOf: async (room) => (open.has(room) ? new Set([open.get(room) as PrincipalId]) : null),
    });
    const ann = await join(server, 'ann');
    const room = someRoom();
    open.set(room, ann.member.person.id);
    const all: Signed[] = [];
    for (let i = 0; i < MAX_KNOCKS_AT_ROOM + 3; i++) all.push(await join(server, `asker${i}`));
    for (const one of all.slice(0, MAX_KNOCKS_AT_ROOM - 1)) await knock(one.browser, knockNote(one.member, room));
    const late = all.slice(MAX_KNOCKS_AT_ROOM - 1);
    const answers = await Promise.all(late.map((one) => post(one, knockNote(one.member, room))));
    expect(answers.map(reasonOf).sort()).toEqual(['accepted', ...Array.from({ length: 3 }, () => 'too-many-knocks')]);
    expect(await knocksAt(ann.browser, room)).toHaveLength(MAX_KNOCKS_AT_ROOM);
    // Who waits may ask again.
    const [first] = all as [Signed];
    await knock(first.browser, knockNote(first.member, room, { role: 'viewer' }));
    server.now += KNOCK_MS;
    const [last] = late as [Signed];
    const again = server.browser();
    await last.member.signIn(again, { device: last.member.device });
    await knock(again, knockNote(last.member, room));
    await server.close();
  }, 120_000);

  it('are bounded for an account: rooms at which it waits, and tries within a quarter of an hour', async () => {
    const owner = new Member('owner').person.id;
    const server = await ServiceServer.start({ ownersOf: async () => new Set([owner]) });
    const bob = await join(server, 'bob');
    const ask = async (room = someRoom()) => reasonOf(await post(bob, knockNote(bob.member, room)));
    const first = someRoom();
    expect(await ask(first)).toBe('accepted');
    for (let i = 1; i < KNOCKS_PER_ACCOUNT; i++) expect(await ask()).toBe('accepted');
    expect(await ask()).toBe('too-many-attempts');
    for (let waiting = KNOCKS_PER_ACCOUNT; waiting < MAX_KNOCKS_FROM; waiting++) {
      if (waiting % KNOCKS_PER_ACCOUNT === 0) {
        server.now += ATTEMPT_WINDOW_MS;
        await bob.browser.route('refresh');
      }
      expect(await ask()).toBe('accepted');
    }
    server.now += ATTEMPT_WINDOW_MS;
    await bob.browser.route('refresh');
    expect([await ask(), await ask(first)]).toEqual(['too-many-knocks', 'accepted']);
    await server.close();
  });
});

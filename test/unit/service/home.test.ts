import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toBase64Url } from '../../../src/wire/base64url.ts';
import { sortById } from '../../../src/wire/device-list.ts';
import { MAX_HOME_WRAPS } from '../../../src/wire/http/limits.ts';
import { createRoomLogs } from '../../../sync-server/log/room-logs.ts';
import { makeLink, makePerson, type Person, signList } from '../../support/server/identities.ts';
import { type Epoch, epoch, type Members, update } from '../../support/server/records.ts';
import type { Browser } from '../../support/service/browser.ts';
import { anotherDevice, homeOf, Member } from '../../support/service/member.ts';
import { ServiceServer } from '../../support/service/service-server.ts';

describe('the first record of a home', () => {
  let server: ServiceServer;
  let browser: Browser;
  let ann: Member;
  let bob: Person;

  beforeEach(async () => {
    server = await ServiceServer.start();
    browser = server.browser();
    ann = new Member('ann');
    bob = makePerson('bob who is no member');
  });
  afterEach(() => server.close());

  const signUpWith = async (home: Pick<Epoch, 'record' | 'wraps'>, list: Uint8Array = ann.list.bytes) => {
    const body = await ann.beginSignUp(browser);
    return browser.route('signUp', {
      ...body,
      deviceList: toBase64Url(list),
      home: { record: toBase64Url(home.record), wraps: home.wraps.map(toBase64Url) },
    });
  };
  /** Members are sorted by their keys: those of `others` that come right before her and right behind. */
  function neighbours<T extends { readonly id: Person['id'] }>(others: readonly T[]): T[] {
    const before = sortById([ann.person, ...others], ({ id }) => id).findIndex(({ id }) => id === ann.person.id);
    return sortById(others, ({ id }) => id).slice(Math.max(0, before - 1), before + 1);
  }
  const roomOf = (members: Members, device = ann.device) => epoch(device, members, 1);
  const expectRefused = async (home: Epoch, reason = 'bad-home') => {
    const answer = await signUpWith(home);
    expect(answer.body).toMatchObject({ reason });
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(await createRoomLogs(server.store).head(home.room)).toBeUndefined();
    // Nothing of the account stays behind.
    expect((await signUpWith(ann.home)).status).toBe(200);
  };

  it('belongs to the account alone', async () => {
    const annAs = { person: ann.person, role: 'owner' as const };
    for (const other of neighbours(Array.from({ length: 16 }, (_, i) => makePerson(`somebody else ${i}`)))) {
      const answer = await signUpWith(roomOf({ people: [annAs, { person: other, role: 'viewer' }] }));
      expect(answer.body).toMatchObject({ reason: 'bad-home' });
    }
  });

  it('is not somebody else’s', async () => {
    await expectRefused(roomOf(homeOf(bob), bob.device));
  });

  it('has no links', async () => {
    for (const link of neighbours(Array.from({ length: 16 }, (_, i) => makeLink(`into a home ${i}`)))) {
      const links = [{ link, role: 'viewer' as const }];
      const home = roomOf({ people: [{ person: ann.person, role: 'owner' }], links });
      expect((await signUpWith(home)).body).toMatchObject({ reason: 'bad-home' });
    }
  });

  it('has the account as its owner', async () => {
    await expectRefused(roomOf({ ...homeOf(ann.person), people: [{ person: ann.person, role: 'editor' }] }));
  });

  it('is made by a listed device', async () => {
    await expectRefused(roomOf(homeOf(ann.person), bob.device));
  });

  it('names the list that the account begins with', async () => {
    const other = anotherDevice();
    const person = { id: ann.person.id, list: signList(ann.person.key, [ann.device.id, other.id]) };
    await expectRefused(roomOf({ ...homeOf(person), devices: [ann.device.id] }));
  });

  it('[EP7] is sealed to the account’s key and to its first device', async () => {
    expect(ann.home.core.links).toMatchObject([{ principal: ann.person.id }]);
    expect(ann.home.wraps).toHaveLength(MAX_HOME_WRAPS);
    await expectRefused(roomOf({ ...homeOf(ann.person), sealedToAccount: false }));
    ann = new Member('anna');
    await expectRefused(roomOf({ ...homeOf(ann.person), devices: [] }));
  });

  it('brings the wraps that it names', async () => {
    await expectRefused({ ...ann.home, wraps: [] });
    ann = new Member('anna');
    const another = roomOf(homeOf(ann.person));
    await expectRefused({ ...ann.home, wraps: another.wraps });
  });

  it('is signed', async () => {
    const record = ann.home.record.slice();
    record[record.length - 1]! ^= 1;
    await expectRefused({ ...ann.home, record }, 'bad-signature');
  });

  it('is an epoch, the first one', async () => {
    const place = { room: ann.home.room, epoch: 1, counter: 1, head: { seq: 0, hash: ann.home.core.previous } };
    await expectRefused({ ...ann.home, record: update(ann.device, place) });
    ann = new Member('anna');
    const second = epoch(ann.device, homeOf(ann.person), 2, {
      before: ann.home,
      head: { seq: 1, hash: ann.home.hash },
    });
    await expectRefused(second);
    ann = new Member('annie');
    await expectRefused({ ...ann.home, record: new Uint8Array(300) });
  });

  it('comes with a first list: of version 1, of one device', async () => {
    const home = (list: ReturnType<typeof signList>) =>
      roomOf({ ...homeOf({ id: ann.person.id, list }), devices: [ann.device.id] });
    for (const list of [
      signList(ann.person.key, [ann.device.id, anotherDevice().id]),
      signList(ann.person.key, [ann.device.id], 2, ann.list.hash),
      signList(ann.person.key, [ann.device.id], 1, ann.list.hash),
    ])
      expect((await signUpWith(home(list), list.bytes)).body).toMatchObject({ reason: 'bad-device-list' });
  });

  it('is not one that a room has already', async () => {
    const socket = await server.socket(ann.device);
    await socket.next('welcome');
    await socket.create(ann.home);
    expect((await signUpWith(ann.home)).body).toMatchObject({ reason: 'bad-home' });
  });
});

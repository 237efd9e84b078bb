import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toBase64Url } from '../../../src/wire/base64url.ts';
import { sortById } from '../../../src/wire/device-list.ts';
import { createRoomLogs } from '../../../sync-server/log/room-logs.ts';
import { makeLink, makePerson, type Person, signList } from '../../support/server/identities.ts';
import { type Epoch, epoch, type Members, update } from '../../support/server/records.ts';
import type { Browser } from '../../support/service/browser.ts';
import { anotherDevice, Member } from '../../support/service/member.ts';
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
  const homeOf = (members: Members, device = ann.device) => epoch(device, members, 1);
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
    // Members are sorted by their keys: one before her and one behind.
    const others = Array.from({ length: 16 }, (_, i) => makePerson(`somebody else ${i}`));
    const sorted = sortById([ann.person, ...others], ({ id }) => id);
    const place = sorted.indexOf(ann.person);
    for (const other of [sorted[place - 1], sorted[place + 1]]) {
      if (!other) continue;
      const answer = await signUpWith(homeOf({ people: [annAs, { person: other, role: 'viewer' }] }));
      expect(answer.body).toMatchObject({ reason: 'bad-home' });
    }
  });

  it('is not somebody else’s', async () => {
    await expectRefused(homeOf({ people: [{ person: bob, role: 'owner' }] }, bob.device));
  });

  it('has no links', async () => {
    const links = [{ link: makeLink('into a home'), role: 'viewer' as const }];
    await expectRefused(homeOf({ people: [{ person: ann.person, role: 'owner' }], links }));
  });

  it('has the account as its owner', async () => {
    await expectRefused(homeOf({ people: [{ person: ann.person, role: 'editor' }] }));
  });

  it('is made by a listed device', async () => {
    await expectRefused(homeOf({ people: [{ person: ann.person, role: 'owner' }] }, bob.device));
  });

  it('names the list that the account begins with', async () => {
    const other = anotherDevice();
    const person = { id: ann.person.id, list: signList(ann.person.key, [ann.device.id, other.id]) };
    await expectRefused(homeOf({ people: [{ person, role: 'owner' }] }));
  });

  it('brings the wraps that it names', async () => {
    await expectRefused({ ...ann.home, wraps: [] });
    ann = new Member('anna');
    const another = homeOf({ people: [{ person: ann.person, role: 'owner' }] });
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
    const second = epoch(ann.device, { people: [{ person: ann.person, role: 'owner' }] }, 2, {
      before: ann.home,
      head: { seq: 1, hash: ann.home.hash },
    });
    await expectRefused(second);
    ann = new Member('annie');
    await expectRefused({ ...ann.home, record: new Uint8Array(300) });
  });

  it('comes with a first list: of version 1, of one device', async () => {
    const home = (list: ReturnType<typeof signList>) =>
      homeOf({ people: [{ person: { id: ann.person.id, list }, role: 'owner' }] });
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

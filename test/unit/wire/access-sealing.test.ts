import { describe, expect, it } from 'vitest';
import type { Access } from '../../../src/wire/access.ts';
import type { EpochCore, LinkEntry } from '../../../src/wire/epoch.ts';
import { hashId, ZERO_HASH } from '../../../src/wire/ids.ts';
import { KEM_PUBLIC_KEY_BYTES } from '../../../src/wire/prekey.ts';
import { type Person, type SignedList, signList } from '../../support/server/identities.ts';
import {
  accepted,
  at,
  coreOf,
  epochRecord,
  judge,
  listNotice,
  named,
  type Plan,
  reasonOf,
} from '../../support/staged-log.ts';
import {
  alice,
  bob,
  bobLaptop,
  bobPhone,
  carol,
  commentLink,
  dave,
  editLink,
  LISTS,
  newLink,
  next,
  PLAN,
  room,
  stranger,
  viewLink,
  visitor,
  without,
} from '../../support/staged-room.ts';

describe('[EP6] each account has exactly the device list that the log knows, or one that the record brings', () => {
  const joining: Plan = { ...PLAN, people: [...PLAN.people, [stranger, 'editor']] };
  const laterList = signList(bob.key, [bobLaptop.id, bobPhone.id, visitor.id], 2, bob.list.hash);
  const withList = (list: SignedList): Plan => ({
    ...PLAN,
    people: PLAN.people.map(([person, role]) => [person === bob ? { id: bob.id, list } : person, role]),
  });

  it('a newcomer’s list comes with the record', () => {
    expect(reasonOf(next(alice.device, joining, [stranger.list]))).toBe('accepted');
    expect(reasonOf(next(alice.device, joining))).toBe('bad-epoch');
  });

  it('[DL3] a newcomer’s list may have any version', () => {
    const list = signList(stranger.key, [stranger.device.id], 41, hashId(new Uint8Array(32).fill(3)));
    const plan: Plan = { ...PLAN, people: [...PLAN.people, [{ id: stranger.id, list }, 'viewer']] };
    expect(reasonOf(next(alice.device, plan, [list]))).toBe('accepted');
  });

  it('[DL2] a known one’s list follows: version one higher, naming the list before', () => {
    const after = accepted(next(carol.device, withList(laterList), [laterList]));
    expect(after.lists.get(bob.id)?.version).toBe(2);
    expect(after.principalOfDevice.get(visitor.id)).toBe(bob.id);
  });

  it('[DL2] or is newer by more, whatever it names: the lists between may be missing', () => {
    const list = signList(bob.key, [bobLaptop.id, visitor.id], 9, hashId(new Uint8Array(32).fill(3)));
    const after = accepted(next(carol.device, withList(list), [list]));
    expect(after.lists.get(bob.id)).toMatchObject({ version: 9, hash: list.hash });
    expect(after.principalOfDevice.has(bobPhone.id)).toBe(false);
  });

  it.each<[string, SignedList]>([
    ['repeats the version', signList(bob.key, [bobLaptop.id], 1)],
    ['is older', signList(bob.key, [bobLaptop.id], 0)],
    ['names another list before', signList(bob.key, [bobLaptop.id], 2, carol.list.hash)],
    ['names none', signList(bob.key, [bobLaptop.id], 2)],
  ])('[DL2] refused when it %s', (_, list) => {
    expect(reasonOf(next(alice.device, withList(list), [list]))).toBe('bad-epoch');
  });

  it('[DL2] a list that was jumped over cannot come back, nor another one of the same version', () => {
    const jumped = signList(bob.key, [bobLaptop.id], 3, laterList.hash);
    const after = accepted(next(carol.device, withList(jumped), [jumped]));
    for (const list of [laterList, signList(bob.key, [bobLaptop.id, bobPhone.id], 3, laterList.hash)]) {
      const back = coreOf(withList(list), after, at(2));
      expect(reasonOf(judge(after, epochRecord(alice.device, back, [list]), at(2)))).toBe('bad-epoch');
    }
  });

  it('an older list cannot come back', () => {
    const after = accepted(next(carol.device, withList(laterList), [laterList]));
    const back = { ...coreOf(PLAN, after, at(2)) };
    expect(reasonOf(judge(after, epochRecord(alice.device, back, []), at(2)))).toBe('bad-epoch');
    expect(reasonOf(judge(after, epochRecord(alice.device, back, [bob.list]), at(2)))).toBe('bad-epoch');
  });

  it('refused with a list too few, a list of nobody, or another hash', () => {
    const { lists } = coreOf(PLAN, room(), at(1));
    expect(reasonOf(next(alice.device, PLAN, [], { lists: lists.slice(1) }))).toBe('bad-epoch');
    const foreign = coreOf({ people: [[stranger, 'viewer']], links: [] }, room(), at(1)).lists;
    const exchanged = [...lists.slice(1), ...foreign].sort((a, b) =>
      Buffer.compare(Buffer.from(a.principal, 'base64url'), Buffer.from(b.principal, 'base64url')),
    );
    expect(reasonOf(next(alice.device, PLAN, [stranger.list], { lists: exchanged }))).toBe('bad-epoch');
    const other = lists.map((entry, i) => (i === 0 ? { ...entry, hash: ZERO_HASH } : entry));
    expect(reasonOf(next(alice.device, PLAN, [], { lists: other }))).toBe('bad-epoch');
  });

  it('a list that is brought for nobody leaves no trace', () => {
    const after = accepted(next(alice.device, PLAN, [stranger.list]));
    expect(after.lists.has(stranger.id)).toBe(false);
    expect(after.principalOfDevice.has(stranger.device.id)).toBe(false);
  });
});

describe('[EP7] sealed to devices of those lists and to the links of the access list, to nobody else', () => {
  const sorted = (devices: EpochCore['devices']): EpochCore['devices'] =>
    [...devices].sort((a, b) => Buffer.compare(Buffer.from(a.device, 'base64url'), Buffer.from(b.device, 'base64url')));

  it('never to a stranger, not by an owner either', () => {
    const { devices } = coreOf(PLAN, room(), at(1));
    const more = sorted([...devices, { device: stranger.device.id, prekey: 1 }]);
    expect(reasonOf(next(alice.device, PLAN, [], { devices: more }))).toBe('bad-epoch');
    expect(reasonOf(next(bob.device, PLAN, [], { devices: more }))).toBe('bad-epoch');
  });

  it('not to whoever the same record removes', () => {
    const plan: Plan = { people: without(PLAN, dave), links: [] };
    const { devices } = coreOf(plan, room(), at(1));
    const more = sorted([...devices, { device: dave.device.id, prekey: 1 }]);
    expect(reasonOf(next(alice.device, plan, [], { devices: more }))).toBe('bad-epoch');
  });

  it('not to a device that a notice has dropped', () => {
    const shorter = signList(bob.key, [bobLaptop.id], 2, bob.list.hash);
    const access = accepted(judge(room(), listNotice(room(), bobLaptop, shorter), at(1)));
    const plan: Plan = {
      ...PLAN,
      people: PLAN.people.map(([person, role]) => [person === bob ? { id: bob.id, list: shorter } : person, role]),
    };
    const core = coreOf(plan, access, at(2));
    expect(reasonOf(judge(access, epochRecord(alice.device, core, []), at(2)))).toBe('accepted');
    const more = sorted([...core.devices, { device: bobPhone.id, prekey: 1 }]);
    const sealedToo = { ...core, devices: more };
    expect(reasonOf(judge(access, epochRecord(alice.device, sealedToo, []), at(2)))).toBe('bad-epoch');
  });

  it('a later epoch may leave out a device whose prekey is too old', () => {
    const { devices } = coreOf(PLAN, room(), at(1));
    expect(reasonOf(next(alice.device, PLAN, [], { devices: devices.slice(1) }))).toBe('accepted');
  });

  it('to each link of the access list, and to no other', () => {
    const { links } = coreOf(PLAN, room(), at(1));
    expect(reasonOf(next(alice.device, PLAN, [], { links: links.slice(1) }))).toBe('bad-epoch');
    expect(reasonOf(next(alice.device, PLAN, [], { links: [] }))).toBe('bad-epoch');
    const other = coreOf(
      {
        ...PLAN,
        links: [
          [newLink, 'viewer'],
          [editLink, 'editor'],
          [commentLink, 'commenter'],
        ],
      },
      room(),
      at(1),
    ).links;
    expect(reasonOf(next(alice.device, PLAN, [], { links: other }))).toBe('bad-epoch');
  });

  it.each<[string, Partial<LinkEntry>]>([
    ['another key', { kemKey: new Uint8Array(KEM_PUBLIC_KEY_BYTES).fill(1) }],
    ['another end', { expiresAt: 5 }],
    ['another number of uses', { maxUses: 5 }],
  ])('[EP9] a link gets %s from nobody, an owner included', (_, changes) => {
    const links = coreOf(PLAN, room(), at(1)).links.map((link, index) =>
      index === 0 ? { ...link, ...changes } : link,
    );
    for (const { device } of [alice, bob]) expect(reasonOf(next(device, PLAN, [], { links }))).toBe('bad-epoch');
  });

  describe('a room of one account alone, its home,', () => {
    const HOME: Plan = { people: [[bob, 'owner']], links: [] };
    const sealedTo = (plan: Plan, ...principals: readonly { readonly id: Person['id'] }[]): Partial<EpochCore> => ({
      links: coreOf({ people: plan.people, links: principals.map((of) => [of, 'viewer'] as const) }, null, at(0)).links,
    });
    const firstOf = (plan: Plan, changes: Partial<EpochCore>, lists: readonly SignedList[] = [bob.list]) =>
      judge(null, epochRecord(bobPhone, named({ ...coreOf(plan, null, at(0)), ...changes }), lists), at(0));
    const home = (): Access => accepted(firstOf(HOME, sealedTo(HOME, bob)));

    it('may be sealed to that account’s key, in the first epoch and in later ones, or not', () => {
      expect(reasonOf(firstOf(HOME, {}))).toBe('accepted');
      expect(home().core.links).toMatchObject([{ principal: bob.id }]);
      for (const changes of [{}, sealedTo(HOME, bob)])
        expect(reasonOf(next(bobLaptop, HOME, [], changes, home()))).toBe('accepted');
    });

    it('is sealed to nobody else’s, and to no link', () => {
      for (const others of [[alice], [editLink], [alice, bob], [bob, editLink]])
        expect(reasonOf(firstOf(HOME, sealedTo(HOME, ...others)))).toBe('bad-epoch');
      expect(reasonOf(next(bobLaptop, HOME, [], sealedTo(HOME, stranger), home()))).toBe('bad-epoch');
    });

    it('ends with a link or another account: then no account’s key is sealed to', () => {
      const linked: Plan = { ...HOME, links: [[editLink, 'editor']] };
      const shared: Plan = {
        people: [
          [bob, 'owner'],
          [carol, 'viewer'],
        ],
        links: [],
      };
      for (const who of [[bob], [bob, editLink]])
        expect(reasonOf(firstOf(linked, sealedTo(linked, ...who)))).toBe('bad-epoch');
      for (const who of [[bob], [carol], [bob, carol]])
        expect(reasonOf(firstOf(shared, sealedTo(shared, ...who), [bob.list, carol.list]))).toBe('bad-epoch');
      expect(reasonOf(next(bobLaptop, shared, [carol.list], sealedTo(shared, bob), home()))).toBe('bad-epoch');
      expect(reasonOf(next(bobLaptop, shared, [carol.list], {}, home()))).toBe('accepted');
    });
  });

  it('a link is never an owner: not in the first epoch, not in a later one', () => {
    const plan: Plan = {
      ...PLAN,
      links: [
        [editLink, 'owner'],
        [viewLink, 'viewer'],
      ],
    };
    const core = coreOf(plan, null, at(0));
    expect(reasonOf(judge(null, epochRecord(alice.device, core, LISTS), at(0)))).toBe('bad-epoch');
    expect(reasonOf(next(alice.device, plan))).toBe('bad-epoch');
  });
});

import { describe, expect, it } from 'vitest';
import type { Access } from '../../../src/wire/access.ts';
import type { EpochCore } from '../../../src/wire/epoch.ts';
import { hashId, ZERO_HASH } from '../../../src/wire/ids.ts';
import type { Role } from '../../../src/wire/roles.ts';
import {
  makeDevice,
  makeLink,
  makePerson,
  type Person,
  type SignedList,
  signList,
} from '../../support/server/identities.ts';
import {
  accepted,
  at,
  coreOf,
  epochRecord,
  judge,
  listNotice,
  named,
  notice,
  type Plan,
  reasonOf,
  visitorNotice,
} from './staged-log.ts';

const alice = makePerson('alice');
const bobPhone = makeDevice('bob phone');
const bobLaptop = makeDevice('bob laptop');
const bob = makePerson('bob', [bobLaptop, bobPhone]);
const carol = makePerson('carol');
const dave = makePerson('dave');
const stranger = makePerson('stranger');
const editLink = makeLink('edit');
const viewLink = makeLink('view');
const newLink = makeLink('new');
const visitor = makeDevice('visitor');

const START_PLAN: Plan = {
  people: [
    [alice, 'owner'],
    [bob, 'editor'],
    [carol, 'commenter'],
    [dave, 'viewer'],
  ],
  links: [
    [editLink, 'editor'],
    [viewLink, 'viewer'],
  ],
};
const LISTS = [alice.list, bob.list, carol.list, dave.list];
const first = (changes: Partial<EpochCore> = {}): EpochCore =>
  named({ ...coreOf(START_PLAN, null, at(0)), ...changes });
const room = (): Access => accepted(judge(null, epochRecord(alice.device, first(), LISTS), at(0)));

const people = (...entries: Plan['people'][number][]): Plan['people'] => entries;
const without = (plan: Plan, who: { readonly id: string }): Plan['people'] =>
  plan.people.filter(([{ id }]) => id !== who.id);
const withRole = (who: { readonly id: string }, role: Role): Plan['people'] =>
  START_PLAN.people.map(([person, before]) => [person, person.id === who.id ? role : before]);

/** The verdict on the next epoch, written by `by` as the second record. */
function next(
  by: typeof alice.device,
  plan: Plan,
  lists: readonly SignedList[] = [],
  changes: Partial<EpochCore> = {},
  access = room(),
) {
  return judge(access, epochRecord(by, { ...coreOf(plan, access, at(1)), ...changes }, lists), at(1));
}

describe('[EP2] the first record of a log', () => {
  it('is epoch 1, signed by a device of an owner', () => {
    const access = room();
    expect(access).toMatchObject({ epoch: 1, epochSeq: 1, rightsChanging: false });
    expect(access.room).toBe(first().room);
    expect(access.lastListChange).toBe(access.epochHash);
    expect(access.principalOfDevice.size).toBe(5);
  });

  it.each([
    ['an editor', bob.device],
    ['a viewer', dave.device],
    ['a stranger', stranger.device],
  ])('is refused when %s signs it', (_, device) => {
    expect(reasonOf(judge(null, epochRecord(device, first(), LISTS), at(0)))).toBe('wrong-role');
  });

  it('is refused when it is a notice', () => {
    expect(reasonOf(judge(null, notice(room(), alice.device, { type: 'leave' }), at(0)))).toBe('bad-epoch');
  });

  it('is refused when it is an epoch record that follows another', () => {
    const second = epochRecord(alice.device, coreOf(START_PLAN, room(), at(1)), []);
    expect(reasonOf(judge(null, second, at(0)))).toBe('bad-epoch');
  });

  it('[EP1] is refused when the room is not the core’s hash', () => {
    const core = { ...first(), commitment: new Uint8Array(32).fill(1) };
    expect(reasonOf(judge(null, epochRecord(alice.device, core, LISTS), at(0)))).toBe('wrong-room');
  });

  it('[EP7] may leave out devices, whose prekeys nobody knows yet', () => {
    const devices = first().devices.slice(1);
    expect(reasonOf(judge(null, epochRecord(alice.device, first({ devices }), LISTS), at(0)))).toBe('accepted');
  });
});

describe('[EP3] an epoch follows the one that it names', () => {
  it('is accepted, and becomes the current one', () => {
    const access = room();
    const second = accepted(next(alice.device, START_PLAN));
    expect(second).toMatchObject({ epoch: 2, epochSeq: 2 });
    expect(second.core.previous).toBe(access.epochHash);
  });

  it.each<[string, Partial<EpochCore>, string]>([
    ['names another epoch before it', { previous: hashId(new Uint8Array(32).fill(5)) }, 'epoch-conflict'],
    ['names another change of the list', { lastListChange: ZERO_HASH }, 'epoch-conflict'],
    ['is of another room', { room: hashId(new Uint8Array(32).fill(5)) as never }, 'wrong-room'],
    ['jumps over an epoch', { epoch: 3 }, 'bad-epoch'],
    ['stands at a position before the current epoch', { position: at(0) }, 'stale-head'],
    ['stands at its own position', { position: at(2) }, 'unknown-head'],
  ])('is refused when it %s', (_, changes, reason) => {
    expect(reasonOf(next(alice.device, START_PLAN, [], changes))).toBe(reason);
  });

  it('is refused when the core stands at a position that is not there yet', () => {
    const access = room();
    const core = { ...coreOf(START_PLAN, access, at(1)), position: at(2) };
    expect(reasonOf(judge(access, epochRecord(alice.device, core, [], { head: at(1) }), at(1)))).toBe('stale-head');
  });

  it('is an epoch conflict for whoever comes second', () => {
    const access = room();
    const [winner, loser] = [alice, bob].map(({ device }) =>
      epochRecord(device, coreOf(START_PLAN, access, at(1)), []),
    );
    const after = accepted(judge(access, winner!, at(1)));
    expect(reasonOf(judge(after, loser!, at(2)))).toBe('epoch-conflict');
  });

  it('is refused when header and core disagree on the epoch', () => {
    const access = room();
    const core = { ...coreOf(START_PLAN, access, at(1)), epoch: 3 };
    expect(reasonOf(judge(access, epochRecord(alice.device, core, [], { epoch: 2 }), at(1)))).toBe('bad-epoch');
  });
});

describe('[EP4] only owners change the access list, and an owner remains', () => {
  const smaller: Plan = { people: without(START_PLAN, dave), links: [] };

  it('an owner does', () => {
    const after = accepted(next(alice.device, smaller));
    expect(after.members.has(dave.id)).toBe(false);
    expect(after.principalOfDevice.has(dave.device.id)).toBe(false);
    expect(after.lastListChange).toBe(after.epochHash);
  });

  it.each([
    ['an editor', bob.device],
    ['a commenter', carol.device],
    ['a viewer', dave.device],
  ])('%s does not', (_, device) => {
    expect(reasonOf(next(device, smaller))).toBe('wrong-role');
  });

  it('an editor cannot make itself an owner, nor add somebody, nor make a link', () => {
    expect(reasonOf(next(bob.device, { ...START_PLAN, people: withRole(bob, 'owner') }))).toBe('wrong-role');
    const added: Plan = { ...START_PLAN, people: [...START_PLAN.people, [stranger, 'viewer']] };
    expect(reasonOf(next(bob.device, added, [stranger.list]))).toBe('wrong-role');
    const linked: Plan = { ...START_PLAN, links: [...START_PLAN.links, [newLink, 'viewer']] };
    expect(reasonOf(next(bob.device, linked))).toBe('wrong-role');
  });

  it('renewal with the same list: by owner, editor and commenter, and the list counts as unchanged', () => {
    for (const { device } of [alice, bob, carol]) {
      const after = accepted(next(device, START_PLAN));
      expect(after.lastListChange).toBe(room().lastListChange);
      expect(after.members).toEqual(room().members);
    }
  });

  it('no renewal by a viewer, a visitor or a stranger', () => {
    expect(reasonOf(next(dave.device, START_PLAN))).toBe('wrong-role');
    expect(reasonOf(next(stranger.device, START_PLAN))).toBe('unknown-device');
    const access = accepted(judge(room(), visitorNotice(room(), visitor, editLink), at(1)));
    const renewal = epochRecord(visitor, coreOf(START_PLAN, access, at(1)), []);
    expect(reasonOf(judge(access, renewal, at(2)))).toBe('wrong-role');
  });

  it('the last owner cannot be removed or demoted, not by itself either', () => {
    expect(reasonOf(next(alice.device, { people: without(START_PLAN, alice), links: [] }))).toBe('bad-epoch');
    expect(reasonOf(next(alice.device, { people: withRole(alice, 'editor'), links: [] }))).toBe('bad-epoch');
  });

  it('an owner may hand the room over', () => {
    const handed: Plan = {
      people: people([alice, 'editor'], [bob, 'owner'], [carol, 'commenter'], [dave, 'viewer']),
      links: [],
    };
    expect(reasonOf(next(alice.device, handed))).toBe('accepted');
  });

  it('whoever was made an owner changes the list, whoever was demoted does not', () => {
    const handed: Plan = { people: withRole(bob, 'owner').map(([p, r]) => [p, p === alice ? 'editor' : r]), links: [] };
    const after = accepted(next(alice.device, handed));
    const then: Plan = { ...handed, people: handed.people.filter(([person]) => person !== dave) };
    const core = coreOf(then, after, at(2));
    expect(reasonOf(judge(after, epochRecord(bob.device, core, []), at(2)))).toBe('accepted');
    expect(reasonOf(judge(after, epochRecord(alice.device, core, []), at(2)))).toBe('wrong-role');
  });
});

describe('[EP5] an epoch that removes or demotes an account keeps no link', () => {
  it.each<[string, Plan['people']]>([
    ['a removal', without(START_PLAN, carol)],
    ['the removal of a viewer', without(START_PLAN, dave)],
    ['a demotion', withRole(bob, 'viewer')],
  ])('%s with a link kept is refused', (_, members) => {
    expect(reasonOf(next(alice.device, { people: members, links: START_PLAN.links }))).toBe('bad-epoch');
    expect(reasonOf(next(alice.device, { people: members, links: [[viewLink, 'viewer']] }))).toBe('bad-epoch');
    expect(reasonOf(next(alice.device, { people: members, links: [] }))).toBe('accepted');
    expect(reasonOf(next(alice.device, { people: members, links: [[newLink, 'viewer']] }))).toBe('accepted');
  });

  it('a promotion, an addition and the end of a link keep the others', () => {
    expect(reasonOf(next(alice.device, { ...START_PLAN, people: withRole(dave, 'editor') }))).toBe('accepted');
    const added: Plan = { ...START_PLAN, people: [...START_PLAN.people, [stranger, 'viewer']] };
    expect(reasonOf(next(alice.device, added, [stranger.list]))).toBe('accepted');
    expect(reasonOf(next(alice.device, { ...START_PLAN, links: [[viewLink, 'viewer']] }))).toBe('accepted');
  });

  it('[CE1] a visitor is out with its link', () => {
    const access = accepted(judge(room(), visitorNotice(room(), visitor, editLink), at(1)));
    expect(access.principalOfDevice.get(visitor.id)).toBe(editLink.id);
    const kept = accepted(judge(access, epochRecord(alice.device, coreOf(START_PLAN, access, at(2)), []), at(2)));
    expect(kept.principalOfDevice.get(visitor.id)).toBe(editLink.id);
    const ended = coreOf({ ...START_PLAN, links: [[viewLink, 'viewer']] }, access, at(2));
    const after = accepted(judge(access, epochRecord(alice.device, ended, []), at(2)));
    expect(after.principalOfDevice.has(visitor.id)).toBe(false);
  });
});

describe('[EP6] each account has exactly the device list that the log knows, or one that the record brings', () => {
  const joining: Plan = { ...START_PLAN, people: [...START_PLAN.people, [stranger, 'editor']] };
  const laterList = signList(bob.key, [bobLaptop.id, bobPhone.id, visitor.id], 2, bob.list.hash);
  const withList = (list: SignedList): Plan => ({
    ...START_PLAN,
    people: START_PLAN.people.map(([person, role]) => [person === bob ? { id: bob.id, list } : person, role]),
  });

  it('a newcomer’s list comes with the record', () => {
    expect(reasonOf(next(alice.device, joining, [stranger.list]))).toBe('accepted');
    expect(reasonOf(next(alice.device, joining))).toBe('bad-epoch');
  });

  it('[DL3] a newcomer’s list may have any version', () => {
    const list = signList(stranger.key, [stranger.device.id], 41, hashId(new Uint8Array(32).fill(3)));
    const plan: Plan = { ...START_PLAN, people: [...START_PLAN.people, [{ id: stranger.id, list }, 'viewer']] };
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
    const back = { ...coreOf(START_PLAN, after, at(2)) };
    expect(reasonOf(judge(after, epochRecord(alice.device, back, []), at(2)))).toBe('bad-epoch');
    expect(reasonOf(judge(after, epochRecord(alice.device, back, [bob.list]), at(2)))).toBe('bad-epoch');
  });

  it('refused with a list too few, a list of nobody, or another hash', () => {
    const { lists } = coreOf(START_PLAN, room(), at(1));
    expect(reasonOf(next(alice.device, START_PLAN, [], { lists: lists.slice(1) }))).toBe('bad-epoch');
    const foreign = coreOf({ people: people([stranger, 'viewer']), links: [] }, room(), at(1)).lists;
    const exchanged = [...lists.slice(1), ...foreign].sort((a, b) =>
      Buffer.compare(Buffer.from(a.principal, 'base64url'), Buffer.from(b.principal, 'base64url')),
    );
    expect(reasonOf(next(alice.device, START_PLAN, [stranger.list], { lists: exchanged }))).toBe('bad-epoch');
    const other = lists.map((entry, i) => (i === 0 ? { ...entry, hash: ZERO_HASH } : entry));
    expect(reasonOf(next(alice.device, START_PLAN, [], { lists: other }))).toBe('bad-epoch');
  });

  it('a list that is brought for nobody leaves no trace', () => {
    const after = accepted(next(alice.device, START_PLAN, [stranger.list]));
    expect(after.lists.has(stranger.id)).toBe(false);
    expect(after.principalOfDevice.has(stranger.device.id)).toBe(false);
  });
});

describe('[EP7] sealed to devices of those lists and to the links of the access list, to nobody else', () => {
  const sorted = (devices: EpochCore['devices']): EpochCore['devices'] =>
    [...devices].sort((a, b) => Buffer.compare(Buffer.from(a.device, 'base64url'), Buffer.from(b.device, 'base64url')));

  it('never to a stranger, not by an owner either', () => {
    const { devices } = coreOf(START_PLAN, room(), at(1));
    const more = sorted([...devices, { device: stranger.device.id, prekey: 1 }]);
    expect(reasonOf(next(alice.device, START_PLAN, [], { devices: more }))).toBe('bad-epoch');
    expect(reasonOf(next(bob.device, START_PLAN, [], { devices: more }))).toBe('bad-epoch');
  });

  it('not to whoever the same record removes', () => {
    const plan: Plan = { people: without(START_PLAN, dave), links: [] };
    const { devices } = coreOf(plan, room(), at(1));
    const more = sorted([...devices, { device: dave.device.id, prekey: 1 }]);
    expect(reasonOf(next(alice.device, plan, [], { devices: more }))).toBe('bad-epoch');
  });

  it('not to a device that a notice has dropped', () => {
    const shorter = signList(bob.key, [bobLaptop.id], 2, bob.list.hash);
    const access = accepted(judge(room(), listNotice(room(), bobLaptop, shorter), at(1)));
    const plan: Plan = {
      ...START_PLAN,
      people: START_PLAN.people.map(([person, role]) => [
        person === bob ? { id: bob.id, list: shorter } : person,
        role,
      ]),
    };
    const core = coreOf(plan, access, at(2));
    expect(reasonOf(judge(access, epochRecord(alice.device, core, []), at(2)))).toBe('accepted');
    const more = sorted([...core.devices, { device: bobPhone.id, prekey: 1 }]);
    const sealedToo = { ...core, devices: more };
    expect(reasonOf(judge(access, epochRecord(alice.device, sealedToo, []), at(2)))).toBe('bad-epoch');
  });

  it('a later epoch may leave out a device whose prekey is too old', () => {
    const { devices } = coreOf(START_PLAN, room(), at(1));
    expect(reasonOf(next(alice.device, START_PLAN, [], { devices: devices.slice(1) }))).toBe('accepted');
  });

  it('to each link of the access list, and to no other', () => {
    const { links } = coreOf(START_PLAN, room(), at(1));
    expect(reasonOf(next(alice.device, START_PLAN, [], { links: links.slice(1) }))).toBe('bad-epoch');
    expect(reasonOf(next(alice.device, START_PLAN, [], { links: [] }))).toBe('bad-epoch');
    const other = coreOf(
      {
        ...START_PLAN,
        links: [
          [newLink, 'viewer'],
          [editLink, 'editor'],
        ],
      },
      room(),
      at(1),
    ).links;
    expect(reasonOf(next(alice.device, START_PLAN, [], { links: other }))).toBe('bad-epoch');
  });

  describe('a room of one account alone, its home,', () => {
    const HOME: Plan = { people: people([bob, 'owner']), links: [] };
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
      const shared: Plan = { people: people([bob, 'owner'], [carol, 'viewer']), links: [] };
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
      ...START_PLAN,
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

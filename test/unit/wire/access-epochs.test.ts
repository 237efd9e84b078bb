import { describe, expect, it } from 'vitest';
import type { Access } from '../../../src/wire/access.ts';
import type { EpochCore } from '../../../src/wire/epoch.ts';
import { hashId, ZERO_HASH } from '../../../src/wire/ids.ts';
import type { Role } from '../../../src/wire/roles.ts';
import { type Device, signList } from '../../support/server/identities.ts';
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
} from '../../support/staged-log.ts';
import {
  alice,
  bob,
  bobPhone,
  carol,
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

const first = (changes: Partial<EpochCore> = {}): EpochCore => named({ ...coreOf(PLAN, null, at(0)), ...changes });

const withRole = (who: { readonly id: string }, role: Role): Plan['people'] =>
  PLAN.people.map(([person, before]) => [person, person.id === who.id ? role : before]);

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
    const second = epochRecord(alice.device, coreOf(PLAN, room(), at(1)), []);
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
    const second = accepted(next(alice.device, PLAN));
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
    expect(reasonOf(next(alice.device, PLAN, [], changes))).toBe(reason);
  });

  it('is refused when the core stands at a position that is not there yet', () => {
    const access = room();
    const core = { ...coreOf(PLAN, access, at(1)), position: at(2) };
    expect(reasonOf(judge(access, epochRecord(alice.device, core, [], { head: at(1) }), at(1)))).toBe('stale-head');
  });

  it('is an epoch conflict for whoever comes second', () => {
    const access = room();
    const [winner, loser] = [alice, bob].map(({ device }) => epochRecord(device, coreOf(PLAN, access, at(1)), []));
    const after = accepted(judge(access, winner!, at(1)));
    expect(reasonOf(judge(after, loser!, at(2)))).toBe('epoch-conflict');
  });

  it('is an epoch conflict where somebody has left, or a list has changed, since it was begun', () => {
    const access = room();
    const begun = (device: Device, plan = PLAN) => epochRecord(device, coreOf(plan, access, at(1)), []);
    const plan: Plan = { ...PLAN, people: withRole(bob, 'viewer') };
    const left = accepted(judge(access, notice(access, dave.device, { type: 'leave' }), at(1)));
    for (const late of [begun(alice.device, plan), begun(bob.device)])
      expect(judge(left, late, at(2))).toMatchObject({ ok: false, reason: 'epoch-conflict' });
    const longer = signList(bob.key, [...bob.list.devices, visitor.id], 2, bob.list.hash);
    const listed = accepted(judge(access, listNotice(access, bob.device, longer), at(1)));
    expect(reasonOf(judge(listed, begun(alice.device), at(2)))).toBe('epoch-conflict');
    // Whoever has seen the notice is at fault.
    const knows = epochRecord(alice.device, coreOf(PLAN, access, at(1)), [], { head: at(2) });
    expect(reasonOf(judge(left, knows, at(2)))).toBe('bad-epoch');
  });

  it('is refused when header and core disagree on the epoch', () => {
    const access = room();
    const core = { ...coreOf(PLAN, access, at(1)), epoch: 3 };
    expect(reasonOf(judge(access, epochRecord(alice.device, core, [], { epoch: 2 }), at(1)))).toBe('bad-epoch');
  });
});

describe('[EP4] only owners change the access list, and an owner remains', () => {
  const smaller: Plan = { people: without(PLAN, dave), links: [] };

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
    expect(reasonOf(next(bob.device, { ...PLAN, people: withRole(bob, 'owner') }))).toBe('wrong-role');
    const added: Plan = { ...PLAN, people: [...PLAN.people, [stranger, 'viewer']] };
    expect(reasonOf(next(bob.device, added, [stranger.list]))).toBe('wrong-role');
    const linked: Plan = { ...PLAN, links: [...PLAN.links, [newLink, 'viewer']] };
    expect(reasonOf(next(bob.device, linked))).toBe('wrong-role');
  });

  it('renewal with the same list: by owner, editor and commenter, and the list counts as unchanged', () => {
    for (const { device } of [alice, bob, carol]) {
      const after = accepted(next(device, PLAN));
      expect(after.lastListChange).toBe(room().lastListChange);
      expect(after.members).toEqual(room().members);
    }
  });

  it('no renewal by a viewer, a visitor or a stranger', () => {
    expect(reasonOf(next(dave.device, PLAN))).toBe('wrong-role');
    expect(reasonOf(next(stranger.device, PLAN))).toBe('unknown-device');
    const access = accepted(judge(room(), visitorNotice(room(), visitor, editLink), at(1)));
    const renewal = epochRecord(visitor, coreOf(PLAN, access, at(1)), []);
    expect(reasonOf(judge(access, renewal, at(2)))).toBe('wrong-role');
  });

  it('the last owner cannot be removed or demoted, not by itself either', () => {
    expect(reasonOf(next(alice.device, { people: without(PLAN, alice), links: [] }))).toBe('bad-epoch');
    expect(reasonOf(next(alice.device, { people: withRole(alice, 'editor'), links: [] }))).toBe('bad-epoch');
  });

  it('an owner may hand the room over', () => {
    const handed: Plan = {
      people: [
        [alice, 'editor'],
        [bob, 'owner'],
        [carol, 'commenter'],
        [dave, 'viewer'],
      ],
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

describe('[EP11] whoever signs an epoch is in it', () => {
  it('an owner who removes itself is refused, for it would know the secret; another may do it', () => {
    const people: Plan['people'] = [[carol, 'owner'], ...without(PLAN, carol)];
    const access = accepted(next(alice.device, { people, links: [] }));
    const gone: Plan = { people: without({ ...PLAN, people }, alice), links: [] };
    const by = (device: typeof alice.device) =>
      judge(access, epochRecord(device, coreOf(gone, access, at(2)), []), at(2));
    expect(reasonOf(by(alice.device))).toBe('bad-epoch');
    expect(reasonOf(by(carol.device))).toBe('accepted');
  });

  it('it may take rights from itself, and leave its own device out of the wraps', () => {
    const access = accepted(next(alice.device, { people: [[carol, 'owner'], ...without(PLAN, carol)], links: [] }));
    const people: Plan['people'] = [
      [alice, 'viewer'],
      [carol, 'owner'],
      ...without({ ...PLAN, people: without(PLAN, carol) }, alice),
    ];
    const core = coreOf({ people, links: [] }, access, at(2));
    const devices = core.devices.filter(({ device }) => device !== alice.device.id);
    expect(reasonOf(judge(access, epochRecord(alice.device, { ...core, devices }, []), at(2)))).toBe('accepted');
  });
});

describe('[SN5] an epoch that somebody can read who could not read the one before', () => {
  const renewed = (changes: (core: EpochCore) => Partial<EpochCore> = () => ({}), access = room()) => {
    const core = coreOf(PLAN, access, at(1));
    return accepted(judge(access, epochRecord(bob.device, { ...core, ...changes(core) }, []), at(1)));
  };

  it('is one that lets somebody in, and not a renewal', () => {
    expect(renewed().grown).toBeNull();
    const added: Plan = { ...PLAN, people: [...PLAN.people, [stranger, 'viewer']] };
    expect(accepted(next(alice.device, added, [stranger.list])).grown).toEqual({ seq: 2, by: alice.device.id });
  });

  it('is one that is sealed to a device which was left out before', () => {
    const [first] = coreOf(PLAN, room(), at(1)).devices;
    const without = renewed(({ devices }) => ({ devices: devices.slice(1) }));
    expect(without.core.devices).not.toContainEqual(first);
    expect(without.grown).toBeNull();
    const core = coreOf(PLAN, without, at(2));
    const after = accepted(judge(without, epochRecord(bob.device, core, []), at(2)));
    expect(after.grown).toEqual({ seq: 3, by: bob.device.id });
  });

  it('[NO5] is the one after an epoch that somebody has said it cannot open', () => {
    const access = room();
    const content = { type: 'objection', seq: 1, record: access.epochHash } as const;
    const disputed = accepted(judge(access, notice(access, carol.device, content), at(1)));
    expect(disputed.grown).toBeNull();
    const core = coreOf(PLAN, disputed, at(2));
    const after = accepted(judge(disputed, epochRecord(carol.device, core, []), at(2)));
    expect(after.grown).toEqual({ seq: 3, by: carol.device.id });
    const last = accepted(judge(after, epochRecord(bob.device, coreOf(PLAN, after, at(3)), []), at(3)));
    expect(last.grown).toEqual(after.grown);
  });
});

describe('[EP5] an epoch that removes or demotes an account keeps no link', () => {
  it.each<[string, Plan['people']]>([
    ['a removal', without(PLAN, carol)],
    ['the removal of a viewer', without(PLAN, dave)],
    ['a demotion', withRole(bob, 'viewer')],
  ])('%s with a link kept is refused', (_, members) => {
    expect(reasonOf(next(alice.device, { people: members, links: PLAN.links }))).toBe('bad-epoch');
    expect(reasonOf(next(alice.device, { people: members, links: [[viewLink, 'viewer']] }))).toBe('bad-epoch');
    expect(reasonOf(next(alice.device, { people: members, links: [] }))).toBe('accepted');
    expect(reasonOf(next(alice.device, { people: members, links: [[newLink, 'viewer']] }))).toBe('accepted');
  });

  it('a promotion, an addition and the end of a link keep the others', () => {
    expect(reasonOf(next(alice.device, { ...PLAN, people: withRole(dave, 'editor') }))).toBe('accepted');
    const added: Plan = { ...PLAN, people: [...PLAN.people, [stranger, 'viewer']] };
    expect(reasonOf(next(alice.device, added, [stranger.list]))).toBe('accepted');
    expect(reasonOf(next(alice.device, { ...PLAN, links: [[viewLink, 'viewer']] }))).toBe('accepted');
  });

  it('[CE1] a visitor is out with its link', () => {
    const access = accepted(judge(room(), visitorNotice(room(), visitor, editLink), at(1)));
    expect(access.principalOfDevice.get(visitor.id)).toBe(editLink.id);
    const kept = accepted(judge(access, epochRecord(alice.device, coreOf(PLAN, access, at(2)), []), at(2)));
    expect(kept.principalOfDevice.get(visitor.id)).toBe(editLink.id);
    const ended = coreOf({ ...PLAN, links: [[viewLink, 'viewer']] }, access, at(2));
    const after = accepted(judge(access, epochRecord(alice.device, ended, []), at(2)));
    expect(after.principalOfDevice.has(visitor.id)).toBe(false);
  });
});

describe('[SN5] an epoch that somebody may need a snapshot for', () => {
  /** The epoch after `before`, written by alice at this position. */
  const after = (before: Access, seq: number, changes: Partial<EpochCore> = {}, plan: Plan = PLAN): Access => {
    const core = { ...coreOf(plan, before, at(seq - 1)), ...changes };
    return accepted(judge(before, epochRecord(alice.device, core, []), at(seq - 1)));
  };

  it('is one that lets somebody in, or seals again to a device that was left out', () => {
    const { devices } = coreOf(PLAN, room(), at(1));
    const renewed = after(room(), 2);
    expect(renewed.grown).toBeNull();
    const leftOut = after(renewed, 3, { devices: devices.filter(({ device }) => device !== bobPhone.id) });
    expect(leftOut.grown).toBeNull();
    const back = after(leftOut, 4);
    expect(back.grown).toEqual({ seq: 4, by: alice.device.id });
    expect(after(back, 5).grown).toEqual({ seq: 4, by: alice.device.id });
    const links = [...PLAN.links, [newLink, 'viewer']] as const;
    expect(after(back, 5, {}, { ...PLAN, links }).grown).toEqual({ seq: 5, by: alice.device.id });
  });
});

import { describe, expect, it } from 'vitest';
import { type Access, roleOf, roleWith } from '../../../src/wire/access.ts';
import { hashId } from '../../../src/wire/ids.ts';
import { makeLink, signList } from '../../support/server/identities.ts';
import {
  accepted,
  at,
  coreOf,
  epochRecord,
  judge,
  listNotice,
  notice,
  type Plan,
  reasonOf,
  record,
  visitorNotice,
} from '../../support/staged-log.ts';
import {
  alice,
  bob,
  bobLaptop,
  bobPhone,
  carol,
  commentLink,
  editLink,
  HEAD,
  later,
  PLAN,
  stranger,
  update,
  viewLink,
  visitor,
} from '../../support/staged-room.ts';

const goneLink = makeLink('gone');

describe('[NO2] a newer device list of a member, sent by a device on it', () => {
  const longer = signList(bob.key, [bobLaptop.id, bobPhone.id, visitor.id], 2, bob.list.hash);

  it('takes effect at once: the new device writes', () => {
    const access = accepted(judge(later(), listNotice(later(), bobLaptop, longer), HEAD));
    expect(access.lists.get(bob.id)).toMatchObject({ version: 2, hash: longer.hash });
    expect(roleOf(access, visitor.id)).toBe('editor');
    expect(access.rightsChanging).toBe(false);
    expect(reasonOf(judge(access, update(access, {}, visitor), at(12)))).toBe('accepted');
  });

  it('may be sent by the device that it brings', () => {
    expect(reasonOf(judge(later(), listNotice(later(), visitor, longer), HEAD))).toBe('accepted');
  });

  it('[DL2] may jump over lists that the room has not seen: its sender was not on them', () => {
    const jumping = signList(bob.key, [bobLaptop.id, bobPhone.id, visitor.id], 7, carol.list.hash);
    const access = accepted(judge(later(), listNotice(later(), visitor, jumping), HEAD));
    expect(access.lists.get(bob.id)).toMatchObject({ version: 7, hash: jumping.hash });
    expect(roleOf(access, visitor.id)).toBe('editor');
    expect(reasonOf(judge(access, listNotice(access, bobLaptop, longer), at(12)))).toBe('bad-epoch');
  });

  it('[DL2] a device that was revoked does not bring an older list back', () => {
    const revoking = signList(bob.key, [bobLaptop.id], 3, longer.hash);
    const access = accepted(judge(later(), listNotice(later(), bobLaptop, revoking), HEAD));
    for (const list of [longer, signList(bob.key, [bobLaptop.id, visitor.id], 3, longer.hash)])
      expect(reasonOf(judge(access, listNotice(access, visitor, list), at(12)))).toBe('bad-epoch');
  });

  it('not by a device that is not on it: neither a stranger’s nor one that it drops', () => {
    expect(reasonOf(judge(later(), listNotice(later(), stranger.device, longer), HEAD))).toBe('unknown-device');
    const dropsPhone = signList(bob.key, [bobLaptop.id], 2, bob.list.hash);
    expect(reasonOf(judge(later(), listNotice(later(), bobPhone, dropsPhone), HEAD))).toBe('unknown-device');
    expect(reasonOf(judge(later(), listNotice(later(), carol.device, dropsPhone), HEAD))).toBe('unknown-device');
  });

  it('not of somebody who is no member', () => {
    const list = signList(stranger.key, [stranger.device.id, bobLaptop.id], 2, stranger.list.hash);
    expect(reasonOf(judge(later(), listNotice(later(), bobLaptop, list), HEAD))).toBe('unknown-device');
    expect(reasonOf(judge(later(), listNotice(later(), stranger.device, list), HEAD))).toBe('unknown-device');
  });

  it.each([
    ['is the known one', bob.list],
    ['is another one of the known version', signList(bob.key, [bobLaptop.id], 1, carol.list.hash)],
    ['names another list before', signList(bob.key, [bobLaptop.id], 2, carol.list.hash)],
  ])('[DL2] refused when it %s', (_, list) => {
    expect(reasonOf(judge(later(), listNotice(later(), bobLaptop, list), HEAD))).toBe('bad-epoch');
  });
});

describe('[NO3] after a notice that takes rights away only notices and an epoch follow', () => {
  const dropsPhone = signList(bob.key, [bobLaptop.id], 2, bob.list.hash);
  const dropped = (): Access => accepted(judge(later(), listNotice(later(), bobLaptop, dropsPhone), HEAD));
  const left = (): Access => accepted(judge(later(), notice(later(), bobLaptop, { type: 'leave' }), HEAD));

  it('a device that was dropped is out at once', () => {
    const access = dropped();
    expect(access.rightsChanging).toBe(true);
    expect(roleOf(access, bobPhone.id)).toBeUndefined();
    expect(roleOf(access, bobLaptop.id)).toBe('editor');
    expect(reasonOf(judge(access, update(access, {}, bobPhone), at(12)))).toBe('unknown-device');
  });

  it('whoever leaves is out at once, with all devices', () => {
    const access = left();
    expect(access.members.has(bob.id)).toBe(false);
    for (const device of [bobLaptop, bobPhone]) expect(roleOf(access, device.id)).toBeUndefined();
  });

  it.each([
    ['leave', left],
    ['a list that drops a device', dropped],
  ])('after %s updates and snapshots wait, notices and the next epoch do not', (_, make) => {
    const access = make();
    expect(reasonOf(judge(access, update(access, {}, alice.device), at(12)))).toBe('rights-changing');
    const snapshot = record(access, alice.device, 'snapshot', { cover: at(3) });
    expect(reasonOf(judge(access, snapshot, at(12)))).toBe('rights-changing');
    expect(reasonOf(judge(access, visitorNotice(access, visitor, editLink), at(12)))).toBe('accepted');
  });

  it('the next epoch ends it', () => {
    const plan: Plan = {
      ...PLAN,
      people: PLAN.people.map(([person, role]) => [person === bob ? { id: bob.id, list: dropsPhone } : person, role]),
    };
    const core = coreOf(plan, dropped(), at(12));
    const access = accepted(judge(dropped(), epochRecord(carol.device, core, []), at(12)));
    expect(access.rightsChanging).toBe(false);
    expect(reasonOf(judge(access, update(access, {}, alice.device), at(13)))).toBe('accepted');
  });

  it('an owner’s epoch without the one who left ends it too', () => {
    const core = coreOf({ people: PLAN.people.filter(([person]) => person !== bob), links: [] }, left(), at(12));
    const access = accepted(judge(left(), epochRecord(alice.device, core, []), at(12)));
    expect(access.rightsChanging).toBe(false);
    expect(access.members.has(bob.id)).toBe(false);
  });
});

describe('[NO4] a visitor’s device introduces itself before its first record', () => {
  it('[CE1] with a link that may append, and then writes with the link’s role', () => {
    const access = later();
    expect(reasonOf(judge(access, update(access, {}, visitor), HEAD))).toBe('unknown-device');
    const known = accepted(judge(access, visitorNotice(access, visitor, editLink), HEAD));
    expect(roleOf(known, visitor.id)).toBe('editor');
    expect(reasonOf(judge(known, update(known, {}, visitor), at(12)))).toBe('accepted');
    const commenting = accepted(judge(access, visitorNotice(access, visitor, commentLink), HEAD));
    expect(reasonOf(judge(commenting, update(commenting, {}, visitor), at(12)))).toBe('wrong-role');
  });

  it('a view link keeps its visitors out of the log', () => {
    expect(reasonOf(judge(later(), visitorNotice(later(), visitor, viewLink), HEAD))).toBe('wrong-role');
  });

  it('[CE1] not with a link that is not in the access list, nor with an account’s key', () => {
    expect(reasonOf(judge(later(), visitorNotice(later(), visitor, goneLink), HEAD))).toBe('unknown-device');
    const account = { ...alice.key, id: alice.id };
    expect(reasonOf(judge(later(), visitorNotice(later(), visitor, account), HEAD))).toBe('unknown-device');
  });

  it('a member’s device stays the member’s', () => {
    const access = accepted(judge(later(), visitorNotice(later(), alice.device, editLink), HEAD));
    expect(roleOf(access, alice.device.id)).toBe('owner');
  });

  it('[CE1] outside the log a certificate counts while its link is in the access list', () => {
    const access = later();
    expect(roleWith(access, visitor.id, viewLink.id)).toBe('viewer');
    expect(roleWith(access, visitor.id, goneLink.id)).toBeUndefined();
    expect(roleWith(access, visitor.id, alice.id)).toBeUndefined();
    expect(roleWith(access, visitor.id, null)).toBeUndefined();
    expect(roleWith(access, bobPhone.id, viewLink.id)).toBe('editor');
  });
});

describe('[NO5] an objection', () => {
  it('marks the snapshot by its hash, also in later epochs', () => {
    const disputed = hashId(new Uint8Array(32).fill(8));
    const content = { type: 'objection', seq: 9, record: disputed } as const;
    const access = accepted(judge(later(), notice(later(), carol.device, content), HEAD));
    expect(access.disputed).toEqual(new Set([disputed]));
    const after = accepted(judge(access, epochRecord(alice.device, coreOf(PLAN, access, at(12)), []), at(12)));
    expect(after.disputed).toEqual(new Set([disputed]));
  });
});

describe('a device on two people’s lists', () => {
  it('nobody takes somebody else’s device over by naming it on an own list', () => {
    const takers = [carol, bob].map(({ key, list }) => signList(key, [...list.devices, alice.device.id], 2, list.hash));
    const senders = [carol.device, bobLaptop];
    takers.forEach((list, i) => {
      const access = later();
      const verdict = judge(access, listNotice(access, senders[i]!, list), HEAD);
      const after = verdict.ok ? verdict.value : access;
      expect(roleOf(after, alice.device.id)).toBe('owner');
    });
  });
});

describe('[EP6] whoever has left', () => {
  it('is not brought back by a renewal that an editor writes', () => {
    const access = accepted(judge(later(), notice(later(), carol.device, { type: 'leave' }), HEAD));
    const renewal = epochRecord(bob.device, coreOf(PLAN, access, at(12)), [carol.list]);
    expect(reasonOf(judge(access, renewal, at(12)))).not.toBe('accepted');
  });
});

import { describe, expect, it } from 'vitest';
import { judgeHeader } from '../../../src/wire/access.ts';
import { hashId, ZERO_HASH } from '../../../src/wire/ids.ts';
import type { Header } from '../../../src/wire/record.ts';
import { mayAppend, mayWrite, ROLES, STREAM_CLASSES } from '../../../src/wire/roles.ts';
import { accepted, at, coreOf, epochRecord, judge, notice, reasonOf, record } from '../../support/staged-log.ts';
import { alice, bob, carol, dave, HEAD, later, PLAN, room, stranger, update } from '../../support/staged-room.ts';

describe('[CO1] a record is judged by the log before it', () => {
  it('an honest one is accepted, and changes nothing', () => {
    const access = later();
    expect(accepted(judge(access, update(access), HEAD))).toEqual(access);
  });

  it.each<[string, Partial<Header>, string]>([
    ['in another room', { room: hashId(new Uint8Array(32).fill(1)) as never }, 'wrong-room'],
    ['of the epoch before', { epoch: 1 }, 'stale-epoch'],
    ['of an epoch to come', { epoch: 3 }, 'bad-epoch'],
    ['with the counter that its sender used last', { counter: 7 }, 'replayed-counter'],
    ['with a lower counter', { counter: 6 }, 'replayed-counter'],
    ['with counter 0', { counter: 0 }, 'replayed-counter'],
    ['with a head before the current epoch', { head: at(5) }, 'stale-head'],
    ['with a head at the beginning', { head: at(0) }, 'stale-head'],
    ['with a head beyond the log', { head: at(12) }, 'unknown-head'],
  ])('one %s is refused', (_, rest, reason) => {
    const access = later();
    expect(reasonOf(judge(access, update(access, { counter: 8, ...rest }), HEAD, 7))).toBe(reason);
  });

  it('heads from the epoch to the end of the log fit, and the next counter does', () => {
    const access = later();
    expect(reasonOf(judge(access, update(access, { counter: 8, head: at(6) }), HEAD, 7))).toBe('accepted');
    expect(reasonOf(judge(access, update(access, { counter: 8, head: HEAD }), HEAD, 7))).toBe('accepted');
    expect(reasonOf(judge(access, update(access, { counter: 9_999 }), HEAD, 7))).toBe('accepted');
  });

  it('a device of nobody is refused, and one that was removed', () => {
    const access = later();
    expect(reasonOf(judge(access, update(access, {}, stranger.device), HEAD))).toBe('unknown-device');
    const core = coreOf({ people: PLAN.people.slice(0, 1), links: [] }, access, HEAD);
    const after = accepted(judge(access, epochRecord(alice.device, core, []), HEAD));
    expect(reasonOf(judge(after, update(after), at(12)))).toBe('unknown-device');
  });

  it('a second epoch of the same number is a conflict, one too far ahead is none', () => {
    const access = later();
    const again = coreOf(PLAN, room(), at(5));
    expect(reasonOf(judge(access, epochRecord(bob.device, again, []), HEAD))).toBe('epoch-conflict');
    const ahead = { ...coreOf(PLAN, access, HEAD), epoch: 4 };
    expect(reasonOf(judge(access, epochRecord(bob.device, ahead, []), HEAD))).toBe('bad-epoch');
  });

  it('[SN2] a snapshot covers nothing that is not there', () => {
    const access = later();
    const snapshot = (seq: number) => record(access, bob.device, 'snapshot', { cover: at(seq) });
    expect(reasonOf(judge(access, snapshot(11), HEAD))).toBe('accepted');
    expect(reasonOf(judge(access, snapshot(12), HEAD))).toBe('bad-snapshot');
  });
});

describe('[RO1] owners and editors write content and comments, commenters comments, viewers nothing', () => {
  const may = { owner: ['content', 'comments'], editor: ['content', 'comments'], commenter: ['comments'], viewer: [] };

  it.each(ROLES)('%s', (role) => {
    expect(STREAM_CLASSES.filter((stream) => mayWrite(role, stream))).toEqual(may[role]);
    expect(mayAppend(role)).toBe(may[role].length > 0);
  });

  it.each([
    [alice, 'owner'],
    [bob, 'editor'],
    [carol, 'commenter'],
    [dave, 'viewer'],
  ] as const)('updates and snapshots of %s are judged so', ({ device }, role) => {
    const access = later();
    for (const streamClass of ['content', 'comments'] as const)
      for (const kind of ['update', 'snapshot'] as const) {
        const rest = { stream: { class: streamClass, segment: 0 }, cover: kind === 'snapshot' ? at(3) : null };
        const expected = (may[role] as string[]).includes(streamClass) ? 'accepted' : 'wrong-role';
        expect(reasonOf(judge(access, record(access, device, kind, rest), HEAD))).toBe(expected);
      }
  });

  it('everybody signals, viewers too, while rights change too', () => {
    const access = later();
    for (const { device } of [alice, bob, carol, dave])
      expect(reasonOf(judge(access, record(access, device, 'signal'), HEAD))).toBe('accepted');
    const left = accepted(judge(access, notice(access, bob.device, { type: 'leave' }), HEAD));
    expect(reasonOf(judge(left, record(left, carol.device, 'signal'), at(12)))).toBe('accepted');
  });
});

describe('[RO2] a role that may write some stream may append notices', () => {
  const objection = { type: 'objection', seq: 3, record: ZERO_HASH } as const;

  it.each([
    ['an owner', alice],
    ['an editor', bob],
    ['a commenter', carol],
  ])('%s may', (_, { device }) => {
    const access = later();
    expect(reasonOf(judge(access, notice(access, device, objection), HEAD))).toBe('accepted');
  });

  it('a viewer may not object', () => {
    const access = later();
    expect(reasonOf(judge(access, notice(access, dave.device, objection), HEAD))).toBe('wrong-role');
  });

  it('a stranger may not', () => {
    const access = later();
    expect(reasonOf(judge(access, notice(access, stranger.device, objection), HEAD))).toBe('unknown-device');
  });
});

describe('judgeHeader', () => {
  it('tells the sender’s role', () => {
    const access = later();
    const { header } = update(access).record;
    expect(judgeHeader(access, header, 0, HEAD)).toEqual({ ok: true, value: 'editor' });
  });
});

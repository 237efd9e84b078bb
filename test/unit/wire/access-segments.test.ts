import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Access, contentOf } from '../../../src/wire/access.ts';
import type { EpochCore, Newcomers } from '../../../src/wire/epoch.ts';
import { isPlainRenewal } from '../../../src/wire/epoch-access.ts';
import { CONTENT } from '../../../src/wire/record.ts';
import { COMMENTS } from '../../support/server/streams.ts';
import {
  accepted,
  at,
  coreOf,
  epochRecord,
  judge,
  named,
  notice,
  type Plan,
  reasonOf,
  record,
} from '../../support/staged-log.ts';
import {
  alice,
  bob,
  bobPhone,
  carol,
  commentLink,
  dave,
  editLink,
  newLink,
  next,
  PLAN,
  stranger,
  viewLink,
  without,
} from '../../support/staged-room.ts';

const FEW: Plan = { people: without(PLAN, dave), links: [[editLink, 'editor']] };
const WITH_DAVE: Plan = { ...FEW, people: PLAN.people };
const FIRST_LISTS = [alice.list, bob.list, carol.list];

const begin = (newcomers: Newcomers, segment = 0) => {
  const core = named({ ...coreOf(FEW, null, at(0)), newcomers, segment });
  return judge(null, epochRecord(alice.device, core, FIRST_LISTS), at(0));
};
const room = (newcomers: Newcomers): Access => accepted(begin(newcomers));
const strict = (): Access => room('start-empty');
/** Dave is in since position 2, in segment 1. */
const second = (): Access => accepted(next(alice.device, WITH_DAVE, [dave.list], { segment: 1 }, strict()));

describe('[SG1] whether newcomers start empty', () => {
  it('is said by the first epoch, in the first segment', () => {
    expect(reasonOf(begin('start-empty'))).toBe('accepted');
    expect(reasonOf(begin('start-empty', 1))).toBe('bad-epoch');
    expect(reasonOf(begin('see-all', 1))).toBe('bad-epoch');
    expect(contentOf(strict())).toEqual(CONTENT);
    expect(contentOf(null)).toEqual(CONTENT);
  });

  it.each<[Newcomers, Newcomers]>([
    ['see-all', 'start-empty'],
    ['start-empty', 'see-all'],
  ])('is %s for good', (before, newcomers) => {
    expect(reasonOf(next(alice.device, FEW, [], {}, room(before)))).toBe('accepted');
    expect(reasonOf(next(alice.device, FEW, [], { newcomers }, room(before)))).toBe('bad-epoch');
  });
});

describe('[SG2] the next segment', () => {
  const withLink: Plan = { ...FEW, links: [...FEW.links, [newLink, 'viewer']] };

  it.each<[string, Plan, Parameters<typeof next>[2]]>([
    ['an account', WITH_DAVE, [dave.list]],
    ['a link', withLink, []],
  ])('begins with %s that is let in, and with nothing else', (_, plan, lists) => {
    const judged = (changes: Partial<EpochCore>, access = strict()) =>
      reasonOf(next(alice.device, plan, lists, changes, access));
    expect([0, 1, 2].map((segment) => judged({ segment }))).toEqual(['bad-epoch', 'accepted', 'bad-epoch']);
    expect([0, 1].map((segment) => judged({ segment }, room('see-all')))).toEqual(['accepted', 'bad-epoch']);
    const after = accepted(next(alice.device, plan, lists, { segment: 1 }, strict()));
    expect(after.segmentSeq).toBe(2);
    expect(contentOf(after)).toEqual({ class: 'content', segment: 1 });
  });

  it('begins for whoever was in before, and is let in again', () => {
    const gone = accepted(next(alice.device, { ...FEW, people: without(FEW, bob), links: [] }, [], {}, strict()));
    const back = (segment: number) =>
      reasonOf(
        judge(
          gone,
          epochRecord(alice.device, { ...coreOf({ ...FEW, links: [] }, gone, at(2)), segment }, [bob.list]),
          at(2),
        ),
      );
    expect([back(0), back(1)]).toEqual(['bad-epoch', 'accepted']);
  });

  it('does not begin for who has just left, and is taken back: nothing was written meanwhile', () => {
    const left = accepted(judge(strict(), notice(strict(), bob.device, { type: 'leave' }), at(1)));
    const back = (segment: number) =>
      reasonOf(judge(left, epochRecord(alice.device, { ...coreOf(FEW, left, at(2)), segment }, [bob.list]), at(2)));
    expect([back(0), back(1)]).toEqual(['accepted', 'bad-epoch']);
  });

  it.each<[string, Plan]>([
    ['a renewal', FEW],
    ['another role', { ...FEW, people: FEW.people.map(([one, role]) => [one, one === carol ? 'editor' : role]) }],
    ['a removal', { people: without(FEW, carol), links: [] }],
    ['the end of a link', { ...FEW, links: [] }],
  ])('does not begin with %s', (_, plan) => {
    expect(reasonOf(next(alice.device, plan, [], {}, strict()))).toBe('accepted');
    expect(reasonOf(next(alice.device, plan, [], { segment: 1 }, strict()))).toBe('bad-epoch');
  });

  it('counts up by one for each epoch that lets somebody in, whatever comes between; no plain renewal changes it', () => {
    const others = [
      [bob, 'editor'],
      [carol, 'commenter'],
      [dave, 'viewer'],
      [stranger, 'editor'],
    ] as const;
    const links = [editLink, viewLink, commentLink];
    const plans = fc.array(fc.record({ people: fc.subarray([...others]), links: fc.subarray(links) }), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(plans, (steps) => {
        const alone: Plan = { people: [[alice, 'owner']], links: [] };
        const core = named({ ...coreOf(alone, null, at(0)), newcomers: 'start-empty' });
        let access = accepted(judge(null, epochRecord(alice.device, core, [alice.list]), at(0)));
        let segment = 0;
        for (const [index, step] of steps.entries()) {
          const before = new Set(access.members.keys());
          const removes = [...before].some((id) => id !== alice.id && !step.people.some(([one]) => one.id === id));
          const kept = removes ? step.links.filter(({ id }) => !before.has(id)) : step.links;
          const plan: Plan = {
            people: [[alice, 'owner'], ...step.people],
            links: kept.map((link) => [link, 'viewer']),
          };
          const ids = [...plan.people, ...plan.links].map(([{ id }]) => id);
          if (ids.some((id) => !before.has(id))) segment++;
          const lists = step.people.filter(([one]) => !access.lists.has(one.id)).map(([one]) => one.list);
          const place = at(index + 1);
          const sorted = lists.sort((a, b) => Buffer.compare(a.bytes.subarray(1, 33), b.bytes.subarray(1, 33)));
          const written = epochRecord(alice.device, { ...coreOf(plan, access, place), segment }, sorted);
          const after = accepted(judge(access, written, place));
          if (isPlainRenewal(after)) expect(after.core.segment).toBe(access.core.segment);
          access = after;
        }
        expect(access.core.segment).toBe(segment);
      }),
      { seed: 3, numRuns: 60 },
    );
  });
});

describe('[SG3] what is written', () => {
  const judged = (rest: Parameters<typeof record>[3], kind: 'update' | 'snapshot' = 'update', access = second()) =>
    reasonOf(judge(access, record(access, alice.device, kind, rest), at(4)));

  it.each([CONTENT, COMMENTS])('is of the segment that its epoch names: $class', (stream) => {
    const segments = [0, 1, 2].map((segment) => judged({ stream: { ...stream, segment } }));
    expect(segments).toEqual(['closed-segment', 'accepted', 'closed-segment']);
    const snapshots = [0, 1].map((segment) => judged({ stream: { ...stream, segment }, cover: at(3) }, 'snapshot'));
    expect(snapshots).toEqual(['closed-segment', 'accepted']);
  });

  it('is the first segment where newcomers see all', () => {
    const access = room('see-all');
    expect(judged({ stream: { ...CONTENT, segment: 1 } }, 'update', access)).toBe('closed-segment');
    expect(judged({ stream: CONTENT }, 'update', access)).toBe('accepted');
  });

  it('a snapshot covers nothing before its segment', () => {
    const stream = { ...CONTENT, segment: 1 };
    expect([1, 2].map((seq) => judged({ stream, cover: at(seq) }, 'snapshot'))).toEqual(['bad-snapshot', 'accepted']);
  });

  it('goes on in the segment after a renewal', () => {
    const access = second();
    const renewed = accepted(judge(access, epochRecord(bob.device, coreOf(WITH_DAVE, access, at(2)), []), at(2)));
    expect(renewed).toMatchObject({ segmentSeq: 2, core: { segment: 1 } });
    const body = record(renewed, bobPhone, 'update', { stream: { ...CONTENT, segment: 1 }, head: at(3) });
    expect(reasonOf(judge(renewed, body, at(3)))).toBe('accepted');
  });
});

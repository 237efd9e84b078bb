/** A room on a staged log with a member of each role and a link of each but the owner's: where judging begins. */
import type { Access } from '../../src/wire/access.ts';
import type { EpochCore } from '../../src/wire/epoch.ts';
import type { Parsed } from '../../src/wire/parsed-record.ts';
import type { Header } from '../../src/wire/record.ts';
import type { Verdict } from '../../src/wire/refusals.ts';
import { type Device, makeDevice, makeLink, makePerson, type SignedList } from './server/identities.ts';
import { accepted, at, coreOf, epochRecord, judge, type Plan, record } from './staged-log.ts';

export const bobLaptop = makeDevice('bob laptop');
export const bobPhone = makeDevice('bob phone');
export const alice = makePerson('alice');
export const bob = makePerson('bob', [bobLaptop, bobPhone]);
export const carol = makePerson('carol');
export const dave = makePerson('dave');
export const editLink = makeLink('edit');
export const commentLink = makeLink('comment');
export const viewLink = makeLink('view');

/** The room knows none of these. */
export const stranger = makePerson('stranger');
export const visitor = makeDevice('visitor');
export const newLink = makeLink('new');

export const PLAN: Plan = {
  people: [
    [alice, 'owner'],
    [bob, 'editor'],
    [carol, 'commenter'],
    [dave, 'viewer'],
  ],
  links: [
    [editLink, 'editor'],
    [commentLink, 'commenter'],
    [viewLink, 'viewer'],
  ],
};
export const LISTS = [alice.list, bob.list, carol.list, dave.list];

/** After its first record. */
export const room = (): Access =>
  accepted(judge(null, epochRecord(alice.device, coreOf(PLAN, null, at(0)), LISTS), at(0)));

/** What `later` is judged at: ten records after epoch 2, which is at position 6 of 11. */
export const HEAD = at(11);
export function later(): Access {
  const core = coreOf(PLAN, room(), at(5));
  return accepted(judge(room(), epochRecord(alice.device, core, []), at(5)));
}

export const without = (plan: Plan, who: { readonly id: string }): Plan['people'] =>
  plan.people.filter(([{ id }]) => id !== who.id);

/** The verdict on the next epoch, written by `by` as the second record. */
export function next(
  by: Device,
  plan: Plan,
  lists: readonly SignedList[] = [],
  changes: Partial<EpochCore> = {},
  access = room(),
): Verdict<Access> {
  return judge(access, epochRecord(by, { ...coreOf(plan, access, at(1)), ...changes }, lists), at(1));
}

export const update = (access: Access, rest: Partial<Header> = {}, device = bob.device): Parsed =>
  record(access, device, 'update', rest);

import { describe, expect, it } from 'vitest';
import { blake2b } from '../../../../src/engine/seal/sodium.ts';
import { historyOf } from '../../../../src/engine/security/history.ts';
import type { Access } from '../../../../src/wire/access.ts';
import { recordHash } from '../../../../src/wire/chain.ts';
import type { EpochCore } from '../../../../src/wire/epoch.ts';
import { ZERO_HASH } from '../../../../src/wire/ids.ts';
import type { Parsed } from '../../../../src/wire/parsed-record.ts';
import { signList } from '../../../support/server/identities.ts';
import {
  accepted,
  at,
  coreOf,
  epochRecord,
  judge,
  listNotice,
  notice,
  type Plan,
  visitorNotice,
} from '../../../support/staged-log.ts';
import {
  alice,
  bob,
  bobPhone,
  carol,
  editLink,
  LISTS,
  PLAN,
  stranger,
  visitor,
  without,
} from '../../../support/staged-room.ts';

/** A log as it grows: each record is one that counts. */
class Staged {
  access: Access;
  readonly records: { readonly seq: number; readonly record: Uint8Array }[] = [];

  constructor(date = 1_000) {
    this.access = this.#take(epochRecord(alice.device, coreOfDate(PLAN, null, date), LISTS));
  }
  #take(parsed: Parsed): Access {
    const seq = this.records.length + 1;
    this.records.push({ seq, record: parsed.record.bytes });
    this.access = accepted(judge(seq === 1 ? null : this.access, parsed, at(seq - 1)));
    return this.access;
  }
  epoch(plan: Plan, date = 2_000, by = alice.device, lists: Parameters<typeof epochRecord>[2] = []): this {
    const seq = this.records.length;
    this.#take(epochRecord(by, coreOfDate(plan, this.access, date, seq), lists, { counter: seq + 1 }));
    return this;
  }
  notice(make: (access: Access, counter: number) => Parsed): this {
    this.#take(make(this.access, this.records.length + 1));
    return this;
  }
  /** What comes after the room was made. */
  events(learnedAt: (seq: number) => number | null = () => null) {
    const { events } = historyOf(this.records, learnedAt);
    return events.slice(events.findIndex(({ seq }) => seq > 1)).filter(({ seq }) => seq > 1);
  }
}

const coreOfDate = (plan: Plan, before: Access | null, date: number, seq = 0): EpochCore => ({
  ...coreOf(plan, before, at(seq)),
  ...(before ? { date } : {}),
});
const withRole = (who: { readonly id: string }, role: Plan['people'][number][1]): Plan => ({
  people: PLAN.people.map(([person, before]) => [person, person.id === who.id ? role : before] as const),
  links: [],
});
const by = (who: typeof alice) => ({ device: who.device.id, principal: who.id });

describe('the history of a room', () => {
  it('begins with who made it and who was in', () => {
    const { events, epoch } = historyOf(new Staged().records, () => 5);
    expect(events[0]).toMatchObject({ type: 'created', by: by(alice) });
    expect(events.map(({ type }) => type)).toEqual([
      'created',
      ...Array.from({ length: 6 }, () => expect.stringMatching(/added|link-made/)),
    ]);
    expect(epoch).toMatchObject({ number: 1, by: by(alice) });
  });

  it('tells who added whom, who changed which role and who removed whom, with the date that the signer names', () => {
    const added: Plan = { ...PLAN, people: [...PLAN.people, [stranger, 'viewer']] };
    const staged = new Staged().epoch(added, 3_000, alice.device, [stranger.list]);
    expect(staged.events()).toEqual([
      {
        seq: 2,
        when: { at: 3_000, word: 'signer' },
        by: by(alice),
        type: 'added',
        principal: stranger.id,
        role: 'viewer',
      },
    ]);
    const demoted = new Staged().epoch(withRole(bob, 'viewer'));
    expect(demoted.events()).toContainEqual(
      expect.objectContaining({ type: 'role', principal: bob.id, from: 'editor', to: 'viewer', by: by(alice) }),
    );
    const removed = new Staged().epoch({ people: without(PLAN, bob), links: [] });
    expect(removed.events()).toContainEqual(expect.objectContaining({ type: 'removed', principal: bob.id }));
    expect(removed.events().filter(({ type }) => type === 'link-ended')).toHaveLength(3);
  });

  it('names who let somebody in', () => {
    const added: Plan = { ...PLAN, people: [...PLAN.people, [stranger, 'viewer']] };
    const staged = new Staged().epoch(added, 3_000, alice.device, [stranger.list]);
    expect(historyOf(staged.records, () => null).addedBy.get(stranger.id)).toBe(alice.id);
  });

  it('counts renewals in a row, and names nobody where several renewed', () => {
    const twice = new Staged().epoch(PLAN, 2_000).epoch(PLAN, 3_000);
    expect(twice.events()).toMatchObject([{ type: 'renewed', count: 2, when: { at: 3_000 }, by: by(alice) }]);
    const both = twice.epoch(PLAN, 4_000, bob.device);
    expect(both.events()).toMatchObject([{ type: 'renewed', count: 3, by: null }]);
  });

  it('tells of epochs that were not shown, and goes on', () => {
    const staged = new Staged().epoch(PLAN).epoch(PLAN).epoch(PLAN).epoch(withRole(bob, 'owner'));
    const shown = staged.records.filter(({ seq }) => seq === 1 || seq > 4);
    const { events, epoch } = historyOf(shown, () => null);
    expect(events.filter(({ seq }) => seq > 1)).toMatchObject([
      { type: 'hidden', count: 3 },
      { type: 'role', principal: bob.id, to: 'owner' },
      ...['link-ended', 'link-ended', 'link-ended'].map((type) => ({ type })),
    ]);
    expect(epoch.number).toBe(5);
  });

  it('tells which devices came and went, and when this device learned of it', () => {
    const longer = signList(bob.key, [...bob.list.devices, visitor.id], 2, bob.list.hash);
    const staged = new Staged().notice((access, counter) => listNotice(access, bob.device, longer, { counter }));
    const events = staged.events((seq) => (seq === 2 ? 7_000 : null));
    expect(events).toEqual([
      {
        seq: 2,
        when: { at: 7_000, word: 'here' },
        by: by(bob),
        type: 'devices',
        principal: bob.id,
        came: [visitor.id],
        went: [],
      },
    ]);
    const { devices } = historyOf(staged.records, () => 7_000);
    expect(devices.get(visitor.id)).toEqual({ principal: bob.id, when: { at: 7_000, word: 'here' } });
    expect(devices.get(bobPhone.id)?.principal).toBe(bob.id);
  });

  it('tells who left, who came by which link and who objected', () => {
    const staged = new Staged()
      .notice((access) => visitorNotice(access, visitor, editLink))
      .notice((access, counter) =>
        notice(access, bob.device, { type: 'objection', seq: 1, record: ZERO_HASH }, { counter }),
      )
      .notice((access, counter) => notice(access, carol.device, { type: 'leave' }, { counter }));
    const [first = expect.fail()] = staged.records;
    const record = recordHash(blake2b, first.record);
    expect(
      new Staged()
        .notice((access, counter) => notice(access, bob.device, { type: 'objection', seq: 1, record }, { counter }))
        .events(),
    ).toMatchObject([{ type: 'unopened', by: by(bob) }]);
    expect(staged.events()).toMatchObject([
      { type: 'visitor', link: editLink.id, device: visitor.id, by: { principal: editLink.id } },
      { type: 'objected', snapshot: 1, by: by(bob) },
      { type: 'left', principal: carol.id, by: by(carol) },
    ]);
    staged.epoch({ people: without(PLAN, carol), links: [] });
    expect(staged.events().filter(({ type }) => type === 'removed')).toEqual([]);
    expect(historyOf(staged.records, () => null).devices.has(carol.device.id)).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import type { Access } from '../../../src/wire/access.ts';
import { afterHiddenRenewal, isPlainRenewal } from '../../../src/wire/epoch-access.ts';
import { type Hash, hashId } from '../../../src/wire/ids.ts';
import { makeDevice, signList } from '../../support/server/identities.ts';
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
} from '../../support/staged-log.ts';
import { alice, bob, dave, PLAN, room } from '../../support/staged-room.ts';

const HIDDEN: Hash = hashId(new Uint8Array(32).fill(9));

/** The record of the next epoch, at `seq`. */
const after = (access: Access, plan: Plan, seq: number): Access =>
  accepted(judge(access, epochRecord(alice.device, coreOf(plan, access, at(seq - 1)), []), at(seq - 1)));

/** Bob has a device more. */
const list = signList(bob.key, [...bob.list.devices, makeDevice('bob tablet').id], 2, bob.list.hash);
const GROWN: Plan = { ...PLAN, people: PLAN.people.map(([one, role]) => [one === bob ? { ...bob, list } : one, role]) };

describe('[EP10] a plain renewal', () => {
  it('names the access list and the device lists of the epoch before', () => {
    const first = room();
    expect(isPlainRenewal(first)).toBe(false);
    const second = after(first, PLAN, 2);
    expect(isPlainRenewal(second)).toBe(true);
    expect(second.anchor).toBe(first.epochHash);
    expect(after(second, PLAN, 3).anchor).toBe(first.epochHash);
  });

  it('is none that changes the access list', () => {
    const changed = after(room(), { ...PLAN, links: PLAN.links.slice(1) }, 2);
    expect(isPlainRenewal(changed)).toBe(false);
    expect(changed.anchor).toBe(changed.epochHash);
  });

  it('is none that names a device list for the first time, though the access list stays', () => {
    const told = accepted(judge(room(), listNotice(room(), bob.device, list), at(1)));
    const renewed = after(told, GROWN, 3);
    expect(renewed.lastListChange).toBe(room().epochHash);
    expect(isPlainRenewal(renewed)).toBe(false);
    expect(isPlainRenewal(after(renewed, GROWN, 4))).toBe(true);
  });
});

describe('[TH2] a hidden record', () => {
  it('counts as one epoch, which the next one that is shown has to name', () => {
    const hidden = accepted(afterHiddenRenewal(room(), 2, HIDDEN));
    expect(hidden).toMatchObject({ epoch: 2, epochSeq: 2, epochHash: HIDDEN, lastListChange: room().lastListChange });
    const shown = coreOf(PLAN, hidden, at(2));
    const judged = (changes: Partial<typeof shown>) =>
      reasonOf(judge(hidden, epochRecord(alice.device, { ...shown, ...changes }, []), at(2)));
    expect(judged({})).toBe('accepted');
    expect(judged({ previous: room().epochHash })).toBe('epoch-conflict');
    expect(judged({ lastListChange: HIDDEN })).toBe('epoch-conflict');
    expect(judged({ epoch: 4 })).toBe('bad-epoch');
  });

  it('cannot be what follows the taking away of rights', () => {
    const left = accepted(judge(room(), notice(room(), dave.device, { type: 'leave' }), at(1)));
    expect(reasonOf(afterHiddenRenewal(left, 3, HIDDEN))).toBe('bad-epoch');
  });

  it('cannot be the first epoch that names a new device list', () => {
    const told = accepted(judge(room(), listNotice(room(), bob.device, list), at(1)));
    expect(reasonOf(afterHiddenRenewal(told, 3, HIDDEN))).toBe('bad-epoch');
    expect(reasonOf(afterHiddenRenewal(after(told, GROWN, 3), 4, HIDDEN))).toBe('accepted');
  });
});

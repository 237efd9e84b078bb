import { describe, expect, it } from 'vitest';
import { recordHash } from '../../../../src/wire/chain.ts';
import { decodeDeviceList } from '../../../../src/wire/device-list.ts';
import { type Hash, type Position, type PrincipalId, START } from '../../../../src/wire/ids.ts';
import type { Introduction } from '../../../../src/wire/introduction.ts';
import { broughtList } from '../../../../src/wire/known-lists.ts';
import { MAX_HEAD_LAG } from '../../../../src/wire/limits.ts';
import { parseRecord } from '../../../../src/wire/parsed-record.ts';
import { CONTENT, decodeRecord, streamKey } from '../../../../src/wire/record.ts';
import {
  type Candidate,
  decideAppend,
  decideFirst,
  judgeSignal,
  type Placed,
  type Standing,
} from '../../../../sync-server/relay/decide.ts';
import { blake2b256 } from '../../../../sync-server/relay/hash.ts';
import { MAX_STREAMS_PER_ROOM } from '../../../../sync-server/relay/limits.ts';
import { makeDevice, makeLink, makePerson, signList } from '../../../support/server/identities.ts';
import { epoch, notice, signal, snapshot, update } from '../../../support/server/records.ts';

const ann = makePerson('ann');
const vic = makePerson('vic');
const viewLink = makeLink('view');
const members = {
  people: [
    { person: ann, role: 'owner' as const },
    { person: vic, role: 'viewer' as const },
  ],
  links: [{ link: viewLink, role: 'viewer' as const }],
};
const first = epoch(ann.device, members, 1);

function candidate(record: Uint8Array, rest: Partial<Candidate> = {}): Candidate {
  const parsed = parseRecord(decodeRecord(record));
  const { head, cover } = parsed.record.header;
  return {
    parsed,
    wraps: [],
    counter: parsed.record.header.counter - 1,
    chainAtHead: head.hash,
    chainAtCover: cover?.hash,
    ...rest,
  };
}

function expectPlaced(verdict: ReturnType<typeof decideAppend>): Placed {
  if (!verdict.ok) throw new Error(`refused: ${verdict.reason} ${verdict.detail}`);
  return verdict.value;
}

const after = (standing: Standing, { entry, access }: Placed): Standing => ({
  access,
  head: entry.position,
  streams: entry.stream
    ? new Map(standing.streams).set(streamKey(entry.stream.stream), entry.stream)
    : standing.streams,
});

const made = expectPlaced(decideFirst(blake2b256, first.room, candidate(first.record, { wraps: first.wraps })));
const start: Standing = { access: made.access, head: made.entry.position, streams: new Map() };
const place = (counter: number, head: Position) => ({ room: first.room, epoch: 1, counter, head });

describe('the decision about a record', () => {
  it('[EP2] [CH2] gives the first epoch position 1', () => {
    expect(made.entry.position.seq).toBe(1);
    expect(made.entry.recordHash).toBe(recordHash(blake2b256, first.record));
    expect(made.access.room).toBe(first.room);
  });

  it('[EP1] refuses a first epoch under another id', () => {
    const other = epoch(ann.device, members, 1);
    const verdict = decideFirst(blake2b256, other.room, candidate(first.record, { wraps: first.wraps }));
    expect(verdict).toMatchObject({ ok: false, reason: 'wrong-room' });
  });

  it('changes nothing that it is given', () => {
    const frozen = JSON.stringify([start.head, [...start.streams], start.access.epoch]);
    expectPlaced(decideAppend(blake2b256, start, candidate(update(ann.device, place(2, start.head)))));
    expect(JSON.stringify([start.head, [...start.streams], start.access.epoch])).toBe(frozen);
  });

  it('[CH2] chains positions without gaps', () => {
    const one = expectPlaced(decideAppend(blake2b256, start, candidate(update(ann.device, place(2, start.head)))));
    const then = after(start, one);
    const two = expectPlaced(decideAppend(blake2b256, then, candidate(update(ann.device, place(3, start.head)))));
    expect([one.entry.position.seq, two.entry.position.seq]).toEqual([2, 3]);
    expect(two.entry.stream).toMatchObject({ first: 2, last: 3, snapshots: [] });
  });

  it('[CO1] refuses a counter that is not above the last', () => {
    const record = update(ann.device, place(5, start.head));
    for (const counter of [5, 6])
      expect(decideAppend(blake2b256, start, candidate(record, { counter }))).toMatchObject({
        reason: 'replayed-counter',
      });
    expectPlaced(decideAppend(blake2b256, start, candidate(record, { counter: 4 })));
  });

  it.each<{ what: string; chainAtHead: Hash | undefined }>([
    { what: 'another hash at that position', chainAtHead: START.hash },
    { what: 'no such position', chainAtHead: undefined },
  ])('[CO2] refuses a head when the relay has $what', ({ chainAtHead }) => {
    const record = update(ann.device, place(2, start.head));
    expect(decideAppend(blake2b256, start, candidate(record, { chainAtHead }))).toMatchObject({
      reason: 'unknown-head',
    });
  });

  it('[CO2] takes a head that lies as far back as allowed, and none further', () => {
    const far = (lag: number): Standing => ({ ...start, head: { ...start.head, seq: start.head.seq + lag } });
    const record = update(ann.device, place(2, start.head));
    expectPlaced(decideAppend(blake2b256, far(MAX_HEAD_LAG), candidate(record)));
    expect(decideAppend(blake2b256, far(MAX_HEAD_LAG + 1), candidate(record))).toMatchObject({ reason: 'stale-head' });
  });

  it('[SN2] remembers snapshots and refuses one that covers no more than the one before, disputed or not', () => {
    const one = expectPlaced(decideAppend(blake2b256, start, candidate(update(ann.device, place(2, start.head)))));
    const then = after(start, one);
    const record = snapshot(ann.device, place(3, then.head), then.head);
    const two = expectPlaced(decideAppend(blake2b256, then, candidate(record)));
    expect(two.entry.stream?.snapshots).toEqual([{ seq: 3, cover: 2, record: recordHash(blake2b256, record) }]);
    const settled = after(then, two);
    const again = candidate(snapshot(ann.device, place(4, settled.head), then.head));
    expect(decideAppend(blake2b256, settled, again)).toMatchObject({ reason: 'bad-snapshot' });
    const objection = notice(ann.device, place(4, settled.head), {
      type: 'objection',
      seq: 3,
      record: recordHash(blake2b256, record),
    });
    const disputed = after(settled, expectPlaced(decideAppend(blake2b256, settled, candidate(objection))));
    expect(decideAppend(blake2b256, disputed, { ...again, counter: 0 })).toMatchObject({ reason: 'bad-snapshot' });
  });

  it('[SN2] refuses a snapshot whose cover does not have the hash of the chain', () => {
    const record = snapshot(ann.device, place(2, start.head), start.head);
    expect(decideAppend(blake2b256, start, candidate(record, { chainAtCover: START.hash }))).toMatchObject({
      reason: 'bad-snapshot',
    });
    expect(decideAppend(blake2b256, start, candidate(record, { chainAtCover: undefined }))).toMatchObject({
      reason: 'bad-snapshot',
    });
  });

  it('bounds the streams of a room', () => {
    const streams = new Map(
      Array.from({ length: MAX_STREAMS_PER_ROOM }, (_, segment) => {
        const stream = { class: 'content' as const, segment };
        return [streamKey(stream), { stream, first: 1, last: 1, snapshots: [] }];
      }),
    );
    const full: Standing = { ...start, streams };
    const known = candidate(update(ann.device, place(2, start.head), 10, CONTENT));
    expectPlaced(decideAppend(blake2b256, full, known));
    const fresh = candidate(update(ann.device, place(2, start.head), 10, { class: 'comments', segment: 0 }));
    expect(decideAppend(blake2b256, full, fresh)).toMatchObject({ reason: 'document-full' });
  });
});

describe('the decision about a signal', () => {
  const header = (device = ann.device, rest: Partial<ReturnType<typeof place>> = {}) =>
    decodeRecord(signal(device, { ...place(5, start.head), ...rest })).header;
  const visitor = makeDevice('visitor');
  const by = (principal: PrincipalId): Introduction => ({ type: 'certificate', principal });
  // A list that the log does not know yet.
  const phone = makeDevice('ann phone');
  const list = decodeDeviceList(signList(ann.key, [ann.device.id, phone.id], 2, ann.list.hash).bytes);
  const listed: Introduction = {
    type: 'device-list',
    principal: ann.id,
    list: broughtList(blake2b256, list),
  };

  it('[FR7] lets every role speak, viewers and visitors too', () => {
    expect(judgeSignal(start.access, header(), null, 4, start.head)).toBeUndefined();
    expect(judgeSignal(start.access, header(vic.device), null, 4, start.head)).toBeUndefined();
    expect(judgeSignal(start.access, header(visitor), by(viewLink.id), 4, start.head)).toBeUndefined();
    expect(judgeSignal(start.access, header(phone), listed, 4, start.head)).toBeUndefined();
  });

  it.each([
    { who: 'a member', device: ann.device, introduction: null },
    { who: 'a visitor', device: visitor, introduction: by(viewLink.id) },
    { who: 'a device that was just added', device: phone, introduction: listed },
  ])(
    '[FR7] refuses from $who a replay, another epoch, another room, a head that does not exist',
    ({ device, introduction }) => {
      const reason = (of: ReturnType<typeof header>, counter = 4) =>
        judgeSignal(start.access, of, introduction, counter, start.head)?.reason;
      expect(reason(header(device), 5)).toBe('replayed-counter');
      expect(reason(header(device, { epoch: 2 }))).toMatch(/epoch/);
      expect(reason(header(device, { room: epoch(ann.device, members, 1).room }))).toBe('wrong-room');
      expect(reason(header(device, { head: { ...start.head, seq: 2 } }))).toBe('unknown-head');
      expect(reason(header(device))).toBeUndefined();
    },
  );

  it('[FR7] refuses a stranger', () => {
    expect(judgeSignal(start.access, header(visitor), null, 4, start.head)?.reason).toBe('unknown-device');
    expect(judgeSignal(start.access, header(visitor), by(makeLink('other').id), 4, start.head)?.reason).toBe(
      'unknown-device',
    );
    expect(judgeSignal(start.access, header(visitor), listed, 4, start.head)?.reason).toBe('unknown-device');
  });
});

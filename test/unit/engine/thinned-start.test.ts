import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LogReader, type LogStart } from '../../../src/engine/rooms/log-reader.ts';
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { hashId } from '../../../src/wire/ids.ts';
import { RenewedRoom } from '../../support/renewed-room.ts';

beforeAll(sodiumReady);

/** Positions in the room below. */
const [FIRST_RENEWAL, ADDED, VISITOR, AFTER_VISITOR, REMOVED, LAST] = [2, 4, 6, 7, 10, 12];

describe('[TH2] a start that shows plain renewals by their hashes alone', () => {
  let room: RenewedRoom;

  beforeEach(() => {
    room = new RenewedRoom();
    room.renew(2);
    room.add();
    room.renew(1, room.bob);
    room.visitor();
    room.renew(3);
    room.remove();
    room.renew(2);
    expect(room.entries).toHaveLength(LAST);
    room.snapshot();
  });
  const read = (start: LogStart): ReturnType<typeof LogReader.startFrom> =>
    LogReader.startFrom(room.options, start, false);

  it('control: reads as whoever has seen them all', () => {
    const start = room.start();
    expect(start.controls.map(({ seq }) => seq)).toEqual([1, ADDED, VISITOR, REMOVED, LAST]);
    expect(start.thinned.map(({ seq }) => seq)).toEqual([2, 3, 5, 7, 8, 9, 11]);
    const started = read(start);
    if (!started.ok) throw new Error(`${started.reason}: ${started.detail}`);
    const { reader } = started.value;
    expect(reader.access).toEqual(room.access);
    expect(reader.epochKey).toEqual(room.reader.epochKey);
    expect(reader.hasEpoch(room.access.anchor)).toBe(true);
    expect(read(room.start({ show: [2, 3, 5, 7, 8, 9, 11] })).ok).toBe(true);
  });

  it.each([
    ['the epoch that let somebody in', { hide: [ADDED] }],
    ['the epoch that removed somebody', { hide: [REMOVED] }],
    ['a notice', { hide: [VISITOR] }],
    [
      'a notice, in a place that an epoch record which then does not count leaves free',
      { hide: [VISITOR, 8], show: [AFTER_VISITOR, 9] },
    ],
    ['the first epoch', { hide: [1] }],
  ])('does not convince when it hides %s', (_, relay) => {
    expect(read(room.start(relay)).ok).toBe(false);
  });

  it('does not wait for a key when the epoch of a record that is retained is hidden', () => {
    room.objection();
    room.snapshot();
    expect(read(room.start())).toMatchObject({ ok: true });
    expect(read(room.start({ hide: [LAST] }))).toMatchObject({ ok: false, reason: 'bad-epoch' });
  });

  it.each([
    ['leaves one out', (start: LogStart) => ({ ...start, thinned: start.thinned.slice(1) })],
    ['leaves all out', (start: LogStart) => ({ ...start, thinned: [] })],
    ['says one twice', (start: LogStart) => ({ ...start, thinned: [...start.thinned.slice(0, 1), ...start.thinned] })],
    [
      'changes the order',
      (start: LogStart) => {
        const [one, two, ...rest] = start.thinned;
        if (!one || !two) throw new Error('too few');
        return { ...start, thinned: [{ ...one, hash: two.hash }, { ...two, hash: one.hash }, ...rest] };
      },
    ],
    [
      'invents the hash of one that another hidden one follows',
      (start: LogStart) => {
        const forged = { seq: FIRST_RENEWAL, hash: hashId(new Uint8Array(32).fill(7)) };
        return { ...start, thinned: [forged, ...start.thinned.slice(1)] };
      },
    ],
    [
      'adds one behind the last epoch',
      (start: LogStart) => ({
        ...start,
        thinned: [...start.thinned, { seq: LAST + 1, hash: hashId(new Uint8Array(32)) }],
      }),
    ],
  ])('does not convince when the relay %s', (_, forge) => {
    expect(read(forge(room.start())).ok).toBe(false);
  });

  it('[LI1] does not prove that the chain goes through what it hides', () => {
    const started = read(room.start());
    if (!started.ok) throw new Error(started.reason);
    for (const { hash } of room.start().thinned) {
      expect(room.reader.hasEpoch(hash)).toBe(true);
      expect(started.value.reader.hasEpoch(hash)).toBe(false);
    }
    for (const seq of [ADDED, REMOVED, LAST]) expect(started.value.reader.hasEpoch(room.hashAt(seq))).toBe(true);
  });

  it('does not convince when it shows a renewal by somebody who was removed', () => {
    expect(room.access.members.has(room.bob.principal)).toBe(false);
    expect(room.epoch(room.bob)).toBe(false);
    room.snapshot();
    expect(read(room.start({ hide: [LAST] }))).toMatchObject({ ok: false, reason: 'bad-epoch' });
  });

  it('convinces where a record that does not count came after all that is hidden', () => {
    expect(room.epoch(room.bob)).toBe(false);
    room.snapshot();
    const started = read(room.start({ show: [LAST] }));
    if (!started.ok) throw new Error(`${started.reason}: ${started.detail}`);
    expect(started.value.reader.access).toEqual(room.access);
  });
});

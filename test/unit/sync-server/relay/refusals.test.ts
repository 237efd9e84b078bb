import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chainAfter, recordHash } from '../../../../src/wire/chain.ts';
import { decodeWrap, encodeCore, encodeEpochBody, encodeWrap, wrapHash } from '../../../../src/wire/epoch.ts';
import { MAX_DEVICES, MAX_DEVICES_PER_LIST, MAX_HEAD_LAG } from '../../../../src/wire/limits.ts';
import { certificateProof, NO_PROOF } from '../../../../src/wire/open-proof.ts';
import { decodeRecord } from '../../../../src/wire/record.ts';
import { blake2b256 } from '../../../../sync-server/relay/hash.ts';
import type { TestClient } from '../../../support/server/client.ts';
import { certify, makeDevice, makeLink, makePerson, type Person } from '../../../support/server/identities.ts';
import { type Epoch, epoch, notice, signRecord, snapshot, update } from '../../../support/server/records.ts';
import { type RelayServer, startRelay } from '../../../support/server/relay-server.ts';
import { ann, bob, cat, joinRoom, link, members, refusalIn, vic } from '../../../support/server/room-of-all-roles.ts';
import { COMMENTS } from '../../../support/server/streams.ts';

const NOTHING = new Uint8Array();

describe('what the relay refuses', () => {
  let server: RelayServer;
  let first: Epoch;
  let a: TestClient;

  beforeEach(async () => {
    server = await startRelay({ limits: { removedCloseMs: 50 } });
    first = epoch(ann.device, members, 1);
    a = await server.connect(ann.device);
    await a.create(first);
  });
  afterEach(() => server.close());

  const join = (person: Person) => joinRoom(server, first, person);
  const refusal = (client: TestClient) => refusalIn(first, client);
  /** The socket still works: the next correct append is taken. */
  const goesOn = async (client: TestClient) => {
    const { seq } = client.replica(first.room).head;
    client.append(first.room, 10, COMMENTS);
    await client.at(first.room, seq + 1);
  };

  it('[CO1] refuses an update of an older epoch as stale-epoch, and goes on', async () => {
    const place = a.replica(first.room).place();
    const renewal = epoch(ann.device, members, 20, { before: first, head: a.replica(first.room).head });
    a.appendRecord(first.room, renewal.record, renewal.wraps);
    await a.at(first.room, 2);
    a.appendRecord(first.room, update(ann.device, { ...place, counter: 21, head: a.replica(first.room).head }));
    expect(await refusal(a)).toEqual({ reason: 'stale-epoch', counter: 21 });
    a.replica(first.room).counter = 21;
    a.replica(first.room).epoch = 2;
    await goesOn(a);
  });

  it('[EP3] takes one epoch record and refuses the other as epoch-conflict', async () => {
    const b = await join(bob);
    const head = a.replica(first.room).head;
    const ours = epoch(ann.device, members, 2, { before: first, head });
    const theirs = epoch(bob.device, members, 2, { before: first, head });
    a.appendRecord(first.room, ours.record, ours.wraps);
    await b.at(first.room, 2);
    b.appendRecord(first.room, theirs.record, theirs.wraps);
    expect(await refusal(b)).toEqual({ reason: 'epoch-conflict', counter: 2 });
  });

  it('[CO1] refuses a counter that was used, on this socket and on the next', async () => {
    const { head } = a.replica(first.room);
    a.appendRecord(first.room, update(ann.device, { room: first.room, epoch: 1, counter: 9, head }));
    await a.at(first.room, 2);
    a.appendRecord(first.room, update(ann.device, { room: first.room, epoch: 1, counter: 9, head }));
    expect(await refusal(a)).toEqual({ reason: 'replayed-counter', counter: 9 });
    const again = await join(ann);
    again.appendRecord(first.room, update(ann.device, { room: first.room, epoch: 1, counter: 8, head }));
    expect(await refusal(again)).toEqual({ reason: 'replayed-counter', counter: 8 });
    again.replica(first.room).counter = 9;
    await goesOn(again);
  });

  it('[CO1] refuses a counter that was used by a record still on its way to disk', async () => {
    const { head } = a.replica(first.room);
    const twice = [1, 2].map(() => update(ann.device, { room: first.room, epoch: 1, counter: 9, head }));
    const { channel } = a.replica(first.room);
    for (const record of twice) a.replica(first.room).pending.set(9, record);
    a.replica(first.room).pending.set(9, twice[0] ?? NOTHING);
    a.send(...twice.map((record) => ({ type: 'append' as const, channel, record, wraps: [] })));
    expect(await refusal(a)).toEqual({ reason: 'replayed-counter', counter: 9 });
    await a.at(first.room, 2);
  });

  it.each([
    { who: 'a viewer', person: vic, stream: COMMENTS, reason: 'wrong-role' },
    { who: 'a commenter in the content', person: cat, stream: undefined, reason: 'wrong-role' },
    { who: 'a commenter in the comments', person: cat, stream: COMMENTS, reason: null },
    { who: 'an editor in the content', person: bob, stream: undefined, reason: null },
  ])('[RO1] judges the role of $who', async ({ person, stream, reason }) => {
    const client = await join(person);
    client.append(first.room, 10, stream);
    if (reason) expect((await refusal(client)).reason).toBe(reason);
    else await client.at(first.room, 2);
  });

  it('[RE2] refuses a record whose signature does not hold', async () => {
    const record = update(ann.device, a.replica(first.room).place());
    record[record.length - 1] = (record.at(-1) ?? 0) ^ 1;
    a.appendRecord(first.room, record);
    expect(await refusal(a)).toEqual({ reason: 'bad-signature', counter: 2 });
    await goesOn(a);
  });

  it('refuses the record of another device, even if that device may write', async () => {
    const b = await join(bob);
    b.appendRecord(first.room, update(ann.device, { ...b.replica(first.room).place(), counter: 50 }));
    expect((await refusal(b)).reason).toBe('unknown-device');
  });

  it('[CO1] refuses a record of another room', async () => {
    const other = epoch(ann.device, members, 1);
    a.appendRecord(first.room, update(ann.device, { ...a.replica(first.room).place(), room: other.room }));
    const { reason, room } = await a.next('refused');
    expect([reason, room]).toEqual(['wrong-room', other.room]);
  });

  it('[CO2] refuses heads that are not in the log, and those that lie too far back', async () => {
    const place = () => a.replica(first.room).place();
    const old = a.replica(first.room).head;
    const foreign = chainAfter(blake2b256, { seq: 0, hash: old.hash }, recordHash(blake2b256, NOTHING));
    a.appendRecord(first.room, update(ann.device, { ...place(), head: foreign }));
    expect((await refusal(a)).reason).toBe('unknown-head');
    a.appendRecord(first.room, update(ann.device, { ...place(), head: { ...old, seq: 2 } }));
    expect((await refusal(a)).reason).toBe('unknown-head');
    for (let i = 0; i < MAX_HEAD_LAG; i++) a.append(first.room, 10);
    await a.at(first.room, 1 + MAX_HEAD_LAG);
    a.appendRecord(first.room, update(ann.device, { ...place(), head: old }));
    await a.at(first.room, 2 + MAX_HEAD_LAG);
    a.appendRecord(first.room, update(ann.device, { ...place(), head: old }));
    expect((await refusal(a)).reason).toBe('stale-head');
  });

  it('[SN2] refuses a snapshot of another log, and one that covers nothing new', async () => {
    a.append(first.room);
    await a.at(first.room, 2);
    const cover = a.replica(first.room).head;
    const send = (at: typeof cover) =>
      a.appendRecord(first.room, snapshot(ann.device, a.replica(first.room).place(), at));
    send({ ...cover, hash: first.hash });
    expect((await refusal(a)).reason).toBe('bad-snapshot');
    send({ ...cover, seq: 3 });
    expect((await refusal(a)).reason).toBe('bad-snapshot');
    send(cover);
    await a.at(first.room, 3);
    send(cover);
    expect((await refusal(a)).reason).toBe('bad-snapshot');
    send(a.replica(first.room).head);
    await a.at(first.room, 4);
  });

  it('[EP8] refuses an epoch whose wraps are not those that it names', async () => {
    const renewal = epoch(ann.device, members, 5, { before: first, head: a.replica(first.room).head });
    a.appendRecord(first.room, renewal.record, [...renewal.wraps].reverse());
    expect(await refusal(a)).toEqual({ reason: 'bad-epoch', counter: 5 });
    a.appendRecord(first.room, renewal.record, renewal.wraps.slice(1));
    expect(await refusal(a)).toEqual({ reason: 'bad-epoch', counter: 5 });
    a.appendRecord(first.room, renewal.record, renewal.wraps);
    await a.at(first.room, 2);
  });

  it('[EP8] refuses an epoch whose wraps are for others than its core names, or by another prekey', async () => {
    const renewal = epoch(ann.device, members, 5, { before: first, head: a.replica(first.room).head });
    const [own, ...others] = renewal.wraps.map(decodeWrap);
    if (!own) throw new Error('no wrap');
    const bodyOf = (wraps: readonly Uint8Array[]) =>
      encodeEpochBody(
        encodeCore(renewal.core),
        [],
        wraps.map((wrap) => wrapHash(blake2b256, wrap)),
      );
    const header = decodeRecord(renewal.record).header;
    for (const [named, reason] of [
      [{ ...own, recipient: makeDevice('nobody').id }, 'bad-epoch'],
      [{ ...own, prekey: own.prekey + 1 }, 'bad-epoch'],
      [own, 'taken'],
    ] as const) {
      const wraps = [named, ...others].map(encodeWrap);
      a.appendRecord(first.room, signRecord(ann.device, header, bodyOf(wraps)), wraps);
      if (reason === 'taken') await a.at(first.room, 2);
      else expect(await refusal(a)).toEqual({ reason, counter: 5 });
    }
  });

  it('[EP8] takes an epoch for as many devices as it may name', async () => {
    const perList = MAX_DEVICES_PER_LIST - 1;
    const people = Array.from({ length: Math.ceil(MAX_DEVICES / perList) }, (_, i) =>
      makePerson(
        `person ${i}`,
        Array.from({ length: Math.min(perList, MAX_DEVICES - i * perList) }, (__, k) => makeDevice(`${i} ${k}`)),
      ),
    );
    const all = { people: people.map((person) => ({ person, role: 'owner' as const })) };
    const [maker] = people;
    if (!maker) throw new Error('nobody');
    const full = epoch(maker.device, all, 1);
    expect(full.wraps).toHaveLength(MAX_DEVICES);
    const client = await server.connect(maker.device);
    await client.create(full);
  });

  it('[NO3] refuses everything but notices and an epoch after somebody has left', async () => {
    const b = await join(bob);
    b.appendRecord(first.room, notice(bob.device, b.replica(first.room).place(), { type: 'leave' }));
    await a.at(first.room, 2);
    a.append(first.room);
    expect((await refusal(a)).reason).toBe('rights-changing');
    const without = { people: members.people.filter(({ person }) => person !== bob) };
    const next = epoch(ann.device, without, 10, { before: first, head: a.replica(first.room).head });
    a.appendRecord(first.room, next.record, next.wraps);
    await a.at(first.room, 3);
    a.replica(first.room).epoch = 2;
    a.replica(first.room).counter = 10;
    await goesOn(a);
  });

  it('[CE1] opens to a visitor with a certificate, whose device the log does not know', async () => {
    const visitor = makeDevice('visitor');
    const v = await server.connect(visitor);
    const open = (certificate: Uint8Array) =>
      v.send({ type: 'open', room: first.room, from: 0, mode: 'live', proof: certificateProof(certificate) });
    open(NOTHING);
    expect((await refusal(v)).reason).toBe('unknown-device');
    open(certify(link, first.room, makeDevice('somebody else')));
    expect((await refusal(v)).reason).toBe('unknown-device');
    open(certify(makeLink('no link of the room'), first.room, visitor));
    expect((await refusal(v)).reason).toBe('unknown-device');
    open(certify(link, first.room, visitor));
    const entry = await v.next('entry');
    const index = first.core.devices.length + first.core.links.findIndex(({ principal }) => principal === link.id);
    expect(entry.wrap).toEqual(first.wraps[index]);
  });

  it('[NO4] lets a visitor write after it has introduced itself, and not before', async () => {
    const visitor = makeDevice('visitor');
    const certificate = certify(link, first.room, visitor);
    const v = await server.connect(visitor);
    await v.open(first.room, { proof: certificateProof(certificate) });
    await v.at(first.room, 1);
    v.append(first.room);
    expect((await refusal(v)).reason).toBe('unknown-device');
    const { decodeCertificate } = await import('../../../../src/wire/certificate.ts');
    const decoded = decodeCertificate(certificate, first.room, visitor.id);
    v.appendRecord(
      first.room,
      notice(visitor, v.replica(first.room).place(), { type: 'visitor', certificate: decoded }),
    );
    await v.at(first.room, 2);
    v.append(first.room);
    await v.at(first.room, 3);
  });

  it('refuses rooms that do not exist, and records on channels that are not open', async () => {
    const other = epoch(ann.device, members, 1);
    a.send({ type: 'open', room: other.room, from: 0, mode: 'live', proof: NO_PROOF });
    expect(await a.next('refused')).toMatchObject({ room: other.room, counter: 0, reason: 'unknown-room' });
    const b = await server.connect(bob.device);
    const { channel, head } = a.replica(first.room);
    const record = update(bob.device, { room: first.room, epoch: 1, counter: 4, head });
    b.send({ type: 'append', channel, record, wraps: [] });
    expect(await refusal(b)).toEqual({ reason: 'not-open', counter: 4 });
    b.send({ type: 'page', channel, from: 1, count: 1 });
    expect((await b.next('refused')).reason).toBe('not-open');
  });

  it('refuses to append to a dormant room', async () => {
    await a.open(first.room, { mode: 'head' });
    a.append(first.room);
    expect((await refusal(a)).reason).toBe('not-open');
  });

  it('[EP1] [EP2] refuses to make a room from anything but its first epoch', async () => {
    const other = epoch(ann.device, members, 1);
    const create = (record: Uint8Array, wraps: readonly Uint8Array[]) =>
      a.send({ type: 'create', room: other.room, record, wraps });
    create(update(ann.device, { room: other.room, epoch: 1, counter: 1, head: first.core.position }), []);
    expect(await a.next('refused')).toMatchObject({ room: other.room, reason: 'bad-epoch' });
    create(first.record, first.wraps);
    expect(await a.next('refused')).toMatchObject({ room: other.room, reason: 'wrong-room' });
    create(other.record, []);
    expect(await a.next('refused')).toMatchObject({ room: other.room, reason: 'bad-epoch' });
    const stolen = epoch(vic.device, members, 1);
    const v = await server.connect(vic.device);
    v.send({ type: 'create', room: stolen.room, record: stolen.record, wraps: stolen.wraps });
    expect(await v.next('refused')).toMatchObject({ room: stolen.room, reason: 'wrong-role' });
    create(other.record, other.wraps);
    expect(await a.next('opened')).toMatchObject({ room: other.room });
  });
});

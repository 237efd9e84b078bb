/** Records as they are, in every other log: of another room, of another epoch of the same room, twice in their own. */
import { beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { listingOf, nextDeviceList } from '../../../src/engine/epochs/device-lists.ts';
import { makeRoom } from '../../../src/engine/epochs/first-epoch.ts';
import { type Identity, makeIdentity } from '../../../src/engine/epochs/identity.ts';
import { makeNextEpoch, renewalPlan } from '../../../src/engine/epochs/next-epoch.ts';
import { unwrapSecret } from '../../../src/engine/epochs/wraps.ts';
import { clientIdOf } from '../../../src/engine/rooms/client-ids.ts';
import { type LogEntry, LogReader } from '../../../src/engine/rooms/log-reader.ts';
import { encodeUpdateBody } from '../../../src/engine/rooms/update-body.ts';
import { clearRecord, RecordKeys, sealRecord } from '../../../src/engine/seal/record-seal.ts';
import { signingKeyFromSeed, sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { nodeRandom as random } from '../../../src/platform/node/random.ts';
import { decodeDeviceList } from '../../../src/wire/device-list.ts';
import { decodeWrap } from '../../../src/wire/epoch.ts';
import type { RoomId } from '../../../src/wire/ids.ts';
import { encodeNotice } from '../../../src/wire/notice.ts';
import { CONTENT, type Header, NO_STREAM } from '../../../src/wire/record.ts';

type Log = { readonly name: string; readonly room: RoomId; readonly entries: readonly LogEntry[] };
type Entry = Omit<LogEntry, 'seq'>;
let alice: Identity;
let logs: Log[];

const entry = (record: Uint8Array, wraps: readonly Uint8Array[]): Entry => ({
  record,
  wrap: wraps.find((wrap) => decodeWrap(wrap).recipient === alice.device) ?? expect.fail('no wrap'),
});

function readerOf({ room, entries }: Log): LogReader {
  const reader = new LogReader({
    room,
    keys: new RecordKeys(),
    unwrap: (access, wrap) => {
      const key = unwrapSecret(wrap, access.core, access.coreHash, alice.device, alice.prekey.secretKey);
      return key.ok ? key.value : undefined;
    },
  });
  for (const one of entries) expect(reader.read(one, false).type).not.toBe('void');
  return reader;
}

const headerIn = (reader: LogReader, room: RoomId, kind: Header['kind']): Header => ({
  kind,
  stream: kind === 'update' ? CONTENT : NO_STREAM,
  room,
  epoch: reader.access?.epoch ?? 0,
  sender: alice.device,
  counter: 10,
  head: reader.position,
  units: 0,
  cover: null,
});

const MADE = {
  epoch: (reader: LogReader): Entry => {
    const access = reader.access ?? expect.fail('no access');
    const at = { counter: 10, position: reader.position, date: 0 };
    const { record, wraps } = makeNextEpoch(alice, access, renewalPlan(access), at, () => undefined, random);
    return entry(record, wraps);
  },
  notice: (reader: LogReader, room: RoomId): Entry => {
    const identityKey = signingKeyFromSeed(alice.identitySeed ?? expect.fail('no identity key'));
    const phone = listingOf(alice.principal, signingKeyFromSeed(random.bytes(32)));
    const list = decodeDeviceList(nextDeviceList(identityKey, alice.list, { add: phone }));
    const body = encodeNotice({ type: 'device-list', list });
    return { record: clearRecord(headerIn(reader, room, 'notice'), body, alice.signing), wrap: new Uint8Array() };
  },
  update: (reader: LogReader, room: RoomId): Entry => {
    const nonce = random.bytes(16);
    const clientId = clientIdOf(alice.device, room, CONTENT, nonce);
    const doc = new Y.Doc();
    doc.clientID = clientId;
    doc.getText('text').insert(0, 'hello');
    const plain = encodeUpdateBody({ claims: [{ clientId, nonce }], update: Y.encodeStateAsUpdate(doc) });
    const key = reader.epochKey ?? expect.fail('no key');
    const header = headerIn(reader, room, 'update');
    return {
      record: sealRecord(new RecordKeys(), key, header, plain, alice.signing, random),
      wrap: new Uint8Array(),
    };
  },
} as const;

beforeAll(async () => {
  await sodiumReady();
  alice = makeIdentity(random, 0);
  logs = ['one room', 'another room'].flatMap((name) => {
    const { room, record, wraps } = makeRoom(alice, random, 0);
    const first = { name, room, entries: [{ seq: 1, ...entry(record, wraps) }] };
    const reader = readerOf(first);
    const access = reader.access ?? expect.fail('no access');
    const at = { counter: 2, position: reader.position, date: 0 };
    const next = makeNextEpoch(alice, access, renewalPlan(access), at, () => undefined, random);
    const second = { seq: 2, ...entry(next.record, next.wraps) };
    return [first, { name: `${name}, its next epoch`, room, entries: [...first.entries, second] }];
  });
});

describe.each(Object.keys(MADE) as (keyof typeof MADE)[])('[CO1] a record: %s', (kind) => {
  it('counts once in the log that it was made for, and in no other', () => {
    for (const log of logs) {
      const made = MADE[kind](readerOf(log), log.room);
      for (const other of logs) {
        const reader = readerOf(other);
        const seq = other.entries.length + 1;
        const reading = reader.read({ seq, ...made }, false);
        expect(reading.type, `of ${log.name}, in ${other.name}`).toBe(other === log ? kind : 'void');
        expect(reader.read({ seq: seq + 1, ...made }, false).type).toBe('void');
      }
    }
  });
});

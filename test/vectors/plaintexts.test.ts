import { beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { Ledger } from '../../src/engine/rooms/admission.ts';
import { clientIdOf } from '../../src/engine/rooms/client-ids.ts';
import { seedOf } from '../../src/engine/rooms/seed.ts';
import { decodePresence, encodePresence } from '../../src/engine/rooms/signal-body.ts';
import { decodeSnapshotBody, encodeSnapshotBody } from '../../src/engine/rooms/snapshot-body.ts';
import { decodeUpdateBody, encodeUpdateBody } from '../../src/engine/rooms/update-body.ts';
import { blake2b, sodiumReady } from '../../src/engine/seal/sodium.ts';
import { deviceId, roomId } from '../../src/wire/ids.ts';
import { CONTENT, type Stream } from '../../src/wire/record.ts';
import { fromHex, type Hostile, readVectors, refusalOf, toHex, toVector } from '../support/vectors.ts';

beforeAll(sodiumReady);

describe('vectors of client ids [AD1]', () => {
  type Valid = { device: string; room: string; stream: Stream; nonce: string; input: string; clientId: number };
  const { valid } = readVectors<Valid>('client-ids');

  it.each(valid)('$clientId', (vector) => {
    const [device, room] = [deviceId(fromHex(vector.device)), roomId(fromHex(vector.room))];
    expect(clientIdOf(device, room, vector.stream, fromHex(vector.nonce))).toBe(vector.clientId);
    const hash = toHex(blake2b(fromHex(vector.input)));
    expect(Number(BigInt(`0x${hash.slice(0, 16)}`) >> 11n)).toBe(vector.clientId);
  });
});

describe('vectors of updates', () => {
  type Valid = { name: string; claims: object[]; update: string; bytes: string };
  const { valid, hostile } = readVectors<Valid>('update-bodies');

  it.each(valid)('$name: read and made anew', (vector) => {
    const body = decodeUpdateBody(fromHex(vector.bytes));
    expect(toVector(body)).toEqual({ claims: vector.claims, update: vector.update });
    expect(toHex(encodeUpdateBody(body))).toBe(vector.bytes);
  });

  it.each(hostile)('refused as $reason: $name', (vector) => {
    expect(refusalOf(() => decodeUpdateBody(fromHex(vector.bytes)))).toBe(vector.reason);
  });
});

describe('vectors of snapshots [SN1]', () => {
  type Valid = { name: string; fields: object; bytes: string };
  type OneLedger = {
    name: string;
    clients: { clientId: number; owner: string | null; clock: number }[];
    bytes: string;
  };
  const file = readVectors<Valid, { room: string; ledgers: OneLedger[]; hostileLedgers: Hostile[] }>('snapshot-bodies');
  const room = roomId(fromHex(file.room));

  it.each(file.valid)('$name: read and made anew', (vector) => {
    const body = decodeSnapshotBody(fromHex(vector.bytes));
    expect(toVector(body)).toEqual(vector.fields);
    expect(toHex(encodeSnapshotBody(body))).toBe(vector.bytes);
  });

  it.each(file.hostile)('refused as $reason: $name', (vector) => {
    expect(refusalOf(() => decodeSnapshotBody(fromHex(vector.bytes)))).toBe(vector.reason);
  });

  it.each(file.ledgers)('a ledger, $name: read and made anew', (vector) => {
    const ledger = Ledger.decode(fromHex(vector.bytes), room, CONTENT);
    for (const { clientId, owner, clock } of vector.clients) {
      expect(ledger.nextClock(clientId)).toBe(clock);
      expect(toVector(ledger.ownerOf(clientId) ?? null)).toBe(owner);
    }
    expect(toHex(ledger.encode())).toBe(vector.bytes);
  });

  it.each(file.hostileLedgers)('a ledger is refused as $reason: $name', (vector) => {
    expect(refusalOf(() => Ledger.decode(fromHex(vector.bytes), room, CONTENT))).toBe(vector.reason);
  });
});

describe('vectors of signals', () => {
  const { valid, hostile } = readVectors<{ name: string; fields: object; bytes: string }>('signal-bodies');

  it.each(valid)('$name: read and made anew', (vector) => {
    const signal = decodePresence(fromHex(vector.bytes));
    expect(toVector(signal)).toEqual(vector.fields);
    expect(toHex(encodePresence(signal))).toBe(vector.bytes);
  });

  it.each(hostile)('refused as $reason: $name', (vector) => {
    expect(refusalOf(() => decodePresence(fromHex(vector.bytes)))).toBe(vector.reason);
  });
});

describe('the vector of the seed', () => {
  const { valid } = readVectors<{ update: string }>('seed');

  it('content begins with exactly these bytes, comments with nothing', () => {
    const update = seedOf(CONTENT);
    expect(toHex(update!)).toBe(valid[0]?.update);
    expect(seedOf({ class: 'comments', segment: 0 })).toBeUndefined();
    const doc = new Y.Doc();
    Y.applyUpdate(doc, update!);
    expect(doc.get('root', Y.XmlText).length).toBe(1);
  });
});

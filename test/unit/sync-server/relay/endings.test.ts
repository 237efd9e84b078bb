import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeClientFrame } from '../../../../src/wire/client-frames.ts';
import { MAX_FRAMES_PER_MESSAGE, MAX_NOTICE_RECORD_BYTES, PROTOCOL_VERSION } from '../../../../src/wire/limits.ts';
import { NO_PROOF } from '../../../../src/wire/open-proof.ts';
import { NO_STREAM } from '../../../../src/wire/record.ts';
import type { Reason } from '../../../../src/wire/refusals.ts';
import type { TestClient } from '../../../support/server/client.ts';
import { makeDevice, makePerson, type Person, signList } from '../../../support/server/identities.ts';
import { type Epoch, epoch, notice, signRecord } from '../../../support/server/records.ts';
import { type RelayServer, startRelay } from '../../../support/server/relay-server.ts';
import { ann, bob, joinRoom, members, refusalIn } from '../../../support/server/room-of-all-roles.ts';

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

  it('acknowledges to whoever leaves, closes the room to it and leaves its socket alone', async () => {
    const b = await join(bob);
    b.appendRecord(first.room, notice(bob.device, b.replica(first.room).place(), { type: 'leave' }));
    expect((await b.next('ack')).seq).toBe(2);
    expect(await refusal(b)).toEqual({ reason: 'unknown-device', counter: 0 });
    await new Promise((resolve) => setTimeout(resolve, 120));
    await b.settle();
    expect(b.closed).toBeUndefined();
  });

  it('closes the room, and soon the socket, to a device that an epoch removes, and sends it nothing more', async () => {
    const b = await join(bob);
    b.frames.splice(0);
    const without = { people: members.people.filter(({ person }) => person !== bob) };
    const next = epoch(ann.device, without, 10, { before: first, head: a.replica(first.room).head });
    a.appendRecord(first.room, next.record, next.wraps);
    expect(await refusal(b)).toEqual({ reason: 'unknown-device', counter: 0 });
    expect((await b.next('ended')).reason).toBe('unknown-device');
    await b.untilClosed(1_000);
    expect(b.all('entry')).toEqual([]);
    const again = await server.connect(bob.device);
    again.send({ type: 'open', room: first.room, from: 1, mode: 'live', proof: NO_PROOF });
    expect((await refusal(again)).reason).toBe('unknown-device');
  });

  it('[NO2] closes the room to a device that a newer device list drops', async () => {
    const phone = makeDevice('bob phone');
    const both = makePerson('bob', [bob.device, phone]);
    const shared = {
      people: [
        { person: ann, role: 'owner' as const },
        { person: both, role: 'editor' as const },
      ],
    };
    const own = epoch(ann.device, shared, 1);
    await a.create(own);
    const p = await server.connect(phone);
    await p.open(own.room);
    await p.at(own.room, 1);
    const b = await server.connect(bob.device);
    await b.open(own.room);
    await b.at(own.room, 1);
    const list = signList(both.key, [bob.device.id], 2, both.list.hash);
    const { decodeDeviceList } = await import('../../../../src/wire/device-list.ts');
    const content = { type: 'device-list' as const, list: decodeDeviceList(list.bytes) };
    b.appendRecord(own.room, notice(bob.device, b.replica(own.room).place(), content));
    expect((await p.next('refused')).reason).toBe('unknown-device');
    await p.untilClosed(1_000);
    await b.at(own.room, 2);
    expect(b.closed).toBeUndefined();
  });

  const ends = async (client: TestClient, reason: Reason) => {
    expect((await client.next('ended')).reason).toBe(reason);
    await client.untilClosed();
  };

  /** A record under the first epoch whose body is as it comes. */
  const unsealed = (kind: 'signal' | 'notice', body: Uint8Array) => {
    const { room, core } = first;
    const rest = { epoch: 1, sender: ann.device.id, counter: 1, head: core.position, units: 0, cover: null };
    return signRecord(ann.device, { kind, stream: NO_STREAM, room, ...rest }, body);
  };

  it.each<{ what: string; message: (channel: number) => Uint8Array | string; reason: Reason }>([
    { what: 'a text message', message: () => 'hello', reason: 'malformed' },
    { what: 'an empty message', message: () => NOTHING, reason: 'malformed' },
    { what: 'an unknown frame', message: () => Uint8Array.of(99), reason: 'unknown-version' },
    { what: 'a frame cut short', message: () => Uint8Array.of(6), reason: 'malformed' },
    {
      what: 'a page that is too long',
      message: (channel) => encodeClientFrame({ type: 'page', channel, from: 1, count: 10_000 }),
      reason: 'too-large',
    },
    {
      what: 'too many frames',
      message: () => new Uint8Array(MAX_FRAMES_PER_MESSAGE + 1).fill(8),
      reason: 'too-large',
    },
    {
      what: 'a record that is no record',
      message: (channel) => encodeClientFrame({ type: 'append', channel, record: new Uint8Array(20), wraps: [] }),
      reason: 'unknown-version',
    },
    {
      what: 'a signal that is appended',
      message: (channel) =>
        encodeClientFrame({ type: 'append', channel, record: unsealed('signal', NOTHING), wraps: [] }),
      reason: 'malformed',
    },
    {
      what: 'a notice above its size',
      message: (channel) =>
        encodeClientFrame({
          type: 'append',
          channel,
          record: unsealed('notice', new Uint8Array(MAX_NOTICE_RECORD_BYTES)),
          wraps: [],
        }),
      reason: 'too-large',
    },
    {
      what: 'a second hello',
      message: () =>
        encodeClientFrame({
          type: 'hello',
          version: PROTOCOL_VERSION,
          device: ann.device.id,
          signature: new Uint8Array(64),
        }),
      reason: 'malformed',
    },
  ])('[FR10] ends the socket on $what', async ({ message, reason }) => {
    const b = await join(bob);
    a.sendRaw(message(a.replica(first.room).channel));
    await ends(a, reason);
    b.append(first.room);
    await b.at(first.room, 2);
  });
});

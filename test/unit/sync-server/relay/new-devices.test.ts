import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeDeviceList } from '../../../../src/wire/device-list.ts';
import { deviceId } from '../../../../src/wire/ids.ts';
import { certificateProof, type OpenProof } from '../../../../src/wire/open-proof.ts';
import type { TestClient } from '../../../support/server/client.ts';
import {
  certify,
  listsOf,
  makeDevice,
  makeLink,
  makePerson,
  type SignedList,
  signingKey,
  signList,
} from '../../../support/server/identities.ts';
import { type Epoch, epoch, notice, signal, snapshot } from '../../../support/server/records.ts';
import { type RelayServer, startRelay } from '../../../support/server/relay-server.ts';

const laptop = makeDevice('laptop');
const phone = makeDevice('phone');
const tablet = makeDevice('tablet');
// It signs no list.
const nobodys = { id: deviceId(signingKey('nobody’s').publicKey) };
const ann = makePerson('ann', [laptop]);
const bob = makePerson('bob');
const viewLink = makeLink('view');

const anns = listsOf(ann);
const showing = ({ bytes }: SignedList): OpenProof => ({ type: 'device-list', bytes });
const owner = (list: SignedList) => ({ person: { id: ann.id, list }, role: 'owner' as const });

describe('a device that an account has just added', () => {
  let server: RelayServer;
  let l: TestClient;
  let p: TestClient;

  beforeEach(async () => {
    server = await startRelay({ limits: { removedCloseMs: 50 } });
    l = await server.connect(laptop);
    p = await server.connect(phone);
  });
  afterEach(() => server.close());

  /** Posts the list as the client's own next record. */
  function post(client: TestClient, { room }: Epoch, list: SignedList): void {
    const content = { type: 'device-list' as const, list: decodeDeviceList(list.bytes) };
    client.appendRecord(room, notice(client.device, client.replica(room).place(), content));
  }
  async function opens(client: TestClient, { room }: Epoch, proof: OpenProof): Promise<boolean> {
    client.send({ type: 'open', room, from: 0, mode: 'live', proof });
    const answered = () => client.frames.find(({ type }) => type === 'opened' || type === 'refused');
    const answer = await client.until(answered, 'an answer');
    if (answer.type === 'refused') expect(answer).toMatchObject({ reason: 'unknown-device', counter: 0 });
    client.frames.splice(0, client.frames.indexOf(answer) + 1);
    return answer.type === 'opened';
  }
  const wrapOf = (of: Epoch, recipient: string) =>
    of.wraps.find((wrap) => Buffer.from(wrap.subarray(0, 32)).toString('base64url') === recipient);

  describe('in a home, which is sealed to the account’s key', () => {
    const added = anns(2, [laptop, phone]);
    let home: Epoch;

    beforeEach(async () => {
      home = epoch(laptop, { people: [owner(ann.list)], sealedToAccount: true }, 1);
      await l.create(home);
    });

    it('[EP7] [EP8] gets the account’s wrap, the device that is sealed to its own', async () => {
      expect(await opens(p, home, showing(added))).toBe(true);
      expect((await p.next('entry')).wrap).toEqual(wrapOf(home, ann.id));
      expect(await opens(l, home, { type: 'none' })).toBe(true);
      expect((await l.next('entry')).wrap).toEqual(wrapOf(home, laptop.id));
    });

    it('[EP8] gets it in an epoch that comes while it reads, and so does the maker that is left out', async () => {
      await p.open(home.room, { proof: showing(added) });
      await p.at(home.room, 1);
      post(p, home, added);
      await Promise.all([p.at(home.room, 2), l.at(home.room, 2)]);
      const sealedTo = { people: [owner(added)], sealedToAccount: true, devices: [] };
      const next = (from: TestClient, before: Epoch) => {
        const { counter, head } = from.replica(home.room).place();
        const made = epoch(from.device, sealedTo, counter, { before, head });
        from.appendRecord(home.room, made.record, made.wraps);
        return made;
      };
      const second = next(l, home);
      await Promise.all([p.at(home.room, 3), l.at(home.room, 3)]);
      expect(p.all('entry').at(-1)?.wrap).toEqual(wrapOf(second, ann.id));
      // The laptop made the room on this socket.
      p.replica(home.room).epoch = 2;
      const third = next(p, second);
      await l.at(home.room, 4);
      expect(l.all('entry').at(-1)?.wrap).toEqual(wrapOf(third, ann.id));
    });

    it('[FR4] gets it with the prelude too', async () => {
      l.append(home.room);
      await l.at(home.room, 2);
      const replica = l.replica(home.room);
      l.appendRecord(home.room, snapshot(laptop, replica.place(), replica.head));
      await l.at(home.room, 3);
      expect(await opens(p, home, showing(added))).toBe(true);
      const prelude = await p.next('prelude');
      expect(prelude).toMatchObject({ seq: 1, wrap: wrapOf(home, ann.id) });
    });

    it('[EP8] gets it by the log alone once its list is in there', async () => {
      expect(await opens(p, home, showing(added))).toBe(true);
      post(p, home, added);
      await p.at(home.room, 2);
      expect(await opens(p, home, { type: 'none' })).toBe(true);
      expect((await p.next('entry')).wrap).toEqual(wrapOf(home, ann.id));
    });

    it('[EP8] nobody else gets it', async () => {
      const b = await server.connect(bob.device);
      expect(await opens(b, home, showing(bob.list))).toBe(false);
      expect(await opens(b, home, certificateProof(certify({ ...ann.key, id: ann.id }, home.room, bob.device)))).toBe(
        false,
      );
    });
  });

  describe('in a room with others', () => {
    const added = anns(5, [laptop, phone], signList(ann.key, [laptop.id], 4));
    let room: Epoch;

    beforeEach(async () => {
      const people = [owner(ann.list), { person: bob, role: 'editor' as const }];
      room = epoch(laptop, { people, links: [{ link: viewLink, role: 'viewer' }] }, 1);
      await l.create(room);
    });

    it('[FR3] [DL2] reads by a list that the log does not know, then brings it and writes', async () => {
      expect(await opens(p, room, { type: 'none' })).toBe(false);
      expect(await opens(p, room, showing(added))).toBe(true);
      await p.at(room.room, 1);
      post(p, room, added);
      await p.at(room.room, 2);
      p.append(room.room);
      await p.at(room.room, 3);
      await l.at(room.room, 3);
      expect(await opens(p, room, { type: 'none' })).toBe(true);
    });

    it('[FR3] writes nothing else before, but is heard', async () => {
      await p.open(room.room, { proof: showing(added) });
      await p.at(room.room, 1);
      p.append(room.room);
      expect((await p.next('refused')).reason).toBe('unknown-device');
      p.appendRecord(room.room, notice(phone, p.replica(room.room).place(), { type: 'leave' }));
      expect((await p.next('refused')).reason).toBe('unknown-device');
      // Peers judge by the log.
      p.send({
        type: 'signal',
        channel: p.replica(room.room).channel,
        record: signal(phone, p.replica(room.room).place()),
      });
      await l.next('signal');
    });

    it.each([
      ['it is not on', () => anns(2, [laptop])],
      ['of an account that is not in the room', () => signList(makePerson('cat').key, [phone.id], 2)],
      ['of the version that the log knows', () => anns(1, [laptop, phone])],
      ['that takes somebody else’s device', () => anns(2, [phone, bob.device])],
      ['that the account did not sign', () => damaged(added)],
      ['whose next version names another one before', () => anns(2, [laptop, phone], bob.list)],
      ['that a device did not sign', () => anns(2, [laptop, phone, nobodys])],
    ])('[FR3] does not read by a list %s', async (_, list) => {
      expect(await opens(p, room, showing(list()))).toBe(false);
    });

    it('[FR10] ends the socket on a list that breaks its layout', async () => {
      p.send({
        type: 'open',
        room: room.room,
        from: 0,
        mode: 'live',
        proof: showing({ ...added, bytes: new Uint8Array(9) }),
      });
      expect((await p.next('ended')).reason).toBe('unknown-version');
    });

    it('[FR3] is out as soon as the log knows a newer list without it', async () => {
      await p.open(room.room, { proof: showing(added) });
      await p.at(room.room, 1);
      post(l, room, anns(6, [laptop, tablet], added));
      expect((await p.next('refused')).reason).toBe('unknown-device');
      await p.untilClosed();
      await l.at(room.room, 2);
      expect(p.all('entry')).toEqual([]);
      const again = await server.connect(phone);
      expect(await opens(again, room, showing(added))).toBe(false);
    });

    it('[FR3] stays when another device brings the list', async () => {
      await p.open(room.room, { proof: showing(added) });
      post(l, room, added);
      await p.at(room.room, 2);
      p.append(room.room);
      await l.at(room.room, 3);
    });

    it('[FR8] watches the head of a dormant room', async () => {
      await p.open(room.room, { mode: 'head', proof: showing(added) });
      l.append(room.room);
      expect((await p.next('head')).head.seq).toBe(2);
    });
  });

  function damaged(list: SignedList): SignedList {
    const bytes = list.bytes.slice();
    bytes[bytes.length - 1]! ^= 1;
    return { ...list, bytes };
  }
});

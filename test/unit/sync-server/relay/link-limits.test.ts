import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeCertificate } from '../../../../src/wire/certificate.ts';
import type { LinkLimits } from '../../../../src/wire/epoch.ts';
import type { RoomId } from '../../../../src/wire/ids.ts';
import type { OpenProof } from '../../../../src/wire/open-proof.ts';
import type { Clock } from '../../../../sync-server/clock.ts';
import { LINK_SWEEP_MS } from '../../../../sync-server/relay/limits.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import type { TestClient } from '../../../support/server/client.ts';
import {
  certify,
  type Device,
  type Link,
  makeDevice,
  makeLink,
  makePerson,
} from '../../../support/server/identities.ts';
import { type Epoch, epoch, notice, update } from '../../../support/server/records.ts';
import { type RelayServer, startRelay } from '../../../support/server/relay-server.ts';
import { STORE_VERSIONS } from '../../../support/server/stores.ts';

const NOON = 1_800_000_000_000;
const ann = makePerson('ann');
const bob = makePerson('bob');
const edit = makeLink('edit');
const view = makeLink('view');

const proofBy = (link: Link, room: RoomId, device: Device): OpenProof => ({
  type: 'certificate',
  bytes: certify(link, room, device),
});
const membersWith = (limits: Partial<LinkLimits>, viewLimits: Partial<LinkLimits> = {}) => ({
  people: [
    { person: ann, role: 'owner' as const },
    { person: bob, role: 'editor' as const },
  ],
  links: [
    { link: edit, role: 'editor' as const, limits },
    { link: view, role: 'viewer' as const, limits: viewLimits },
  ],
});

describe.each(STORE_VERSIONS)('[LI4] a link with limits, with the store $name', ({ open }) => {
  let now: number;
  let clock: ManualClock;
  let opened: Awaited<ReturnType<typeof open>>;
  let relay: RelayServer;
  let first: Epoch;
  let a: TestClient;

  const start = async (store = opened.store): Promise<void> => {
    clock = new ManualClock();
    // Only what waits for a time goes by the manual clock: turns and sockets are real.
    const relayClock: Clock = {
      now: () => clock.now(),
      after: (ms, run) => clock.after(ms, run),
      soon: (run) => void setImmediate(run),
    };
    relay = await startRelay({ store, clock: relayClock, date: () => now });
  };
  const share = async (limits: Partial<LinkLimits>, viewLimits: Partial<LinkLimits> = {}): Promise<void> => {
    first = epoch(ann.device, membersWith(limits, viewLimits), 1);
    a = await relay.connect(ann.device);
    await a.create(first);
  };
  /** What opening the room by the link comes to. */
  const tryBy = async (link: Link, client: TestClient): Promise<string> => {
    const { room } = first;
    client.frames.splice(0);
    client.send({ type: 'open', room, from: 0, mode: 'live', proof: proofBy(link, room, client.device) });
    const answer = await client.until(() => client.all('refused')[0] ?? client.all('opened')[0], 'an answer');
    return answer.type === 'refused' ? answer.reason : 'opened';
  };
  const visitor = (name: string) => relay.connect(makeDevice(name));
  const introduce = (client: TestClient, link = edit): void => {
    const { room } = first;
    const certificate = decodeCertificate(certify(link, room, client.device), room, client.device.id);
    const place = client.replica(room).place();
    client.appendRecord(room, notice(client.device, place, { type: 'visitor', certificate }));
  };
  const pass = (ms: number): void => {
    now += ms;
    clock.advance(LINK_SWEEP_MS);
  };

  beforeEach(async () => {
    now = NOON;
    opened = await open();
    await start();
  });
  afterEach(async () => {
    await relay.close();
    await opened.dispose();
  });

  describe('that expires', () => {
    it('lets people in until then, and nobody after, new or not', async () => {
      await share({ expiresAt: NOON + 1_000 });
      const [early, late] = [await visitor('early'), await visitor('late')];
      expect(await tryBy(edit, early)).toBe('opened');
      now = NOON + 999;
      expect(await tryBy(edit, await visitor('just in time'))).toBe('opened');
      now = NOON + 1_000;
      expect(await tryBy(edit, late)).toBe('link-expired');
      const again = await relay.connect(early.device);
      expect(await tryBy(edit, again)).toBe('link-expired');
      // The other link has no end.
      expect(await tryBy(view, late)).toBe('opened');
    });

    it('ends what whoever came by it has open, and nobody else’s; the socket goes on', async () => {
      await share({ expiresAt: NOON + 1_000 });
      const [guest, reader, b] = [await visitor('guest'), await visitor('reader'), await relay.connect(bob.device)];
      expect([await tryBy(edit, guest), await tryBy(view, reader)]).toEqual(['opened', 'opened']);
      await b.open(first.room);
      pass(999);
      await guest.settle();
      expect(guest.all('refused')).toEqual([]);
      pass(1);
      expect(await guest.next('refused')).toMatchObject({ room: first.room, counter: 0, reason: 'link-expired' });
      a.append(first.room);
      await b.at(first.room, 2);
      await reader.at(first.room, 2);
      await guest.settle();
      expect(guest.all('entry')).toEqual([]);
      expect(guest.closed).toBeUndefined();
      expect(await tryBy(view, guest)).toBe('opened');
    });

    it('takes nothing more by it, before the sweep has come by', async () => {
      await share({ expiresAt: NOON + 1_000 });
      const guest = await visitor('guest');
      await tryBy(edit, guest);
      await guest.at(first.room, 1);
      introduce(guest);
      await guest.at(first.room, 2);
      guest.append(first.room);
      await guest.at(first.room, 3);
      now = NOON + 1_000;
      const counter = guest.append(first.room);
      expect(await guest.next('refused')).toMatchObject({ counter, reason: 'link-expired' });
    });

    it('is no way to write by another link that gives less', async () => {
      await share({ expiresAt: NOON + 1_000 });
      const guest = await visitor('guest');
      await tryBy(edit, guest);
      await guest.at(first.room, 1);
      introduce(guest);
      await guest.at(first.room, 2);
      now = NOON + 1_000;
      const again = await relay.connect(guest.device);
      expect(await tryBy(view, again)).toBe('opened');
      await again.at(first.room, 2);
      const place = { ...again.replica(first.room).place(), counter: 9 };
      again.appendRecord(first.room, update(again.device, place));
      expect(await again.next('refused')).toMatchObject({ counter: 9, reason: 'wrong-role' });
    });

    it('is nothing to an account’s device that shows it', async () => {
      await share({ expiresAt: NOON + 1_000, maxUses: 1 });
      now = NOON + 2_000;
      const b = await relay.connect(bob.device);
      expect(await tryBy(edit, b)).toBe('opened');
      await b.at(first.room, 1);
      pass(1);
      b.append(first.room);
      await b.at(first.room, 2);
      expect(b.all('refused')).toEqual([]);
    });
  });

  describe('with a number of uses', () => {
    it('lets in as many devices, and these again and again', async () => {
      await share({ maxUses: 2 });
      const [one, two, three] = [await visitor('one'), await visitor('two'), await visitor('three')];
      expect([await tryBy(edit, one), await tryBy(edit, two)]).toEqual(['opened', 'opened']);
      expect(await tryBy(edit, three)).toBe('link-used-up');
      for (const { device } of [one, two, one]) expect(await tryBy(edit, await relay.connect(device))).toBe('opened');
      const again = await relay.connect(three.device);
      expect([await tryBy(edit, again), await tryBy(view, again)]).toEqual(['link-used-up', 'opened']);
    });

    it('remembers them through a restart', async () => {
      await share({ maxUses: 1 });
      const one = await visitor('one');
      expect(await tryBy(edit, one)).toBe('opened');
      if (!opened.reopen) return;
      await relay.relay.close();
      await start(await opened.reopen());
      expect(await tryBy(edit, await visitor('two'))).toBe('link-used-up');
      expect(await tryBy(edit, await relay.connect(one.device))).toBe('opened');
    });

    it('has its last place for one of those that come at once', async () => {
      await share({ maxUses: 3 });
      const crowd = await Promise.all(Array.from({ length: 12 }, (_, i) => visitor(`of many ${i}`)));
      const answers = await Promise.all(crowd.map((client) => tryBy(edit, client)));
      expect(answers.filter((answer) => answer === 'opened')).toHaveLength(3);
      expect(answers.filter((answer) => answer === 'link-used-up')).toHaveLength(9);
    });

    it('is not used up by whoever is not let in, nor by an account’s device', async () => {
      await share({ maxUses: 1 });
      const forger = await visitor('forger');
      const { room } = first;
      const proof = { type: 'certificate' as const, bytes: certify(makeLink('another'), room, forger.device) };
      const wrong = certify(edit, room, makeDevice('somebody else'));
      for (const shown of [proof, { type: 'certificate' as const, bytes: wrong }]) {
        forger.send({ type: 'open', room, from: 0, mode: 'live', proof: shown });
        expect((await forger.next('refused')).reason).toBe('unknown-device');
      }
      expect(await tryBy(edit, await relay.connect(bob.device))).toBe('opened');
      expect(await tryBy(edit, await visitor('first'))).toBe('opened');
    });

    it('counts what one socket opens by a second link, too', async () => {
      await share({ maxUses: 1 });
      const second = await visitor('second');
      expect(await tryBy(view, second)).toBe('opened');
      expect(await tryBy(edit, await visitor('first'))).toBe('opened');
      expect(await tryBy(edit, second)).toBe('link-used-up');
      await second.at(first.room, 1);
      second.frames.splice(0);
      introduce(second);
      expect((await second.next('refused')).reason).toBe('wrong-role');
    });

    it('takes no introduction by it from a device that came by another one', async () => {
      await share({ maxUses: 1 });
      expect(await tryBy(edit, await visitor('first'))).toBe('opened');
      const second = await visitor('second');
      expect(await tryBy(view, second)).toBe('opened');
      await second.at(first.room, 1);
      introduce(second);
      expect((await second.next('refused')).reason).toBe('wrong-role');
      expect(a.replica(first.room).head.seq).toBe(1);
    });

    it('counts a device that the log knows by it, whatever that shows', async () => {
      await share({ maxUses: 1 });
      const guest = await visitor('guest');
      await tryBy(edit, guest);
      await guest.at(first.room, 1);
      introduce(guest);
      await guest.at(first.room, 2);
      const again = await relay.connect(guest.device);
      await again.open(first.room);
      expect(await tryBy(edit, await visitor('second'))).toBe('link-used-up');
    });
  });
});

describe('[LI4] the owners of a room', () => {
  it('are the accounts that its access list names so; a room that is not there has none', async () => {
    const relay = await startRelay();
    const first = epoch(ann.device, membersWith({}), 1);
    const a = await relay.connect(ann.device);
    await a.create(first);
    expect(await relay.relay.ownersOf(first.room)).toEqual(new Set([ann.id]));
    const members = membersWith({});
    const both = { ...members, people: members.people.map(({ person }) => ({ person, role: 'owner' as const })) };
    const next = epoch(ann.device, both, 2, { before: first, head: a.replica(first.room).head });
    a.appendRecord(first.room, next.record, next.wraps);
    await a.at(first.room, 2);
    expect(await relay.relay.ownersOf(first.room)).toEqual(new Set([ann.id, bob.id]));
    expect(await relay.relay.ownersOf(epoch(bob.device, membersWith({}), 1).room)).toBeNull();
    await relay.close();
  });
});

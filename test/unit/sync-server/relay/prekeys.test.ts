import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeClientFrame } from '../../../../src/wire/client-frames.ts';
import { sortById } from '../../../../src/wire/device-list.ts';
import { type DeviceId, deviceId } from '../../../../src/wire/ids.ts';
import { MAX_ASKED_PREKEYS } from '../../../../src/wire/limits.ts';
import { KEM_PUBLIC_KEY_BYTES, PREKEY_BYTES } from '../../../../src/wire/prekey.ts';
import { PREKEYS_PER_REQUEST } from '../../../../sync-server/relay/limits.ts';
import { prekeyKey } from '../../../../sync-server/store/keys.ts';
import { createMemoryStore } from '../../../../sync-server/store/memory-store.ts';
import type { TestClient } from '../../../support/server/client.ts';
import { type FailingStore, makeFailingStore } from '../../../support/server/failing-store.ts';
import { type Device, makeDevice } from '../../../support/server/identities.ts';
import { prekeyOf } from '../../../support/server/prekeys.ts';
import { withEachStore } from '../../../support/server/relay-for-two.ts';
import { type RelayServer, startRelay } from '../../../support/server/relay-server.ts';

const phone = makeDevice('phone');
const laptop = makeDevice('laptop');
const tablet = makeDevice('tablet');
const OTHER_KEY = new Uint8Array(KEM_PUBLIC_KEY_BYTES).fill(99);

/** The id that the relay says is on disk. */
async function offer(client: TestClient, prekey: Uint8Array): Promise<number> {
  client.send({ type: 'offer', prekey });
  return (await client.next('offered')).id;
}

async function ask(client: TestClient, ...asked: readonly DeviceId[]): Promise<readonly Uint8Array[]> {
  const ticket = Math.floor(Math.random() * 2 ** 53);
  client.send({ type: 'ask', ticket, devices: sortById(asked, (id) => id) });
  const answer = await client.next('prekeys');
  expect(answer.ticket).toBe(ticket);
  return answer.prekeys;
}

async function ends(client: TestClient, prekey: Uint8Array, reason: string): Promise<void> {
  client.send({ type: 'offer', prekey });
  expect((await client.next('ended')).reason).toBe(reason);
  expect(client.all('offered')).toEqual([]);
  await client.untilClosed();
}

withEachStore('[FR11] the directory of prekeys', (relay) => {
  const connect = (device: Device) => relay.connect(device);

  it('takes a device’s own prekey, and one with a higher id in its place', async () => {
    const [own, reader] = [await connect(phone), await connect(laptop)];
    for (const id of [3, 4, 2 ** 32 - 1]) {
      expect(await offer(own, prekeyOf(phone, { id }))).toBe(id);
      expect(await ask(reader, phone.id)).toEqual([prekeyOf(phone, { id })]);
    }
  });

  it('is as content with the same one again', async () => {
    const own = await connect(phone);
    expect(await offer(own, prekeyOf(phone))).toBe(1);
    expect(await offer(own, prekeyOf(phone))).toBe(1);
    expect(await ask(own, phone.id)).toEqual([prekeyOf(phone)]);
  });

  it('tells a device that offers an older one which it has, and keeps that', async () => {
    const own = await connect(phone);
    await offer(own, prekeyOf(phone, { id: 7 }));
    expect(await offer(own, prekeyOf(phone, { id: 6, date: 1_000, listVersion: 9 }))).toBe(7);
    expect(await ask(own, phone.id)).toEqual([prekeyOf(phone, { id: 7 })]);
  });

  it('[PK2] takes the same key signed anew under a newer list, and not under an older one', async () => {
    const own = await connect(phone);
    await offer(own, prekeyOf(phone, { listVersion: 2 }));
    expect(await offer(own, prekeyOf(phone, { listVersion: 3 }))).toBe(1);
    expect(await offer(own, prekeyOf(phone, { listVersion: 1 }))).toBe(1);
    expect(await ask(own, phone.id)).toEqual([prekeyOf(phone, { listVersion: 3 })]);
  });

  it.each([
    { what: 'another key', fields: { kemKey: OTHER_KEY } },
    { what: 'another key under a newer list', fields: { kemKey: OTHER_KEY, listVersion: 2 } },
    { what: 'another date', fields: { date: 1 } },
  ])('[PK2] ends the socket on $what under the same id, and keeps what it has', async ({ fields }) => {
    const own = await connect(phone);
    await offer(own, prekeyOf(phone));
    await ends(own, prekeyOf(phone, fields), 'replayed-counter');
    expect(await ask(await connect(laptop), phone.id)).toEqual([prekeyOf(phone)]);
  });

  it('ends the socket on another device’s prekey, and does not keep it', async () => {
    const own = await connect(phone);
    await ends(own, prekeyOf(laptop), 'unknown-device');
    const again = await connect(phone);
    await ends(again, prekeyOf(phone, { device: laptop.id }), 'unknown-device');
    expect(await ask(await connect(laptop), phone.id, laptop.id)).toEqual([]);
  });

  it('ends the socket on a signature that does not hold, and does not keep the prekey', async () => {
    const own = await connect(phone);
    await offer(own, prekeyOf(phone));
    await ends(own, prekeyOf(laptop, { device: phone.id, id: 2 }), 'bad-signature');
    expect(await ask(await connect(laptop), phone.id)).toEqual([prekeyOf(phone)]);
  });

  it.each([
    { what: 'too short', prekey: prekeyOf(phone).slice(0, -1), reason: 'malformed' },
    { what: 'nothing', prekey: new Uint8Array(), reason: 'malformed' },
    { what: 'of another version', prekey: prekeyOf(phone).with(0, 2), reason: 'unknown-version' },
    { what: 'too long', prekey: new Uint8Array(PREKEY_BYTES + 1), reason: 'too-large' },
  ])('[FR10] ends the socket on a prekey that is $what', async ({ prekey, reason }) => {
    await ends(await connect(phone), prekey, reason);
  });

  it('[FR12] answers with those that are known, in the order asked, and says nothing of the others', async () => {
    const [own, other] = [await connect(phone), await connect(laptop)];
    await offer(own, prekeyOf(phone));
    await offer(other, prekeyOf(laptop, { id: 5 }));
    // It has been here, and has offered nothing; nobody was ever the stranger.
    await connect(tablet);
    const stranger = deviceId(new Uint8Array(32));
    const sorted = sortById([phone.id, laptop.id], (id) => id);
    const known = sorted.map((id) => (id === phone.id ? prekeyOf(phone) : prekeyOf(laptop, { id: 5 })));
    expect(await ask(own, phone.id, laptop.id, tablet.id, stranger)).toEqual(known);
    expect(await ask(own, tablet.id)).toEqual([]);
    expect(await ask(own, stranger)).toEqual([]);
  });

  it('keeps it when the relay restarts, and takes no older one then', async ({ skip }) => {
    if (!relay.canRestart) return skip('nothing outlives the process');
    const own = await connect(phone);
    await offer(own, prekeyOf(phone, { id: 7 }));
    await relay.restart();
    const again = await connect(phone);
    expect(await ask(again, phone.id)).toEqual([prekeyOf(phone, { id: 7 })]);
    expect(await offer(again, prekeyOf(phone, { id: 6 }))).toBe(7);
    expect(await offer(again, prekeyOf(phone, { id: 8 }))).toBe(8);
    await relay.restart();
    expect(await ask(await connect(phone), phone.id)).toEqual([prekeyOf(phone, { id: 8 })]);
  });
});

describe('[FR11] an offer on its way to disk', () => {
  let store: FailingStore;
  let server: RelayServer;
  let own: TestClient;

  beforeEach(async () => {
    store = makeFailingStore(createMemoryStore());
    server = await startRelay({ store });
    own = await server.connect(phone);
  });
  afterEach(() => server.close());
  const pause = () => new Promise((resolve) => setTimeout(resolve, 100));

  it('is confirmed after the commit, and asked for by nobody before', async () => {
    store.pause();
    own.send({ type: 'offer', prekey: prekeyOf(phone) });
    await pause();
    expect(own.all('offered')).toEqual([]);
    expect(await ask(await server.connect(laptop), phone.id)).toEqual([]);
    store.resume();
    expect((await own.next('offered')).id).toBe(1);
  });

  it.each([false, true])(
    'is not confirmed when the disk fails, and the socket goes on (written: %s)',
    async (written) => {
      store.failNext(written);
      own.send({ type: 'offer', prekey: prekeyOf(phone) });
      await own.settle();
      // Nothing is read or written until the store has reopened.
      own.send({ type: 'offer', prekey: prekeyOf(phone) });
      await own.settle();
      expect(own.all('offered')).toEqual([]);
      store.reopen();
      expect(await ask(own, phone.id)).toEqual(written ? [prekeyOf(phone)] : []);
      expect(await offer(own, prekeyOf(phone))).toBe(1);
    },
  );

  it('is the end of whoever asks while the disk fails', async () => {
    store.failNext();
    own.send({ type: 'offer', prekey: prekeyOf(phone) }, { type: 'ask', ticket: 1, devices: [phone.id] });
    expect((await own.next('ended')).reason).toBe('storage-failed');
  });

  it('is confirmed before the relay that closes ends the socket', async () => {
    store.pause();
    own.send({ type: 'offer', prekey: prekeyOf(phone) });
    await pause();
    const closed = server.relay.close();
    await pause();
    expect(own.all('ended')).toEqual([]);
    store.resume();
    await closed;
    await own.untilClosed();
    expect(own.frames.map(({ type }) => type).slice(-2)).toEqual(['offered', 'ended']);
  });

  it('is settled before the device’s next socket is welcomed', async () => {
    store.pause();
    own.send({ type: 'offer', prekey: prekeyOf(phone) });
    await pause();
    const next = server.dial(phone);
    await next.greet(new URL(server.url).host);
    await own.untilClosed();
    expect(next.all('welcome')).toEqual([]);
    store.resume();
    await next.next('welcome');
    expect(await offer(next, prekeyOf(phone, { id: 2 }))).toBe(2);
  });

  it('writes nothing where it changes nothing', async () => {
    await offer(own, prekeyOf(phone, { id: 2 }));
    store.failNext();
    expect(await offer(own, prekeyOf(phone, { id: 2 }))).toBe(2);
    expect(await offer(own, prekeyOf(phone, { id: 1 }))).toBe(2);
  });
});

describe('[FR11], [FR12] how much there may be of it', () => {
  let server: RelayServer;
  afterEach(() => server.close());
  const many = sortById(
    Array.from({ length: MAX_ASKED_PREKEYS }, (_, i) => makeDevice(`asked for ${i}`).id),
    (id) => id,
  );

  it('asking slows down as many requests would, by how many are asked for', async () => {
    const perSecond = MAX_ASKED_PREKEYS / PREKEYS_PER_REQUEST;
    server = await startRelay({ limits: { requestsPerSecond: perSecond, requestBurst: perSecond } });
    const client = await server.connect(phone);
    const startedAt = performance.now();
    for (let i = 0; i < 3; i++) client.send({ type: 'ask', ticket: i, devices: many });
    await client.until(() => client.all('prekeys').length === 3, 'all answers');
    expect(performance.now() - startedAt).toBeGreaterThan(1_800);
  });

  it('[FR12] as many as may be asked for are handed out in one answer', async () => {
    const store = createMemoryStore();
    const all = sortById(
      Array.from({ length: MAX_ASKED_PREKEYS }, (_, i) => makeDevice(`one of many ${i}`)),
      ({ id }) => id,
    );
    await store.commit(
      [],
      all.map((device) => ({ key: prekeyKey(device.id), value: prekeyOf(device) })),
    );
    server = await startRelay({ store });
    const found = await ask(await server.connect(phone), ...all.map(({ id }) => id));
    expect(Buffer.concat(found).equals(Buffer.concat(all.map((device) => prekeyOf(device))))).toBe(true);
  });

  it('offering slows down as any request does', async () => {
    server = await startRelay({ limits: { requestsPerSecond: 20, requestBurst: 10 } });
    const client = await server.connect(phone);
    const startedAt = performance.now();
    for (let i = 0; i < 40; i++) client.send({ type: 'offer', prekey: prekeyOf(phone, { id: i }) });
    await client.until(() => client.all('offered').length === 40, 'all confirmations');
    expect(performance.now() - startedAt).toBeGreaterThan(1_200);
  });

  it('[FR2] nobody offers or asks before the greeting', async () => {
    server = await startRelay();
    for (const frame of [
      { type: 'offer', prekey: prekeyOf(phone) },
      { type: 'ask', ticket: 1, devices: [phone.id] },
    ] as const) {
      const client = server.dial(phone);
      await client.next('challenge');
      client.sendRaw(encodeClientFrame(frame));
      expect((await client.next('ended')).reason).toBe('malformed');
    }
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeClientFrame, helloSignedBytes } from '../../../../src/wire/client-frames.ts';
import { MAX_GREETING_BYTES, PROTOCOL_VERSION } from '../../../../src/wire/limits.ts';
import { NO_PROOF } from '../../../../src/wire/open-proof.ts';
import { createMemoryStore } from '../../../../sync-server/store/memory-store.ts';
import { makeFailingStore } from '../../../support/server/failing-store.ts';
import { makePerson } from '../../../support/server/identities.ts';
import { epoch } from '../../../support/server/records.ts';
import { type RelayServer, startRelay } from '../../../support/server/relay-server.ts';

const ann = makePerson('ann');
const bob = makePerson('bob');
const members = { people: [{ person: ann, role: 'owner' as const }] };

describe('the greeting', () => {
  let server: RelayServer;
  const host = () => new URL(server.url).host;

  beforeEach(async () => {
    server = await startRelay();
  });
  afterEach(() => server.close());

  it('[FR1] begins with a challenge that is never the same', async () => {
    const challenges = [];
    for (let i = 0; i < 3; i++) challenges.push((await server.dial(ann.device).next('challenge')).challenge.join());
    expect(new Set(challenges).size).toBe(3);
  });

  it('[FR2] welcomes a device that proves its key', async () => {
    const client = server.dial(ann.device);
    await client.greet(host());
    await client.next('welcome');
  });

  it('[FR2] ends a socket whose proof is of another key, another host or another challenge', async () => {
    const forged = server.dial(ann.device);
    await forged.greet(host(), bob.device);
    expect((await forged.next('ended')).reason).toBe('bad-signature');
    const elsewhere = server.dial(ann.device);
    await elsewhere.greet('another.example');
    expect((await elsewhere.next('ended')).reason).toBe('bad-signature');
    const replay = server.dial(ann.device);
    await replay.next('challenge');
    const signature = ann.device.sign(helloSignedBytes(new Uint8Array(32), host()));
    replay.send({ type: 'hello', version: PROTOCOL_VERSION, device: ann.device.id, signature });
    expect((await replay.next('ended')).reason).toBe('bad-signature');
    await replay.untilClosed();
  });

  it.each([PROTOCOL_VERSION - 1, PROTOCOL_VERSION + 1])('[EN5] tells a client of version %i so', async (version) => {
    const client = server.dial(ann.device);
    // An older client takes it from here, and says no hello.
    expect((await client.next('challenge')).version).toBe(PROTOCOL_VERSION);
    const signature = new Uint8Array(64);
    client.sendRaw(encodeClientFrame({ type: 'hello', version, device: ann.device.id, signature }));
    expect((await client.next('ended')).reason).toBe('unknown-version');
    await client.untilClosed();
  });

  it('[FR2] looks at nothing before hello', async () => {
    const client = server.dial(ann.device);
    await client.next('challenge');
    client.send({ type: 'ping' });
    expect((await client.next('ended')).reason).toBe('malformed');
  });

  it('handles what was sent right behind hello', async () => {
    const client = server.dial(ann.device);
    await client.greet(host());
    client.send({ type: 'ping' });
    await client.next('welcome');
    await client.next('pong');
  });

  it('cuts off whoever sends much before hello is through, even of a message that never ends', async () => {
    const client = server.dial(ann.device);
    await client.next('challenge');
    client.socket.send(new Uint8Array(4 * MAX_GREETING_BYTES), { fin: false });
    expect((await client.next('ended')).reason).toBe('too-large');
    await client.untilClosed();
  });

  it('cuts off whoever does not say hello in time', async () => {
    await server.close();
    server = await startRelay({ limits: { helloTimeoutMs: 100 } });
    const silent = server.dial(ann.device);
    const prompt = await server.connect(bob.device);
    await silent.untilClosed(4_000);
    expect(silent.all('ended')).toEqual([{ type: 'ended', reason: 'unknown-device' }]);
    await prompt.settle();
  });

  it.each([
    { who: 'our own page', headers: (at: string) => ({ origin: `http://${at}` }), status: undefined },
    { who: 'a foreign page', headers: () => ({ origin: 'https://evil.example' }), status: 403 },
    { who: 'a page without a name', headers: () => ({ origin: 'null' }), status: 403 },
    { who: 'no page but a cookie', headers: () => ({ cookie: 'session=1' }), status: 403 },
    { who: 'no page', headers: () => ({}), status: undefined },
  ])('judges a socket opened by $who', async ({ headers, status }) => {
    const client = server.dial(ann.device, headers(host()) as Record<string, string>);
    if (status) await client.until(() => client.status === status, 'the status');
    else await client.next('challenge');
  });

  it('[FR2] counts only its public address, where it knows it', async () => {
    await server.close();
    server = await startRelay({ publicUrl: 'https://pad.example/' });
    const own = server.dial(ann.device, { origin: 'https://pad.example' });
    await own.greet('pad.example');
    await own.next('welcome');
    const local = server.dial(bob.device, { origin: `http://${host()}` });
    await local.until(() => local.status === 403, 'the status');
    const relayed = server.dial(bob.device, { host: 'other.example' });
    await relayed.greet('other.example');
    expect((await relayed.next('ended')).reason).toBe('bad-signature');
  });

  it('[FR2] ends the older socket of a device', async () => {
    const older = await server.connect(ann.device);
    const newer = await server.connect(ann.device);
    expect((await older.next('ended')).reason).toBe('replaced');
    await older.untilClosed();
    await newer.settle();
  });

  it('[FR2] [FR6] tells the new socket no head before what the old one had on its way is on disk', async () => {
    await server.close();
    const store = makeFailingStore(createMemoryStore());
    server = await startRelay({ store });
    const older = await server.connect(ann.device);
    const first = epoch(ann.device, members, 1);
    await older.create(first);
    store.pause();
    older.append(first.room);
    await older.settle();
    const newer = server.dial(ann.device);
    await newer.greet(host());
    newer.send({ type: 'open', room: first.room, from: 1, mode: 'live', proof: NO_PROOF });
    await older.untilClosed();
    expect(newer.all('welcome')).toEqual([]);
    store.resume();
    expect((await newer.next('opened')).head.seq).toBe(2);
    expect((await newer.next('entry')).seq).toBe(2);
  });

  it('[FR2] drops what the old socket had not had decided, however many sockets follow', async () => {
    await server.close();
    const store = makeFailingStore(createMemoryStore());
    server = await startRelay({ store });
    const sockets = [await server.connect(ann.device)];
    const first = epoch(ann.device, members, 1);
    await sockets[0]?.create(first);
    store.pause();
    sockets[0]?.append(first.room);
    await sockets[0]?.settle();
    for (let i = 0; i < 3; i++) {
      const next = server.dial(ann.device);
      await next.greet(host());
      sockets.push(next);
    }
    const [last] = sockets.slice(-1);
    if (!last) throw new Error('no socket');
    await sockets[2]?.untilClosed();
    expect(last.all('welcome')).toEqual([]);
    store.resume();
    await last.next('welcome');
  });
});

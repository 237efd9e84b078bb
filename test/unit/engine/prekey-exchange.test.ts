import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Identity, makeIdentity } from '../../../src/engine/epochs/identity.ts';
import { KEY_BYTES, kemKeyFromSeed, sign, sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { PREKEYS_WITHIN_MS, PrekeyExchange } from '../../../src/engine/sync/prekey-exchange.ts';
import { RelaySession } from '../../../src/engine/sync/relay-session.ts';
import { nodeClock } from '../../../src/platform/node/clock.ts';
import { MemoryBoxStore } from '../../../src/platform/node/memory-box-store.ts';
import { nodeRandom } from '../../../src/platform/node/random.ts';
import { concatBytes } from '../../../src/wire/bytes.ts';
import type { ClientFrame } from '../../../src/wire/client-frames.ts';
import { sortById } from '../../../src/wire/device-list.ts';
import { type DeviceId, deviceId, ZERO_HASH } from '../../../src/wire/ids.ts';
import { MAX_ASKED_PREKEYS } from '../../../src/wire/limits.ts';
import {
  decodePrekey,
  encodePrekey,
  KEM_PUBLIC_KEY_BYTES,
  type Prekey,
  prekeySignedBytes,
} from '../../../src/wire/prekey.ts';
import type { RelayFrame } from '../../../src/wire/relay-frames.ts';
import { LocalRelay } from '../../support/local-relay.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { noService } from '../../support/no-service.ts';
import { until } from '../../support/node-engine.ts';
import { passOn, TamperingRelay } from '../../support/tampering-relay.ts';

beforeAll(sodiumReady);

const kemKey = (fill: number): Uint8Array => kemKeyFromSeed(new Uint8Array(KEY_BYTES).fill(fill)).publicKey;

/** Signed by `signer`, whatever it says. */
function signedBy(signer: Identity, fields: Partial<Prekey> = {}): Uint8Array {
  const unsigned = encodePrekey({
    device: signer.device,
    id: 1,
    date: 0,
    listVersion: 1,
    listHash: ZERO_HASH,
    kemKey: fields.kemKey ?? kemKey(fields.id ?? 1),
    ...fields,
  });
  return concatBytes(unsigned, sign(prekeySignedBytes(unsigned), signer.signing));
}

type Asked = Extract<ClientFrame, { type: 'ask' }>;
type Offer = Extract<ClientFrame, { type: 'offer' }>;

describe('an exchange of prekeys', () => {
  let alice: Identity;
  let bob: Identity;
  let carol: Identity;
  let own: Uint8Array;
  let clock: ManualClock;
  let sent: ClientFrame[];
  /** What the directory was said to have. */
  let kept: [number, boolean][];
  let logged: string[];
  let exchange: PrekeyExchange;

  beforeAll(() => {
    [alice, bob, carol] = [makeIdentity(nodeRandom, 0), makeIdentity(nodeRandom, 0), makeIdentity(nodeRandom, 0)];
  });
  beforeEach(() => {
    start();
    exchange.onOnline();
  });

  const start = (): void => {
    own = signedBy(alice);
    clock = new ManualClock();
    sent = [];
    logged = [];
    kept = [];
    exchange = new PrekeyExchange(
      { clock, log: (event, details) => void logged.push(`${event}${details?.reason ? ` ${details.reason}` : ''}`) },
      { own: () => own, onKept: (id, isOwn) => void kept.push([id, isOwn]) },
      (frame) => void sent.push(frame),
    );
  };
  const offers = (): Uint8Array[] =>
    sent.filter((frame): frame is Offer => frame.type === 'offer').map(({ prekey }) => prekey);
  const asks = (): Asked[] => sent.filter((frame): frame is Asked => frame.type === 'ask');
  const reconnect = (): void => {
    exchange.onOffline();
    exchange.onOnline();
  };
  /** What is handed out of `devices` when the relay answers with `prekeys`. */
  const answered = (devices: readonly DeviceId[], ...prekeys: Uint8Array[]) => {
    const found = exchange.prekeysOf(devices);
    exchange.onFrame({ type: 'prekeys', ticket: asks().at(-1)?.ticket ?? 0, prekeys });
    return found.then((map) => [...map]);
  };

  describe('[FR11] offers', () => {
    it('its own prekey when it is welcomed, and again until the relay has confirmed it', () => {
      expect(offers()).toEqual([own]);
      reconnect();
      expect(offers()).toEqual([own, own]);
      exchange.onFrame({ type: 'offered', id: 1 });
      reconnect();
      expect(offers()).toEqual([own, own]);
    });

    it('nothing while it is offline', () => {
      exchange.onOffline();
      own = signedBy(alice, { id: 2 });
      exchange.offerAgain();
      expect(offers()).toHaveLength(1);
      exchange.onOnline();
      expect(offers().at(-1)).toEqual(own);
    });

    it('a prekey that has changed, at once, and the one from before no more', () => {
      const first = own;
      own = signedBy(alice, { id: 2 });
      exchange.offerAgain();
      exchange.offerAgain();
      expect(offers()).toEqual([first, own]);
      exchange.onFrame({ type: 'offered', id: 1 });
      exchange.onFrame({ type: 'offered', id: 2 });
      reconnect();
      expect(offers()).toEqual([first, own]);
    });

    it('once more after a confirmation of the one before', () => {
      const first = own;
      exchange.onFrame({ type: 'offered', id: 1 });
      own = signedBy(alice, { listVersion: 2 });
      reconnect();
      reconnect();
      expect(offers()).toEqual([first, own, own]);
    });

    it('again what the relay did not answer, for its disk was full', () => {
      const first = own;
      own = signedBy(alice, { id: 2 });
      exchange.offerAgain();
      exchange.onFrame({ type: 'offered', id: 2 });
      reconnect();
      expect(offers()).toEqual([first, own]);
      expect(logged).toEqual([]);
      own = first;
      reconnect();
      expect(offers()).toHaveLength(3);
    });

    it('says so when the relay has a newer one', () => {
      exchange.onFrame({ type: 'offered', id: 9 });
      expect(logged).toEqual(['prekey.not-taken older']);
    });

    it('not again for what the relay has ended the socket, and the device stays online', () => {
      exchange.onEnded('replayed-counter');
      reconnect();
      expect(offers()).toHaveLength(1);
      expect(logged).toEqual(['prekey.not-taken replayed-counter']);
      own = signedBy(alice, { id: 2 });
      exchange.offerAgain();
      expect(offers()).toHaveLength(2);
    });

    it('again when the socket ended for another reason', () => {
      exchange.onEnded('overloaded');
      reconnect();
      expect(offers()).toHaveLength(2);
    });

    it('tells under which id the relay has one, and whether it is this device’s own', () => {
      exchange.onFrame({ type: 'offered', id: 1 });
      expect(exchange.hasOffered(own)).toBe(true);
      own = signedBy(alice, { id: 2 });
      expect(exchange.hasOffered(own)).toBe(false);
      exchange.offerAgain();
      exchange.onFrame({ type: 'offered', id: 7 });
      own = signedBy(alice, { id: 3 });
      exchange.offerAgain();
      exchange.onEnded('replayed-counter');
      expect(kept).toEqual([
        [1, true],
        [7, false],
        [3, false],
      ]);
    });

    it('takes no confirmation of what it has not offered', () => {
      exchange.onFrame({ type: 'offered', id: 1 });
      exchange.onFrame({ type: 'offered', id: 1 });
      expect(logged).toEqual([]);
    });
  });

  describe('[FR12] asks', () => {
    it('for each device once, ascending, and hands out what comes', async () => {
      const found = answered([carol.device, bob.device, bob.device], signedBy(bob), signedBy(carol));
      expect(asks()[0]?.devices).toEqual(sortById([bob.device, carol.device], (id) => id));
      expect(await found).toEqual([
        [bob.device, signedBy(bob)],
        [carol.device, signedBy(carol)],
      ]);
      expect(logged).toEqual([]);
    });

    it('for no more at once than may be asked for', async () => {
      const many = Array.from({ length: 2 * MAX_ASKED_PREKEYS + 1 }, () => deviceId(nodeRandom.bytes(32)));
      const found = exchange.prekeysOf([...many, bob.device]);
      expect(asks().map(({ devices }) => devices.length)).toEqual([MAX_ASKED_PREKEYS, MAX_ASKED_PREKEYS, 2]);
      expect(new Set(asks().flatMap(({ devices }) => devices)).size).toBe(many.length + 1);
      // Answers may come in any order.
      for (const { ticket, devices } of asks().toReversed())
        exchange.onFrame({ type: 'prekeys', ticket, prekeys: devices.includes(bob.device) ? [signedBy(bob)] : [] });
      expect([...(await found).keys()]).toEqual([bob.device]);
    });

    it('nobody while it is offline, or for nobody', async () => {
      expect((await exchange.prekeysOf([])).size).toBe(0);
      exchange.onOffline();
      expect((await exchange.prekeysOf([bob.device])).size).toBe(0);
      expect(asks()).toEqual([]);
    });

    it('waits no longer than it says, and does without', async () => {
      const found = exchange.prekeysOf([bob.device]);
      clock.advance(PREKEYS_WITHIN_MS - 1);
      expect(logged).toEqual([]);
      clock.advance(1);
      expect((await found).size).toBe(0);
      expect(logged).toEqual(['prekey.no-answer']);
      // Too late, and to no harm.
      exchange.onFrame({ type: 'prekeys', ticket: asks()[0]?.ticket ?? 0, prekeys: [signedBy(bob)] });
    });

    it('hands out what one batch brought when the other does not come', async () => {
      // All before Bob's.
      const others = Array.from({ length: MAX_ASKED_PREKEYS }, (_, i) => deviceId(new Uint8Array(32).with(31, i)));
      const found = exchange.prekeysOf([...others, bob.device]);
      exchange.onFrame({ type: 'prekeys', ticket: asks()[1]?.ticket ?? 0, prekeys: [signedBy(bob)] });
      clock.advance(PREKEYS_WITHIN_MS);
      expect([...(await found).keys()]).toEqual([bob.device]);
    });

    it('has its answer when the connection is lost', async () => {
      const found = exchange.prekeysOf([bob.device]);
      exchange.onOffline();
      expect((await found).size).toBe(0);
    });

    it('takes no answer to another question', async () => {
      const found = exchange.prekeysOf([bob.device]);
      exchange.onFrame({ type: 'prekeys', ticket: 4_711, prekeys: [signedBy(bob)] });
      clock.advance(PREKEYS_WITHIN_MS);
      expect((await found).size).toBe(0);
    });
  });

  describe('does not believe the relay', () => {
    it.each<{ what: string; forged: () => Uint8Array; reason: string }>([
      { what: 'a device that was not asked for', forged: () => signedBy(carol), reason: 'unknown-device' },
      {
        what: 'another device’s signature',
        forged: () => signedBy(carol, { device: bob.device }),
        reason: 'bad-signature',
      },
      {
        what: 'a key that was put in place of the signed one',
        forged: () => concatBytes(signedBy(bob).slice(0, 81), kemKey(9), signedBy(bob).slice(-64)),
        reason: 'bad-signature',
      },
      {
        what: 'a key that nothing can be sealed to',
        forged: () => signedBy(bob, { kemKey: new Uint8Array(KEM_PUBLIC_KEY_BYTES).fill(255) }),
        reason: 'bad-key',
      },
      { what: 'nothing in a block', forged: () => new Uint8Array(), reason: 'malformed' },
      { what: 'half of one', forged: () => signedBy(bob).slice(0, 700), reason: 'malformed' },
      { what: 'another version', forged: () => signedBy(bob).with(0, 2), reason: 'unknown-version' },
    ])('[PK1] that hands out $what', async ({ forged, reason }) => {
      expect(await answered([bob.device, alice.device], forged())).toEqual([]);
      expect(logged).toEqual([`prekey.refused ${reason}`]);
      // Nor does that stand in the way of what is right beside it, or later.
      expect(await answered([bob.device], forged(), signedBy(bob))).toEqual([[bob.device, signedBy(bob)]]);
    });

    it('[PK2] that hands out an older one than it did', async () => {
      await answered([bob.device], signedBy(bob, { id: 5 }));
      expect(await answered([bob.device], signedBy(bob, { id: 4, listVersion: 9 }))).toEqual([]);
      expect(logged).toEqual(['prekey.refused older']);
      reconnect();
      expect(await answered([bob.device], signedBy(bob, { id: 4 }))).toEqual([]);
      expect(await answered([bob.device], signedBy(bob, { id: 5 }))).toEqual([[bob.device, signedBy(bob, { id: 5 })]]);
      expect(await answered([bob.device], signedBy(bob, { id: 6 }))).toEqual([[bob.device, signedBy(bob, { id: 6 })]]);
    });

    it('[PK2] or a device that has two keys under one id', async () => {
      await answered([bob.device], signedBy(bob));
      expect(await answered([bob.device], signedBy(bob, { kemKey: kemKey(9) }))).toEqual([]);
      expect(logged).toEqual(['prekey.refused contradictory']);
    });

    it('[PK2] whatever it hands out, in whatever order: none is older than one before, and each is the device’s word', async () => {
      const made = new Map<string, Uint8Array>();
      const prekey = (signer: Identity, id: number): Uint8Array => {
        const name = `${signer.device} ${id}`;
        const bytes = made.get(name) ?? signedBy(signer, { id, device: bob.device });
        made.set(name, bytes);
        return bytes;
      };
      const answer = fc.array(fc.record({ id: fc.nat(5), isForged: fc.boolean() }), { maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(fc.array(answer, { maxLength: 8 }), async (answers) => {
          start();
          exchange.onOnline();
          let highest = -1;
          for (const one of answers) {
            const offered = one.map(({ id, isForged }) => prekey(isForged ? carol : bob, id));
            const [found] = await answered([bob.device], ...offered);
            const best = Math.max(...one.flatMap(({ id, isForged }) => (isForged || id < highest ? [] : [id])));
            if (best < 0) expect(found).toBeUndefined();
            else {
              expect(found?.[1]).toEqual(prekey(bob, best));
              highest = best;
            }
          }
        }),
        { numRuns: 40 },
      );
    });
  });
});

describe('a session with a relay', () => {
  let relay: LocalRelay;
  let sessions: RelaySession[];
  const logged: string[] = [];

  beforeEach(async () => {
    sessions = [];
    logged.length = 0;
    relay = new LocalRelay();
    await relay.start();
  });
  afterEach(async () => {
    for (const session of sessions) session.stop();
    await relay.stop();
  });

  const connect = async (identity: () => Identity): Promise<{ session: RelaySession; line: TamperingRelay }> => {
    const line = new TamperingRelay(relay.url);
    const session = new RelaySession(
      {
        clock: nodeClock,
        random: nodeRandom,
        relay: line,
        boxes: new MemoryBoxStore(),
        log: (event, details) => void logged.push(`${event} ${details?.reason}`),
        ...noService,
      },
      identity,
      () => undefined,
      () => undefined,
    );
    sessions.push(session);
    session.start();
    await until(() => session.isOnline, 'online');
    return { session, line };
  };
  /** The id of the prekey that `session` is handed of that device. */
  const idOf = async (session: RelaySession, device: DeviceId): Promise<number | undefined> => {
    const bytes = (await session.prekeysOf([device])).get(device);
    return bytes && decodePrekey(bytes).prekey.id;
  };

  it('[FR11] has its prekey in the directory, and the next one when it is told', async () => {
    const alice = makeIdentity(nodeRandom, 0);
    let bob = makeIdentity(nodeRandom, 0);
    const { session } = await connect(() => alice);
    const offering = await connect(() => bob);
    await expect.poll(() => session.prekeysOf([bob.device])).toEqual(new Map([[bob.device, bob.signedPrekey]]));
    bob = { ...bob, signedPrekey: signedBy(bob, { id: 2 }) };
    offering.session.offerAgain();
    await expect.poll(() => idOf(session, bob.device)).toBe(2);
  });

  it('[FR12] hands out nothing offline, nor what the relay makes up', async () => {
    const [alice, bob] = [makeIdentity(nodeRandom, 0), makeIdentity(nodeRandom, 0)];
    const { session, line } = await connect(() => alice);
    await connect(() => bob);
    await expect.poll(() => idOf(session, bob.device)).toBe(1);
    const answer = (...prekeys: Uint8Array[]): void => {
      line.tamper = (frame: RelayFrame) => (frame.type === 'prekeys' ? [{ ...frame, prekeys }] : [frame]);
    };
    answer(signedBy(alice), signedBy(alice, { device: bob.device, id: 2 }));
    expect(await idOf(session, bob.device)).toBeUndefined();
    expect(logged).toEqual(['prekey.refused unknown-device', 'prekey.refused bad-signature']);
    answer();
    expect(await idOf(session, bob.device)).toBeUndefined();
    line.tamper = passOn;
    expect(await idOf(session, bob.device)).toBe(1);
    session.stop();
    expect(await idOf(session, bob.device)).toBeUndefined();
  });

  it('[PK2] stays online though the relay has another prekey of it under the same id', async () => {
    const bob = makeIdentity(nodeRandom, 0);
    const { session } = await connect(() => bob);
    await expect.poll(() => idOf(session, bob.device)).toBe(1);
    session.stop();
    const copied = await connect(() => ({ ...bob, signedPrekey: signedBy(bob, { kemKey: kemKey(9) }) }));
    await until(() => logged.includes('prekey.not-taken replayed-counter'), 'refused');
    await until(() => copied.session.isOnline, 'online again');
    expect(await idOf(copied.session, bob.device)).toBe(1);
    expect(logged.filter((line) => line.startsWith('relay.ended'))).toHaveLength(1);
  });
});

import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Identity, makeIdentity } from '../../../src/engine/epochs/identity.ts';
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { PREKEYS_WITHIN_MS, PrekeyExchange } from '../../../src/engine/sync/prekey-exchange.ts';
import { nodeRandom } from '../../../src/platform/node/random.ts';
import { concatBytes } from '../../../src/wire/bytes.ts';
import type { ClientFrame } from '../../../src/wire/client-frames.ts';
import { sortById } from '../../../src/wire/device-list.ts';
import { type DeviceId, deviceId } from '../../../src/wire/ids.ts';
import { MAX_ASKED_PREKEYS } from '../../../src/wire/limits.ts';
import { KEM_PUBLIC_KEY_BYTES } from '../../../src/wire/prekey.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { kemKey, signedBy } from '../../support/signed-prekey.ts';

beforeAll(sodiumReady);

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
    return found.then((map) => [...(map ?? [])]);
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

    it('again, on the same socket, only what was not answered', () => {
      exchange.offerUnanswered();
      expect(offers()).toEqual([own, own]);
      exchange.onFrame({ type: 'offered', id: 1 });
      exchange.offerUnanswered();
      expect(offers()).toEqual([own, own]);
      expect(logged).toEqual([]);
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
      expect([...((await found)?.keys() ?? [])]).toEqual([bob.device]);
    });

    it('nobody while it is offline, or for nobody', async () => {
      expect((await exchange.prekeysOf([]))?.size).toBe(0);
      exchange.onOffline();
      expect(await exchange.prekeysOf([bob.device])).toBeNull();
      expect(asks()).toEqual([]);
    });

    it('waits no longer than it says, and does without', async () => {
      const found = exchange.prekeysOf([bob.device]);
      clock.advance(PREKEYS_WITHIN_MS - 1);
      expect(logged).toEqual([]);
      clock.advance(1);
      expect((await found)?.size).toBe(0);
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
      expect([...((await found)?.keys() ?? [])]).toEqual([bob.device]);
    });

    it('tells an answer that was lost with the connection from one that nothing is in', async () => {
      const others = Array.from({ length: MAX_ASKED_PREKEYS }, (_, i) => deviceId(new Uint8Array(32).with(31, i)));
      const found = exchange.prekeysOf([...others, bob.device]);
      exchange.onFrame({ type: 'prekeys', ticket: asks()[0]?.ticket ?? 0, prekeys: [] });
      exchange.onOffline();
      expect(await found).toBeNull();
    });

    it('takes no answer to another question', async () => {
      const found = exchange.prekeysOf([bob.device]);
      exchange.onFrame({ type: 'prekeys', ticket: 4_711, prekeys: [signedBy(bob)] });
      clock.advance(PREKEYS_WITHIN_MS);
      expect((await found)?.size).toBe(0);
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

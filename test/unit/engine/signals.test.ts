import { beforeAll, describe, expect, it } from 'vitest';
import { makeRoom } from '../../../src/engine/epochs/first-epoch.ts';
import { type Identity, makeIdentity } from '../../../src/engine/epochs/identity.ts';
import { certify, linkKeys, viewSecretOf } from '../../../src/engine/epochs/link-keys.ts';
import { visitorIntroduction } from '../../../src/engine/epochs/standing.ts';
import { clientIdOf } from '../../../src/engine/rooms/client-ids.ts';
import { Counters } from '../../../src/engine/rooms/counters.ts';
import type { Writer } from '../../../src/engine/rooms/outbox.ts';
import { sealSignal } from '../../../src/engine/rooms/seal-signal.ts';
import { SignalGate } from '../../../src/engine/rooms/signals.ts';
import { type EpochKey, RecordKeys, sealRecord } from '../../../src/engine/seal/record-seal.ts';
import { blake2b, sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { nodeRandom } from '../../../src/platform/node/random.ts';
import type { Access } from '../../../src/wire/access.ts';
import { accessAfter } from '../../../src/wire/access-after.ts';
import { type RoomId, START, ZERO_HASH } from '../../../src/wire/ids.ts';
import { parseRecord } from '../../../src/wire/parsed-record.ts';
import { CONTENT, decodeRecord } from '../../../src/wire/record.ts';
import type { Reason } from '../../../src/wire/refusals.ts';

beforeAll(sodiumReady);

const nonce = new Uint8Array(16).fill(4);

function writerOf(room: RoomId, identity: Identity, certificate: Uint8Array = new Uint8Array(), from = 1): Writer {
  const counters = new Counters(from, () => 0);
  counters.confirm(0);
  return {
    room,
    identity,
    keys: new RecordKeys(),
    random: nodeRandom,
    counters,
    certificate,
    introduction: (access) => visitorIntroduction(access, certificate, identity.device),
    nonceOf: () => undefined,
  };
}

function setUp() {
  const alice = makeIdentity(nodeRandom, 0);
  const made = makeRoom(alice, nodeRandom, 0);
  const parsed = accessAfter(blake2b, null, parseRecord(decodeRecord(made.record)), 1);
  if (!parsed.ok) throw new Error(parsed.detail);
  const access: Access = parsed.value;
  const gate = new SignalGate(made.room);
  const reader = writerOf(made.room, makeIdentity(nodeRandom, 0));
  const entryOf = (identity: Identity, ofNonce: Uint8Array = nonce) => ({
    clientId: clientIdOf(identity.device, made.room, CONTENT, ofNonce),
    nonce: ofNonce,
    clock: 1,
    state: '{"user":{}}',
  });
  const send = (writer: Writer, entries = [entryOf(writer.identity)], key: EpochKey = made.key): Uint8Array => {
    const record = sealSignal(writer, key, START, { asks: false, lacks: false, entries, controlChain: ZERO_HASH });
    if (!record) throw new Error('no counter');
    return record;
  };
  const receive = (record: Uint8Array, under = access, key = made.key): Reason | 'accepted' => {
    const verdict = gate.receive(record, under, key, reader);
    return verdict.ok ? 'accepted' : verdict.reason;
  };
  const visitorOf = (secret: Uint8Array): Writer => {
    const identity = makeIdentity(nodeRandom, 0);
    return writerOf(made.room, identity, certify(linkKeys(secret), made.room, identity.device));
  };
  return { alice, made, access, gate, reader, entryOf, send, receive, visitorOf };
}

describe('[FR7] a signal', () => {
  it('of a member tells its device, its head and who is there', () => {
    const { alice, made, access, gate, reader, send, entryOf } = setUp();
    const verdict = gate.receive(send(writerOf(made.room, alice)), access, made.key, reader);
    expect(verdict).toMatchObject({
      ok: true,
      value: { device: alice.device, head: START, presence: { asks: false, entries: [entryOf(alice)] } },
    });
  });

  it('[CE1] of a visitor counts with a certificate of a link that is in the access list: a viewer’s too', () => {
    const { made, send, receive, visitorOf } = setUp();
    expect(receive(send(visitorOf(made.editSecret)))).toBe('accepted');
    expect(receive(send(visitorOf(viewSecretOf(made.editSecret))))).toBe('accepted');
    expect(receive(send(visitorOf(nodeRandom.bytes(32))))).toBe('unknown-device');
  });

  it('[CE1] does not count with somebody else’s certificate, nor without one', () => {
    const { made, send, receive, visitorOf } = setUp();
    const stolen = visitorOf(made.editSecret).certificate;
    expect(receive(send(writerOf(made.room, makeIdentity(nodeRandom, 0), stolen)))).toBe('unknown-device');
    expect(receive(send(writerOf(made.room, makeIdentity(nodeRandom, 0))))).toBe('unknown-device');
  });

  it('cannot speak for somebody else’s client id, not beside an own one either', () => {
    const { alice, made, send, receive, visitorOf, entryOf } = setUp();
    const mallory = visitorOf(made.editSecret);
    const spoofed = entryOf(alice);
    expect(receive(send(mallory, [spoofed]))).toBe('foreign-client-id');
    expect(receive(send(mallory, [entryOf(mallory.identity), spoofed]))).toBe('foreign-client-id');
    expect(receive(send(mallory, [{ ...entryOf(mallory.identity), nonce: new Uint8Array(16) }]))).toBe(
      'foreign-client-id',
    );
    expect(receive(send(mallory))).toBe('accepted');
  });

  it('counts once: replayed, or overtaken by a later one, it is refused', () => {
    const { alice, made, send, receive } = setUp();
    const writer = writerOf(made.room, alice);
    const [first, second, third] = [send(writer), send(writer), send(writer)];
    expect(receive(first)).toBe('accepted');
    expect(receive(first)).toBe('replayed-counter');
    expect(receive(third)).toBe('accepted');
    expect(receive(second)).toBe('replayed-counter');
    expect(receive(third)).toBe('replayed-counter');
  });

  it('a refused one does not use up its counter for the honest one', () => {
    const { alice, made, send, receive } = setUp();
    const writer = writerOf(made.room, alice);
    const honest = send(writer);
    const forged = honest.slice();
    forged[forged.length - 1] = (forged[forged.length - 1] ?? 0) ^ 1;
    expect(receive(forged)).toBe('bad-signature');
    expect(receive(honest)).toBe('accepted');
  });

  it('of another epoch, another room, another kind, or out of noise is refused', () => {
    const { alice, made, access, send, receive } = setUp();
    expect(receive(send(writerOf(made.room, alice), undefined, { ...made.key, epoch: 2 }))).toBe('stale-epoch');
    const elsewhere = makeRoom(alice, nodeRandom, 0);
    expect(receive(send(writerOf(elsewhere.room, alice)))).toBe('wrong-room');
    expect(receive(made.record)).toBe('wrong-room');
    expect(receive(nodeRandom.bytes(300).fill(7, 0, 1))).toBe('unknown-version');
    expect(receive(new Uint8Array())).toBe('malformed');
    const other: EpochKey = { ...made.key, secret: nodeRandom.bytes(32) };
    expect(receive(send(writerOf(made.room, alice), undefined, other))).toBe('cannot-open');
    expect(access.epoch).toBe(1);
  });

  it('sealed by a member around bytes that are no presence is refused', () => {
    const { alice, made, receive } = setUp();
    const header = {
      kind: 'signal' as const,
      stream: { class: 'none' as const, segment: 0 },
      room: made.room,
      epoch: 1,
      sender: alice.device,
      counter: 9,
      head: START,
      units: 0,
      cover: null,
    };
    for (const [plain, reason] of [
      [new Uint8Array(), 'malformed'],
      [new Uint8Array([9, 9, 9]), 'unknown-version'],
    ] as const) {
      const record = sealRecord(new RecordKeys(), made.key, header, plain, alice.signing, nodeRandom);
      expect(receive(record)).toBe(reason);
    }
  });

  it('is not made while no counter is reserved', () => {
    const { alice, made } = setUp();
    const writer = { ...writerOf(made.room, alice), counters: new Counters(1, () => 0) };
    expect(
      sealSignal(writer, made.key, START, { asks: true, lacks: false, entries: [], controlChain: ZERO_HASH }),
    ).toBeUndefined();
  });
});

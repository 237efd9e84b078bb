import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter, concatBytes } from '../../../src/wire/bytes.ts';
import { decodeClientMessage, encodeClientFrame } from '../../../src/wire/client-frames.ts';
import { sortById } from '../../../src/wire/device-list.ts';
import { type DeviceId, deviceId, idBytes } from '../../../src/wire/ids.ts';
import { MAX_ASKED_PREKEYS, MAX_MESSAGE_BYTES } from '../../../src/wire/limits.ts';
import { comparePrekeys, decodePrekey, encodePrekey, PREKEY_BYTES, type Prekey } from '../../../src/wire/prekey.ts';
import { decodeRelayMessage, encodeRelayFrame } from '../../../src/wire/relay-frames.ts';
import * as any from './arbitraries.ts';

const OFFER = 9;
const ASK = 10;
const PREKEYS = 15;
const deviceOf = (number: number): DeviceId => deviceId(new ByteWriter().u32(number).raw(new Uint8Array(28)).bytes());
const devices = (count: number): DeviceId[] => Array.from({ length: count }, (_, number) => deviceOf(number));
const ask = (...asked: DeviceId[]) => {
  const out = new ByteWriter().u8(ASK).varUint(1).u16(asked.length);
  for (const device of asked) out.raw(idBytes(device));
  return () => decodeClientMessage(out.bytes());
};

describe('[FR11] an offer', () => {
  it('has room for a prekey, and for nothing longer', () => {
    fc.assert(
      fc.property(any.prekey, any.bytes(64), (prekey, signature) => {
        const signed = concatBytes(encodePrekey(prekey), signature);
        expect(signed).toHaveLength(PREKEY_BYTES);
        const offer = { type: 'offer', prekey: signed } as const;
        expect(decodeClientMessage(encodeClientFrame(offer))).toEqual([offer]);
      }),
    );
    const longer = new ByteWriter()
      .u8(OFFER)
      .block(new Uint8Array(PREKEY_BYTES + 1))
      .bytes();
    expect(() => decodeClientMessage(longer)).toThrow('too-large');
  });
});

describe('[FR12] asking for prekeys', () => {
  it('names one device to as many as may be asked for', () => {
    for (const count of [1, MAX_ASKED_PREKEYS])
      expect(ask(...devices(count))()).toEqual([{ type: 'ask', ticket: 1, devices: devices(count) }]);
    expect(ask()).toThrow('too-large');
    expect(ask(...devices(MAX_ASKED_PREKEYS + 1))).toThrow('too-large');
  });

  it('names them ascending, none twice', () => {
    const some = fc.uniqueArray(any.bytes(32).map(deviceId), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(some, fc.nat(), (ids, at) => {
        const sorted = sortById(ids, (id) => id);
        expect(ask(...sorted)()).toEqual([{ type: 'ask', ticket: 1, devices: sorted }]);
        const index = at % (sorted.length - 1);
        const [one, next] = [sorted[index] as DeviceId, sorted[index + 1] as DeviceId];
        expect(ask(...sorted.with(index, next).with(index + 1, one))).toThrow('malformed');
        expect(ask(...sorted.with(index, next))).toThrow('malformed');
      }),
    );
  });

  it('is answered within one message', () => {
    const answer = { type: 'prekeys', ticket: Number.MAX_SAFE_INTEGER, prekeys: [] as Uint8Array[] } as const;
    for (let i = 0; i < MAX_ASKED_PREKEYS; i++) answer.prekeys.push(new Uint8Array(PREKEY_BYTES));
    const encoded = encodeRelayFrame(answer);
    expect(encoded.length).toBeLessThan(MAX_MESSAGE_BYTES);
    expect(decodeRelayMessage(encoded)).toMatchObject([
      { ticket: answer.ticket, prekeys: { length: MAX_ASKED_PREKEYS } },
    ]);
  });

  it('is answered with no more and no longer prekeys than there can be', () => {
    const answer = (count: number, length: number) => {
      const out = new ByteWriter().u8(PREKEYS).varUint(1).u16(count);
      for (let i = 0; i < count; i++) out.block(new Uint8Array(length));
      return () => decodeRelayMessage(out.bytes());
    };
    expect(answer(MAX_ASKED_PREKEYS + 1, 1)).toThrow('too-large');
    expect(answer(1, PREKEY_BYTES + 1)).toThrow('too-large');
  });
});

describe('[PK2] of two prekeys of a device', () => {
  const signed = (prekey: Prekey) => decodePrekey(concatBytes(encodePrekey(prekey), new Uint8Array(64)));
  const few = fc.record({ id: fc.nat(2), listVersion: fc.nat(2), date: fc.nat(1), key: fc.nat(1) });
  const two = fc
    .tuple(any.prekey, few, few)
    .map(([prekey, one, other]) =>
      [one, other].map(({ key, ...rest }) => signed({ ...prekey, ...rest, kemKey: prekey.kemKey.with(0, key) })),
    );
  const MIRRORED = { newer: 'older', older: 'newer', same: 'same', contradictory: 'contradictory' } as const;

  it('one is newer, or they are the same, or they contradict each other, whichever is looked at first', () => {
    fc.assert(
      fc.property(two, ([one, other]) => {
        if (!one || !other) return;
        const is = comparePrekeys(one, other);
        expect(comparePrekeys(other, one)).toBe(MIRRORED[is]);
        const [a, b] = [one.prekey, other.prekey];
        if (a.id !== b.id) expect(is).toBe(a.id > b.id ? 'newer' : 'older');
        // What is under an id stays: so nothing is sealed to another key than the one that was meant.
        else if (a.kemKey[0] !== b.kemKey[0]) expect(is).toBe('contradictory');
      }),
    );
  });
});

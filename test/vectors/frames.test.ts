import { beforeAll, describe, expect, it } from 'vitest';
import { sign, signingKeyFromSeed, sodiumReady } from '../../src/engine/seal/sodium.ts';
import { concatBytes } from '../../src/wire/bytes.ts';
import { decodeClientMessage, encodeClientFrame, helloSignedBytes } from '../../src/wire/client-frames.ts';
import { REASONS, reasonCode, reasonFromCode } from '../../src/wire/refusals.ts';
import { decodeRelayMessage, encodeRelayFrame } from '../../src/wire/relay-frames.ts';
import { fromHex, readVectors, refusalOf, toHex, toVector } from '../support/vectors.ts';

beforeAll(sodiumReady);

type Valid = { name: string; fields: object | object[]; bytes: string };
type Hello = { deviceSeed: string; challenge: string; host: string; signature: string };
const asList = (fields: object | object[]): object[] => (Array.isArray(fields) ? fields : [fields]);

describe('vectors of a client’s frames [FR1]–[FR12]', () => {
  const { valid, hostile, hello } = readVectors<Valid, { hello: Hello }>('client-frames');

  it.each(valid)('$name: read and made anew', (vector) => {
    const frames = decodeClientMessage(fromHex(vector.bytes));
    expect(toVector(frames)).toEqual(asList(vector.fields));
    expect(toHex(concatBytes(...frames.map(encodeClientFrame)))).toBe(vector.bytes);
  });

  it('[FR2] hello is signed over challenge and host', () => {
    const message = helloSignedBytes(fromHex(hello.challenge), hello.host);
    expect(toHex(sign(message, signingKeyFromSeed(fromHex(hello.deviceSeed))))).toBe(hello.signature);
  });

  it.each(hostile)('refused as $reason: $name', (vector) => {
    expect(refusalOf(() => decodeClientMessage(fromHex(vector.bytes)))).toBe(vector.reason);
  });
});

describe('vectors of a relay’s frames [FR1]–[FR12]', () => {
  const { valid, hostile, lenient } = readVectors<Valid, { lenient: Valid[] }>('relay-frames');

  it.each(valid)('$name: read and made anew', (vector) => {
    const frames = decodeRelayMessage(fromHex(vector.bytes));
    expect(toVector(frames)).toEqual(asList(vector.fields));
    expect(toHex(concatBytes(...frames.map(encodeRelayFrame)))).toBe(vector.bytes);
  });

  it.each(lenient)('$name', (vector) => {
    expect(toVector(decodeRelayMessage(fromHex(vector.bytes)))).toEqual([vector.fields]);
  });

  it.each(hostile)('refused as $reason: $name', (vector) => {
    expect(refusalOf(() => decodeRelayMessage(fromHex(vector.bytes)))).toBe(vector.reason);
  });
});

describe('vectors of reasons', () => {
  const { valid } = readVectors<{ reason: (typeof REASONS)[number]; code: number }>('reasons');

  it('every reason keeps its code', () => {
    expect(REASONS.map((reason) => ({ reason, code: reasonCode(reason) }))).toEqual(valid);
    for (const { reason, code } of valid) expect(reasonFromCode(code)).toBe(reason);
  });
});

import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { toBase64Url } from '../../../src/wire/base64url.ts';
import { MAX_DEVICE_LIST_BYTES } from '../../../src/wire/device-list.ts';
import { accountId, accountIdBytes, bytesUpTo, exactBytes } from '../../../src/wire/http/fields.ts';
import { ACCOUNT_ID_BYTES, MAX_BUNDLE_BYTES } from '../../../src/wire/http/limits.ts';
import type { UserName } from '../../../src/wire/http/user-name.ts';
import { deviceId, ID_BYTES, principalId, roomId } from '../../../src/wire/ids.ts';
import { MAX_INVITATION_BYTES } from '../../../src/wire/invitation.ts';
import { MAX_KNOCK_BYTES } from '../../../src/wire/knock.ts';
import { MAX_DEVICES_PER_LIST } from '../../../src/wire/limits.ts';
import { type Account, decodeAccount, encodeAccount } from '../../../sync-server/service/account-record.ts';
import { type DeviceRecord, decodeDevice, encodeDevice } from '../../../sync-server/service/device-record.ts';
import {
  decodeKept,
  decodeLastNumber,
  encodeKept,
  encodeLastNumber,
} from '../../../sync-server/service/invitation-record.ts';
import {
  decodeKnockRecord,
  decodeWaiting,
  encodeKnockRecord,
  encodeWaiting,
} from '../../../sync-server/service/knock-record.ts';
import { decodeSession, encodeSession, endOf, type Session } from '../../../sync-server/service/session-record.ts';
import { decodeWelcome, encodeWelcome } from '../../../sync-server/service/welcome-record.ts';
import { makeDevice, signingKey, signList } from '../../support/server/identities.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const block = (max: number) => fc.uint8Array({ minLength: 1, maxLength: max });
const time = fc.maxSafeNat();
const counter = fc.nat({ max: 0xffff_ffff });
const account = bytes(ACCOUNT_ID_BYTES).map(accountId);
const way = fc.record({ record: bytes(192), wrap: block(256) });

const accounts: fc.Arbitrary<Account> = fc.record({
  id: account,
  name: fc.constantFrom('ann', 'b.o-b_2').map((name) => name as UserName),
  principal: bytes(ID_BYTES).map(principalId),
  home: bytes(ID_BYTES).map(roomId),
  createdAt: time,
  generation: counter,
  bannedAt: fc.option(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
  ways: fc.record({ password: way, recovery: way }),
  bundle: fc.record({ version: counter, bytes: block(MAX_BUNDLE_BYTES) }),
  deviceList: block(MAX_DEVICE_LIST_BYTES),
});
const sessions: fc.Arbitrary<Session> = fc.record({
  account,
  id: bytes(16),
  // A key of zeros is none.
  device: fc.option(
    bytes(ID_BYTES)
      .filter((key) => key.some((byte) => byte > 0))
      .map(deviceId),
  ),
  generation: counter,
  createdAt: time,
  endsAt: time,
  refreshHash: bytes(ID_BYTES),
  previousHash: bytes(ID_BYTES),
  replacedAt: time,
});
const devices: fc.Arbitrary<DeviceRecord> = fc.record({
  account,
  state: fc.constantFrom('listed' as const, 'revoked' as const),
  addedAt: time,
  lastSeenAt: time,
  session: bytes(16),
});

describe('stored values', () => {
  it('come back as they were', () => {
    fc.assert(fc.property(accounts, (value) => void expect(decodeAccount(encodeAccount(value))).toEqual(value)));
    fc.assert(fc.property(devices, (value) => void expect(decodeDevice(encodeDevice(value))).toEqual(value)));
    fc.assert(
      fc.property(sessions, (value) => {
        const stored = encodeSession(value);
        expect(decodeSession(value.account, value.id, stored)).toEqual(value);
        expect(endOf(stored)).toBe(value.endsAt);
      }),
    );
    const welcomes = fc.record({ account, at: time, bytes: block(1_000) });
    fc.assert(fc.property(welcomes, (value) => void expect(decodeWelcome(encodeWelcome(value))).toEqual(value)));
    const kept = fc.record({ number: time, at: time, note: block(MAX_INVITATION_BYTES) });
    fc.assert(fc.property(kept, (value) => void expect(decodeKept(encodeKept(value))).toEqual(value)));
    const knocks = fc.record({ at: time, note: block(MAX_KNOCK_BYTES) });
    fc.assert(fc.property(knocks, (value) => void expect(decodeKnockRecord(encodeKnockRecord(value))).toEqual(value)));
    const waiting = fc.array(fc.record({ id: bytes(ID_BYTES), at: time }));
    fc.assert(fc.property(waiting, (value) => void expect(decodeWaiting(encodeWaiting(value))).toEqual(value)));
    fc.assert(fc.property(time, (value) => void expect(decodeLastNumber(encodeLastNumber(value))).toBe(value)));
  });

  it('of a newer version are not guessed at', () => {
    fc.assert(
      fc.property(accounts, devices, (one, other) => {
        for (const [decode, value] of [
          [decodeAccount, encodeAccount(one)],
          [decodeDevice, encodeDevice(other)],
          [decodeKept, encodeKept({ number: 1, at: 1, note: one.deviceList })],
          [decodeLastNumber, encodeLastNumber(1)],
          [decodeKnockRecord, encodeKnockRecord({ at: 1, note: one.deviceList })],
          [decodeWaiting, encodeWaiting([])],
        ] as const) {
          const newer = value.slice();
          newer[0] = (newer[0] ?? 0) + 1;
          expect(() => decode(newer)).toThrow();
        }
      }),
    );
  });
});

describe('fields of bytes', () => {
  it('take base64url of the right length, in its one spelling', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 40 }), (value, length) => {
        const text = toBase64Url(value);
        expect(v.is(exactBytes(length), text)).toBe(value.length === length);
        expect(v.is(bytesUpTo(length), text)).toBe(value.length >= 1 && value.length <= length);
        if (value.length === length) expect(v.parse(exactBytes(length), text)).toEqual(value);
      }),
    );
  });

  it('take no text at all that is not base64url', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        const parsed = v.safeParse(bytesUpTo(9), text);
        if (parsed.success) expect(toBase64Url(parsed.output)).toBe(text);
      }),
    );
  });

  it('hold the longest device list there is', () => {
    const names = Array.from({ length: MAX_DEVICES_PER_LIST }, (_, i) => makeDevice(`of the longest list ${i}`).id);
    expect(signList(signingKey('longest'), names).bytes.length).toBe(MAX_DEVICE_LIST_BYTES);
  });

  it('know account ids', () => {
    fc.assert(
      fc.property(bytes(ACCOUNT_ID_BYTES), (value) => void expect(accountIdBytes(accountId(value))).toEqual(value)),
    );
    expect(() => accountId(new Uint8Array(ID_BYTES))).toThrow();
  });
});

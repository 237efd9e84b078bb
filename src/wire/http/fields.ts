/** Kinds of fields that several resources share. Bytes travel as base64url without padding. */
import * as v from 'valibot';
import { fromBase64Url, toBase64Url } from '../base64url.ts';
import { type DeviceId, deviceId, ID_BYTES, type PrincipalId, principalId, type RoomId, roomId } from '../ids.ts';
import { SIGNATURE_LENGTH } from '../proof.ts';
import { ACCOUNT_ID_BYTES, ATTEMPT_ID_BYTES } from './limits.ts';

declare const brand: unique symbol;
/** An account, for good: names are for people. 16 random bytes, as text. */
export type AccountId = string & { readonly [brand]: 'AccountId' };

/** @throws Error if `bytes` are not as long as an account id */
export function accountId(bytes: Uint8Array): AccountId {
  if (bytes.length !== ACCOUNT_ID_BYTES) throw new Error(`account id of ${bytes.length} bytes`);
  return toBase64Url(bytes) as AccountId;
}

/** A copy of the id's bytes. */
export function accountIdBytes(id: AccountId): Uint8Array {
  const bytes = fromBase64Url(id);
  if (bytes?.length !== ACCOUNT_ID_BYTES) throw new Error('an account id that was not made by its function');
  return bytes;
}

const textLength = (bytes: number): number => Math.ceil((bytes * 4) / 3);

/** `min` to `max` bytes. The text is measured, before it is read: its length says how many bytes it stands for. */
const bytesBetween = (min: number, max: number) =>
  v.pipe(
    v.string(),
    v.minLength(textLength(min)),
    v.maxLength(textLength(max)),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const bytes = fromBase64Url(dataset.value);
      if (bytes) return bytes;
      addIssue();
      return NEVER;
    }),
  );

export const exactBytes = (length: number) => bytesBetween(length, length);
/** At least one byte. */
export const bytesUpTo = (max: number) => bytesBetween(1, max);

export const accountIdField = v.pipe(exactBytes(ACCOUNT_ID_BYTES), v.transform(accountId));
export const attemptIdField = exactBytes(ATTEMPT_ID_BYTES);
export const signatureField = exactBytes(SIGNATURE_LENGTH);
export const deviceField = v.pipe(
  exactBytes(ID_BYTES),
  v.transform((bytes): DeviceId => deviceId(bytes)),
);
export const principalField = v.pipe(
  exactBytes(ID_BYTES),
  v.transform((bytes): PrincipalId => principalId(bytes)),
);
export const roomField = v.pipe(
  exactBytes(ID_BYTES),
  v.transform((bytes): RoomId => roomId(bytes)),
);
/** Milliseconds since 1970, by the server's clock. */
export const dateField = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** Counts up from 1. */
export const versionField = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(0xffff_ffff));

/** For requests and answers without content. */
export const nothing = v.strictObject({});

/** `POST /api/sign-in/begin`, `POST /api/sign-in`, `POST /api/sign-in/device`: three ways to a session. */
import * as v from 'valibot';
import { labelled, utf8 } from '../bytes.ts';
import { MAX_DEVICE_LIST_BYTES } from '../device-list.ts';
import { type DeviceId, ID_BYTES, idBytes } from '../ids.ts';
import { wayInField } from './accounts.ts';
import {
  accountIdField,
  attemptIdField,
  bytesUpTo,
  dateField,
  deviceField,
  exactBytes,
  signatureField,
  versionField,
} from './fields.ts';
import {
  LOGIN_FINISH_BYTES,
  LOGIN_REQUEST_BYTES,
  LOGIN_RESPONSE_BYTES,
  MAX_BUNDLE_BYTES,
  MAX_KEY_WRAP_BYTES,
  MAX_WELCOME_BYTES,
} from './limits.ts';
import { userNameField } from './user-name.ts';

export const BeginSignIn = v.strictObject({
  name: userNameField,
  way: wayInField,
  request: exactBytes(LOGIN_REQUEST_BYTES),
});
/** The same, in shape and size, whether there is such an account or not. */
export const BeginSignInAnswer = v.object({ attempt: attemptIdField, response: exactBytes(LOGIN_RESPONSE_BYTES) });

/** A device proves that it holds its key. `signature` covers `signInSignedBytes` or `claimSignedBytes`. */
export const deviceProof = v.strictObject({ id: deviceField, signature: signatureField });

/** `device`: a device of the account, whose session this becomes. A device that is not listed yet is not named. */
export const SignIn = v.strictObject({
  attempt: attemptIdField,
  finish: exactBytes(LOGIN_FINISH_BYTES),
  device: v.optional(deviceProof),
});
export const SignInAnswer = v.object({
  account: accountIdField,
  bundle: v.object({ version: versionField, bytes: bytesUpTo(MAX_BUNDLE_BYTES) }),
  /** The master key under the export key of the way that was taken. */
  wrap: bytesUpTo(MAX_KEY_WRAP_BYTES),
  deviceList: bytesUpTo(MAX_DEVICE_LIST_BYTES),
  home: exactBytes(ID_BYTES),
  /** Null: the session belongs to no device yet, and opens no socket. */
  device: v.nullable(exactBytes(ID_BYTES)),
  endsAt: dateField,
});

/** For a device that another one has just added. It proves its key; there is no password. */
export const ClaimDevice = v.strictObject({ device: deviceProof });
export const ClaimDeviceAnswer = v.object({
  account: accountIdField,
  deviceList: bytesUpTo(MAX_DEVICE_LIST_BYTES),
  home: exactBytes(ID_BYTES),
  welcome: bytesUpTo(MAX_WELCOME_BYTES),
  endsAt: dateField,
});

/** What a listed device signs when it signs in. The attempt is the server's choice, and used once. */
export const signInSignedBytes = (attempt: Uint8Array, host: string): Uint8Array =>
  labelled('sign-in', attempt, utf8(host));

/** What an added device signs to be let in. It is let in once. `host` as in `hello`. */
export const claimSignedBytes = (device: DeviceId, host: string): Uint8Array =>
  labelled('claim', idBytes(device), utf8(host));

export type BeginSignIn = v.InferOutput<typeof BeginSignIn>;
export type SignIn = v.InferOutput<typeof SignIn>;
export type ClaimDevice = v.InferOutput<typeof ClaimDevice>;
export type DeviceProof = v.InferOutput<typeof deviceProof>;

/** `POST /api/accounts/begin` and `POST /api/accounts`: signing up. */
import * as v from 'valibot';
import { MAX_DEVICE_LIST_BYTES } from '../device-list.ts';
import { WRAP_BYTES } from '../epoch.ts';
import { accountIdField, bytesUpTo, dateField, exactBytes } from './fields.ts';
import {
  MAX_BUNDLE_BYTES,
  MAX_HOME_RECORD_BYTES,
  MAX_HOME_WRAPS,
  MAX_KEY_WRAP_BYTES,
  REGISTRATION_RECORD_BYTES,
  REGISTRATION_REQUEST_BYTES,
  REGISTRATION_RESPONSE_BYTES,
} from './limits.ts';

/** The two OPAQUE registrations of an account. Either opens it. */
export const WAYS_IN = ['password', 'recovery'] as const;
export type WayIn = (typeof WAYS_IN)[number];
export const wayInField = v.picklist(WAYS_IN);

/** `name` is judged by the service, so that the person hears what is wrong with it. */
export const BeginSignUp = v.strictObject({
  name: v.pipe(v.string(), v.maxLength(256)),
  password: exactBytes(REGISTRATION_REQUEST_BYTES),
  recovery: exactBytes(REGISTRATION_REQUEST_BYTES),
});
export const BeginSignUpAnswer = v.object({
  account: accountIdField,
  password: exactBytes(REGISTRATION_RESPONSE_BYTES),
  recovery: exactBytes(REGISTRATION_RESPONSE_BYTES),
});

/** A registration that was carried through, with the master key under its export key. */
export const wayInFields = v.strictObject({
  record: exactBytes(REGISTRATION_RECORD_BYTES),
  wrap: bytesUpTo(MAX_KEY_WRAP_BYTES),
});

export const SignUp = v.strictObject({
  account: accountIdField,
  name: v.pipe(v.string(), v.maxLength(256)),
  password: wayInFields,
  recovery: wayInFields,
  bundle: bytesUpTo(MAX_BUNDLE_BYTES),
  deviceList: bytesUpTo(MAX_DEVICE_LIST_BYTES),
  home: v.strictObject({
    record: bytesUpTo(MAX_HOME_RECORD_BYTES),
    wraps: v.pipe(v.array(exactBytes(WRAP_BYTES)), v.maxLength(MAX_HOME_WRAPS)),
  }),
});
/** `endsAt`: when the session ends, however much it is used. */
export const SignUpAnswer = v.object({ endsAt: dateField });

export type BeginSignUp = v.InferOutput<typeof BeginSignUp>;
export type SignUp = v.InferOutput<typeof SignUp>;

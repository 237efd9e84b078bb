/** `POST /api/keys/begin` and `PUT /api/keys`: a new password, a new recovery code, or both. */
import * as v from 'valibot';
import { wayInField, wayInFields } from './accounts.ts';
import { attemptIdField, bytesUpTo, exactBytes, versionField } from './fields.ts';
import {
  LOGIN_FINISH_BYTES,
  LOGIN_REQUEST_BYTES,
  LOGIN_RESPONSE_BYTES,
  MAX_BUNDLE_BYTES,
  REGISTRATION_REQUEST_BYTES,
  REGISTRATION_RESPONSE_BYTES,
} from './limits.ts';

const requestField = v.optional(exactBytes(REGISTRATION_REQUEST_BYTES));
const responseField = v.nullable(exactBytes(REGISTRATION_RESPONSE_BYTES));

/** `way` and `request`: the proof, by a login with what holds until now. At least one registration. */
export const BeginKeyChange = v.pipe(
  v.strictObject({
    way: wayInField,
    request: exactBytes(LOGIN_REQUEST_BYTES),
    password: requestField,
    recovery: requestField,
  }),
  v.check(({ password, recovery }) => password !== undefined || recovery !== undefined),
);
export const BeginKeyChangeAnswer = v.object({
  attempt: attemptIdField,
  response: exactBytes(LOGIN_RESPONSE_BYTES),
  password: responseField,
  recovery: responseField,
});

/** Brings exactly the ways in that were begun, at least one. `bundle.version`: one more than the current one. */
export const ChangeKeys = v.pipe(
  v.strictObject({
    attempt: attemptIdField,
    finish: exactBytes(LOGIN_FINISH_BYTES),
    password: v.optional(wayInFields),
    recovery: v.optional(wayInFields),
    bundle: v.strictObject({ version: versionField, bytes: bytesUpTo(MAX_BUNDLE_BYTES) }),
  }),
  v.check(({ password, recovery }) => password !== undefined || recovery !== undefined),
);

export type BeginKeyChange = v.InferOutput<typeof BeginKeyChange>;
export type ChangeKeys = v.InferOutput<typeof ChangeKeys>;

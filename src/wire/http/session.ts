/** `/api/session` and `/api/sessions`: who is signed in, and signing out. Tokens travel in cookies alone. */
import * as v from 'valibot';
import { ID_BYTES } from '../ids.ts';
import { accountIdField, dateField, exactBytes, nothing } from './fields.ts';
import { userNameField } from './user-name.ts';

export const SessionAnswer = v.object({
  account: accountIdField,
  name: userNameField,
  principal: exactBytes(ID_BYTES),
  home: exactBytes(ID_BYTES),
  /** Null: the session belongs to no device yet. */
  device: v.nullable(exactBytes(ID_BYTES)),
  endsAt: dateField,
});

export const SignOut = nothing;
export const Refresh = nothing;
export const RefreshAnswer = v.object({ endsAt: dateField });

/** `/api/knocks`: signed notes of people who ask to be let into a room, kept until one of its owners answers. */
import * as v from 'valibot';
import { MAX_KNOCK_BYTES } from '../knock.ts';
import { bytesUpTo, dateField, principalField, roomField } from './fields.ts';
import { MAX_KNOCKS_AT_ROOM } from './limits.ts';
import { userNameField } from './user-name.ts';

const noteField = bytesUpTo(MAX_KNOCK_BYTES);

/** `note`: of the asking device [KN1]. It takes the place of the same account's earlier one at this room. */
export const Knock = v.strictObject({ note: noteField });

/** Asked by an owner of the room. */
export const LookForKnocks = v.strictObject({ room: roomField });

/** Oldest first. `name`: of who asks, as far as this service is to be believed; everything else is in the note. */
export const KnocksAnswer = v.object({
  knocks: v.pipe(
    v.array(v.object({ name: userNameField, askedAt: dateField, note: noteField })),
    v.maxLength(MAX_KNOCKS_AT_ROOM),
  ),
});

/** An owner has answered, one way or the other. It is no error if there is none. */
export const DropKnock = v.strictObject({ room: roomField, principal: principalField });

export type Knock = v.InferOutput<typeof Knock>;
export type LookForKnocks = v.InferOutput<typeof LookForKnocks>;
export type DropKnock = v.InferOutput<typeof DropKnock>;

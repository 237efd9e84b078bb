/** `/api/invitations`: signed notes for people who were put into a room, kept until a device of theirs takes them away. */
import * as v from 'valibot';
import { MAX_INVITATION_BYTES } from '../invitation.ts';
import { bytesUpTo, dateField, roomField } from './fields.ts';
import { MAX_INVITATIONS } from './limits.ts';
import { userNameField } from './user-name.ts';

const noteField = bytesUpTo(MAX_INVITATION_BYTES);

/** `note`: from the asking device to the account of this name [IN1]. It takes the place of the same account's earlier one. */
export const Invite = v.strictObject({ name: userNameField, note: noteField });

/** Oldest first. `name`: of the sender, as far as this service is to be believed; everything else is in the note. */
export const InvitationsAnswer = v.object({
  invitations: v.pipe(
    v.array(v.object({ name: userNameField, sentAt: dateField, note: noteField })),
    v.maxLength(MAX_INVITATIONS),
  ),
});

/** All that wait for this account with this room. It is no error if there are none. */
export const DropInvitation = v.strictObject({ room: roomField });

export type Invite = v.InferOutput<typeof Invite>;
export type DropInvitation = v.InferOutput<typeof DropInvitation>;

/**
 * `/api/pairings`: a mailbox for a device that is to be added by its code. It must sign for the account's principal [DL4]
 * before the list can be made, and does not know the principal yet.
 */
import * as v from 'valibot';
import { bytesUpTo, deviceField, signatureField } from './fields.ts';
import { MAX_PAIRING_MESSAGE_BYTES } from './limits.ts';
import { deviceProof } from './sign-in.ts';

const messageField = bytesUpTo(MAX_PAIRING_MESSAGE_BYTES);

/** Leaves a message for a device that no account knows. Another message takes the place of the account's own before. */
export const BeginPairing = v.strictObject({ device: deviceField, message: messageField });

/**
 * For the new device, as often as it likes. Its proof covers `claimSignedBytes`. `listing`: its signature over
 * `listingSignedBytes`, kept for whoever left the message. The service does not check it: `POST /api/devices` does.
 */
export const AnswerPairing = v.strictObject({ device: deviceProof, listing: v.optional(signatureField) });
/**
 * Null: there is none, or none any more, and no listing was kept. With a listing: the message that it was kept with. Where
 * that is another one than before, the device begins again with it.
 */
export const AnswerPairingAnswer = v.object({ message: v.nullable(messageField) });

export const LookPairing = v.strictObject({ device: deviceField });
/** Null: none yet, or the pairing is over, or another account's. Whoever looks checks it against its own principal. */
export const LookPairingAnswer = v.object({ listing: v.nullable(signatureField) });

export type BeginPairing = v.InferOutput<typeof BeginPairing>;
export type AnswerPairing = v.InferOutput<typeof AnswerPairing>;
export type LookPairing = v.InferOutput<typeof LookPairing>;

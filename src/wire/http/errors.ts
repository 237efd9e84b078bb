/** Every reason for which the service refuses a request, with the sentence that a person reads. */
import * as v from 'valibot';

export const API_SENTENCES = {
  // Shape
  malformed: 'The server could not understand this request. Reload the page; it may be out of date.',
  'too-large': 'This is more than the server takes at once.',
  'wrong-content-type': 'The server takes JSON here and nothing else.',
  'foreign-origin': 'This request came from another site, so it was not carried out.',
  'unknown-route': 'There is nothing at this address.',
  'wrong-method': 'This is not possible here.',
  // Who
  'not-signed-in': 'You are not signed in. Sign in and try again.',
  'wrong-credentials': 'Name and password, or name and recovery code, do not belong together.',
  banned: 'This account is blocked here. Whoever runs the server can tell you why.',
  'too-many-attempts': 'There were too many attempts. Wait a quarter of an hour, then try again.',
  'attempt-expired': 'This took too long. Start again.',
  // Sign-up
  'name-invalid': 'A name has 3 to 32 letters a–z, digits, and single dots, dashes or underscores between them.',
  'name-reserved': 'This name is reserved. Choose another one.',
  'name-taken': 'This name is taken. Choose another one.',
  'key-taken': 'This identity or this device belongs to an account already.',
  'bad-home': 'The first record of the home does not check out.',
  // Devices and keys
  'bad-device-list': 'The list of devices does not check out.',
  'stale-device-list': 'The devices were changed from elsewhere meanwhile. Load them again.',
  'stale-bundle': 'The keys were changed from elsewhere meanwhile. Load them again.',
  'bad-signature': 'A signature does not fit.',
  'no-welcome': 'This device is not expected, or no longer. Sign in with the password.',
  'unknown-name': 'There is nobody of this name.',
  // Invitations
  'bad-invitation': 'The invitation does not check out.',
  'wrong-recipient': 'This name stands for another key than the one that was invited. Look the person up again.',
  'too-many-invitations': 'Too many invitations are waiting for this person. Try again when some were answered.',
  // Asking for access
  'bad-knock': 'The request for access does not check out.',
  'unknown-room': 'There is no such document here.',
  'not-room-owner': 'Only owners of a document see who asks for access, and answer.',
  'too-many-knocks': 'Too many requests for access are waiting. Try again when some were answered.',
  // The server's state
  busy: 'The server is busy. Try again in a moment.',
  'storage-failed': 'The server could not store this. Try again; tell whoever runs the server if it lasts.',
  'server-failed': 'Something went wrong on the server.',
} as const;

export type ApiReason = keyof typeof API_SENTENCES;
export const API_REASONS = Object.keys(API_SENTENCES) as ApiReason[];

export const ErrorAnswer = v.object({ reason: v.picklist(API_REASONS), sentence: v.string() });
export type ErrorAnswer = v.InferOutput<typeof ErrorAnswer>;

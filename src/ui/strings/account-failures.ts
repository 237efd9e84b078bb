/** Why something about an account did not work. */
import type { AccountFailure } from '../../engine/accounts/api.ts';
import { duration, type Explanation, explain } from './explanation.ts';
import { storage } from './storage.ts';

const TELL_OPERATOR = 'Try again; if it lasts, tell whoever runs the server.';
const RELOAD = 'Nothing was changed. Reload the page; it may be out of date.';
const FORGED =
  'The server, or somebody in between, may be showing you something forged, so nothing was changed. Tell whoever runs the server.';

export const accountFailures: Readonly<Record<AccountFailure, Explanation>> = {
  malformed: { what: 'the server could not understand the request', next: RELOAD },
  'too-large': {
    what: 'this is more than the server takes at once',
    next: 'Nothing was changed. Use something shorter.',
  },
  'wrong-content-type': { what: 'the server did not take the request in this form', next: RELOAD },
  'foreign-origin': {
    what: 'the request seemed to come from another site',
    next: 'Nothing was changed. Open Sealroom at its own address and try again.',
  },
  'unknown-route': { what: 'the server does not know this request', next: RELOAD },
  'wrong-method': { what: 'the server does not allow this request', next: RELOAD },
  'not-signed-in': {
    what: 'you are not signed in any more',
    next: 'What you write is kept on this device. Sign in again, then repeat what you wanted to do.',
  },
  'wrong-credentials': {
    what: 'that was not right',
    next: 'The user name does not belong to this password or recovery code. Check both; upper and lower case matter in a password.',
  },
  'too-many-attempts': {
    what: 'there were too many attempts',
    next: 'No further ones are taken for now, so that nobody can guess. Wait a quarter of an hour, then try again.',
  },
  'attempt-expired': { what: 'this took too long', next: 'Nothing was changed. Start again from the beginning.' },
  'name-invalid': {
    what: 'this user name is not possible',
    next: 'Use 3 to 32 letters a–z, digits, and single dots, dashes or underscores between them.',
  },
  'name-reserved': {
    what: 'this user name is reserved',
    next: 'It could be taken for the service itself, so nobody can have it. Choose another one.',
  },
  'name-taken': { what: 'this user name is taken', next: 'Somebody was quicker. Choose another one.' },
  'key-taken': {
    what: 'this device or its keys belong to an account already',
    next: 'Nothing was changed. Sign in to that account, or use another browser profile.',
  },
  'bad-home': { what: 'the server did not accept the start of the account', next: RELOAD },
  'bad-device-list': { what: 'the list of devices does not check out', next: FORGED },
  'stale-device-list': {
    what: 'your devices were changed from elsewhere meanwhile',
    next: 'Nothing was changed here. Look at the list again, then repeat what you wanted to do.',
  },
  'stale-bundle': {
    what: 'your keys were changed from elsewhere meanwhile',
    next: 'Nothing was changed here. Reload the page, then repeat what you wanted to do.',
  },
  'bad-signature': { what: 'a signature did not fit', next: FORGED },
  'no-welcome': {
    what: 'this device was not let in',
    next: 'The code is no longer good. Get a new one, or sign in with your password.',
  },
  'unknown-name': {
    what: 'there is nobody of this name',
    next: 'Check the spelling: the whole name is needed, exactly as the other person gave it to you.',
  },
  'bad-invitation': { what: 'the invitation does not check out', next: RELOAD },
  'wrong-recipient': {
    what: 'this name stands for another key than the one that was invited',
    next: 'They may have started anew, or somebody pretends to be them. Look the person up again.',
  },
  'too-many-invitations': {
    what: 'too many invitations are waiting for this person',
    next: 'They hear of no more until some were answered or have run out. Tell them, then try again.',
  },
  'bad-knock': { what: 'the request for access does not check out', next: RELOAD },
  'unknown-room': {
    what: 'the server does not have this document',
    next: 'It was removed there, or it lives on another server. Nobody was asked.',
  },
  'not-room-owner': {
    what: 'only owners of a document see who asks for access',
    next: 'Your role may have changed meanwhile. Nothing was changed.',
  },
  'too-many-knocks': {
    what: 'too many requests for access are waiting',
    next: 'Nobody was asked. Try again when some of them were answered.',
  },
  busy: { what: 'the server is busy', next: 'Nothing was changed. Try again in a moment.' },
  'storage-failed': { what: 'the server could not store this', next: `Nothing was changed. ${TELL_OPERATOR}` },
  'server-failed': { what: 'something went wrong on the server', next: TELL_OPERATOR },
  offline: {
    what: 'the server cannot be reached',
    next: 'This needs a connection. Your documents stay usable; check the connection, then try again.',
  },
  'weak-password': {
    what: 'this password is too easily guessed',
    next: 'It would not protect what you write. Choose a longer or less common one.',
  },
  'mistyped-code': {
    what: 'this is not a whole recovery code',
    next: 'A character is missing or mistyped, and nothing was sent. Compare it with what you kept.',
  },
  'untrusted-server': {
    what: 'what the server keeps of this account does not open',
    next: 'Another server may be answering in its place. Nothing was taken over. Check the address, and tell whoever runs the server.',
  },
  unsent: {
    what: 'some of your changes are not at the server yet',
    next: 'They are on this device alone and would be lost. Wait until they are sent, or decide to lose them.',
  },
  'other-account': {
    what: 'this device belongs to another account',
    next: 'Nothing was changed. Sign out here first, then sign in with the other account.',
  },
  banned: {
    what: 'this account is blocked on this server',
    next: 'Your text stays readable on your devices. Whoever runs the server can tell you why, and lift it.',
  },
  'wrong-state': {
    what: 'this is not possible on this device as it is now',
    next: 'It may have been signed in or out in another tab. Reload the page.',
  },
  'storage-denied': storage.denied,
  'storage-full': {
    what: storage.full.what,
    next: 'The server has done its part, but this device could not keep the result. Free some space, then sign in with the same name and password.',
  },
  'bad-pairing-code': {
    what: 'this is not the code of a new device',
    next: 'Nothing was added. Copy the whole code that the new device shows, or scan it.',
  },
  'key-changed': {
    what: 'the key of this person has changed',
    next: 'They may have started anew, or somebody pretends to be them. Compare the safety number, then approve the new key or not.',
  },
};

/** The sentence for whatever an account command refuses with. */
export function explainFailure({ reason, waitSeconds }: { reason: AccountFailure; waitSeconds?: number }): string {
  const explanation = accountFailures[reason];
  if (reason !== 'too-many-attempts' || waitSeconds === undefined) return explain(explanation);
  return explain({
    what: explanation.what,
    next: `No further ones are taken for now, so that nobody can guess. Try again in ${duration(waitSeconds)}.`,
  });
}

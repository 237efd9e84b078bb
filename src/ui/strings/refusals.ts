/** Why the relay or a check refused something in a document, and why a document cannot be shown. */
import type { RoomFailure } from '../../engine/api.ts';
import type { Explanation } from './explanation.ts';

const ASK_OWNER = 'Ask whoever shared this document with you for a new link.';
const ASK_IN = 'Ask whoever shared this document with you to let you in again.';
const KEPT = 'A copy of what you wrote is kept on this device.';
const TAMPERED =
  'Somebody, or the server, sent something that does not check out, so it was left out. Your own text is safe here.';
const RETRY = 'Nothing is lost. Sealroom tries again by itself.';
const RELOAD = 'Nothing is lost. Reload the page; if it stays, the server or this app is out of date.';

export const refusals: Readonly<Record<RoomFailure, Explanation>> = {
  malformed: { what: 'a message could not be understood', next: RELOAD },
  'too-large': {
    what: 'a change was too large to be sent in one piece',
    next: `${KEPT} Open “Your copy” and put it back in smaller parts.`,
  },
  'unknown-version': {
    what: 'the other side speaks a newer version of Sealroom',
    next: 'Nothing is lost. Reload the page to get the new version.',
  },
  'bad-signature': { what: 'a signature did not fit', next: TAMPERED },
  'unknown-device': {
    what: 'you are not in this document any more',
    next: `You were removed, or the link that you came by has ended. What this device has stays readable, but nothing new arrives and nothing of yours is sent. ${ASK_IN}`,
  },
  'wrong-role': {
    what: 'you may no longer edit this document',
    next: `Your role was changed, so your latest text was not taken. ${KEPT} If you should go on writing, ask an owner of the document.`,
  },
  'replayed-counter': { what: 'a message was sent twice', next: RETRY },
  'stale-epoch': { what: 'the keys of this document were changed meanwhile', next: RETRY },
  'stale-head': { what: 'this device was too far behind', next: RETRY },
  'unknown-head': {
    what: 'the server does not know what this device has already seen',
    next: 'It may have been restored from an old backup. Your text is safe on this device. Tell whoever runs the server.',
  },
  'epoch-conflict': { what: 'two people changed the keys at the same moment', next: RETRY },
  'bad-epoch': { what: 'a change of keys did not check out', next: TAMPERED },
  'rights-changing': { what: 'rights are being changed right now', next: RETRY },
  'unknown-room': {
    what: 'the server does not have this document',
    next: 'It was removed there, or it lives on another server. What is on this device stays readable.',
  },
  'room-exists': {
    what: 'a document with this address exists already',
    next: 'Nothing was overwritten. Make a new document and copy your text there.',
  },
  'wrong-room': { what: 'something meant for another document arrived here', next: TAMPERED },
  'too-many-rooms': {
    what: 'too many documents are in use at once',
    next: 'Your text is safe on this device. Close tabs that you do not need, or remove old documents from this device.',
  },
  'not-open': { what: 'the connection to the document had been closed', next: RETRY },
  'rate-limited': { what: 'changes came faster than the server takes them', next: RETRY },
  overloaded: { what: 'the server is busy', next: RETRY },
  'storage-failed': {
    what: 'the server could not store the change',
    next: 'It is safe on this device and will be sent again. Tell whoever runs the server if this lasts.',
  },
  replaced: {
    what: 'this device connected a second time',
    next: 'Nothing is lost. Close other windows that use this browser profile, then reload.',
  },
  'shutting-down': { what: 'the server is restarting', next: RETRY },
  'cannot-open': {
    what: 'this device has no key for a part of this document',
    next: `You may have been removed, or the link that you came by may have ended. What was read before stays readable; a key that is only late comes by itself. If none comes: ${ASK_IN.charAt(0).toLowerCase()}${ASK_IN.slice(1)}`,
  },
  'foreign-client-id': { what: 'a change claimed to come from somebody else', next: TAMPERED },
  'clock-gap': { what: 'a change skipped a part of its history', next: TAMPERED },
  'missing-dependency': { what: 'a change refers to text that is not there', next: TAMPERED },
  'missing-delete': { what: 'a change removes text that is not there', next: TAMPERED },
  'too-deep': {
    what: 'a change was nested too deeply',
    next: `${KEPT} Open “Your copy” and put it back with fewer nested lists.`,
  },
  'document-full': {
    what: 'this document is full',
    next: `It has reached its largest size. ${KEPT} Go on in a new document.`,
  },
  'too-many-clients': {
    what: 'this document has been edited from too many windows',
    next: `It takes no further ones. ${KEPT} Copy the text to a new document and go on there.`,
  },
  'bad-encoding': { what: 'a change was damaged on its way', next: TAMPERED },
  'too-entangled': {
    what: 'a change came between too many others at the same place',
    next: `Taking it in would hold up everybody who has this document open. ${KEPT} Open “Your copy” and put it back at another place.`,
  },
  'bad-snapshot': { what: 'a stored summary of this document did not check out', next: TAMPERED },
  'session-needed': {
    what: 'this device is signed out',
    next: 'What you write is kept on this device and sent when you have signed in again.',
  },
  'device-revoked': {
    what: 'this device was removed from your account',
    next: 'It receives nothing any more. What is on it stays readable. Sign in again to add it as a new device.',
  },
  banned: {
    what: 'your account is blocked on this server',
    next: 'Your text is safe on this device and stays readable. Whoever runs the server can tell you why, and lift it.',
  },
  'link-expired': {
    what: 'this link has expired',
    next: 'It was meant for a limited time, which is over. What this device has stays readable, but nothing new arrives and nothing of yours is sent.',
  },
  'link-used-up': {
    what: 'this link is used up',
    next: 'It was meant for a limited number of devices, and as many have come in by it. Who has come in by it before still can.',
  },
  'closed-segment': {
    what: 'somebody was let in just before, and everybody goes on with an empty page',
    next: `The text so far is under “Earlier parts”. ${KEPT} Open “Your copy” and put what is missing into the new page.`,
  },
  'password-needed': {
    what: 'this link needs a password',
    next: 'Whoever sent you the link can tell it to you.',
  },
  'wrong-password': {
    what: 'this is not the password of the link',
    next: 'Upper and lower case matter. Check it, or ask whoever sent you the link.',
  },
  'damaged-vault': {
    what: 'what is stored of this document on this device is damaged',
    next: 'It cannot be read here any more. Remove it from this device, then open its share link again.',
  },
  'damaged-link': {
    what: 'this link is not complete',
    next: `A part of it was lost when it was copied. Copy it once more, to its very last character. If that fails: ${ASK_OWNER.charAt(0).toLowerCase()}${ASK_OWNER.slice(1)}`,
  },
  'untrusted-chain': {
    what: 'the keys of this document do not check out',
    next: `The server may be showing you something forged, so nothing was opened. ${ASK_OWNER}`,
  },
  'rolled-back': {
    what: 'the server shows an older state of this document than it did before',
    next: 'It was restored from a backup, or it hides something. Your text is safe on this device. Tell whoever runs the server.',
  },
  forked: {
    what: 'the server shows different people different versions of this document',
    next: 'Do not rely on it until whoever runs the server has explained it. Your text is safe on this device.',
  },
};

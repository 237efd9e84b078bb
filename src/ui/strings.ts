/** Everything the app says, in English. Errors say what happened, what it means and what to do. */
import type { EngineProblem, RoomFailure, RoomState } from '../engine/api.ts';
import type { StorageFaultKind } from '../engine/ports.ts';
import type { Role } from '../wire/roles.ts';

/** `what` completes "Refused: …" and begins a sentence; `next` says what it means and what to do. */
export type Explanation = { readonly what: string; readonly next: string };

const count = (n: number, one: string, many: string): string => (n === 1 ? `1 ${one}` : `${n} ${many}`);

const ASK_OWNER = 'Ask whoever shared this document with you for a new link.';
const KEPT = 'A copy of what you wrote is kept on this device.';
const TAMPERED =
  'Somebody, or the server, sent something that does not check out, so it was left out. Your own text is safe here.';
const RETRY = 'Nothing is lost. Sealroom tries again by itself.';
const RELOAD = 'Nothing is lost. Reload the page; if it stays, the server or this app is out of date.';

const refusals: Readonly<Record<RoomFailure, Explanation>> = {
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
    what: 'this device is not known in the document',
    next: `Open the share link once more on this device. If that fails: ${ASK_OWNER.charAt(0).toLowerCase()}${ASK_OWNER.slice(1)}`,
  },
  'wrong-role': {
    what: 'you may no longer edit this document',
    next: `Your role was changed, so your latest text was not taken. ${KEPT} ${ASK_OWNER}`,
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
    what: 'something could not be decrypted',
    next: 'This device lacks the right key for a part of this document. Open the share link once more on this device.',
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

const storage: Readonly<Record<StorageFaultKind, Explanation>> = {
  denied: {
    what: 'this browser does not let Sealroom store anything',
    next: 'Your text is lost when you close this tab. Copy it to a safe place, then leave private browsing or allow this site to store data.',
  },
  full: {
    what: 'the storage of this device is full',
    next: 'New text is lost when you close this tab. Free some space, or remove documents that you no longer need from this device.',
  },
  failed: {
    what: 'this browser could not write to its storage',
    next: 'New text is lost when you close this tab. Copy it to a safe place, then restart the browser.',
  },
};

export const strings = {
  product: 'Sealroom',
  pageTitle: (page: string) => `${page} – Sealroom`,
  close: 'Close',
  cancel: 'Cancel',
  reload: 'Reload',
  notifications: 'Notifications',

  start: {
    heading: 'Your documents',
    emptyHeading: 'A quiet room to write in, together.',
    emptyBody:
      'Every word is encrypted on your device before it leaves it, so the server that keeps everybody in sync cannot read any of it. It works without an account, and offline too.',
    create: 'New document',
    listLabel: 'Documents on this device',
    footnote: 'Documents live on this device. Share a link to open them elsewhere.',
  },

  documents: {
    untitled: 'Untitled',
    changed: (when: string) => `Changed ${when}`,
    remove: (title: string) => `Remove “${title}” from this device`,
    removeHeading: 'Remove from this device?',
    removeBody: (title: string) =>
      `“${title}” and its keys will be deleted from this browser. Others keep their copies. To open it again you need its share link.`,
    removeUnsent: (waiting: number) =>
      waiting > 0
        ? `${count(waiting, 'change of yours has', 'changes of yours have')} not been sent yet and will be lost.`
        : 'Changes of yours that have not been sent will be lost.',
    removeOwner:
      'You own this document. Ownership is tied to this device and ends with it. Copy a link first if you want to get back in.',
    removeRescued: 'The copy of your refused text will be lost too.',
    removeConfirm: 'Remove from this device',
  },

  roles: {
    owner: 'Owner',
    editor: 'Can edit',
    commenter: 'Can comment',
    viewer: 'Can view',
  } satisfies Record<Role, string>,

  time: { justNow: 'just now' },

  saved: {
    label: 'Save state',
    relay: 'Saved',
    device: 'Saved on this device',
    memory: 'Saving…',
    offline: (waiting: number) => `Offline: ${count(waiting, 'change', 'changes')} waiting`,
    offlineAside: 'Offline',
    refused: (what: string) => `Refused: ${what}`,
    nowhere: (what: string) => `Not saved: ${what}`,
  },

  profile: {
    open: (name: string) => `Your profile: ${name}`,
    heading: 'How others see you',
    body: 'Your name and colour go along with your cursor. They are encrypted like the text, and you can change them at any time.',
    name: 'Your name',
    color: 'Your colour',
    save: 'Save',
    anonymous: 'Guest',
    you: (name: string) => `${name} (you)`,
    suggestions: {
      qualities: 'Quiet Bright Curious Gentle Brisk Patient Merry Steady Nimble Sunny Wise Kind'.split(' '),
      animals: 'Heron Otter Finch Badger Wren Hare Marten Lynx Swift Robin Beaver Newt'.split(' '),
    },
  },

  people: {
    label: (names: readonly string[]) =>
      names.length === 1 ? 'Only you are here' : `${names.length} people here: ${names.join(', ')}`,
    heading: 'Who is here',
    changeProfile: 'Change your name',
    more: (n: number) => `+${n}`,
  },

  share: {
    open: 'Share',
    heading: 'Share this document',
    body: 'The key is part of the link. It never reaches the server, so send the link only to people you mean to let in.',
    edit: 'Copy edit link',
    editBody: 'Anybody who has this link can read and change the document, and pass the link on.',
    view: 'Copy view link',
    viewBody: 'Anybody who has this link can read the document, but not change it.',
    copied: 'Link copied',
    copyFailed:
      'The browser did not allow copying. The link is selected below: copy it with your keyboard or the menu.',
    editLink: 'Edit link',
    viewLink: 'View link',
    none: 'This device does not know any link to this document. Ask whoever shared it with you.',
  },

  editor: {
    region: 'Document',
    text: 'Document text',
    title: 'Title',
    placeholder: 'Start writing…',
    toolbar: 'Formatting',
    home: 'All documents',
    style: 'Text style',
    styles: {
      paragraph: 'Paragraph',
      h1: 'Heading 1',
      h2: 'Heading 2',
      h3: 'Heading 3',
      quote: 'Quote',
      code: 'Code block',
    },
    undo: 'Undo',
    redo: 'Redo',
    bold: 'Bold',
    italic: 'Italic',
    underline: 'Underline',
    strikethrough: 'Strikethrough',
    inlineCode: 'Inline code',
    link: 'Link',
    bullet: 'Bulleted list',
    number: 'Numbered list',
    check: 'Check list',
    shortcuts: 'Keyboard shortcuts',
    headingMade: 'Heading level %s',
    headingGone: 'Heading level %s removed',
    pasting: 'Pasting a long text…',
    pastingCancel: 'Stop pasting',
    opening: 'Opening…',
    openingOffline: 'This document has not reached this device yet. It opens as soon as there is a connection.',
  },

  link: {
    heading: 'Link',
    address: 'Address',
    hint: 'A web address, an e-mail address or a phone number (tel:).',
    unsafe: 'This is not an address that can be linked to. Begin it with https://, mailto: or tel:.',
    save: 'Set link',
    remove: 'Remove link',
  },

  shortcuts: {
    heading: 'Keyboard shortcuts',
    writing: 'Writing',
    blocks: 'Paragraphs and lists',
    around: 'Getting around',
    markdown: 'As you type',
    leave: 'Leave a list or code block with Tab',
    nested: 'Nest a list item',
    toolbar: 'Go to the toolbar',
    inOrder: (...keys: string[]) => keys.join(' then '),
    openLink: 'Open a link',
  },

  rescued: {
    open: 'Your copy',
    heading: 'Your copy',
    body: 'This is text of yours that was not taken into the document. It is kept on this device until you discard it.',
    text: 'Text that was not taken',
    copy: 'Copy text',
    copied: 'Text copied',
    copyFailed: 'The browser did not allow copying. The text is selected: copy it with your keyboard or the menu.',
    download: 'Download as text',
    discard: 'Discard this copy',
    discardConfirm: 'Discard for good',
    empty: 'Nothing is left here.',
    fileName: (title: string) => `${title} (your copy).txt`,
  },

  banners: {
    viewer: 'You can read this document, but not change it.',
    commenter: 'You can read and comment on this document, but not change its text.',
    newerSchema:
      'This document was last changed with a newer version of Sealroom, so it can only be read here. Reload the page to get that version.',
    rescued: 'Some of your text was not taken into this document.',
    alarm: {
      forked: 'The server shows different people different versions of this document.',
      'rolled-back': 'The server shows an older state of this document than it did before.',
      'bad-record': 'The server passed on something that does not check out. It was left out.',
    } satisfies Record<NonNullable<RoomState['alarm']>, string>,
    alarmThen: 'Your own text is safe on this device. Tell whoever runs the server.',
  },

  blocked: { elsewhere: 'Sealroom is open in another tab', unsupported: 'Sealroom cannot start here' },

  problems: {
    retired: 'Sealroom was updated in another tab. Reload to go on.',
    elsewhere: 'Sealroom is open in another tab, and this browser can run only one. Close that tab, then go on here.',
    unsupported:
      'This browser lacks what Sealroom needs, or the page did not come over HTTPS. Use a current version of Firefox, Chrome, Edge or Safari, and an address that begins with https://.',
    protocol: 'The server and this app speak different versions. Your text is safe on this device. Reload to update.',
  } satisfies Record<Exclude<EngineProblem['type'], 'storage'>, string>,

  update: { ready: 'A new version is ready', apply: 'Reload' },

  failures: {
    heading: 'This document cannot be opened',
    linkHeading: 'This link cannot be opened',
    missingHeading: 'This document is not on this device',
    missing:
      'Its key is part of the share link, and this device does not have it. Open the whole link that was sent to you.',
    notFoundHeading: 'There is nothing here',
    notFound: 'The address is not one of Sealroom’s.',
    toStart: 'Go to your documents',
    broken: 'This document holds something that this version cannot show',
    brokenBody:
      'Your text is safe, and nothing was changed. Reload the page to get the newest version. Until then you can read what could be understood, as plain text:',
    crashedHeading: 'Something went wrong in this page',
    crashed: 'That is a mistake of ours. What you wrote is stored on this device. Reload the page to go on.',
    startHeading: 'Sealroom cannot start in this browser',
    start:
      'It needs workers and storage, which this browser does not offer here. Leave private browsing, or use a current version of Firefox, Chrome, Edge or Safari.',
    createFailed: 'The document could not be made',
  },

  refusals,
  storage,
} as const;

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** "What happened. What it means and what to do." */
export const explain = ({ what, next }: Explanation): string => `${capitalised(what)}. ${next}`;

/** The sentence for anything that an engine command may refuse with. */
export function explainReason(reason: RoomFailure | 'storage-denied' | 'storage-full'): string {
  if (reason === 'storage-denied') return explain(storage.denied);
  if (reason === 'storage-full') return explain(storage.full);
  return explain(refusals[reason]);
}

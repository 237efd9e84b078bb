/** The documents of this device: the list, and what surrounds a text. */
import type { RoomState } from '../../engine/api.ts';
import type { Role } from '../../wire/roles.ts';
import { count } from './explanation.ts';

export const start = {
  heading: 'Your documents',
  create: 'New document',
  createOther: 'Other kinds of documents',
  createStartEmpty: 'Newcomers start empty',
  createStartEmptyMeans: 'A new document in which whoever you let in sees nothing that was written before.',
  listLabel: 'Documents on this device',
} as const;

export const documents = {
  untitled: 'Untitled',
  /** In place of a title that has not come yet. */
  arriving: 'Fetching…',
  notHere: 'Not on this device yet',
  arrivingMeans: 'From your account',
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
  removeParts: 'Its earlier parts are on no server: those on this device will be lost.',
  removeRescued: 'The copy of your refused text will be lost too.',
  removeConfirm: 'Remove from this device',
} as const;

export const roles = {
  owner: 'Owner',
  editor: 'Can edit',
  commenter: 'Can comment',
  viewer: 'Can view',
} satisfies Record<Role, string>;

export const time = { justNow: 'just now' } as const;

export const saved = {
  label: 'Save state',
  relay: 'Saved',
  device: 'Saved on this device',
  memory: 'Saving…',
  offline: (waiting: number) => `Offline: ${count(waiting, 'change', 'changes')} waiting`,
  offlineAside: 'Offline',
  refused: (what: string) => `Refused: ${what}`,
  nowhere: (what: string) => `Not saved: ${what}`,
} as const;

export const people = {
  label: (names: readonly string[]) =>
    names.length === 1 ? 'Only you are here' : `${names.length} people here: ${names.join(', ')}`,
  heading: 'Who is here',
  changeProfile: 'Change your name',
  more: (n: number) => `+${n}`,
} as const;

export const rescued = {
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
} as const;

export const banners = {
  viewer: 'You can read this document, but not change it.',
  commenter: 'You can read and comment on this document, but not change its text.',
  newerSchema:
    'This document was last changed with a newer version of Sealroom, so it can only be read here. Reload the page to get that version.',
  rescued: 'Some of your text was not taken into this document.',
  alarm: {
    forked: 'The server shows different people different versions of this document.',
    'rolled-back': 'The server shows an older state of this document than it did before.',
    gap: 'The server left out part of this document’s history, or sent part of it twice.',
    withheld: 'The server kept back changes of this document that somebody here has already seen.',
    'bad-record': 'Something in this document did not check out. It was left out.',
    disputed: 'Somebody’s device says that a saved state of this document is not right.',
  } satisfies Record<NonNullable<RoomState['alarm']>, string>,
  alarmThen: 'Your own text is safe on this device.',
  alarmMore: 'What happened',
} as const;

/** Who is in a document: the share dialog, and invitations. */
import type { MembershipFailure } from '../../engine/membership/api.ts';
import type { LinkRole } from '../../wire/link.ts';
import { REASONS, type Reason } from '../../wire/refusals.ts';
import type { Role } from '../../wire/roles.ts';
import { accountFailures } from './account-failures.ts';
import { count, duration, type Explanation, explain } from './explanation.ts';
import { refusals } from './refusals.ts';
import { storage } from './storage.ts';

const AGAIN = 'Nothing was changed. Try again in a moment.';
const TELL_OPERATOR = 'Nothing was changed. Try again; if it lasts, tell whoever runs the server.';

/** What the relay or a check says, with what it means for who is in: nothing was changed, and nobody tries again by himself. */
const ofRoom = (reason: Reason): Explanation => ({ what: refusals[reason].what, next: AGAIN });
const roomFailures = Object.fromEntries(REASONS.map((reason) => [reason, ofRoom(reason)])) as Record<
  Reason,
  Explanation
>;

export const membershipFailures: Readonly<Record<MembershipFailure, Explanation>> = {
  ...roomFailures,
  ...accountFailures,
  'unknown-version': refusals['unknown-version'],
  'unknown-device': refusals['unknown-device'],
  'unknown-room': refusals['unknown-room'],
  'cannot-open': refusals['cannot-open'],
  'session-needed': refusals['session-needed'],
  'device-revoked': refusals['device-revoked'],
  'bad-epoch': { what: refusals['bad-epoch'].what, next: TELL_OPERATOR },
  'too-large': {
    what: 'this document has as many people and links as it can take',
    next: 'Nothing was changed. Remove people or end links that are not needed any more, then try again.',
  },
  'wrong-role': {
    what: 'your role does not allow this any more',
    next: 'Only owners change who is in, and nothing was changed. Ask an owner of the document.',
  },
  'not-owner': {
    what: 'only owners change who is in',
    next: 'Nothing was changed. Ask an owner of the document to do it, or to make you an owner.',
  },
  'last-owner': {
    what: 'a document keeps an owner',
    next: 'Nothing was changed. Make somebody else owner first.',
  },
  'already-member': {
    what: 'this person is in already',
    next: 'Nothing was changed. To change the role, use the menu beside the name.',
  },
  'not-member': {
    what: 'this was changed by somebody else meanwhile',
    next: 'The person, link or invitation is not there any more. What you see now is up to date.',
  },
  'key-changed': {
    what: 'the key of this person has changed',
    next: 'Nothing is sent to them until you approve the new key: they may have started anew, or somebody pretends to be them.',
  },
  'no-account': {
    what: 'this device has no account',
    next: 'People are invited by name, and that takes an account. Create one or sign in, or pass on a link.',
  },
  offline: {
    what: 'the server did not answer',
    next: 'The change may have been made all the same; what you see here shows it once there is a connection. If it was not, try again then.',
  },
  'storage-denied': {
    what: storage.denied.what,
    next: 'Nothing was changed. Leave private browsing or allow this site to store data, then try again.',
  },
  'storage-full': {
    what: storage.full.what,
    next: 'Nothing was changed. Free some space on this device, then try again.',
  },
};

/** The sentence for whatever a change of who is in was refused with. */
export function explainMembership(failure: { reason: MembershipFailure; waitSeconds?: number }): string {
  const { what, next } = membershipFailures[failure.reason];
  if (failure.waitSeconds === undefined) return explain({ what, next });
  return explain({ what, next: `Nothing was changed. Try again in ${duration(failure.waitSeconds)}.` });
}

const asRole = {
  owner: 'as an owner',
  editor: 'as an editor',
  commenter: 'as a commenter',
  viewer: 'as a reader',
} satisfies Record<Role, string>;

/** What somebody of this role can do now. */
const can = {
  owner: 'is an owner now',
  editor: 'can edit now',
  commenter: 'can comment now',
  viewer: 'can view now',
} satisfies Record<Role, string>;

const linkNames = {
  editor: 'Edit link',
  commenter: 'Comment link',
  viewer: 'View link',
} satisfies Record<LinkRole, string>;

const wishes = {
  editor: 'edit this document',
  commenter: 'comment on this document',
  viewer: 'view this document',
} satisfies Record<LinkRole, string>;

const linkMeans = {
  editor: 'Whoever has it can read and change the document, and pass the link on.',
  commenter: 'Whoever has it can read the document and comment on it.',
  viewer: 'Whoever has it can read the document, but not change it.',
} satisfies Record<LinkRole, string>;

/** `number`: among those of the same role, null where there is one only. */
const numbered = (text: string, number: number | null): string => (number === null ? text : `${text} ${number}`);

const weakenHeadings: Readonly<Record<Role, (who: string) => string>> = {
  owner: (who) => `Make ${who} an owner?`,
  editor: (who) => `Take ownership from ${who}?`,
  commenter: (who) => `Let ${who} only comment?`,
  viewer: (who) => `Let ${who} only view?`,
};

const weakened: Readonly<Record<Role, string>> = {
  owner: '',
  editor: 'They can still write, but no longer change who is in.',
  commenter: 'They can read and comment from now on, but not change the text.',
  viewer: 'They can read from now on, but not change anything.',
};

const weakenedSelf: Readonly<Record<Role, string>> = {
  owner: '',
  editor: 'You can still write, but no longer change who is in.',
  commenter: 'You can read and comment from now on, but not change the text.',
  viewer: 'You can read from now on, but not change anything.',
};

export const share = {
  open: 'Share',
  heading: 'Share',

  startEmpty:
    'Newcomers start empty here. When you let somebody in or make a link, the text so far stays with those who are in now, under “Earlier parts”, where it can only be read. Everybody goes on with an empty page. Whoever comes by a link sees what was written since it was made.',
  invite: 'Invite by user name',
  inviteRole: 'Role',
  inviteSend: 'Invite',
  inviting: 'Inviting…',
  invited: (name: string) => `${name} was invited.`,
  compareKeys: (name: string) => `Compare the key of ${name}`,
  needsAccount: 'With an account you can invite people by name.',
  createAccount: 'Create an account',

  yourself: 'yourself',
  people: 'People',
  peopleList: 'People in this document',
  visitors: 'Whoever comes by a link is not listed here.',
  you: 'You',
  unknownPerson: 'Somebody you do not know',
  key: 'Key',
  keyGoesOn: '…',
  askOwner: (owner: string) => `Ask ${owner} who this is.`,
  askAnyone: 'Ask those whom you share this document with who this is.',
  verified: 'Verified',
  notVerified: 'Not verified',
  personMenu: (name: string) => `Options for ${name}`,
  roleOf: 'Role',
  changingRole: 'Changing…',
  /** `name`: null for oneself. */
  changedRole: (name: string | null, role: Role) =>
    name === null ? 'Your role was changed.' : `${name} ${can[role]}.`,

  /** `name`: null for somebody whom one does not know, also below. */
  weakenHeading: (name: string | null, role: Role) => weakenHeadings[role](name ?? 'this person'),
  weakenOwnHeading: 'Give up your role?',
  weakenBody: (role: Role) =>
    `${weakened[role]} All links end, because a person who is in may know them: make new ones afterwards.`,
  weakenOwnBody: (role: Role) => `${weakenedSelf[role]} Only an owner can undo this. All links end.`,
  weaken: 'Change role',

  remove: 'Remove from document',
  removeHeading: (name: string | null) => `Remove ${name ?? 'this person'}?`,
  removeBody:
    'They read nothing new from now on and keep what they have read. All links end, because they may know them: make new ones afterwards.',
  removed: (name: string) => `${name} was removed.`,
  leave: 'Leave document',
  leaveLast: 'You are the only owner. Make somebody else owner first.',
  leaveHeading: 'Leave this document?',
  leaveBody:
    'It is removed from all your devices, with whatever was not sent yet. All links end with you. To come back, somebody has to invite you again.',

  links: 'Links',
  linksBody: 'The key is part of a link and never reaches the server. Send a link only to people you mean to let in.',
  linksList: 'Links to this document',
  linkName: (role: LinkRole, number: number | null) => numbered(linkNames[role], number),
  linkMeans: (role: LinkRole) => linkMeans[role],
  linkElsewhere: 'Made elsewhere: its address is not on this device.',
  copy: 'Copy',
  copied: 'Copied',
  /** Read out after `copy`: which one. */
  copyWhich: (name: string) => ` ${name.toLowerCase()}`,
  copyFailed: 'The browser did not allow copying. The link is selected below: copy it with your keyboard or the menu.',
  noLinks: 'No links. Nobody comes in without an invitation.',
  none: 'This device does not know any link to this document. Ask whoever shared it with you.',
  endLink: 'End link',
  /** Read out after `endLink`. */
  which: (name: string) => `: ${name}`,
  endLinkHeading: (role: LinkRole) => `End this ${linkNames[role].toLowerCase()}?`,
  endLinkBody:
    'Everybody who came by it is out and reads nothing new, until you let them in another way. They keep what they have read. People in the list above stay.',
  linkEnded: 'The link has ended.',
  newLink: { editor: 'New edit link', viewer: 'New view link' },
  makingLink: 'Making a link…',
  linkMade: 'A new link was made.',

  moreOptions: 'More options',
  optionsOf: 'Options for a new link',
  password: 'Password',
  passwordNote: 'Optional. Send it another way than the link. It is kept nowhere, so note it down.',
  lasts: 'Ends',
  lastsFor: { ever: 'Never', hour: 'After 1 hour', day: 'After 1 day', week: 'After 1 week', month: 'After 30 days' },
  uses: 'Lets in',
  usesBy: { any: 'Any number of devices', one: '1 device', five: '5 devices', many: '25 devices' },
  limitsNote:
    'End and number are kept by the server, not by encryption. Whoever came in before keeps what they have read.',
  until: (when: string) => `Until ${when}`,
  expired: (when: string) => `Expired ${when}`,
  atMost: (devices: number) => `at most ${count(devices, 'device', 'devices')}`,
  withPassword: 'with a password, to be sent another way',

  keys: 'Keys',
  renew: 'Renew keys now',
  renewing: 'Renewing…',
  renewBody: 'Everybody stays in; what is written from now on is sealed with fresh keys.',
  renewed: 'The keys were renewed.',
} as const;

/** Asking to be let in, where a link does not do it; and answering. */
export const knocks = {
  /** Read out on the share button. */
  waiting: (n: number) => ` (${count(n, 'request for access', 'requests for access')})`,
  heading: 'Requests for access',
  list: 'People who ask for access',
  text: (from: string, role: LinkRole) => `${from} asks to ${wishes[role]}`,
  asked: (when: string) => `Asked ${when}`,
  role: (from: string) => `Let ${from} in as`,
  /** Read out after `letIn` and `decline`. */
  which: (from: string) => ` ${from}`,
  letIn: 'Let in',
  lettingIn: 'Letting in…',
  decline: 'Decline',
  declining: 'Declining…',
  wasLetIn: (name: string) => `${name} was let in.`,
  wasDeclined: 'The request was declined.',

  ask: 'Ask for access',
  askBody: 'An owner of the document sees your user name and decides. Nothing else is sent.',
  wish: 'I would like to',
  wishes: { editor: 'Edit it', viewer: 'View it' },
  asking: 'Asking…',
  done: 'Asked. You will find the document on your home when somebody lets you in.',
  lastAsked: (when: string) => `Last asked ${when}`,
  askAgain: 'Ask again',
  needsAccount: 'With an account you can ask its owners to let you in. You come back here afterwards.',
} as const;

export const linkPassword = {
  heading: 'This link needs a password',
  lead: 'Whoever sent you the link can tell it to you. It is checked on this device and sent to nobody.',
  label: 'Password of the link',
  open: 'Open',
  opening: 'Opening…',
} as const;

export const invitations = {
  heading: 'Invitations',
  text: (from: string, role: Role) => `${from} invites you to a document ${asRole[role]}`,
  sent: (when: string) => `Sent ${when}`,
  hint: {
    verified: 'You have compared keys.',
    'not-compared': (from: string) => `You have not compared keys with ${from}.`,
    unknown: 'This name is not among your people.',
    'other-key': (from: string) =>
      `This is not the key that you know of ${from}. Somebody may pretend to be ${from}: ask in another way first.`,
  },
  means: 'Accepting puts the document on all your devices. Declining takes you out of it, unread.',
  accept: 'Accept',
  /** Read out after `accept` and `decline`. */
  which: (from: string) => ` the invitation of ${from}`,
  accepting: 'Accepting…',
  decline: 'Decline',
  declining: 'Declining…',
  declined: 'The invitation was declined.',
} as const;

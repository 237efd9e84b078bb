/** What a person reads of a document's security: the shield, its panel, the log. */
import type { GraveAlarm } from '../../engine/security/api.ts';
import type { Kind } from '../../wire/record.ts';
import type { Role } from '../../wire/roles.ts';
import { count } from './explanation.ts';

const WHAT_IT_MEANS =
  'The server cannot read what you write, nor change it unnoticed. It can leave things out, or show people different versions.';
const WHAT_TO_DO =
  'Ask the others in another way what they see, copy what matters to you, save the evidence and give it to whoever runs the server.';

type Said = { readonly headline: string; readonly body: string };

/** What the shield says, by what it rests on. */
const alarms: Readonly<Record<GraveAlarm | 'untrusted-chain', Said>> = {
  forked: {
    headline: 'Different versions are being shown',
    body: `Somebody’s device names another history of this document than this one has. Either the server shows you different versions, or that device is lying. ${WHAT_TO_DO}`,
  },
  gap: {
    headline: 'Part of the history is missing',
    body: `The server left something out, or sent it twice, so nothing more is read here. ${WHAT_IT_MEANS} ${WHAT_TO_DO}`,
  },
  'rolled-back': {
    headline: 'The server shows an older state',
    body: `It shows less than this device has seen already, so nothing more is read here. It may have been restored from a backup. ${WHAT_TO_DO}`,
  },
  withheld: {
    headline: 'The server keeps changes back',
    body: `Somebody here has seen changes that the server says do not exist. ${WHAT_IT_MEANS} ${WHAT_TO_DO}`,
  },
  'untrusted-chain': {
    headline: 'This is not the document that was shared',
    body: `What the server shows does not go back to the link or invitation by which you came. ${WHAT_TO_DO}`,
  },
};

const accessRoles = {
  owner: 'owner',
  editor: 'editor',
  commenter: 'commenter',
  viewer: 'reader',
} satisfies Record<Role, string>;

const records: Readonly<Record<Kind, string>> = {
  epoch: 'A change of keys or people',
  update: 'A change of the text',
  snapshot: 'A saved state',
  notice: 'A notice',
  signal: 'A signal',
};

export const security = {
  open: (headline: string) => `Security: ${headline}`,
  heading: 'Security',

  alarms,
  /** A contact's key, for a person who is in. */
  keyChanged: (names: string): Said => ({
    headline: 'A key has changed',
    body: `The server names another key for ${names} than the one you know. Nothing is sealed to the new key here until you approve it: compare safety numbers first.`,
  }),
  /** `who`: null for somebody whom one does not know. */
  shutOut: (who: string | null): Said => ({
    headline: 'You were given keys that do not open',
    body: `${who ?? 'Somebody'} renewed the keys of this document, and this device cannot open what it was given. The others are told. If you may write here, your device renews the keys for everybody; what was written meanwhile comes then. If it happens again, have an owner remove ${who ?? 'that person'}.`,
  }),
  badRecord: {
    headline: 'Something was refused',
    body: 'Somebody, or the server, sent something that does not check out. It was left out, on every device that checks as yours does. The log below says what it was.',
  },
  disputed: {
    headline: 'A saved state is disputed',
    body: 'Somebody’s device says that a saved state of this document is not what it should be. Nobody starts from it any more. The log below says whose.',
  },
  unread: {
    headline: 'Not checked yet',
    body: 'Nothing of this document was read from the server so far.',
  },
  notConnected: {
    headline: 'Not up to date',
    body: 'Encrypted. What is here was checked when it came, but there is no connection now or not all has come: who is in may have changed since.',
  },
  notVerified: (people: number, links: number): Said => ({
    headline: people > 0 ? count(people, 'person not verified', 'people not verified') : 'Open by link',
    body: [
      'Encrypted: only the people and links in this document can read it.',
      ...(people > 0 ? ['Whose keys these are you know from the server alone, until you compare safety numbers.'] : []),
      ...(links > 0 ? ['Whoever has a link comes in without being on the list.'] : []),
    ].join(' '),
  }),
  alone: {
    headline: 'Only you',
    body: 'Encrypted: only your own devices can read this document.',
  },
  verified: {
    headline: 'Everybody is verified',
    body: 'Encrypted: only the people listed here can read this document, and you have compared safety numbers with all of them.',
  },
  limits:
    'A server that keeps people apart looks as if they were offline: nobody can tell from here. If somebody is silent for long, ask in another way.',

  saveEvidence: 'Save evidence',
  evidenceMeans: 'Signed records and hashes, without text and keys. Anybody can check it.',
  evidenceName: (date: string) => `sealroom-evidence-${date}.json`,
  acknowledge: 'I have read this',
  acknowledged: 'The shield is quiet until there is something new. It stays in the log.',

  people: 'People and devices',
  peopleList: 'People and their devices',
  devices: (n: number) => count(n, 'device', 'devices'),
  /** Read out after `devices`. */
  devicesOf: (who: string) => `: ${who}`,
  thisDevice: 'this device',
  since: (when: string) => `since ${when}`,
  compare: 'Compare safety numbers',
  compareWith: (name: string) => ` with ${name}`,
  addedBy: (who: string) => `Let in by ${who}, not verified`,
  visitors: 'Devices that came by a link are in the log.',
  startEmpty: 'Newcomers start empty: whoever is let in reads what is written from then on, and nothing before.',

  keys: 'Keys',
  epoch: (n: number, when: string | null, who: string) =>
    `Keys number ${n}${when === null ? '' : `, since ${when}`}, by ${who}.`,

  log: 'What has happened',
  logList: 'Security log, newest first',
  logMeans:
    'Whatever was done to people, links and keys is signed and chained to what was before: nobody can change it unseen. Times are the word of whoever signed; “seen here” is when this device noticed.',
  showAll: (n: number) => `Show all ${n}`,
  older: (n: number) => `${count(n, 'older entry is', 'older entries are')} not shown.`,
  seenHere: (when: string) => `seen here ${when}`,
  times: (n: number) => `${n} times, the last`,
  sentBy: (who: string) => `sent by ${who}`,
  signedOtherwise: (who: string) => `against the signed word of ${who}`,
  serversDoing: 'the server’s doing: nobody signed it',

  you: 'you',
  who: {
    you: 'You',
    link: 'somebody by a link',
    unknown: (key: string) => `somebody you do not know (${key}…)`,
    nobody: 'a device that is not in this document',
    several: 'several people',
  },

  events: {
    created: (who: string) => `${who} made this document`,
    added: (who: string, whom: string, role: Role) => `${who} let ${whom} in as ${accessRoles[role]}`,
    /** `whose`: null for one's own. */
    role: (who: string, whose: string | null, from: Role, to: Role) =>
      `${who} changed ${whose === null ? 'your role' : `the role of ${whose}`} from ${accessRoles[from]} to ${accessRoles[to]}`,
    removed: (who: string, whom: string) => `${who} removed ${whom}`,
    left: (who: string) => `${who} left`,
    linkMade: (who: string, kind: string, limits: string) => `${who} made ${kind}${limits}`,
    linkEnded: (who: string, kind: string) => `${who} ended ${kind}`,
    link: { editor: 'an edit link', commenter: 'a comment link', viewer: 'a view link' },
    until: (date: string) => `until ${date}`,
    uses: (n: number) => `for ${count(n, 'device', 'devices')}`,
    renewed: (who: string, n: number) => (n === 1 ? `${who} renewed the keys` : `${who} renewed the keys ${n} times`),
    hidden: (n: number) => `${count(n, 'renewal', 'renewals')} of keys before you came`,
    deviceCame: (whose: string, n: number) => `${whose} added ${count(n, 'device', 'devices')}`,
    deviceWent: (whose: string, n: number) => `${whose} removed ${count(n, 'device', 'devices')}`,
    visitor: 'A device came in by a link',
    objected: (who: string) => `${who} objected to a saved state`,
    unopened: (who: string, whom: string) => `${who} could not open the keys that ${whom} began`,
    refused: (kind: Kind | null) => `${kind === null ? 'Something' : records[kind]} was refused`,
  },
} as const;

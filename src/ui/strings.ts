/** Everything the app says, in English, by feature. Errors say what happened, what it means and what to do. */
import type { RoomFailure } from '../engine/api.ts';
import {
  account,
  accountPassword,
  accountRecovery,
  appearance,
  contacts,
  devices,
  scanner,
  signOut,
} from './strings/account.ts';
import { accountFailures, explainFailure } from './strings/account-failures.ts';
import { banners, documents, people, rescued, roles, saved, start, time } from './strings/documents.ts';
import { editor, link, shortcuts } from './strings/editor.ts';
import {
  access,
  entry,
  pairing,
  passwordStrength,
  recover,
  recoveryCode,
  signIn,
  signUp,
  userName,
} from './strings/entry.ts';
import { type Explanation, explain } from './strings/explanation.ts';
import { home, landing } from './strings/home.ts';
import {
  explainMembership,
  invitations,
  knocks,
  linkPassword,
  membershipFailures,
  share,
} from './strings/membership.ts';
import { parts } from './strings/parts.ts';
import { profile } from './strings/profile.ts';
import { refusals } from './strings/refusals.ts';
import { security } from './strings/security.ts';
import { blocked, failures, problems, update } from './strings/shell.ts';
import { storage } from './strings/storage.ts';

export { type Explanation, explain, explainFailure, explainMembership };

export const strings = {
  product: 'Sealroom',
  pageTitle: (page: string) => `${page} – Sealroom`,
  close: 'Close',
  cancel: 'Cancel',
  reload: 'Reload',
  notifications: 'Notifications',

  landing,
  home,
  entry,
  signUp,
  userName,
  passwordStrength,
  recoveryCode,
  signIn,
  recover,
  pairing,
  access,
  account,
  accountPassword,
  accountRecovery,
  devices,
  scanner,
  contacts,
  appearance,
  signOut,
  accountFailures,
  start,
  documents,
  roles,
  time,
  saved,
  profile,
  people,
  share,
  invitations,
  knocks,
  linkPassword,
  membershipFailures,
  security,
  editor,
  link,
  shortcuts,
  rescued,
  parts,
  banners,
  blocked,
  problems,
  update,
  failures,
  refusals,
  storage,
} as const;

/** The sentence for anything that an engine command may refuse with. */
export function explainReason(reason: RoomFailure | 'storage-denied' | 'storage-full'): string {
  if (reason === 'storage-denied') return explain(storage.denied);
  if (reason === 'storage-full') return explain(storage.full);
  return explain(refusals[reason]);
}

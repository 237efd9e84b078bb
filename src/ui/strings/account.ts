/** The account's own pages. */
export const account = {
  heading: 'Account',
  sectionsLabel: 'Account sections',
  sections: {
    profile: 'Profile',
    password: 'Password',
    recovery: 'Recovery code',
    devices: 'Devices',
    people: 'People',
    appearance: 'Appearance',
    'sign-out': 'Sign out',
  },
  toDocuments: 'Documents',
  neededHeading: 'You need an account for this',
  needed: 'On this device nobody is signed in.',
  currentPassword: 'Current password',
  useRecovery: 'Use the recovery code instead',
  usePassword: 'Use the password instead',
  saved: 'Saved',
  retry: 'Try again',
} as const;

export const accountPassword = {
  heading: 'Change your password',
  body: 'All other devices are signed out and ask for the new password.',
  newPassword: 'New password',
  save: 'Change password',
  done: 'Your password was changed. Other devices ask for it the next time they connect.',
} as const;

export const accountRecovery = {
  heading: 'Recovery code',
  body: 'Get a new code if you lost the old one, or if somebody may have seen it. The old one stops working when you have typed in the new one.',
  begin: 'Get a new code',
  finish: 'Use this code from now on',
  done: 'Your new recovery code is in use. The old one is good for nothing any more.',
  leave: 'The new code is not in use yet. Your old recovery code stays good.',
} as const;

export const devices = {
  heading: 'Devices',
  body: 'All of them can read everything in your account. Remove those that you do not know or have lost.',
  listLabel: 'Your devices',
  unnamed: 'Unnamed device',
  isThis: 'This device',
  lastSeen: (when: string) => `Last seen ${when}`,
  added: (when: string) => `Added ${when}`,
  menu: (name: string) => `Options for “${name}”`,
  rename: 'Rename',
  revoke: 'Remove device',
  renameHeading: 'Rename device',
  deviceName: 'Device name',
  save: 'Save',
  revokeHeading: (name: string) => `Remove “${name}”?`,
  revokeBody:
    'It is cut off at once and receives nothing any more. What is on it already stays there, and it cannot come back with its old keys.',
  revokeConfirm: 'Remove device',
  revoked: (name: string) => `“${name}” was removed`,
  add: 'Add a device',
  addHeading: 'Add a device',
  addBody: 'On the new device, open Sealroom, choose “Sign in” and then “Use another device”. It shows a code.',
  addCode: 'Code of the new device',
  addCodeNote: 'Scan it with the camera, or paste its text here.',
  addConfirm: 'Add this device',
  addedNow: 'The device was added. It signs in by itself.',
  loading: 'Loading your devices…',
} as const;

export const scanner = {
  scan: 'Scan with the camera',
  stop: 'Stop the camera',
  video: 'Picture of the camera',
  looking: 'Hold the code in front of the camera.',
  starting: 'Starting the camera…',
  denied: 'The browser does not let Sealroom use the camera. Allow it for this site, or go on without it.',
  missing: 'There is no camera that can be used here. Go on without it.',
} as const;

export const contacts = {
  heading: 'People',
  body: 'Look somebody up by their exact user name. Then compare the safety number, so that you know that nobody sits in between.',
  name: 'User name',
  find: 'Find',
  listLabel: 'People you looked up',
  empty: 'You have not looked anybody up yet.',
  self: 'That is you.',
  verified: 'Verified',
  notVerified: 'Not verified',
  changed: 'Key changed',
  back: 'All people',
  unknownHeading: 'Nobody looked up by this name',
  unknown: 'Find them by their user name first.',
  numberHeading: 'Safety number',
  numberBody: (name: string) =>
    `Compare it with ${name}, in person or on a call: they see the same number on their screen. If it differs, somebody is in between.`,
  number: 'Safety number',
  qr: 'QR code of the safety number',
  scan: 'Compare by camera',
  matches: 'The codes match. You can mark this person as verified.',
  differs: 'The codes do not match. Do not trust this key until you know why.',
  verify: 'Mark as verified',
  unverify: 'Remove verification',
  changedHeading: 'The key of this person has changed',
  changedBody: (name: string) =>
    `${name} may have started a new account, or somebody pretends to be ${name}. Nothing is sent to them until you approve the new key. Ask them in another way, and compare the safety number below: it is that of the new key.`,
  approve: 'Approve the new key',
  remove: 'Remove person',
  removeHeading: (name: string) => `Remove ${name}?`,
  removeBody: 'Their key and your verification are forgotten. You can look them up again.',
} as const;

export const appearance = {
  heading: 'Appearance',
  body: 'How Sealroom looks on this device.',
  choices: { system: 'Like the system', light: 'Light', dark: 'Dark' },
  languageHeading: 'Language',
  language: 'Sealroom speaks English so far.',
} as const;

export const signOut = {
  heading: 'Sign out',
  body: 'Everything of your account is removed from this device. It stays in your account, and comes back when you sign in again.',
  here: 'Sign out',
  everywhereHeading: 'Sign out everywhere',
  everywhereBody:
    'All other devices have to sign in again as well. What is on them stays there. Use it if you left a device somewhere.',
  everywhere: 'Sign out everywhere',
  unsentHeading: 'Some changes were not sent',
  unsentBody: 'If you sign out now, these changes are lost for good:',
  loseUnsent: 'Sign out and lose them',
  unsentSomewhere: 'Changes that have not reached the server yet.',
} as const;

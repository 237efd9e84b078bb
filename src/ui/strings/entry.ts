/** Ways into an account: signing up and in, recovery, another device. */
import { count } from './explanation.ts';

const documentsHere = (n: number): string => (n === 1 ? 'the document' : `the ${n} documents`);

const purpose = (address: string): string =>
  `With this code you get into your account at ${address} if you forget your password. Keep it in a safe place and show it to nobody: whoever has it can read everything in the account. Without it and without the password, nobody can get the account back.`;

export const entry = {
  name: 'User name',
  password: 'Password',
  recoveryCode: 'Recovery code',
  showPassword: 'Show password',
  hidePassword: 'Hide password',
  takeDocuments: (n: number) => `Move ${documentsHere(n)} on this device into the account`,
  takeDocumentsNote: (n: number) =>
    n === 1
      ? 'It will be on all your devices. Otherwise it stays on this device alone.'
      : 'They will be on all your devices. Otherwise they stay on this device alone.',
  haveAccount: 'You have an account already?',
  signIn: 'Sign in',
  createAccount: 'Create account',
  continue: 'Continue',
  back: 'Back',
  alreadyHeading: 'This device has an account already',
  already: (name: string) => `It belongs to ${name}. Sign out first to use another account here.`,
  toAccount: 'Go to your account',
  leaveHeading: 'Leave without finishing?',
  leaveConfirm: 'Leave',
  leaveCancel: 'Stay',
} as const;

export const signUp = {
  heading: 'Create your account',
  lead: 'A name and a password, nothing else. Your password never leaves this device.',
  nameNote: 'Others find you by it. Letters a–z, digits, and . _ - between them. It cannot be changed later.',
  passwordNote: 'At least 8 characters. A few unrelated words make a good one.',
  startAgain: 'Start again',
  leave: 'Your account has not been created yet, and the recovery code shown here will not be good for anything.',
} as const;

export const userName = {
  tooShort: 'At least 3 characters.',
  tooLong: (n: number) => `At most 32 characters; these are ${n}.`,
  upperCase: 'User names are in lower case.',
  foreign: (character: string) =>
    `“${character}” cannot be in a user name, even if it looks like a letter from a to z. So nobody can imitate another name.`,
  space: 'There are no spaces in a user name. Use a dot, a dash or an underscore.',
  sign: (character: string) => `“${character}” cannot be in a user name. Use letters a–z, digits, and . _ -`,
  firstLetter: 'It begins with a letter from a to z.',
  lastSign: 'It ends with a letter or a digit.',
  doubleSign: 'No two signs follow each other.',
  reserved: 'This name is reserved: it could be taken for the service itself. Choose another one.',
  use: (name: string) => `Use “${name}”`,
  good: 'A good name, if nobody has it yet.',
} as const;

export const passwordStrength = {
  label: 'Password strength',
  levels: ['Very weak', 'Weak', 'Fair', 'Good', 'Strong'],
  short: (missing: number) => `Too short: ${count(missing, 'more character', 'more characters')} needed.`,
  refused: 'This password is too easily guessed.',
  reasons: {
    straightRow: 'A row of keys is easy to guess.',
    keyPattern: 'Short keyboard patterns are easy to guess.',
    simpleRepeat: 'Repeated characters like “aaa” are easy to guess.',
    extendedRepeat: 'Repeated groups like “abcabc” are easy to guess.',
    sequences: 'Sequences like “abc” or “6543” are easy to guess.',
    recentYears: 'Recent years are easy to guess.',
    dates: 'Dates are easy to guess.',
    topTen: 'It is one of the ten most used passwords.',
    topHundred: 'It is one of the hundred most used passwords.',
    common: 'It is a very common password.',
    similarToCommon: 'It is close to a very common password.',
    wordByItself: 'A single word is easy to guess.',
    namesByThemselves: 'Names by themselves are easy to guess.',
    commonNames: 'Common names are easy to guess.',
    userInputs: 'It is made of your user name.',
    pwned: 'It is known from stolen lists of passwords.',
  },
  advice: 'Add another word or two; uncommon ones are better.',
} as const;

export const recoveryCode = {
  heading: 'Keep your recovery code',
  body: 'If you forget your password, this code is the only way back in. It is shown once, now.',
  warning:
    'Whoever loses both the password and this code loses everything in the account. Nobody can help then, not even the people who run the server.',
  code: 'Your recovery code',
  copy: 'Copy',
  copied: 'Code copied. Keep it where only you can get at it.',
  copyFailed: 'The browser did not allow copying. Select the code and copy it by hand.',
  download: 'Download',
  print: 'Print',
  fileName: (name: string) => `sealroom-recovery-code-${name}.txt`,
  file: (name: string, code: string, address: string) =>
    `Sealroom recovery code\n\nUser name: ${name}\nCode: ${code}\n\n${purpose(address)}\n`,
  sheetHeading: 'Sealroom recovery code',
  purpose,
  again: 'Type your recovery code',
  againBody: 'To be sure that you have it: type or paste it from where you keep it.',
  differs: 'This is not the code that was shown. Compare it once more, or go back and look at it.',
  lookAgain: 'Show the code again',
} as const;

export const signIn = {
  heading: 'Sign in',
  forgot: 'Forgot your password?',
  recover: 'Use your recovery code',
  device: 'Use another device',
  deviceNote: 'You are signed in elsewhere?',
  noAccount: 'New here?',
  wait: 'Signing in…',
} as const;

export const recover = {
  heading: 'Use your recovery code',
  lead: 'It takes the place of your password once. You choose a new password right after.',
  lostHeading: 'Lost both?',
  lost: 'Your documents are encrypted with keys that only your password and your recovery code can open. Without either nobody can get the account back. If you are still signed in on another device, your documents are there: copy them, or add this device with it.',
  newHeading: 'Choose a new password',
  newLead: 'You are in. Your old password stops working, and all other devices are signed out.',
  newPassword: 'New password',
  save: 'Set new password',
  leave:
    'You have not chosen a new password yet. Your recovery code stays good, so you can do it later in your account.',
} as const;

export const pairing = {
  heading: 'Use another device',
  lead: 'Scan this code with a device on which you are signed in already.',
  steps: [
    'On that device, open your account and go to Devices.',
    'Choose “Add a device” and scan this code, or paste its text.',
    'Enter your password there. This device then signs in by itself.',
  ],
  code: 'Code of this device',
  qr: 'QR code of this device',
  copy: 'Copy code',
  copied: 'Code copied',
  waiting: 'Waiting for your other device…',
  showCode: 'Show the code',
  expiredHeading: 'This code is no longer good',
  expired: 'A code is good for ten minutes.',
  renew: 'New code',
  instead: 'Sign in with your password instead',
} as const;

export const access = {
  locked: 'Sign in again to sync. What you write is kept on this device.',
  revoked: 'This device was removed from your account. It receives nothing any more; what is on it stays readable.',
  banned: 'Your account is blocked on this server. What is on this device stays readable; ask whoever runs the server.',
  signInAgain: 'Sign in again',
  lockedHeading: 'Sign in again',
  lockedBody: (name: string) => `Your session has ended. Enter the password of ${name} to go on syncing.`,
  startOver: 'Remove and sign in again',
  startOverHeading: 'Remove everything here?',
  startOverBody:
    'To use this device again, everything of the account is removed from it first. Then you sign in as on a new device, and your documents come back.',
  lost: 'These changes were never sent and will be lost. Copy them first if you need them:',
  startOverConfirm: 'Remove and go on',
} as const;

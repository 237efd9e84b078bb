/** The first page: what Sealroom is, and the documents of an account by folder. */
import { count } from './explanation.ts';

export const landing = {
  heading: 'A quiet room to write in, together.',
  lead: 'Every word is encrypted on your device before it leaves it, so the server that keeps everybody in sync can read none of it.',
  createAccount: 'Create account',
  signIn: 'Sign in',
  tryIt: 'Try without an account',
  /** Read out after `tryIt`. */
  tryItMeans: ' (new document)',
  points: [
    {
      heading: 'Only you hold the keys',
      body: 'An account is a name and a password. No e-mail address, no phone number.',
    },
    {
      heading: 'Works offline',
      body: 'You write on your own device. Changes meet again as soon as there is a connection.',
    },
    { heading: 'On all your devices', body: 'With an account your documents are wherever you sign in.' },
  ],
  inviteHeading: 'Have these documents on all your devices',
  inviteBody: 'They are on this device alone. With an account they survive a lost phone or a cleared browser.',
} as const;

export const home = {
  account: (name: string) => `Account: ${name}`,
  noDocuments: 'No documents yet. The first one is a click away.',
  emptyFolder: 'Empty. Move a document here with its menu.',
  allInFolders: 'All your documents are in folders.',
  listLabel: 'Your documents',
  folderList: (folder: string) => `Documents in “${folder}”`,
  newFolder: 'New folder',
  folderMenu: (folder: string) => `Options for folder “${folder}”`,
  rename: 'Rename',
  remove: 'Remove folder',
  folderName: 'Folder name',
  newFolderHeading: 'New folder',
  create: 'Create folder',
  renameHeading: 'Rename folder',
  save: 'Save',
  removeHeading: (folder: string) => `Remove “${folder}”?`,
  removeBody: (documents: number) =>
    documents === 0
      ? 'The folder is empty.'
      : `${documents === 1 ? 'Its document stays' : `Its ${documents} documents stay`}, outside of any folder.`,
  documentMenu: (title: string) => `Options for “${title}”`,
  moveTo: 'Move to folder',
  noFolder: 'No folder',
  hereOnly: 'On this device only',
  take: 'Move to account',
  takeDocument: (title: string) => `Move to account: “${title}”`,
  removeDocument: 'Remove document',
  removeDocumentHeading: 'Remove from your account?',
  removeDocumentBody: (title: string) =>
    `“${title}” will be deleted from all your devices. Others keep their copies. To open it again you need its share link.`,
  removeDocumentOwner: 'You own this document. Copy a link first if you want to get back in.',
  removeDocumentConfirm: 'Remove document',
  reading: 'Fetching your documents…',
  readingLater: 'Your documents come as soon as there is a connection.',
  unsentDocument: (title: string, waiting: number) =>
    waiting > 0 ? `“${title}”: ${count(waiting, 'change', 'changes')}` : `“${title}”`,
} as const;
